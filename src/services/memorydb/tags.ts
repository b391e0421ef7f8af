import { parameterGroups } from "../../aws/parameter-groups.ts";
import { subnetGroups } from "../../aws/subnet-groups.ts";
import { Tagging, type Tags, tagList } from "../../aws/tags.ts";
import { parseArn } from "../../core/arn.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type { CollectionDefinition, Store } from "../../core/storage.ts";
import type * as MemoryDB from "../../models/generated/memorydb.ts";
import { acls, findAcl } from "./acl.ts";
import { clusterRecords, findCluster } from "./cluster.ts";
import { invalidArn, invalidParameterValue, tooManyTags } from "./errors.ts";
import { findMultiRegion, homeOf, multiRegionRecords } from "./multi-region-cluster.ts";
import { findParameterGroup } from "./parameter-group.ts";
import { findSnapshot, snapshots } from "./snapshot.ts";
import { groups } from "./subnet-group.ts";
import { findUser, users } from "./user.ts";

export const tagging = new Tagging({ errors: { tooMany: tooManyTags, invalid: invalidParameterValue } });

/** https://docs.aws.amazon.com/memorydb/latest/APIReference/API_TagResource.html and its neighbours */
export const tags: Handlers<MemoryDB.Operations> = {
  TagResource({ ResourceArn, Tags: given }, ctx) {
    const resource = tagged(ResourceArn, ctx);
    const changed = tagging.add(resource.tags, given);
    resource.save(changed);
    return { TagList: tagList(changed) };
  },

  UntagResource({ ResourceArn, TagKeys }, ctx) {
    const resource = tagged(ResourceArn, ctx);
    const changed = tagging.remove(resource.tags, TagKeys);
    resource.save(changed);
    return { TagList: tagList(changed) };
  },

  ListTags: ({ ResourceArn }, ctx) => ({ TagList: tagList(tagged(ResourceArn, ctx).tags) }),
};

interface Tagged {
  readonly tags: Tags;
  save(tags: Tags): void;
}

/** By the type in an ARN. */
const TAGGED: Readonly<Record<string, (name: string, ctx: Context) => Tagged>> = {
  acl: (name, ctx) => kept(acls, findAcl(name, ctx.store), ctx.store),
  cluster: (name, ctx) => kept(clusterRecords, findCluster(name, ctx), ctx.store),
  multiregioncluster: (name, ctx) =>
    kept(multiRegionRecords, findMultiRegion(name, ctx), homeOf(ctx.host, ctx.account)),
  parametergroup: (name, ctx) => kept(parameterGroups, findParameterGroup(name, ctx.store), ctx.store),
  snapshot: (name, ctx) => kept(snapshots, findSnapshot(name, ctx.store), ctx.store),
  subnetgroup: (name, ctx) => kept(subnetGroups, groups.find(name, ctx), ctx.store),
  user: (name, ctx) => kept(users, findUser(name, ctx.store), ctx.store),
};

const kept = <R extends { readonly name: string; readonly tags: Tags }>(
  collection: CollectionDefinition<R>,
  record: R,
  store: Store,
): Tagged => ({
  tags: record.tags,
  save: (tags) => store.collection(collection).put([record.name], { ...record, tags }),
});

/** @throws InvalidARNFault for one that names nothing that can be tagged */
function tagged(arn: string, ctx: Context): Tagged {
  const { service, resource = "" } = parseArn(arn) ?? {};
  const [type = "", name = ""] = resource.split("/");
  const find = service === "memorydb" && Object.hasOwn(TAGGED, type) ? TAGGED[type] : undefined;
  if (!find) throw invalidArn(arn);
  return find(name, ctx);
}
