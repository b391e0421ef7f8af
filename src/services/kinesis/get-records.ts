import type { Handlers } from "../../core/service.ts";
import type { Store } from "../../core/storage.ts";
import type * as Kinesis from "../../models/generated/kinesis.ts";
import { iteratorExpired, shardDoesNotExist, streamNotFound } from "./errors.ts";
import { encodeIterator, ITERATOR_LIFE_MS, type Position } from "./iterator-text.ts";
import { decodeIterator } from "./iterators.ts";
import { measure } from "./metrics.ts";
import { sequenceFloor } from "./sequence-number.ts";
import {
  findReadyStream,
  horizonMs,
  type KeptRecord,
  recordCollection,
  type StreamRecord,
} from "./stream.ts";

const MOST_RECORDS = 10_000;
const MOST_BYTES = 10 * 1024 * 1024;

/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html */
export const getRecords: Handlers<Kinesis.Operations> = {
  GetRecords(input, ctx) {
    const position = decodeIterator(input.ShardIterator);
    const nowMs = ctx.clock.now();
    if (nowMs - position.issuedMs > ITERATOR_LIFE_MS) throw iteratorExpired(position.issuedMs, nowMs);
    const { stream, store } = findReadyStream({ StreamARN: position.arn }, ctx);
    if (stream.id !== position.id) throw streamNotFound(stream.name, stream.account);
    const shard = stream.shards[position.shard];
    if (!shard) throw shardDoesNotExist(String(position.shard), stream);
    trim(store, stream, nowMs);
    const { records, last, nextMs } = read(store, position, input.Limit ?? MOST_RECORDS);
    const MillisBehindLatest = nextMs === undefined ? 0 : Math.max(0, nowMs - nextMs);
    measure(ctx.host, stream, {
      "GetRecords.Success": 1,
      "GetRecords.Records": records.length,
      "GetRecords.Bytes": records.reduce((sum, { Data }) => sum + Data.length, 0),
      "GetRecords.IteratorAgeMilliseconds": MillisBehindLatest,
    });
    const isAtEnd = shard.closedMs !== undefined && nextMs === undefined;
    return {
      Records: records,
      MillisBehindLatest,
      ...(isAtEnd
        ? { ChildShards: childrenOf(shard.id, stream) }
        : { NextShardIterator: encodeIterator({ ...position, after: last, issuedMs: nowMs }) }),
    };
  },
};

/** Forgets what is older than the stream's retention period. */
export function trim(store: Store, stream: StreamRecord, nowMs: number): void {
  const rows = store.collection(recordCollection);
  const floor = sequenceFloor(horizonMs(stream, nowMs));
  for (const shard of stream.shards.keys())
    rows.clear({ prefix: [stream.id, shard], before: [stream.id, shard, floor] });
}

/** As a subscription reads: records behind a place, and what its shard became. */
export function readShard(
  store: Store,
  stream: StreamRecord,
  place: Pick<Position, "id" | "shard" | "after">,
  limit: number,
) {
  const children = (shardId: string) => childrenOf(shardId, stream);
  return { nextMs: undefined, ...read(store, place, limit), children };
}

/** Records behind a position; `nextMs` is when the first one that is left came, if any is. */
function read(store: Store, { id, shard, after }: Pick<Position, "id" | "shard" | "after">, limit: number) {
  const prefix = [id, shard];
  const records: Kinesis.Record[] = [];
  let last = after;
  let bytes = 0;
  const range = { prefix, ...(after !== "" && { after: [...prefix, after] }), limit: limit + 1 };
  for (const { key, value } of store.collection(recordCollection).entries(range)) {
    const isFull = records.length > 0 && bytes + value.data.length > MOST_BYTES;
    if (records.length === limit || isFull) return { records, last, nextMs: value.atMs };
    last = key[2] as string;
    bytes += value.data.length;
    records.push(describe(value, last));
  }
  return { records, last };
}

function describe(
  { data, partitionKey, atMs, isEncrypted, sentBy }: KeptRecord,
  sequence: string,
): Kinesis.Record & { sentBy?: string } {
  return {
    // Not modelled: no client sees it.
    ...(sentBy !== undefined && { sentBy }),
    SequenceNumber: sequence,
    ApproximateArrivalTimestamp: new Date(atMs),
    Data: data,
    PartitionKey: partitionKey,
    ...(isEncrypted && { EncryptionType: "KMS" }),
  };
}

function childrenOf(parent: string, { shards }: StreamRecord): Kinesis.ChildShard[] {
  return shards
    .filter(({ parentId, adjacentParentId }) => parentId === parent || adjacentParentId === parent)
    .map(({ id, parentId, adjacentParentId, startHash, endHash }) => ({
      ShardId: id,
      ParentShards: [parentId, adjacentParentId].filter((shard) => shard !== undefined),
      HashKeyRange: { StartingHashKey: startHash, EndingHashKey: endHash },
    }));
}
