import { parameterGroups } from "../../aws/parameter-groups.ts";
import { subnetGroups } from "../../aws/subnet-groups.ts";
import { Tagging, type Tags, tagList } from "../../aws/tags.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type { CollectionDefinition } from "../../core/storage.ts";
import type * as ElastiCache from "../../models/generated/elasticache.ts";
import { cacheClusters, findCluster, membersOf } from "./cache-cluster.ts";
import { invalidArn, invalidParameterValue, tooManyTags } from "./errors.ts";
import { findParameterGroup } from "./parameter-group.ts";
import { findGroup, replicationGroups } from "./replication-group.ts";
import { findSnapshot, snapshots } from "./snapshot.ts";
import { groups } from "./subnet-group.ts";
import { findUser, users } from "./user.ts";
import { findUserGroup, userGroups } from "./user-group.ts";

export const tagging = new Tagging({ errors: { tooMany: tooManyTags, invalid: invalidParameterValue } });

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_AddTagsToResource.html and its neighbours */
export const tags: Handlers<ElastiCache.Operations> = {
  AddTagsToResource({ ResourceName, Tags: given }, ctx) {
    const resource = tagged(ResourceName, ctx);
    const changed = tagging.add(resource.tags, given);
    resource.save(changed);
    return { TagList: tagList(changed) };
  },

  RemoveTagsFromResource({ ResourceName, TagKeys }, ctx) {
    const resource = tagged(ResourceName, ctx);
    const changed = tagging.remove(resource.tags, TagKeys);
    resource.save(changed);
    return { TagList: tagList(changed) };
  },

  ListTagsForResource: ({ ResourceName }, ctx) => ({ TagList: tagList(tagged(ResourceName, ctx).tags) }),
};

interface Tagged {
  readonly tags: Tags;
  save(tags: Tags): void;
}

/** By the type in an ARN. */
const TAGGED: Readonly<Record<string, (name: string, ctx: Context) => Tagged>> = {
  cluster: (name, ctx) => kept(cacheClusters, name.toLowerCase(), findCluster(name, ctx), ctx),
  parametergroup: (name, ctx) => kept(parameterGroups, name, findParameterGroup(name, ctx.store), ctx),
  snapshot: (name, ctx) => kept(snapshots, name, findSnapshot(name, ctx.store), ctx),
  subnetgroup: (name, ctx) => kept(subnetGroups, name, groups.find(name, ctx), ctx),
  user: (name, ctx) => kept(users, name, findUser(name, ctx.store), ctx),
  usergroup: (name, ctx) => kept(userGroups, name, findUserGroup(name, ctx.store), ctx),
  replicationgroup(name, ctx) {
    const { tags, save } = kept(replicationGroups, name.toLowerCase(), findGroup(name, ctx), ctx);
    return {
      tags,
      // The clusters of a group have what it has: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Tagging-Resources.html
      save(changed) {
        save(changed);
        for (const member of membersOf(name.toLowerCase(), ctx.store))
          kept(cacheClusters, member.id, member, ctx).save(changed);
      },
    };
  },
};

function kept<R extends { readonly tags: Tags }>(
  collection: CollectionDefinition<R>,
  key: string,
  record: R,
  { store }: Context,
): Tagged {
  return {
    tags: record.tags,
    save: (tags) => store.collection(collection).put([key], { ...record, tags }),
  };
}

/** @throws InvalidARN for one that names nothing that can be tagged */
function tagged(arn: string, ctx: Context): Tagged {
  const [, , service, , , type = "", name = ""] = arn.split(":");
  const find = service === "elasticache" && Object.hasOwn(TAGGED, type) ? TAGGED[type] : undefined;
  if (!find) throw invalidArn(arn);
  return find(name, ctx);
}
