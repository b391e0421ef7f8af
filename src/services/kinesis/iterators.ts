import type { Context, Handlers } from "../../core/service.ts";
import type { Store } from "../../core/storage.ts";
import type * as Kinesis from "../../models/generated/kinesis.ts";
import {
  iteratorInvalid,
  sequenceNumberGiven,
  sequenceNumberInvalid,
  sequenceNumberMissing,
  shardDoesNotExist,
  timestampInFuture,
  timestampMissing,
} from "./errors.ts";
import { encodeIterator, type Position, readIterator } from "./iterator-text.ts";
import { before, isSequenceNumber, lastSequence, sequenceFloor } from "./sequence-number.ts";
import { shardsThatLast } from "./shards.ts";
import { findReadyStream, type StreamRecord } from "./stream.ts";

/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetShardIterator.html */
export const iterators: Handlers<Kinesis.Operations> = {
  GetShardIterator(input, ctx) {
    const { stream, store } = findReadyStream(input, ctx);
    const nowMs = ctx.clock.now();
    if (!shardsThatLast(stream, nowMs).some(({ id }) => id === input.ShardId))
      throw shardDoesNotExist(input.ShardId, stream);
    const shard = stream.shards.findIndex(({ id }) => id === input.ShardId);
    const after = startOf(input, { stream, store, shard, ctx });
    return {
      ShardIterator: encodeIterator({ arn: stream.arn, id: stream.id, shard, after, issuedMs: nowMs }),
    };
  },
};

interface Place {
  readonly stream: StreamRecord;
  readonly store: Store;
  readonly shard: number;
  readonly ctx: Context;
}

/** The sequence number that an iterator, or a subscription, starts behind. */
export function startOf(input: Kinesis.GetShardIteratorInput, { stream, store, shard, ctx }: Place): string {
  const { ShardIteratorType: type, StartingSequenceNumber: given, Timestamp } = input;
  if (type === "AT_SEQUENCE_NUMBER" || type === "AFTER_SEQUENCE_NUMBER") {
    if (given === undefined) throw sequenceNumberMissing(type);
    const { startSequence } = stream.shards[shard] ?? {};
    if (!isSequenceNumber(given) || startSequence === undefined || given < startSequence)
      throw sequenceNumberInvalid(given, input.ShardId, stream);
    return type === "AFTER_SEQUENCE_NUMBER" ? given : before(given);
  }
  if (given !== undefined) throw sequenceNumberGiven(type);
  if (type === "LATEST") return lastSequence(store, stream, shard) ?? "";
  if (type === "TRIM_HORIZON") return "";
  if (Timestamp === undefined) throw timestampMissing();
  const nowMs = ctx.clock.now();
  if (Timestamp.getTime() > nowMs) throw timestampInFuture(Timestamp.getTime(), nowMs);
  return sequenceFloor(Timestamp.getTime());
}

/** @throws AwsError InvalidArgumentException for text that is no iterator of ours */
export function decodeIterator(text: string): Position {
  const position = readIterator(text);
  if (!position) throw iteratorInvalid();
  return position;
}
