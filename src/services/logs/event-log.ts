/** The log events: kept stream by stream, in the order of their timestamps and, among equals, of arrival. */

import type { Key } from "../../core/key.ts";
import type { ServiceHost } from "../../core/service.ts";
import { defineCollection, type Store } from "../../core/storage.ts";
import type { LogGroup } from "./group.ts";

export interface LogEvent {
  readonly timestamp: number;
  readonly ingestionTime: number;
  /** Sets events of one timestamp apart; counts up. */
  readonly sequence: number;
  readonly message: string;
}

export interface StreamEvent extends LogEvent {
  readonly stream: string;
}

/** A place among the events: a timestamp and a sequence. */
export interface Position {
  readonly timestamp: number;
  readonly sequence: number;
}

/** Key: [group's name, stream's name, timestamp, sequence]. The value is text, which is cheaper than JSON: this is the hot path. */
const eventCollection = defineCollection<string>({ name: "events", codec: "text" });

/** What each event counts for beside its message. */
export const EVENT_OVERHEAD_BYTES = 26;

export class EventLog {
  readonly #host: ServiceHost;
  #sequence: number;
  /** Sizes of groups, once they have been asked for: group → bytes. */
  readonly #sizes = new WeakMap<Store, { readonly revision: number; readonly bytes: Map<string, number> }>();
  /** When each group was last rid of what it no longer keeps. */
  readonly #sweptAtMs = new Map<string, number>();

  constructor(host: ServiceHost) {
    this.#host = host;
    // Behind every sequence that an earlier process may have given.
    this.#sequence = host.clock.now() * 1000;
  }

  append(
    store: Store,
    group: string,
    stream: string,
    events: readonly { timestamp: number; message: string }[],
  ): LogEvent[] {
    const collection = store.collection(eventCollection);
    const ingestionTime = this.#host.clock.now();
    const sizes = this.#sizesOf(store);
    const size = sizes?.get(group);
    if (sizes && size !== undefined) sizes.set(group, size + sizeOf(events));
    return events.map(({ timestamp, message }) => {
      const sequence = this.#sequence++;
      collection.put(
        [group, stream, timestamp, sequence],
        `${timestamp} ${ingestionTime} ${sequence} ${message}`,
      );
      return { timestamp, ingestionTime, sequence, message };
    });
  }

  /** Events of a stream from `from` on, itself included, up to `before`; backwards when `reverse`. */
  *read(
    store: Store,
    group: string,
    stream: string,
    range: {
      readonly from?: Position;
      readonly before?: Position;
      readonly reverse?: boolean;
      readonly limit?: number;
    } = {},
  ): Iterable<LogEvent> {
    const place = ({ timestamp, sequence }: Position): Key => [group, stream, timestamp, sequence];
    const { from, before, ...rest } = range;
    const values = store.collection(eventCollection).values({
      prefix: [group, stream],
      ...(from && { from: place(from) }),
      ...(before && { before: place(before) }),
      ...rest,
    });
    for (const value of values) yield readEvent(value);
  }

  first(store: Store, group: string, stream: string): LogEvent | undefined {
    for (const event of this.read(store, group, stream, { limit: 1 })) return event;
    return undefined;
  }

  last(store: Store, group: string, stream: string): LogEvent | undefined {
    for (const event of this.read(store, group, stream, { limit: 1, reverse: true })) return event;
    return undefined;
  }

  /** Events of several streams as one sequence. */
  *merge(
    store: Store,
    group: string,
    streams: readonly string[],
    range: { readonly from?: Position; readonly before?: Position },
  ): Iterable<StreamEvent> {
    const heads: { stream: string; events: Iterator<LogEvent>; next: LogEvent }[] = [];
    for (const stream of streams) {
      const events = this.read(store, group, stream, range)[Symbol.iterator]();
      const { value, done } = events.next();
      if (!done) heads.push({ stream, events, next: value });
    }
    heads.sort((a, b) => order(a.next, b.next));
    for (;;) {
      const head = heads[0];
      if (!head) return;
      yield { ...head.next, stream: head.stream };
      const { value, done } = head.events.next();
      if (done) {
        heads.shift();
        continue;
      }
      head.next = value;
      // Mostly the same stream goes on; else it sinks to its place.
      let at = 0;
      let above = heads[1];
      while (above && order(above.next, head.next) < 0) {
        heads[at] = above;
        at++;
        above = heads[at + 1];
      }
      heads[at] = head;
    }
  }

  /** How many bytes a group's events count for. Counted when first asked for. */
  size(store: Store, group: string): number {
    let sizes = this.#sizesOf(store);
    if (!sizes) {
      sizes = new Map();
      this.#sizes.set(store, { revision: store.revision, bytes: sizes });
    }
    let bytes = sizes.get(group);
    if (bytes === undefined) {
      bytes = 0;
      for (const value of store.collection(eventCollection).values({ prefix: [group] }))
        bytes += sizeOf([readEvent(value)]);
      sizes.set(group, bytes);
    }
    return bytes;
  }

  clear(store: Store, group: string, stream?: string): void {
    store.collection(eventCollection).clear({ prefix: stream === undefined ? [group] : [group, stream] });
    this.#sizesOf(store)?.delete(group);
  }

  /** Deletes what is older than a group keeps: at most once an hour, since reading leaves it out anyway. */
  sweep(store: Store, { name, arn }: LogGroup, streams: () => Iterable<string>, beforeMs: number): void {
    const nowMs = this.#host.clock.now();
    if (nowMs - (this.#sweptAtMs.get(arn) ?? 0) < SWEEP_INTERVAL_MS) return;
    this.#sweptAtMs.set(arn, nowMs);
    const collection = store.collection(eventCollection);
    for (const stream of streams())
      collection.clear({ prefix: [name, stream], before: [name, stream, beforeMs] });
    this.#sizesOf(store)?.delete(name);
  }

  #sizesOf(store: Store): Map<string, number> | undefined {
    const known = this.#sizes.get(store);
    return known?.revision === store.revision ? known.bytes : undefined;
  }
}

const SWEEP_INTERVAL_MS = 3_600_000;

const sizeOf = (events: readonly { readonly message: string }[]) =>
  events.reduce((sum, { message }) => sum + Buffer.byteLength(message) + EVENT_OVERHEAD_BYTES, 0);

const order = (a: Position, b: Position) => a.timestamp - b.timestamp || a.sequence - b.sequence;

function readEvent(value: string): LogEvent {
  const first = value.indexOf(" ");
  const second = value.indexOf(" ", first + 1);
  const third = value.indexOf(" ", second + 1);
  return {
    timestamp: Number(value.slice(0, first)),
    ingestionTime: Number(value.slice(first + 1, second)),
    sequence: Number(value.slice(second + 1, third)),
    message: value.slice(third + 1),
  };
}

const TIMESTAMP_DIGITS = 15;
const SEQUENCE_DIGITS = 40;

/** A position as AWS's ids of events look: 56 digits that sort as the events do. */
export const eventId = ({ timestamp, sequence }: Position) =>
  `3${String(timestamp).padStart(TIMESTAMP_DIGITS, "0")}${String(sequence).padStart(SEQUENCE_DIGITS, "0")}`;

/** The other way; undefined for anything else. */
export function readEventId(id: string): Position | undefined {
  if (!/^3\d{55}$/.test(id)) return undefined;
  return {
    timestamp: Number(id.slice(1, 1 + TIMESTAMP_DIGITS)),
    sequence: Number(id.slice(1 + TIMESTAMP_DIGITS)),
  };
}
