import { encodeKey, type Key } from "../../core/key.ts";
import { equal, type Item } from "./attribute-value.ts";
import { type Consumption, writeUnits } from "./capacity.ts";
import { transactionConflict } from "./errors.ts";
import { itemOf, itemText, textSize } from "./item-text.ts";
import type { Region, Tally } from "./region.ts";
import type { Rows } from "./rows.ts";
import type { Table } from "./table.ts";

/** One item's change from what it was to what it will be. Made first, checked, and only then carried out. */
export class ItemWrite {
  readonly region: Region;
  readonly table: Table;
  readonly key: Key;
  /** What is kept now; undefined when there is nothing, or when nobody needs to know (see `knows`). */
  readonly beforeText: string | undefined;
  readonly knows: boolean;
  #before: Item | undefined;

  /**
   * @param knows read what is there, even if the table's writes could do without
   * @param transaction the one that holds the item's lock and makes this write; the service's own writes pass all locks
   */
  constructor(
    region: Region,
    table: Table,
    keyItem: Item,
    knows = true,
    transaction?: object | "the service",
  ) {
    this.region = region;
    this.table = table;
    this.key = table.itemKey(keyItem);
    if (region.locks.size > 0 && transaction !== "the service") {
      const holder = region.locks.get(encodeKey(this.key));
      if (holder && holder !== transaction) throw transactionConflict();
    }
    this.knows = knows || !table.writesBlindly;
    this.beforeText = this.knows ? region.items.get(this.key) : undefined;
  }

  /** Does a transaction hold the item? */
  static isHeld(region: Region, table: Table, keyItem: Item): boolean {
    return region.locks.size > 0 && region.locks.has(encodeKey(table.itemKey(keyItem)));
  }

  /** The item as it is now. */
  get before(): Item | undefined {
    if (this.beforeText !== undefined) this.#before ??= itemOf(this.beforeText);
    return this.#before;
  }

  /**
   * Puts the new item (undefined: deletes) and everything that follows from it: index rows, stream record, tallies.
   * @param size of the new item in bytes
   */
  commit(after: Item | undefined, size = 0, options: WriteOptions = {}): void {
    const { region, table, key } = this;
    const nowMs = region.host.clock.now();
    const afterText = after && itemText(after, size);
    if (afterText === undefined && this.knows && this.beforeText === undefined) return;
    const visibleMs = region.visibleMs(nowMs);
    const tally = region.knownTally(table.record.id);
    const isNew = afterText !== undefined && visibleMs === undefined && this.#addsTo(tally, afterText);
    const beforeText = isNew || this.knows || !tally ? this.beforeText : region.items.get(key);
    if (!isNew) {
      if (afterText === undefined) region.items.delete(key, nowMs, visibleMs);
      else region.items.put(key, afterText, nowMs, visibleMs);
    }
    if (tally) {
      tally.replaces = beforeText !== undefined;
      if (beforeText !== undefined) {
        tally.rows--;
        tally.bytes -= textSize(beforeText);
      }
      if (afterText !== undefined) {
        tally.rows++;
        tally.bytes += size;
      }
    }
    if (table.writesBlindly) return;
    this.#writeIndexes(after, afterText, nowMs, visibleMs);
    region.changed?.({ write: this, after, afterText, nowMs, options });
  }

  /** An item that is counted and probably new is put without a look at what is there: the store says whether it was. */
  #addsTo(tally: Tally | undefined, text: string): boolean {
    if (this.knows || tally === undefined || tally.replaces) return false;
    return this.region.items.add(this.key, text);
  }

  #writeIndexes(
    after: Item | undefined,
    afterText: string | undefined,
    nowMs: number,
    visibleMs?: number,
  ): void {
    for (const change of this.#indexChanges(after)) {
      const { indexRows } = this.region;
      const lagMs = change.index.isGlobal ? (this.region.indexLagMs?.(this.table, change.index) ?? 0) : 0;
      const visible = lagMs > 0 ? Math.max(visibleMs ?? 0, nowMs + lagMs) : visibleMs;
      if (change.was && (!change.is || !sameKey(change.was, change.is))) {
        this.#tallyIndex(change.index.record.id, indexRows, change.was, undefined);
        indexRows.delete(change.was, nowMs, visible);
      }
      if (change.is && after && afterText !== undefined) {
        const text = change.index.projectsAll ? afterText : itemText(change.index.projected(after));
        this.#tallyIndex(change.index.record.id, indexRows, change.is, text);
        indexRows.put(change.is, text, nowMs, visible);
      }
    }
  }

  #tallyIndex(id: string, rows: Rows, key: Key, text: string | undefined): void {
    const tally = this.region.knownTally(id);
    if (!tally) return;
    const before = rows.get(key);
    if (before !== undefined) {
      tally.rows--;
      tally.bytes -= textSize(before);
    }
    if (text !== undefined) {
      tally.rows++;
      tally.bytes += textSize(text);
    }
  }

  /** Rows of indexes that come, go or change. */
  *#indexChanges(after: Item | undefined) {
    const { before } = this;
    for (const index of this.table.indexes) {
      const was = before && index.rowKey(before);
      const is = after && index.rowKey(after);
      if (!was && !is) continue;
      if (was && is && sameKey(was, is)) {
        if (equal({ M: index.projected(before) }, { M: index.projected(after) })) continue;
      }
      yield { index, was, is };
    }
  }

  /** Counts the write units that the change takes. */
  consume(consumption: Consumption, after: Item | undefined, size: number, times = 1): void {
    const beforeSize = this.beforeText === undefined ? 0 : textSize(this.beforeText);
    consumption.add(writeUnits(Math.max(beforeSize, size)) * times);
    const { before } = this;
    for (const { index, was, is } of this.#indexChanges(after)) {
      const sizes = [
        ...(before && was && (!is || !sameKey(was, is)) ? [projectedSize(index, before)] : []),
        ...(after && is ? [projectedSize(index, after)] : []),
      ];
      for (const bytes of sizes) consumption.add(writeUnits(bytes) * times, index.record.name);
    }
  }
}

export interface WriteOptions {
  /** A deletion by time to live, which streams mark. */
  readonly byTimeToLive?: boolean;
  /** A write that came from another region's replica, and when it was made there. */
  readonly replicatedFrom?: { readonly region: string; readonly atMs: number };
  /** The call that writes. */
  readonly writtenBy?: string;
}

/** A change that was carried out, for those who follow: streams, time to live, recovery, replicas. */
export interface Changed {
  readonly write: ItemWrite;
  readonly after: Item | undefined;
  readonly afterText: string | undefined;
  readonly nowMs: number;
  readonly options: WriteOptions;
}

function projectedSize(index: Table["indexes"][number], item: Item): number {
  return textSize(itemText(index.projected(item)));
}

function sameKey(a: Key, b: Key): boolean {
  return a.length === b.length && a.every((part, at) => part === b[at]);
}
