import { existsSync } from "node:fs";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { AFTER, decodeKey, encodePart } from "./key.ts";
import { type Database, ScopedStore } from "./sqlite-collection.ts";
import { checkForeignDatabase, migrate, openDatabase } from "./sqlite-format.ts";
import { type Bounds, Table, type TableHost } from "./sqlite-table.ts";
import { Turns } from "./sqlite-turn.ts";
import type { CollectionDefinition, PutListener, Storage, Store } from "./storage.ts";

/** What survives beside the process itself: `process`, any death of it; `full`, a power cut of the machine, too. */
export type Durability = "process" | "full";

export interface SqliteOptions {
  /** Default `process`. */
  readonly durability?: Durability;
  /** How a database is opened: for tests that have it fail. */
  readonly open?: (file: string) => DatabaseSync;
}

/**
 * Storage on `node:sqlite`. Each collection is one table of (key text, value), each index another of its keys; the table
 * `squall` holds notes about the database itself.
 *
 * A key is the scope (account, region) followed by the collection's own. All writes of one turn of the event loop share one
 * SQLite transaction, committed in the check phase (`setImmediate`); replies wait for it (`flushed`). With a file the
 * journal is a write-ahead log: a commit outlives the process, and with the durability `full` the machine's power, too.
 */
export class SqliteStorage implements Storage, Database, TableHost {
  readonly db: DatabaseSync;
  readonly turns: Turns;
  readonly #stores = new Map<string, ScopedStore>();
  readonly #tables = new Map<string, Table>();
  readonly #definitions = new Map<string, CollectionDefinition<never>>();
  readonly #putListeners = new Map<string, PutListener[]>();
  readonly #notes: Table;
  /** Tables that the open transaction has made. */
  #unsure: Table[] = [];
  /** Called before every commit of a turn: what it writes is part of it. */
  beforeCommit: (() => void) | undefined;
  generation = 0;
  revision = 0;
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
    this.turns = new Turns(this.db, {
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
    });
    this.#notes = this.table("squall");
  }

  store(service: string, account: string, region: string): Store {
    const place = `${service}\n${account}\n${region}`;
    let store = this.#stores.get(place);
    if (!store) {
      const prefix = encodePart(account) + encodePart(region);
      store = new ScopedStore(this, service, { account, region, prefix });
      this.#stores.set(place, store);
    }
    return store;
  }

  scopes(service: string): { account: string; region: string }[] {
    const found = new Map<string, { account: string; region: string }>();
    for (const name of this.#tableNames()) {
      if (!name.startsWith(`${service}/`) || name.includes("#")) continue;
      // Skip from scope to scope instead of reading every key.
      const next = this.db.prepare(`SELECT k FROM "${name}" WHERE k > ? ORDER BY k LIMIT 1`);
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
    for (const name of this.#tableNames()) {
      const service = name.slice(0, name.indexOf("/"));
      if (!services.has(service) && this.db.prepare(`SELECT 1 FROM "${name}" LIMIT 1`).get())
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
      for (const name of this.#tableNames()) {
        if (service === undefined || name.startsWith(`${service}/`)) this.db.exec(`DELETE FROM "${name}"`);
      }
      also();
    });
  }

  save(file: string): void {
    this.turns.commit();
    if (existsSync(file)) throw new Error(`${file} is there already.`);
    this.db.prepare("VACUUM INTO ?").run(file);
  }

  /** @param also what belongs to the same transaction, given the notes of the saved copy */
  load(file: string, also: (note: (name: string) => unknown) => void = () => {}): void {
    if (!existsSync(file)) throw new Error(`${file} is not there.`);
    try {
      checkForeignDatabase(file);
    } catch (error) {
      throw new Error(`${file} is not a state that Squall can load: ${(error as Error).message}.`);
    }
    this.turns.commit();
    this.db.prepare("ATTACH DATABASE ? AS saved").run(file);
    try {
      this.#replace(() => {
        for (const name of this.#tableNames()) this.db.exec(`DELETE FROM main."${name}"`);
        for (const name of this.#tableNames("saved")) {
          this.db.exec(
            `CREATE TABLE IF NOT EXISTS main."${name}" (k TEXT PRIMARY KEY, v) WITHOUT ROWID;
             INSERT INTO main."${name}" SELECT k, v FROM saved."${name}"`,
          );
        }
        const notes = this.db.prepare("SELECT v FROM saved.squall WHERE k = ?");
        also((name) => {
          const row = notes.get(name) as { v: string } | undefined;
          return row && JSON.parse(row.v);
        });
      });
    } finally {
      this.db.exec("DETACH DATABASE saved");
    }
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

  /** Names of the services' tables. */
  #tableNames(database: "main" | "saved" = "main"): string[] {
    const rows = this.db.prepare(`SELECT name FROM ${database}.sqlite_master WHERE type = 'table'`).all();
    return rows.map((row) => row["name"] as string).filter((name) => name.includes("/"));
  }
}
