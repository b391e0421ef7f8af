import { subnetGroups } from "../../aws/subnet-groups.ts";
import { Tagging, type Tags, tagList } from "../../aws/tags.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type { Collection } from "../../core/storage.ts";
import type * as RDS from "../../models/generated/rds.ts";
import { clusterRecords, findCluster } from "./db-cluster.ts";
import { findInstance, instanceRecords } from "./db-instance.ts";
import { invalidParameterValue, tooManyTags } from "./errors.ts";
import { findGlobal, globalsOf } from "./global-cluster.ts";
import { findGroup, ofClusters, ofInstances } from "./parameter-group.ts";
import { groups } from "./placement.ts";
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

interface Tagged {
  readonly tags: Tags;
  save(tags: Tags): void;
}

/** What can be tagged, by its type in ARNs. */
const TAGGED: Readonly<Record<string, (name: string, ctx: Context) => Tagged>> = {
  db: (name, ctx) => kept(findInstance(name, ctx), ctx.store.collection(instanceRecords), ({ id }) => id),
  cluster: (name, ctx) => kept(findCluster(name, ctx), ctx.store.collection(clusterRecords), ({ id }) => id),
  snapshot: (name, ctx) =>
    kept(findSnapshot(name, ctx), ctx.store.collection(snapshotRecords), ({ id }) => id),
  "cluster-snapshot": (name, ctx) =>
    kept(findClusterSnapshot(name, ctx), ctx.store.collection(clusterSnapshotRecords), ({ id }) => id),
  "global-cluster": (name, ctx) =>
    kept(findGlobal(name, ctx), globalsOf(ctx.host, ctx.account), (global) => global.name),
  pg: (name, ctx) =>
    kept(
      findGroup(ofInstances, name, ctx.store),
      ctx.store.collection(ofInstances.records),
      (group) => group.name,
    ),
  "cluster-pg": (name, ctx) =>
    kept(
      findGroup(ofClusters, name, ctx.store),
      ctx.store.collection(ofClusters.records),
      (group) => group.name,
    ),
  subgrp: (name, ctx) =>
    kept(groups.find(name, ctx), ctx.store.collection(subnetGroups), (group) => group.name),
};

/** @throws InvalidParameterValue for an ARN that names nothing that can be tagged */
function tagged(arn: string, ctx: Context): Tagged {
  const [, , , , , type = "", name = ""] = arn.split(":");
  const find = Object.hasOwn(TAGGED, type) ? TAGGED[type] : undefined;
  if (!find)
    throw invalidParameterValue(`The specified resource name does not match an RDS resource in this region.`);
  return find(name, ctx);
}

const kept = <R extends { readonly tags: Tags }>(
  record: R,
  records: Collection<R>,
  nameOf: (record: R) => string,
): Tagged => ({
  tags: record.tags,
  save: (tags) => records.put([nameOf(record)], { ...record, tags }),
});
