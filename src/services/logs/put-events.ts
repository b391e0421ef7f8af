import type { Handlers } from "../../core/service.ts";
import type * as Logs from "../../models/generated/logs.ts";
import { invalidParameter } from "./errors.ts";
import { EVENT_OVERHEAD_BYTES, type EventLog } from "./event-log.ts";
import type { Feed } from "./feed.ts";
import { type LogGroup, oldestKeptMs, requireGroup } from "./group.ts";
import { requireStream, streamNames } from "./stream.ts";
import { SEQUENCE_TOKEN } from "./streams.ts";

const MAX_BATCH_BYTES = 1_048_576;
const MAX_SPAN_MS = 86_400_000;
const OLDEST_MS = 14 * 86_400_000;
const NEWEST_MS = 2 * 3_600_000;

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html */
export const putEvents = (events: EventLog, feed: Feed): Handlers<Logs.Operations> => ({
  PutLogEvents(input, ctx) {
    const group = requireGroup(ctx.store, input.logGroupName);
    requireStream(ctx.store, group, input.logStreamName);
    checkBatch(input.logEvents);

    const nowMs = ctx.clock.now();
    if (group.retentionDays !== undefined)
      events.sweep(ctx.store, group, () => streamNames(ctx.store, group), oldestKeptMs(group, nowMs));
    const { from, to, rejected } = acceptable(input.logEvents, group, nowMs);
    const accepted =
      from === 0 && to === input.logEvents.length ? input.logEvents : input.logEvents.slice(from, to);
    if (accepted.length > 0) {
      const kept = events.append(ctx.store, group.name, input.logStreamName, accepted);
      feed.publish(ctx, group, input.logStreamName, kept);
    }
    return { nextSequenceToken: SEQUENCE_TOKEN, ...(rejected && { rejectedLogEventsInfo: rejected }) };
  },
});

function checkBatch(events: Logs.InputLogEvents): void {
  let bytes = 0;
  let before = 0;
  for (const { timestamp, message } of events) {
    // A UTF-16 unit has at most three bytes: most batches need not be measured.
    bytes += message.length * 3 + EVENT_OVERHEAD_BYTES;
    if (timestamp < before)
      throw invalidParameter("Log events in a single PutLogEvents request must be in chronological order.");
    before = timestamp;
  }
  if (bytes > MAX_BATCH_BYTES) {
    bytes = events.reduce((sum, { message }) => sum + Buffer.byteLength(message) + EVENT_OVERHEAD_BYTES, 0);
    if (bytes > MAX_BATCH_BYTES)
      throw invalidParameter(`Upload too large: ${bytes} bytes exceeds limit of ${MAX_BATCH_BYTES}`);
  }
  const [first] = events;
  if (first && before - first.timestamp > MAX_SPAN_MS)
    throw invalidParameter(
      "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.",
    );
}

/** Which events are neither too old nor too new: from `from` up to and without `to`. They are in order. */
function acceptable(
  events: Logs.InputLogEvents,
  group: LogGroup,
  nowMs: number,
): { from: number; to: number; rejected?: Logs.RejectedLogEventsInfo } {
  const count = events.length;
  const firstFrom = (ms: number) => {
    const at = events.findIndex(({ timestamp }) => timestamp >= ms);
    return at < 0 ? count : at;
  };
  const old = firstFrom(nowMs - OLDEST_MS);
  const expired = group.retentionDays === undefined ? 0 : firstFrom(oldestKeptMs(group, nowMs));
  const last = events.at(-1);
  const isNew = last !== undefined && last.timestamp > nowMs + NEWEST_MS;
  const to = isNew ? firstFrom(nowMs + NEWEST_MS + 1) : count;
  const from = Math.min(Math.max(old, expired), to);
  if (from === 0 && to === count) return { from, to };
  return {
    from,
    to,
    rejected: {
      ...(to < count && { tooNewLogEventStartIndex: to }),
      ...(old > 0 && { tooOldLogEventEndIndex: old }),
      ...(expired > old && { expiredLogEventEndIndex: expired }),
    },
  };
}
