import { Tagging, type Tags, tagList } from "../../aws/tags.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as ElastiCache from "../../models/generated/elasticache.ts";
import { cacheClusters, findCluster, membersOf } from "./cache-cluster.ts";
import { invalidArn, invalidParameterValue, tooManyTags } from "./errors.ts";
import { findGroup, replicationGroups } from "./replication-group.ts";

export const tagging = new Tagging({ errors: { tooMany: tooManyTags, invalid: invalidParameterValue } });

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_AddTagsToResource.html and its neighbours */
export const tags: Handlers<ElastiCache.Operations> = {
  AddTagsToResource({ ResourceName, Tags: given }, ctx) {
    const resource = tagged(ResourceName, ctx);
    const changed = tagging.add(resource.tags, given as { Key: string }[]);
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

/** @throws InvalidARN for one that names nothing that can be tagged */
function tagged(arn: string, ctx: Context): { readonly tags: Tags; save(tags: Tags): void } {
  const [, , service, , , type = "", name = ""] = arn.split(":");
  if (service === "elasticache" && type === "cluster") {
    const record = findCluster(name, ctx);
    const records = ctx.store.collection(cacheClusters);
    return { tags: record.tags, save: (changed) => records.put([record.id], { ...record, tags: changed }) };
  }
  if (service === "elasticache" && type === "replicationgroup") {
    const record = findGroup(name, ctx);
    return {
      tags: record.tags,
      // The clusters of a group have what it has: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Tagging-Resources.html
      save(changed) {
        ctx.store.collection(replicationGroups).put([record.id], { ...record, tags: changed });
        for (const member of membersOf(record.id, ctx.store))
          ctx.store.collection(cacheClusters).put([member.id], { ...member, tags: changed });
      },
    };
  }
  throw invalidArn(arn);
}
