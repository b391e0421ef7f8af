import { Tagging } from "../../aws/tags.ts";
import type { Context, Handlers } from "../../core/service.ts";
import { behindLast } from "../../core/text.ts";
import type * as DSQL from "../../models/generated/dsql.ts";
import { type ClusterRecord, clusterArn, clusterRecords, findCluster } from "./cluster.ts";
import { clusterNotFound, invalid, tooManyTags } from "./errors.ts";

export const tagging = new Tagging({ errors: { tooMany: tooManyTags, invalid } });

/** https://docs.aws.amazon.com/aurora-dsql/latest/APIReference/API_TagResource.html and its neighbours */
export const tags: Handlers<DSQL.Operations> = {
  TagResource({ resourceArn, tags: given }, ctx) {
    const cluster = tagged(resourceArn, ctx);
    save(cluster, tagging.add(cluster.tags, given), ctx);
  },

  UntagResource({ resourceArn, tagKeys }, ctx) {
    const cluster = tagged(resourceArn, ctx);
    save(cluster, tagging.remove(cluster.tags, tagKeys), ctx);
  },

  ListTagsForResource: ({ resourceArn }, ctx) => ({ tags: { ...tagged(resourceArn, ctx).tags } }),
};

const save = (cluster: ClusterRecord, changed: ClusterRecord["tags"], { store }: Context): void =>
  store.collection(clusterRecords).put([cluster.id], { ...cluster, tags: changed });

/** @throws ResourceNotFoundException */
function tagged(arn: string, ctx: Context): ClusterRecord {
  const id = behindLast("/", arn);
  if (clusterArn(id, ctx) !== arn) throw clusterNotFound(arn);
  return findCluster(id, ctx);
}
