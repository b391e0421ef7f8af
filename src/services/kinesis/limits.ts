import type { Context, Handlers } from "../../core/service.ts";
import type * as Kinesis from "../../models/generated/kinesis.ts";
import { shardLimitExceeded } from "./errors.ts";
import { openShards } from "./shards.ts";
import { streamCollection } from "./stream.ts";

const ON_DEMAND_STREAMS = 50;
const LARGE_REGIONS = ["us-east-1", "us-west-2", "eu-west-1"];

/** https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html */
const shardLimit = (region: string) => (LARGE_REGIONS.includes(region) ? 20_000 : 1000);

/** Refuses `more` shards when the account has no room for them. */
export function checkShardLimit(more: number, ctx: Context): void {
  const count = openCount(ctx);
  const limit = shardLimit(ctx.region);
  if (count + more > limit) throw shardLimitExceeded(ctx.account, ctx.region, count, limit, more);
}

export const limits: Handlers<Kinesis.Operations> = {
  DescribeLimits(_, ctx) {
    const all = [...ctx.store.collection(streamCollection).values()];
    return {
      ShardLimit: shardLimit(ctx.region),
      OpenShardCount: openCount(ctx),
      OnDemandStreamCount: all.filter(({ mode }) => mode === "ON_DEMAND").length,
      OnDemandStreamCountLimit: ON_DEMAND_STREAMS,
    };
  },
};

/** Shards of on-demand streams do not count. */
function openCount(ctx: Context): number {
  let count = 0;
  for (const stream of ctx.store.collection(streamCollection).values())
    if (stream.mode === "PROVISIONED") count += openShards(stream).length;
  return count;
}
