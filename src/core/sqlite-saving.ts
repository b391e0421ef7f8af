import type { StatementSync } from "node:sqlite";
import { setImmediate as nextTurn } from "node:timers/promises";
import { EDITION_NOTE } from "./sqlite-edition.ts";
import { createDatabase } from "./sqlite-format.ts";
import { copyRows, type PieceHost, type Place, placeOf, removeRows, type Stretch } from "./sqlite-pieces.ts";
import { sure } from "./sure.ts";
import type { Bounds } from "./table.ts";

/** What a copy asks of the storage that it is a copy of. */
export interface SavingHost extends PieceHost {
  /** Goes up when everything is replaced. */
  readonly generation: number;
  /** The collections that have a table, and the table about the database itself. */
  names(): string[];
  /** The table that a collection has in the database. */
  tableOf(name: string): string;
}

/** So many rows are copied in one turn, which is then the last. It doubles from round to round: at last it is enough. */
const LAST_ROWS = 64;

const SCHEMA = "saving";

/** Everything was replaced while it was being copied. */
export class Replaced extends Error {}

/**
 * A copy of everything, made while all others go on: first all rows are copied, a piece at a time; then, round after round,
 * those that have been written meanwhile, until so few are left that one turn does. The copy is what was there in that turn.
 */
export class Saving {
  readonly #host: SavingHost;
  readonly #made = new Set<string>();
  readonly #statements = new Map<string, StatementSync>();
  /** What has been written since it was copied. */
  #keys = new Map<string, Set<string>>();
  #ranges: { readonly name: string; readonly bounds: Bounds }[] = [];

  constructor(host: SavingHost) {
    this.#host = host;
  }

  /** Hears of every write from now on. */
  wrote(name: string, key: string | Bounds): void {
    if (typeof key !== "string") {
      this.#ranges.push({ name, bounds: key });
      return;
    }
    const keys = this.#keys.get(name);
    if (keys) keys.add(key);
    else this.#keys.set(name, new Set([key]));
  }

  /** @throws Replaced when a reset or a load came between */
  async write(file: string): Promise<void> {
    const { db, generation } = this.#host;
    createDatabase(file);
    this.#host.alone(() => {}); // No database is attached within a transaction.
    db.prepare(`ATTACH DATABASE ? AS ${SCHEMA}`).run(file);
    try {
      // It is thrown away unless it has been written to its end.
      db.exec(`PRAGMA ${SCHEMA}.journal_mode = OFF; PRAGMA ${SCHEMA}.synchronous = OFF`);
      for (const name of this.#host.names()) {
        const { source, copy } = sure(this.#places(name)); // Its table has just been found.
        await copyRows(this.#host, source, copy);
        this.#check(generation);
      }
      await this.#catchUp(generation);
    } finally {
      if (db.isOpen) db.exec(`DETACH DATABASE ${SCHEMA}`);
    }
  }

  async #catchUp(generation: number): Promise<void> {
    for (let rows = LAST_ROWS; ; rows *= 2) {
      const keys = this.#keys;
      const ranges = this.#ranges;
      this.#keys = new Map();
      this.#ranges = [];
      let left = ranges.length * LAST_ROWS;
      for (const { size } of keys.values()) left += size;
      if (left <= rows) {
        this.#host.alone(() => {
          for (const { name, bounds } of ranges) this.#again(name, bounds);
          for (const [name, some] of keys) for (const key of some) this.#again(name, key);
          // Its tables are those of the first.
          this.#prepared(`DELETE FROM ${SCHEMA}.squall WHERE k = ?`).run(EDITION_NOTE);
        });
        return;
      }
      for (const { name, bounds } of ranges) await this.#rangeAgain(name, bounds);
      for (const [name, some] of keys) await this.#keysAgain(name, [...some]);
      this.#check(generation);
    }
  }

  async #keysAgain(name: string, keys: readonly string[]): Promise<void> {
    for (let at = 0; at < keys.length; at += LAST_ROWS) {
      this.#host.alone(() => {
        for (const key of keys.slice(at, at + LAST_ROWS)) this.#again(name, key);
      });
      await nextTurn();
    }
  }

  async #rangeAgain(name: string, { low, high }: Bounds): Promise<void> {
    const places = this.#host.alone(() => {
      this.#again(name, low);
      return this.#places(name);
    });
    if (!places) return;
    const stretch: Stretch = { after: low, before: high };
    await removeRows(this.#host, places.copy, stretch);
    await copyRows(this.#host, places.source, places.copy, stretch);
  }

  /** Has in the copy what is there now. */
  #again(name: string, what: string | Bounds): void {
    const places = this.#places(name);
    if (!places) return;
    const [condition, values] =
      typeof what === "string" ? ["k = ?", [what]] : ["k >= ? AND k < ?", [what.low, what.high]];
    this.#prepared(`DELETE FROM ${places.copy} WHERE ${condition}`).run(...values);
    this.#prepared(`INSERT INTO ${places.copy} SELECT k, v FROM ${places.source} WHERE ${condition}`).run(
      ...values,
    );
  }

  /** A collection's table and its copy, which is made; undefined when its making was undone. */
  #places(name: string): { source: Place; copy: Place } | undefined {
    const copy = placeOf(SCHEMA, name);
    if (!this.#made.has(name)) {
      if (!this.#host.names().includes(name)) return undefined;
      this.#host.db.exec(`CREATE TABLE IF NOT EXISTS ${copy} (k TEXT PRIMARY KEY, v) WITHOUT ROWID`);
      this.#made.add(name);
    }
    return { source: placeOf("main", this.#host.tableOf(name)), copy };
  }

  #prepared(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#host.db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #check(generation: number): void {
    if (this.#host.generation !== generation) throw new Replaced("Everything was replaced.");
  }
}
