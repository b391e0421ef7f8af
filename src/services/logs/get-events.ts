import { makeToken, readToken as readPageToken } from "../../aws/page.ts";
import type { Handlers } from "../../core/service.ts";
import type * as Logs from "../../models/generated/logs.ts";
import { invalidParameter, streamNotFound } from "./errors.ts";
import {
  EVENT_OVERHEAD_BYTES,
  type EventLog,
  eventId,
  type LogEvent,
  type Position,
  readEventId,
} from "./event-log.ts";
import { compile } from "./filter.ts";
import { groupCollection, type LogGroup, namedGroup, oldestKeptMs } from "./group.ts";
import { invalidNextToken } from "./page.ts";
import { readPointer } from "./pointer.ts";
import { requireStream, streamCollection, streamNames } from "./stream.ts";

const MAX_EVENTS = 10_000;
const MAX_ANSWER_BYTES = 1_048_576;
const TOKEN = /^([fb])\/(\d{56})\/s$/;

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html */
export const getEvents = (events: EventLog): Handlers<Logs.Operations> => ({
  GetLogEvents(input, ctx) {
    const group = namedGroup(ctx, input);
    const stream = input.logStreamName;
    requireStream(ctx.store, group, stream);
    const nowMs = ctx.clock.now();
    const span = spanOf(input, group, nowMs, 0);
    const token = input.nextToken === undefined ? undefined : readToken(input.nextToken);
    const forward = token ? token.forward : (input.startFromHead ?? false);
    const range = token ? narrowed(span, token) : span;

    const found: LogEvent[] = [];
    let bytes = 0;
    for (const event of events.read(ctx.store, group.name, stream, { ...range, reverse: !forward })) {
      bytes += Buffer.byteLength(event.message) + EVENT_OVERHEAD_BYTES;
      if (found.length === (input.limit ?? MAX_EVENTS) || (bytes > MAX_ANSWER_BYTES && found.length > 0))
        break;
      found.push(event);
    }
    if (!forward) found.reverse();
    // Without an event in between, both tokens stand at the place that was asked for.
    const start: Position = token?.position ?? (forward ? span.from : { timestamp: nowMs, sequence: 0 });
    return {
      events: found.map(({ timestamp, message, ingestionTime }) => ({ timestamp, message, ingestionTime })),
      nextForwardToken: `f/${eventId(found.at(-1) ?? start)}/s`,
      nextBackwardToken: `b/${eventId(found[0] ?? start)}/s`,
    };
  },

  FilterLogEvents(input, ctx) {
    const group = namedGroup(ctx, input);
    const { logStreamNames: names, logStreamNamePrefix: prefix } = input;
    if (names !== undefined && prefix !== undefined)
      throw invalidParameter("logStreamNames and logStreamNamePrefix are mutually exclusive parameters.");
    const pattern = compile(input.filterPattern ?? "");
    const known = ctx.store.collection(streamCollection);
    if (names?.some((name) => !known.has([group.name, name]))) throw streamNotFound();
    const streams = names ?? streamNames(ctx.store, group).filter((name) => name.startsWith(prefix ?? ""));
    const span = spanOf(input, group, ctx.clock.now(), 1);
    const query = [group.name, names, prefix, input.filterPattern, input.startFromHead];
    const key = readPageToken({ token: input.nextToken, query, refuse: invalidNextToken });
    const after = key && { timestamp: Number(key[0]), sequence: Number(key[1]) };
    const range = after ? narrowed(span, { forward: true, position: after }) : span;

    const limit = input.limit ?? MAX_EVENTS;
    const found: Logs.FilteredLogEvent[] = [];
    let bytes = 0;
    let last: Position | undefined;
    let more = false;
    for (const event of events.merge(ctx.store, group.name, streams, range)) {
      if (!pattern.match(event.message)) continue;
      bytes += Buffer.byteLength(event.message) + EVENT_OVERHEAD_BYTES;
      if (found.length === limit || (bytes > MAX_ANSWER_BYTES && found.length > 0)) {
        more = true;
        break;
      }
      const { stream, timestamp, message, ingestionTime } = event;
      found.push({ logStreamName: stream, timestamp, message, ingestionTime, eventId: eventId(event) });
      last = event;
    }
    return {
      events: found,
      searchedLogStreams: [],
      ...(more && last && { nextToken: makeToken([last.timestamp, last.sequence], { query }) }),
    };
  },

  GetLogRecord(input, ctx) {
    const pointer = readPointer(input.logRecordPointer);
    const group = pointer && ctx.store.collection(groupCollection).get([pointer.group]);
    if (!group) throw invalidParameter("Invalid log record pointer");
    for (const event of events.read(ctx.store, group.name, pointer.stream, { from: pointer, limit: 1 })) {
      if (event.timestamp !== pointer.timestamp || event.sequence !== pointer.sequence) break;
      return {
        logRecord: {
          "@timestamp": String(event.timestamp),
          "@ingestionTime": String(event.ingestionTime),
          "@message": event.message,
          "@logStream": pointer.stream,
          "@log": `${ctx.account}:${group.name}`,
        },
      };
    }
    throw invalidParameter("Invalid log record pointer");
  },
});

interface Span {
  readonly from: Position;
  readonly before?: Position;
}

/**
 * From the start time, itself included, to the end time.
 * @param beyondMs 0 leaves the end time itself out (GetLogEvents), 1 includes it (FilterLogEvents)
 */
function spanOf(
  input: { startTime?: number; endTime?: number },
  group: LogGroup,
  nowMs: number,
  beyondMs: 0 | 1,
): Span {
  const { startTime, endTime } = input;
  if (startTime !== undefined && endTime !== undefined && endTime < startTime)
    throw invalidParameter("endTime must be greater than or equal to startTime.");
  return {
    from: { timestamp: Math.max(startTime ?? 0, oldestKeptMs(group, nowMs)), sequence: 0 },
    ...(endTime !== undefined && { before: { timestamp: endTime + beyondMs, sequence: 0 } }),
  };
}

interface Token {
  readonly forward: boolean;
  readonly position: Position;
}

/** The part of a span behind a token's place (forward), or before it. */
function narrowed(span: Span, { forward, position }: Token): Span {
  if (!forward) {
    const before = span.before && isBefore(span.before, position) ? span.before : position;
    return { ...span, before };
  }
  const behind = { timestamp: position.timestamp, sequence: position.sequence + 1 };
  return { ...span, from: isBefore(span.from, behind) ? behind : span.from };
}

const isBefore = (a: Position, b: Position) =>
  a.timestamp < b.timestamp || (a.timestamp === b.timestamp && a.sequence < b.sequence);

function readToken(text: string): Token {
  const [, direction, id] = TOKEN.exec(text) ?? [];
  const position = id === undefined ? undefined : readEventId(id);
  if (!position) throw invalidParameter("The specified nextToken is invalid.");
  return { forward: direction === "f", position };
}
