import { existsSync, rmSync } from "node:fs";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { AFTER, decodeKey, encodePart } from "./key.ts";
import { checkedInThread } from "./sqlite-check.ts";
import { type Database, ScopedStore } from "./sqlite-collection.ts";
import { EDITION_NOTE, editionOf, tableOf } from "./sqlite-edition.ts";
import { migrate, openDatabase } from "./sqlite-format.ts";
import { copyRows, placeOf, removeRows } from "./sqlite-pieces.ts";
import { Replaced, Saving, type SavingHost } from "./sqlite-saving.ts";
import { type Bounds, Table, type TableHost } from "./sqlite-table.ts";
import { type TurnEvents, Turns } from "./sqlite-turn.ts";
import type { CollectionDefinition, PutListener, Storage, Store } from "./storage.ts";

/** What survives beside the process itself: `process`, any death of it; `full`, a power cut of the machine, too. */
export type Durability = "process" | "full";

export interface SqliteOptions {
  /** Default `process`. */
  readonly durability?: Durability;
  /** How a database is opened: for tests that have it fail, also at the commit of each turn, of which there are fewer in memory. */
  readonly open?: (file: string) => DatabaseSync;
}

/** After so many pages (of 8 KiB) the write-ahead log is brought into the database, which all wait for; SQLite's own measure. */
const CHECKPOINT = 1000;
/** The same while everything is read in, page upon page: more often, and for less at a time. */
const SMALL_CHECKPOINT = 200;

/**
 * Storage on `node:sqlite`. Each collection is one table of (key text, value), each index another of its keys; the table
 * `squall` holds notes about the database itself.
 *
 * A key is the scope (account, region) followed by the collection's own. All writes of one turn of the event loop share one
 * SQLite transaction, committed in the check phase (`setImmediate`); replies wait for it (`flushed`). With a file the
 * journal is a write-ahead log: a commit outlives the process, and with the durability `full` the machine's power, too.
 */
export class SqliteStorage implements Storage, Database, TableHost, SavingHost {
  readonly db: DatabaseSync;
  readonly turns: Turns;
  /** By service, account and region: one after the other, so that nobody makes a text of the three for each look. */
  readonly #stores = new Map<string, Map<string, Map<string, ScopedStore>>>();
  readonly #tables = new Map<string, Table>();
  readonly #definitions = new Map<string, CollectionDefinition<never>>();
  readonly #putListeners = new Map<string, PutListener[]>();
  readonly #notes: Table;
  /** Which tables are in use: `sqlite-edition.ts`. */
  #edition: number;
  #saving: Saving | undefined;
  #copying: Promise<void> = Promise.resolve();
  /** Tables that the open transaction has made. */
  #unsure: Table[] = [];
  /** Called before every commit of a turn: what it writes is part of it. */
  beforeCommit: (() => void) | undefined;
  generation = 0;
  revision = 0;
  /** How often writes of a service were lost with their turn. */
  readonly #losses = new Map<string, number>();
  #closed = false;

  /**
   * @param file a path, or `:memory:`
   * @throws Error that says why the file cannot be used
   */
  constructor(file = ":memory:", options: SqliteOptions = {}) {
    const { durability = "process", open = (path) => new DatabaseSync(path) } = options;
    const isFile = file !== ":memory:";
    this.db = isFile ? openDatabase(file, open) : open(file);
    this.db.exec(`
      PRAGMA page_size = 8192;
      PRAGMA journal_mode = ${isFile ? "WAL" : "MEMORY"};
      PRAGMA synchronous = ${isFile ? (durability === "full" ? "FULL" : "NORMAL") : "OFF"};
      PRAGMA cache_size = -65536;
      PRAGMA temp_store = MEMORY;
    `);
    if (!isFile) migrate(this.db);
    const events: TurnEvents = {
      committing: () => this.beforeCommit?.(),
      committed: () => {
        if (this.#unsure.length > 0) this.#unsure = [];
      },
      undone: () => {
        // A table that was made in what has been undone is gone.
        for (const table of this.#unsure) table.forget();
        this.#unsure = [];
        this.revision++;
      },
      lost: (writes) => {
        const services = new Set(writes.map(({ table }) => table.name.slice(0, table.name.indexOf("/"))));
        for (const service of services) this.#losses.set(service, this.lossesOf(service) + 1);
      },
    };
    this.turns = new Turns(this.db, events, !isFile && options.open === undefined);
    this.#notes = this.table("squall");
    this.#edition = Number(this.note(EDITION_NOTE) ?? 0);
  }

  store(service: string, account: string, region: string): Store {
    const known = this.#stores.get(service)?.get(account)?.get(region);
    if (known) return known;
    const prefix = encodePart(account) + encodePart(region);
    const store = new ScopedStore(this, service, { account, region, prefix });
    const accounts = this.#stores.get(service) ?? new Map<string, Map<string, ScopedStore>>();
    const regions = accounts.get(account) ?? new Map<string, ScopedStore>();
    this.#stores.set(service, accounts.set(account, regions.set(region, store)));
    return store;
  }

  scopes(service: string): { account: string; region: string }[] {
    const found = new Map<string, { account: string; region: string }>();
    for (const name of this.#names("main", this.#edition)) {
      if (!name.startsWith(`${service}/`) || name.includes("#")) continue;
      // Skip from scope to scope instead of reading every key.
      const next = this.db.prepare(`SELECT k FROM "${this.tableOf(name)}" WHERE k > ? ORDER BY k LIMIT 1`);
      let after = "";
      for (;;) {
        const row = next.get(after) as { k: string } | undefined;
        if (!row) break;
        const [account, region] = decodeKey(row.k) as [string, string];
        found.set(`${account}\n${region}`, { account, region });
        after = encodePart(account) + encodePart(region) + AFTER;
      }
    }
    return [...found.values()];
  }

  services(): string[] {
    const services = new Set<string>();
    for (const name of this.#names("main", this.#edition)) {
      const service = name.slice(0, name.indexOf("/"));
      if (!services.has(service) && this.db.prepare(`SELECT 1 FROM "${this.tableOf(name)}" LIMIT 1`).get())
        services.add(service);
    }
    return [...services];
  }

  onPut(service: string, collection: string, heard: PutListener): void {
    this.putListeners(`${service}/${collection}`).push(heard);
  }

  putListeners(table: string): PutListener[] {
    let listeners = this.#putListeners.get(table);
    if (!listeners) {
      listeners = [];
      this.#putListeners.set(table, listeners);
    }
    return listeners;
  }

  flushed(): Promise<void> | undefined {
    return this.turns.flushed;
  }

  lossesOf(service: string): number {
    return this.#losses.get(service) ?? 0;
  }

  atomically<T>(work: () => T): T {
    return this.turns.atomically(work);
  }

  /** Ends this turn's transaction now. */
  commit(): void {
    this.turns.commit();
  }

  /** Something about the database itself, which a reset leaves. */
  note(name: string): unknown {
    const text = this.#notes.get(name);
    return text === undefined ? undefined : JSON.parse(text as string);
  }

  setNote(name: string, value: unknown): void {
    this.turns.touch();
    this.#notes.put(name, JSON.stringify(value));
  }

  /** @param also what belongs to the same transaction */
  reset(service?: string, also: () => void = () => {}): void {
    this.#replace(() => {
      for (const name of this.#names("main", this.#edition)) {
        if (service === undefined || name.startsWith(`${service}/`))
          this.db.exec(`DELETE FROM "${this.tableOf(name)}"`);
      }
      also();
    });
  }

  /** Others go on meanwhile: the copy is what was there in the turn in which it was finished. */
  save(file: string): Promise<void> {
    return this.#oneAtATime(async () => {
      if (existsSync(file)) throw new Error(`${file} is there already.`);
      for (;;) {
        this.#saving = new Saving(this);
        try {
          return await this.#saving.write(file);
        } catch (error) {
          if (!(error instanceof Replaced)) throw error;
          rmSync(file);
        } finally {
          this.#saving = undefined;
        }
      }
    });
  }

  /**
   * Others go on while the copy is checked and read in beside what is there, as the next edition.
   * @param whenRead has everything replaced when it is time for it; `also` belongs to the same transaction, and is given the notes
   * of the saved copy
   */
  load(
    file: string,
    whenRead: (replace: (also?: (note: (name: string) => unknown) => void) => void) => unknown = (replace) =>
      replace(),
  ): Promise<void> {
    return this.#oneAtATime(async () => {
      if (!existsSync(file)) throw new Error(`${file} is not there.`);
      try {
        await checkedInThread(file);
      } catch (error) {
        throw new Error(`${file} is not a state that Squall can load: ${(error as Error).message}.`);
      }
      await this.#removeOtherEditions();
      this.#betweenTurns(() => this.db.prepare("ATTACH DATABASE ? AS saved").run(file));
      const notes = this.db.prepare("SELECT v FROM saved.squall WHERE k = ?");
      const note = (name: string) => {
        const row = notes.get(name) as { v: string } | undefined;
        return row && JSON.parse(row.v);
      };
      const edition = this.#edition + 1;
      try {
        for (const name of this.#names("saved", Number(note(EDITION_NOTE) ?? 0)))
          await this.#readIn(name, edition);
        await whenRead((also = () => {}) => {
          this.#replace(() => {
            this.setNote(EDITION_NOTE, edition);
            also(note);
          });
          this.#edition = edition;
        });
      } finally {
        if (!this.#closed) this.#betweenTurns(() => this.db.exec("DETACH DATABASE saved"));
      }
      // What cannot be removed now is by the next load, or at the next start.
    }).finally(() => this.tidy().catch(() => {}));
  }

  /** Removes what a load has replaced, and what one that did not come to its end has left. */
  tidy(): Promise<void> {
    return this.#oneAtATime(() => this.#removeOtherEditions());
  }

  async #readIn(name: string, edition: number): Promise<void> {
    const place = placeOf("main", tableOf(name, edition));
    this.alone(() => this.db.exec(`CREATE TABLE ${place} (k TEXT PRIMARY KEY, v) WITHOUT ROWID`));
    await copyRows(this, placeOf("saved", name), place);
  }

  async #removeOtherEditions(): Promise<void> {
    if (this.#closed) return;
    for (const table of this.#allTables("main")) {
      if (!table.includes("/") || editionOf(table).edition === this.#edition) continue;
      const place = placeOf("main", table);
      await removeRows(this, place);
      this.alone(() => this.db.exec(`DROP TABLE ${place}`));
    }
  }

  #oneAtATime<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#copying.then(async () => {
      if (this.#closed) throw new Error("The storage is closed.");
      this.db.exec(`PRAGMA wal_autocheckpoint = ${SMALL_CHECKPOINT}`);
      try {
        return await work();
      } finally {
        if (!this.#closed) this.db.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT}`);
      }
    });
    this.#copying = done.then(
      () => {},
      () => {},
    );
    return done;
  }

  alone<T>(work: () => T): T {
    return this.#betweenTurns(() => {
      this.db.exec("BEGIN");
      try {
        const result = work();
        this.db.exec("COMMIT");
        return result;
      } catch (error) {
        if (this.db.isTransaction) this.db.exec("ROLLBACK");
        throw error;
      }
    });
  }

  #betweenTurns<T>(work: () => T): T {
    if (this.#closed) throw new Error("The storage is closed.");
    this.turns.commit();
    return work();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.turns.close();
    this.db.close();
  }

  table(name: string): Table {
    let table = this.#tables.get(name);
    if (!table) {
      table = new Table(this, name);
      this.#tables.set(name, table);
    }
    return table;
  }

  made(table: Table): void {
    if (this.turns.isOpen) this.#unsure.push(table);
  }

  wrote(table: Table, key: string | Bounds, value: SQLInputValue | undefined): void {
    this.turns.wrote(table, key, value);
    this.#saving?.wrote(table.name, key);
  }

  failed(error: unknown): unknown {
    return this.turns.failed(error);
  }

  opened(name: string, definition: CollectionDefinition<never>): void {
    this.#definitions.set(name, definition);
  }

  /** The collections that have been in use, by the names of their tables. */
  get definitions(): ReadonlyMap<string, CollectionDefinition<never>> {
    return this.#definitions;
  }

  /** One transaction of its own, kept at once: afterwards nothing is as it was. */
  #replace(work: () => void): void {
    this.turns.commit();
    this.turns.touch();
    try {
      work();
    } catch (error) {
      this.turns.abandon(error);
      throw error;
    } finally {
      for (const table of this.#tables.values()) table.forget();
      this.generation++;
      this.revision++;
    }
    this.turns.commitNow();
  }

  names(): string[] {
    return ["squall", ...this.#names("main", this.#edition)];
  }

  tableOf(name: string): string {
    return tableOf(name, this.#edition);
  }

  /** The services' collections that have a table. */
  #names(schema: "main" | "saved", edition: number): string[] {
    return this.#allTables(schema)
      .filter((table) => table.includes("/"))
      .map(editionOf)
      .filter((found) => found.edition === edition)
      .map(({ name }) => name);
  }

  #allTables(schema: "main" | "saved"): string[] {
    const rows = this.db.prepare(`SELECT name FROM ${schema}.sqlite_master WHERE type = 'table'`).all();
    return rows.map((row) => row["name"] as string);
  }
}
