import { AFTER, encodeKey } from "./key.ts";
import type { Range } from "./storage.ts";

/** What is kept under a key. */
export type Stored = string | number | Uint8Array;

/** A stored entry; without its value when only keys were asked for. A tuple: SQLite's objects cost twice as much. */
export type Row = readonly [key: string, value: Stored];

/** One sorted map of a database: a collection, or an index of one. Keys are in the order of their UTF-8 bytes. */
export interface Table {
  readonly name: string;
  /** Goes up with every write. What the storage undoes is told by its `revision`. */
  readonly writes: number;
  get(key: string): Stored | undefined;
  put(key: string, value: Stored): void;
  /** False, and nothing is written, when the key is taken. */
  add(key: string, value: Stored): boolean;
  delete(key: string): boolean;
  /** Rows from `low` up to and without `high`, in chunks so that writes on the way do no harm. */
  scan(bounds: Bounds, columns: Columns): Iterable<Row>;
  count(bounds: Bounds): number;
  clear(bounds: Bounds): number;
}

/** What a scan's rows have; what was not asked for may be there. */
export type Columns = "k" | "v" | "k, v";

/** So much is read at a time: a thousand rows may be some hundred megabytes. */
export const CHUNK_BYTES = 1024 * 1024;

/** A range as text: `low` included, `high` not. */
export interface Bounds {
  readonly low: string;
  readonly high: string;
  readonly reverse: boolean;
  readonly limit: number;
}

/** A range below a scope, as text bounds: `low` included, `high` not. */
export function boundsOf(scope: string, range: Range | undefined): Bounds {
  let low = scope;
  let high = scope + AFTER;
  if (range) {
    const prefix = range.prefix ? scope + encodeKey(range.prefix) : scope;
    low = prefix;
    high = prefix + AFTER;
    if (range.from) low = max(low, scope + encodeKey(range.from));
    if (range.after) low = max(low, `${scope + encodeKey(range.after)}\u0000`);
    if (range.to) high = min(high, `${scope + encodeKey(range.to)}\u0000`);
    if (range.before) high = min(high, scope + encodeKey(range.before));
  }
  return { low, high, reverse: range?.reverse ?? false, limit: range?.limit ?? Number.MAX_SAFE_INTEGER };
}

// Bounds differ only in characters below U+D800 or after a common prefix, where UTF-16 and UTF-8 order agree well enough:
// both texts are encoded keys, and a wrong pick could only arise between two bounds that split one surrogate pair.
const max = (a: string, b: string) => (Buffer.compare(Buffer.from(a), Buffer.from(b)) >= 0 ? a : b);
const min = (a: string, b: string) => (Buffer.compare(Buffer.from(a), Buffer.from(b)) <= 0 ? a : b);
