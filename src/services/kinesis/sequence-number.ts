import { BoundedMap } from "../../core/bounded-map.ts";
import type { Store } from "../../core/storage.ts";
import { recordCollection, type StreamRecord } from "./stream.ts";

const PREFIX = "49";
const LENGTH = 56;

/** 56 digits that grow in a shard, so that their order as text is their order: when, which in that millisecond, and the shard. */
export function sequenceNumber(ms: number, count: number, shard: number): string {
  return `${PREFIX}${pad(ms, 13)}${pad(count, 29)}${pad(shard, 12)}`;
}

/** The number below all of those given at a moment or later, of any shard. */
export const sequenceFloor = (ms: number): string => `${PREFIX}${pad(Math.max(0, ms), 13)}`;

/** Is this of the form that we give? */
export const isSequenceNumber = (text: string): boolean => text.length === LENGTH && text.startsWith(PREFIX);

/** The number before: what stands behind it begins with `text`. */
export const before = (text: string): string => String(BigInt(text) - 1n);

export function lastSequence(store: Store, stream: StreamRecord, shard: number): string | undefined {
  const range = { prefix: [stream.id, shard], reverse: true, limit: 1 };
  for (const [, , sequence] of store.collection(recordCollection).keys(range)) return sequence as string;
  return undefined;
}

/** The last numbers that were given in a store, by stream and shard: only the first after a start is looked up. */
interface Given {
  revision: number;
  last: BoundedMap<string>;
}

const MOST_SHARDS = 10_000;
const given = new WeakMap<Store, Given>();

/** The number of the next record of a shard: above its last one, even if the clock has been set back. */
export function nextSequence(store: Store, stream: StreamRecord, shard: number, nowMs: number): string {
  let inStore = given.get(store);
  if (inStore?.revision !== store.revision) {
    inStore = { revision: store.revision, last: new BoundedMap(MOST_SHARDS) };
    given.set(store, inStore);
  }
  const place = `${stream.id}/${shard}`;
  const next = sequenceAfter(inStore.last.get(place) ?? lastSequence(store, stream, shard), shard, nowMs);
  inStore.last.set(place, next);
  return next;
}

function sequenceAfter(last: string | undefined, shard: number, nowMs: number): string {
  const lastMs = last === undefined ? 0 : Number(last.slice(2, 15));
  const count = last === undefined || lastMs < nowMs ? 1 : Number(last.slice(15, 44)) + 1;
  return sequenceNumber(Math.max(nowMs, lastMs), count, shard);
}

const pad = (n: number, digits: number): string => String(n).padStart(digits, "0");
