import { SortedPages } from "../pages/sorted-pages.ts";
import type { Stored } from "../table.ts";
import { type Cursor, Kind } from "./records.ts";

/** Stands for a key that has been removed. */
const REMOVED = 0;

interface Stretch {
  readonly low: Buffer;
  readonly high: Buffer;
}

/** What logs have done to a table, in the end. */
export class TableChanges {
  /** By key, the record that put its last value, or `REMOVED`. */
  #rows = new SortedPages();
  /** Nothing of what was there before is left in these. */
  #cleared: Stretch[] = [];
  #isEmptied = false;

  note(record: Cursor): void {
    const { kind } = record;
    if (kind === Kind.remove) this.#rows.put(record.key, REMOVED);
    else if (kind === Kind.empty) {
      this.#rows.release();
      this.#rows = new SortedPages();
      this.#cleared = [];
      this.#isEmptied = true;
    } else if (kind === Kind.clear) {
      const { key: low, text: high } = record;
      this.#rows.clear({ low, high });
      this.#cleared.push({ low: Buffer.from(low), high: Buffer.from(high) });
    } else this.#rows.put(record.key, record.whole);
  }

  /** Has them in the order of their keys, for rows that are, too. */
  merging(): Merging {
    return new Merging(this.#rows.rows(), this.#isEmptied ? undefined : disjoint(this.#cleared));
  }
}

/** Goes through a table's rows and their changes at the same time. */
export class Merging {
  readonly #rows: Iterator<readonly [key: string, value: Stored]>;
  /** Undefined: all of it. */
  readonly #cleared: readonly Stretch[] | undefined;
  #stretch = 0;
  #key: Buffer | undefined;
  #record: Stored = REMOVED;

  constructor(rows: Iterable<readonly [string, Stored]>, cleared: readonly Stretch[] | undefined) {
    this.#rows = rows[Symbol.iterator]();
    this.#cleared = cleared;
    this.#advance();
  }

  /** The records before a row that was there, and then it, when it is still. */
  *upTo(row: Cursor): Iterable<Uint8Array> {
    const key = row.keyBytes;
    for (;;) {
      const order = this.#key ? this.#key.compare(key) : 1;
      if (order > 0) break;
      if (this.#record !== REMOVED) yield this.#record as Uint8Array;
      this.#advance();
      if (order === 0) return;
    }
    if (!this.#isCleared(key)) yield row.whole;
  }

  /** What is behind all rows that were there. */
  *rest(): Iterable<Uint8Array> {
    for (; this.#key; this.#advance()) if (this.#record !== REMOVED) yield this.#record as Uint8Array;
  }

  #advance(): void {
    const { done, value } = this.#rows.next();
    if (done) {
      this.#key = undefined;
      return;
    }
    this.#key = Buffer.from(value[0]);
    this.#record = value[1];
  }

  #isCleared(key: Buffer): boolean {
    if (!this.#cleared) return true;
    for (let stretch = this.#cleared[this.#stretch]; stretch; stretch = this.#cleared[++this.#stretch])
      if (key.compare(stretch.high) < 0) return key.compare(stretch.low) >= 0;
    return false;
  }
}

/** In their order, none touching another. */
function disjoint(stretches: readonly Stretch[]): Stretch[] {
  const sorted = stretches.toSorted((a, b) => a.low.compare(b.low));
  const found: Stretch[] = [];
  for (const stretch of sorted) {
    const last = found.at(-1);
    if (!last || stretch.low.compare(last.high) > 0) found.push(stretch);
    else if (stretch.high.compare(last.high) > 0)
      found[found.length - 1] = { low: last.low, high: stretch.high };
  }
  return found;
}
