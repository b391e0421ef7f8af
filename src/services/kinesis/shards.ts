import type { Store } from "../../core/storage.ts";
import { sure } from "../../core/sure.ts";
import type * as Kinesis from "../../models/generated/kinesis.ts";
import { LAST_HASH, uniformStarts } from "./hash-keys.ts";
import { nextSequence, sequenceNumber } from "./sequence-number.ts";
import { horizonMs, type ShardRecord, type StreamRecord } from "./stream.ts";

/** The shards of a new stream: the hash keys in equal parts. */
export function firstShards(count: number, nowMs: number): ShardRecord[] {
  const starts = uniformStarts(count);
  return starts.map((start, at) => newShard(at, start, (starts[at + 1] ?? LAST_HASH + 1n) - 1n, nowMs));
}

export const openShards = (stream: StreamRecord): ShardRecord[] =>
  stream.shards.filter(({ closedMs }) => closedMs === undefined);

/** A closed shard is forgotten once its last record may be. */
export function shardsThatLast(stream: StreamRecord, nowMs: number): ShardRecord[] {
  return stream.shards.filter(
    ({ closedMs }) => closedMs === undefined || closedMs > horizonMs(stream, nowMs),
  );
}

/** The open shard that takes a hash key. Open shards cover all of them. */
export function shardOf(stream: StreamRecord, hash: bigint): ShardRecord {
  const isIn = ({ startHash, endHash }: ShardRecord) => BigInt(startHash) <= hash && hash <= BigInt(endHash);
  return sure(openShards(stream).find(isIn)); // All of them, whatever was split and merged.
}

/** Closes shards and puts others, their children, in their place. */
export function reshard(
  stream: StreamRecord,
  parents: readonly [ShardRecord, ShardRecord?],
  ranges: readonly (readonly [bigint, bigint])[],
  { store, nowMs }: { store: Store; nowMs: number },
): StreamRecord {
  const shards = stream.shards.map((shard, at) =>
    parents.some((parent) => parent?.id === shard.id)
      ? { ...shard, closedMs: nowMs, endSequence: nextSequence(store, stream, at, nowMs) }
      : shard,
  );
  const [parent, adjacent] = parents;
  const lineage = { parentId: parent.id, ...(adjacent && { adjacentParentId: adjacent.id }) };
  const children = ranges.map(([start, end], n) => ({
    ...newShard(shards.length + n, start, end, nowMs),
    ...lineage,
  }));
  return { ...stream, shards: [...shards, ...children] };
}

export function describeShard(shard: ShardRecord): Kinesis.Shard {
  return {
    ShardId: shard.id,
    ...(shard.parentId !== undefined && { ParentShardId: shard.parentId }),
    ...(shard.adjacentParentId !== undefined && { AdjacentParentShardId: shard.adjacentParentId }),
    HashKeyRange: { StartingHashKey: shard.startHash, EndingHashKey: shard.endHash },
    SequenceNumberRange: {
      StartingSequenceNumber: shard.startSequence,
      ...(shard.endSequence !== undefined && { EndingSequenceNumber: shard.endSequence }),
    },
  };
}

function newShard(at: number, start: bigint, end: bigint, nowMs: number): ShardRecord {
  return {
    id: `shardId-${String(at).padStart(12, "0")}`,
    startHash: String(start),
    endHash: String(end),
    startSequence: sequenceNumber(nowMs, 0, at),
    createdMs: nowMs,
  };
}
