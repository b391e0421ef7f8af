import { SortedPages } from "./pages/sorted-pages.ts";
import { type Bounds, CHUNK_BYTES, type Columns, type Row, type Stored, type Table } from "./table.ts";

/** Hears of every write that has been made, so that it can be made again. */
export interface Writes {
  put(table: number, key: string, value: Stored): void;
  remove(table: number, key: string): void;
  /** All from `low` up to and without `high`. */
  clear(table: number, low: string, high: string): void;
  /** Nothing is left in the table. */
  empty(table: number): void;
}

/** What a table asks of the storage that it is in. */
export interface PagedHost {
  /** Where what would undo a write is noted; undefined while nothing can be undone. */
  readonly undo: UndoLog | undefined;
  /** Undefined when nothing outlives the process. */
  readonly kept: Writes | undefined;
}

/** What has been there before a write: under a key, undefined where nothing was; or in the whole table. */
export type Before = { readonly table: PagedTable } & (
  | { readonly key: string; readonly value: Stored | undefined }
  | { readonly pages: SortedPages }
);

/** The oldest first. */
export type UndoLog = Before[];

/** More rows than this, and more than one in so many, are noted as a copy of the table, whose pages are not copied. */
const MANY = 1000;
const SHARE = 64;

/** A table of sorted pages. */
export class PagedTable implements Table {
  readonly name: string;
  /** Its own among the tables of its storage. */
  readonly number: number;
  readonly #host: PagedHost;
  writes = 0;
  #pages = new SortedPages();

  constructor(host: PagedHost, name: string, number: number) {
    this.#host = host;
    this.name = name;
    this.number = number;
  }

  /** What is in it. */
  get pages(): SortedPages {
    return this.#pages;
  }

  /** Has others in their place: what a load brings. */
  replace(pages: SortedPages): void {
    this.writes++;
    const { undo } = this.#host;
    if (undo) undo.push({ table: this, pages: this.#pages });
    else this.#pages.release();
    this.#pages = pages;
  }

  /** Has nothing in it any more. */
  empty(): void {
    this.replace(new SortedPages());
    this.#host.kept?.empty(this.number);
  }

  get(key: string): Stored | undefined {
    return this.#pages.get(key);
  }

  put(key: string, value: Stored): void {
    this.writes++;
    const { undo, kept } = this.#host;
    const before = this.#pages.put(key, value, undo !== undefined);
    undo?.push({ table: this, key, value: before });
    kept?.put(this.number, key, value);
  }

  add(key: string, value: Stored): boolean {
    this.writes++;
    if (!this.#pages.add(key, value)) return false;
    const { undo, kept } = this.#host;
    undo?.push({ table: this, key, value: undefined });
    kept?.put(this.number, key, value);
    return true;
  }

  delete(key: string): boolean {
    this.writes++;
    const { undo, kept } = this.#host;
    const isGone = this.#pages.delete(key, undo && ((value) => undo.push({ table: this, key, value })));
    if (isGone) kept?.remove(this.number, key);
    return isGone;
  }

  *scan(bounds: Bounds, columns: Columns): Iterable<Row> {
    const wanted = { keys: columns !== "v", values: columns !== "k" };
    let { low, high } = bounds;
    let left = bounds.limit;
    for (let chunk = 16; left > 0; chunk = Math.min(chunk * 4, 1024)) {
      const most = Math.min(chunk, left);
      const { rows, isCut } = this.#pages.read({ low, high }, wanted, bounds.reverse, most, CHUNK_BYTES);
      yield* rows;
      const last = rows.at(-1);
      if (!isCut || !last) return;
      left -= rows.length;
      if (bounds.reverse) high = last[0];
      else low = `${last[0]}\u0000`;
    }
  }

  count(bounds: Bounds): number {
    return Math.min(bounds.limit, this.#pages.count(bounds));
  }

  clear(bounds: Bounds): number {
    this.writes++;
    const cleared = this.#clear(bounds);
    if (cleared > 0) this.#host.kept?.clear(this.number, bounds.low, bounds.high);
    return cleared;
  }

  #clear(bounds: Bounds): number {
    const { undo } = this.#host;
    if (!undo) return this.#pages.clear(bounds);
    const many = this.#pages.count(bounds);
    if (many <= MANY || many * SHARE <= this.#pages.size)
      return this.#pages.clear(bounds, (key, value) => undo.push({ table: this, key, value }));
    undo.push({ table: this, pages: this.#pages.fork() });
    return this.#pages.clear(bounds);
  }

  /** Has what was there before a write. */
  restore(before: Before): void {
    if ("pages" in before) {
      this.#pages.release();
      this.#pages = before.pages;
    } else if (before.value === undefined) this.#pages.delete(before.key);
    else this.#pages.put(before.key, before.value);
  }
}
