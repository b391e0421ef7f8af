import type { Context, Handlers } from "../../core/service.ts";
import type { Store } from "../../core/storage.ts";
import type * as Kinesis from "../../models/generated/kinesis.ts";
import {
  countTooHigh,
  countTooLow,
  notAdjacent,
  notForOnDemand,
  shardClosed,
  shardNotFound,
  splitOutside,
} from "./errors.ts";
import { LAST_HASH, uniformStarts } from "./hash-keys.ts";
import { checkShardLimit } from "./limits.ts";
import { openShards, reshard, shardOf } from "./shards.ts";
import { changing, findActiveStream, type ShardRecord, type StreamRecord, saveStream } from "./stream.ts";

/** Splits and merges: https://docs.aws.amazon.com/streams/latest/dev/kinesis-using-sdk-java-resharding.html */
export const resharding: Handlers<Kinesis.Operations> = {
  SplitShard(input, ctx) {
    const { stream, store } = findProvisioned(input, ctx);
    const shard = findOpen(input.ShardToSplit, stream);
    const key = BigInt(input.NewStartingHashKey);
    if (key <= BigInt(shard.startHash) + 1n || key >= BigInt(shard.endHash))
      throw splitOutside(input.NewStartingHashKey, shard.id, stream, shard.startHash, shard.endHash);
    checkShardLimit(1, ctx);
    save(store, split(stream, shard, key, { store, nowMs: ctx.clock.now() }), ctx);
  },

  MergeShards(input, ctx) {
    const { stream, store } = findProvisioned(input, ctx);
    const shard = findOpen(input.ShardToMerge, stream);
    const adjacent = findOpen(input.AdjacentShardToMerge, stream);
    const touches = (a: ShardRecord, b: ShardRecord) => BigInt(a.endHash) + 1n === BigInt(b.startHash);
    if (!touches(shard, adjacent) && !touches(adjacent, shard))
      throw notAdjacent(shard.id, adjacent.id, stream);
    save(store, merge(stream, shard, adjacent, { store, nowMs: ctx.clock.now() }), ctx);
  },

  UpdateShardCount(input, ctx) {
    const { stream, store } = findProvisioned(input, ctx);
    const current = openShards(stream).length;
    const target = input.TargetShardCount;
    if (target > current * 2) throw countTooHigh(target, current * 2, current);
    if (target < current / 2) throw countTooLow(target, Math.ceil(current / 2), current);
    checkShardLimit(target - current, ctx);
    save(store, scale(stream, target, { store, nowMs: ctx.clock.now() }), ctx);
    return {
      StreamName: stream.name,
      StreamARN: stream.arn,
      CurrentShardCount: current,
      TargetShardCount: target,
    };
  },
};

interface Moment {
  readonly store: Store;
  readonly nowMs: number;
}

const split = (stream: StreamRecord, shard: ShardRecord, key: bigint, moment: Moment): StreamRecord =>
  reshard(
    stream,
    [shard],
    [
      [BigInt(shard.startHash), key - 1n],
      [key, BigInt(shard.endHash)],
    ],
    moment,
  );

function merge(stream: StreamRecord, a: ShardRecord, b: ShardRecord, moment: Moment): StreamRecord {
  const [low, high] = BigInt(a.startHash) < BigInt(b.startHash) ? [a, b] : [b, a];
  return reshard(stream, [a, b], [[BigInt(low.startHash), BigInt(high.endHash)]], moment);
}

/** To shards of one size, as AWS does it: by splits where one is to begin, then by merges of what is too small. */
function scale(before: StreamRecord, target: number, moment: Moment): StreamRecord {
  let stream = before;
  const starts = uniformStarts(target);
  for (const start of starts) {
    const shard = shardOf(stream, start);
    if (BigInt(shard.startHash) !== start) stream = split(stream, shard, start, moment);
  }
  for (const [at, start] of starts.entries()) {
    const end = (starts[at + 1] ?? LAST_HASH + 1n) - 1n;
    for (let shard = shardOf(stream, start); BigInt(shard.endHash) !== end; shard = shardOf(stream, start))
      stream = merge(stream, shard, shardOf(stream, BigInt(shard.endHash) + 1n), moment);
  }
  return stream;
}

function findProvisioned(input: { StreamName?: string; StreamARN?: string }, ctx: Context) {
  const found = findActiveStream(input, ctx);
  if (found.stream.mode !== "PROVISIONED") throw notForOnDemand(found.stream);
  return found;
}

function findOpen(id: string, stream: StreamRecord): ShardRecord {
  const shard = stream.shards.find((one) => one.id === id);
  if (!shard) throw shardNotFound(id, stream);
  if (shard.closedMs !== undefined) throw shardClosed(id, stream);
  return shard;
}

/** Readers of closed shards hear that there is an end to read up to. */
function save(store: Store, stream: StreamRecord, ctx: Context): void {
  saveStream(store, changing(stream, "UPDATING", ctx));
  ctx.host.bus.publish("kinesis.stream", { streamArn: stream.arn });
}
