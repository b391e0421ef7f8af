import { AwsError } from "../../core/aws-error.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as Kinesis from "../../models/generated/kinesis.ts";
import { findConsumer } from "./consumers.ts";
import { shardDoesNotExist, streamNotFound, subscribed, subscriptionTaken } from "./errors.ts";
import { readShard, trim } from "./get-records.ts";
import { startOf } from "./iterators.ts";
import { shardsThatLast } from "./shards.ts";
import { findReadyStream } from "./stream.ts";

/** A subscription ends by itself; its reader makes the next one. */
const LIFE_MS = 5 * 60_000;
/** For so long nobody else may take a consumer's shard; afterwards the newest subscription has it. */
const HELD_MS = 5000;
/** Readers hear at least so often where they stand. */
const QUIET_MS = 5000;
const MOST_RECORDS = 10_000;

interface Subscription {
  readonly sinceMs: number;
  /** Set when another one has taken its place. */
  isTaken: boolean;
  wake(): void;
}

/** Enhanced fan-out: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_SubscribeToShard.html */
export const subscriptions = (): Handlers<Kinesis.Operations> => {
  /** By consumer and shard. */
  const held = new Map<string, Subscription>();

  return {
    SubscribeToShard(input, ctx) {
      if (input.DryRun)
        throw new AwsError("NotImplemented", "SubscribeToShard's DryRun is not implemented.", {
          status: 501,
        });
      const { consumer } = findConsumer({ ConsumerARN: input.ConsumerARN }, ctx);
      const { stream, store } = findReadyStream({ StreamARN: consumer.streamArn }, ctx);
      const nowMs = ctx.clock.now();
      if (!shardsThatLast(stream, nowMs).some(({ id }) => id === input.ShardId))
        throw shardDoesNotExist(input.ShardId, stream);
      const key = `${consumer.arn} ${input.ShardId}`;
      const before = held.get(key);
      if (before && nowMs - before.sinceMs < HELD_MS) throw subscribed(consumer.name, stream);
      const shard = stream.shards.findIndex(({ id }) => id === input.ShardId);
      const { Type: ShardIteratorType, SequenceNumber, Timestamp } = input.StartingPosition;
      const asked = {
        ShardId: input.ShardId,
        ShardIteratorType,
        ...(SequenceNumber !== undefined && { StartingSequenceNumber: SequenceNumber }),
        ...(Timestamp && { Timestamp }),
      };
      const after = startOf(asked, { stream, store, shard, ctx });
      if (before) {
        before.isTaken = true;
        before.wake();
      }
      const subscription: Subscription = { sinceMs: nowMs, isTaken: false, wake() {} };
      held.set(key, subscription);
      const leave = () => {
        if (held.get(key) === subscription) held.delete(key);
      };
      const place = { streamArn: stream.arn, id: stream.id, shard, after };
      return { EventStream: events(place, subscription, ctx, leave) };
    },
  };
};

interface Place {
  readonly streamArn: string;
  readonly id: string;
  readonly shard: number;
  readonly after: string;
}

/** Records as they come, and where the reader stands when none do. */
async function* events(
  { streamArn, id, shard, after: start }: Place,
  subscription: Subscription,
  ctx: Context,
  leave: () => void,
): AsyncGenerator<Kinesis.SubscribeToShardEventStream> {
  const endsAtMs = subscription.sinceMs + LIFE_MS;
  const unsubscribe = ctx.host.bus.subscribe("kinesis.stream", (event) => {
    if (event.streamArn === streamArn) subscription.wake();
  });
  const aborted = () => subscription.wake();
  ctx.signal.addEventListener("abort", aborted);
  let after = start;
  try {
    while (!ctx.signal.aborted && ctx.clock.now() < endsAtMs) {
      if (subscription.isTaken) throw subscriptionTaken();
      const read = readAt({ streamArn, id, shard, after }, ctx);
      after = read.last;
      yield { SubscribeToShardEvent: read.event };
      if (read.isOver) return;
      if (!read.hasMore) await quiet(subscription, endsAtMs, ctx);
    }
  } finally {
    ctx.signal.removeEventListener("abort", aborted);
    unsubscribe();
    leave();
  }
}

/** What lies behind a place. Throws ResourceNotFoundException when the stream is gone: that ends the subscription. */
function readAt({ streamArn, id, shard, after }: Place, ctx: Context) {
  const nowMs = ctx.clock.now();
  const { stream, store } = findReadyStream({ StreamARN: streamArn }, ctx);
  // Another stream may have got the name meanwhile.
  if (stream.id !== id) throw streamNotFound(stream.name, stream.account);
  const place = stream.shards[shard];
  if (!place) throw streamNotFound(stream.name, stream.account);
  const { id: ShardId, startSequence, closedMs } = place;
  trim(store, stream, nowMs);
  const { records, last, nextMs, children } = readShard(store, stream, { id, shard, after }, MOST_RECORDS);
  const isOver = closedMs !== undefined && nextMs === undefined;
  const event: Kinesis.SubscribeToShardEvent = {
    Records: records,
    ContinuationSequenceNumber: last === "" ? startSequence : last,
    MillisBehindLatest: nextMs === undefined ? 0 : Math.max(0, nowMs - nextMs),
    ...(isOver && { ChildShards: children(ShardId) }),
  };
  return { event, last, isOver, hasMore: nextMs !== undefined };
}

/** Until it is woken, a while has passed, or the subscription ends. */
function quiet(subscription: Subscription, endsAtMs: number, { clock, signal }: Context): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const timer = clock.setTimer(Math.min(QUIET_MS, endsAtMs - clock.now()), resolve);
    subscription.wake = () => {
      timer.cancel();
      // What comes in the same turn goes into the same event.
      setImmediate(resolve);
    };
  });
}
