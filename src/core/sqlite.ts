import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { AFTER, decodeKey, encodePart } from "./key.ts";
import { ScopedStore } from "./sqlite-collection.ts";
import { Table } from "./sqlite-table.ts";
import type { Storage, Store } from "./storage.ts";

/**
 * Storage on `node:sqlite`. Each collection is one table of (key text, value), each index another of its keys.
 *
 * A key is the scope (account, region) followed by the collection's own. All writes of one turn of the event loop share one
 * SQLite transaction, committed in the check phase (`setImmediate`); replies wait for it (`flushed`). With a file the
 * journal is a write-ahead log: a commit outlives the process (`synchronous=NORMAL`; `FULL` outlives the machine's power, too).
 */
export class SqliteStorage implements Storage {
  readonly #db: DatabaseSync;
  readonly #stores = new Map<string, ScopedStore>();
  readonly #tables = new Map<string, Table>();
  #pending: { promise: Promise<void>; resolve: () => void; reject: (error: unknown) => void } | undefined;
  #savepoints = 0;
  #closed = false;
  generation = 0;

  /** @param file a path, or `:memory:` */
  constructor(file = ":memory:", options: { synchronous?: "NORMAL" | "FULL" } = {}) {
    if (file !== ":memory:") mkdirSync(dirname(file), { recursive: true });
    this.#db = new DatabaseSync(file);
    this.#db.exec(`
      PRAGMA page_size = 8192;
      PRAGMA journal_mode = ${file === ":memory:" ? "MEMORY" : "WAL"};
      PRAGMA synchronous = ${file === ":memory:" ? "OFF" : (options.synchronous ?? "NORMAL")};
      PRAGMA cache_size = -65536;
      PRAGMA temp_store = MEMORY;
    `);
  }

  store(service: string, account: string, region: string): Store {
    const place = `${service}\n${account}\n${region}`;
    let store = this.#stores.get(place);
    if (!store) {
      store = new ScopedStore(this, service, encodePart(account) + encodePart(region));
      this.#stores.set(place, store);
    }
    return store;
  }

  scopes(service: string): { account: string; region: string }[] {
    const found = new Map<string, { account: string; region: string }>();
    for (const name of this.#tableNames()) {
      if (!name.startsWith(`${service}/`) || name.includes("#")) continue;
      // Skip from scope to scope instead of reading every key.
      const next = this.#db.prepare(`SELECT k FROM "${name}" WHERE k > ? ORDER BY k LIMIT 1`);
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
      if (!services.has(service) && this.#db.prepare(`SELECT 1 FROM "${name}" LIMIT 1`).get())
        services.add(service);
    }
    return [...services];
  }

  flushed(): Promise<void> | undefined {
    return this.#pending?.promise;
  }

  reset(service?: string): void {
    this.#commit();
    for (const name of this.#tableNames()) {
      if (service === undefined || name.startsWith(`${service}/`)) this.#db.exec(`DELETE FROM "${name}"`);
    }
    this.generation++;
  }

  save(file: string): void {
    this.#commit();
    if (existsSync(file)) throw new Error(`${file} is there already.`);
    this.#db.prepare("VACUUM INTO ?").run(file);
  }

  load(file: string): void {
    if (!existsSync(file)) throw new Error(`${file} is not there.`);
    this.#commit();
    this.#db.prepare("ATTACH DATABASE ? AS saved").run(file);
    try {
      this.#db.exec("BEGIN IMMEDIATE");
      const saved = this.#db
        .prepare("SELECT name, sql FROM saved.sqlite_master WHERE type = 'table'")
        .all() as {
        name: string;
        sql: string;
      }[];
      for (const name of this.#tableNames()) this.#db.exec(`DELETE FROM main."${name}"`);
      for (const { name, sql } of saved) {
        this.#db.exec(sql.replace(/^CREATE TABLE /i, "CREATE TABLE IF NOT EXISTS "));
        this.#db.exec(`INSERT INTO main."${name}" SELECT * FROM saved."${name}"`);
      }
      this.#db.exec("COMMIT");
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec("ROLLBACK");
      throw new Error(`${file} is not a state that Squall saved: ${(error as Error).message}`);
    } finally {
      this.#db.exec("DETACH DATABASE saved");
    }
    this.generation++;
  }

  close(): void {
    if (this.#closed) return;
    this.#commit();
    this.#closed = true;
    this.#db.close();
  }

  /** Opens this turn's transaction, if it is not open yet. */
  touch(): void {
    if (this.#pending) return;
    if (this.#closed) throw new Error("The storage is closed.");
    this.#db.exec("BEGIN");
    this.#pending = Promise.withResolvers<void>();
    this.#pending.promise.catch(() => {});
    setImmediate(() => this.#commit());
  }

  transaction<T>(work: () => T): T {
    this.touch();
    const savepoint = `s${++this.#savepoints}`;
    this.#db.exec(`SAVEPOINT ${savepoint}`);
    try {
      const result = work();
      this.#db.exec(`RELEASE ${savepoint}`);
      return result;
    } catch (error) {
      this.#db.exec(`ROLLBACK TO ${savepoint}; RELEASE ${savepoint}`);
      throw error;
    } finally {
      this.#savepoints--;
    }
  }

  table(name: string): Table {
    let table = this.#tables.get(name);
    if (!table) {
      this.#db.exec(`CREATE TABLE IF NOT EXISTS "${name}" (k TEXT PRIMARY KEY, v) WITHOUT ROWID`);
      table = new Table(this.#db, name);
      this.#tables.set(name, table);
    }
    return table;
  }

  #commit(): void {
    const pending = this.#pending;
    if (!pending) return;
    this.#pending = undefined;
    try {
      this.#db.exec("COMMIT");
      pending.resolve();
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec("ROLLBACK");
      // What the caches hold may now be ahead of what is kept.
      this.generation++;
      pending.reject(error);
    }
  }

  #tableNames(): string[] {
    const rows = this.#db.prepare("SELECT name FROM main.sqlite_master WHERE type = 'table'").all();
    return rows.map((row) => row["name"] as string);
  }
}
