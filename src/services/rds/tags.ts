import { parameterGroups } from "../../aws/parameter-groups.ts";
import { Tagging, type Tags, tagList } from "../../aws/tags.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as RDS from "../../models/generated/rds.ts";
import { clusterRecords, findCluster } from "./db-cluster.ts";
import { findInstance, instanceRecords } from "./db-instance.ts";
import { invalidParameterValue, tooManyTags } from "./errors.ts";
import { findGlobal, globalsOf } from "./global-cluster.ts";
import { findGroup } from "./parameter-group.ts";
import { clusterSnapshotRecords, findClusterSnapshot, findSnapshot, snapshotRecords } from "./snapshot.ts";

export const tagging = new Tagging({ errors: { tooMany: tooManyTags, invalid: invalidParameterValue } });

/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_AddTagsToResource.html and its neighbours */
export const tags: Handlers<RDS.Operations> = {
  AddTagsToResource({ ResourceName, Tags: given }, ctx) {
    const resource = tagged(ResourceName, ctx);
    resource.save(tagging.add(resource.tags, given));
  },

  RemoveTagsFromResource({ ResourceName, TagKeys }, ctx) {
    const resource = tagged(ResourceName, ctx);
    resource.save(tagging.remove(resource.tags, TagKeys));
  },

  ListTagsForResource: ({ ResourceName }, ctx) => ({ TagList: tagList(tagged(ResourceName, ctx).tags) }),
};

/** @throws InvalidParameterValue for an ARN that names nothing that can be tagged */
function tagged(arn: string, ctx: Context): { readonly tags: Tags; save(tags: Tags): void } {
  const [, , , , , type = "", name = ""] = arn.split(":");
  if (type === "db") {
    const record = findInstance(name, ctx);
    const records = ctx.store.collection(instanceRecords);
    return { tags: record.tags, save: (changed) => records.put([record.id], { ...record, tags: changed }) };
  }
  if (type === "cluster") {
    const record = findCluster(name, ctx);
    const records = ctx.store.collection(clusterRecords);
    return { tags: record.tags, save: (changed) => records.put([record.id], { ...record, tags: changed }) };
  }
  if (type === "snapshot") {
    const record = findSnapshot(name, ctx);
    const records = ctx.store.collection(snapshotRecords);
    return { tags: record.tags, save: (changed) => records.put([record.id], { ...record, tags: changed }) };
  }
  if (type === "cluster-snapshot") {
    const record = findClusterSnapshot(name, ctx);
    const records = ctx.store.collection(clusterSnapshotRecords);
    return { tags: record.tags, save: (changed) => records.put([record.id], { ...record, tags: changed }) };
  }
  if (type === "global-cluster") {
    const record = findGlobal(name, ctx);
    const records = globalsOf(ctx.host, ctx.account);
    return { tags: record.tags, save: (changed) => records.put([record.name], { ...record, tags: changed }) };
  }
  if (type !== "pg")
    throw invalidParameterValue(`The specified resource name does not match an RDS resource in this region.`);
  const record = findGroup(name, ctx.store);
  const records = ctx.store.collection(parameterGroups);
  return { tags: record.tags, save: (changed) => records.put([record.name], { ...record, tags: changed }) };
}
