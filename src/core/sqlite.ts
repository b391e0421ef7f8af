import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { deserialize, serialize } from "node:v8";
import { AFTER, decodeKey, encodeKey, encodePart, type Key } from "./key.ts";
import type { Collection, CollectionDefinition, IndexView, Range, Storage, Store } from "./storage.ts";

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

type Row = { k: string; v: SQLInputValue };

/** One SQLite table with its prepared statements. */
class Table {
  readonly name: string;
  readonly #db: DatabaseSync;
  readonly #get: StatementSync;
  readonly #put: StatementSync;
  readonly #delete: StatementSync;
  readonly #scans = new Map<string, StatementSync>();

  constructor(db: DatabaseSync, name: string) {
    this.name = name;
    this.#db = db;
    this.#get = db.prepare(`SELECT v FROM "${name}" WHERE k = ?`);
    this.#get.setReturnArrays(true);
    this.#put = db.prepare(
      `INSERT INTO "${name}" (k, v) VALUES (?, ?) ON CONFLICT (k) DO UPDATE SET v = excluded.v`,
    );
    this.#delete = db.prepare(`DELETE FROM "${name}" WHERE k = ?`);
  }

  get(key: string): SQLInputValue | undefined {
    const row = this.#get.get(key) as unknown as [SQLInputValue] | undefined;
    return row?.[0];
  }

  put(key: string, value: SQLInputValue): void {
    this.#put.run(key, value);
  }

  delete(key: string): boolean {
    return this.#delete.run(key).changes > 0;
  }

  /** Rows from `low` up to and without `high`, in chunks so that writes on the way do no harm. */
  *scan(bounds: Bounds, columns: "k" | "k, v"): Iterable<Row> {
    let { low, high } = bounds;
    let left = bounds.limit;
    let chunk = Math.min(16, left);
    const statement = this.#statement(
      `SELECT ${columns} FROM "${this.name}" WHERE k >= ? AND k < ? ORDER BY k ${bounds.reverse ? "DESC" : "ASC"} LIMIT ?`,
    );
    while (left > 0) {
      const rows = statement.all(low, high, chunk) as unknown as Row[];
      yield* rows;
      if (rows.length < chunk) return;
      left -= rows.length;
      const last = rows[rows.length - 1]!.k;
      if (bounds.reverse) high = last;
      else low = `${last}\u0000`;
      chunk = Math.min(chunk * 4, 1024, left);
    }
  }

  count(bounds: Bounds): number {
    const row = this.#statement(`SELECT count(*) AS n FROM "${this.name}" WHERE k >= ? AND k < ?`).get(
      bounds.low,
      bounds.high,
    );
    return Math.min(bounds.limit, row!["n"] as number);
  }

  clear(bounds: Bounds): number {
    return Number(
      this.#statement(`DELETE FROM "${this.name}" WHERE k >= ? AND k < ?`).run(bounds.low, bounds.high)
        .changes,
    );
  }

  #statement(sql: string): StatementSync {
    let statement = this.#scans.get(sql);
    if (!statement) {
      statement = this.#db.prepare(sql);
      this.#scans.set(sql, statement);
    }
    return statement;
  }
}

interface Bounds {
  readonly low: string;
  readonly high: string;
  readonly reverse: boolean;
  readonly limit: number;
}

/** A range below a scope, as text bounds: `low` included, `high` not. */
function boundsOf(scope: string, range: Range | undefined): Bounds {
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

class ScopedStore implements Store {
  readonly #storage: SqliteStorage;
  readonly #service: string;
  readonly #scope: string;
  readonly #collections = new Map<unknown, Collection<never>>();

  constructor(storage: SqliteStorage, service: string, scope: string) {
    this.#storage = storage;
    this.#service = service;
    this.#scope = scope;
  }

  collection<V>(definition: CollectionDefinition<V>): Collection<V> {
    let collection = this.#collections.get(definition) as Collection<V> | undefined;
    if (!collection) {
      collection = new SqliteCollection(
        this.#storage,
        `${this.#service}/${definition.name}`,
        this.#scope,
        definition,
      );
      this.#collections.set(definition, collection as unknown as Collection<never>);
    }
    return collection;
  }

  transaction<T>(work: () => T): T {
    return this.#storage.transaction(work);
  }

  get generation(): number {
    return this.#storage.generation;
  }
}

const CODECS: Record<
  "json" | "structured" | "text",
  { encode: (value: unknown) => SQLInputValue; decode: (stored: SQLInputValue) => unknown }
> = {
  json: { encode: (value) => JSON.stringify(value), decode: (stored) => JSON.parse(stored as string) },
  structured: { encode: (value) => serialize(value), decode: (stored) => deserialize(stored as Uint8Array) },
  text: { encode: (value) => value as string, decode: (stored) => stored },
};

class SqliteCollection<V> implements Collection<V> {
  readonly #storage: SqliteStorage;
  readonly #scope: string;
  readonly #table: Table;
  readonly #indexes: readonly Index<V>[];
  readonly #encode: (value: V) => SQLInputValue;
  readonly #decode: (stored: SQLInputValue) => V;

  constructor(storage: SqliteStorage, name: string, scope: string, definition: CollectionDefinition<V>) {
    this.#storage = storage;
    this.#scope = scope;
    this.#table = storage.table(name);
    const { encode, decode } = CODECS[definition.codec ?? "json"];
    this.#encode = encode;
    this.#decode = decode as (stored: SQLInputValue) => V;
    this.#indexes = Object.entries(definition.indexes ?? {}).map(([index, keyOf]) => ({
      name: index,
      keyOf,
      table: storage.table(`${name}#${index}`),
    }));
  }

  get(key: Key): V | undefined {
    const stored = this.#table.get(this.#scope + encodeKey(key));
    return stored === undefined ? undefined : this.#decode(stored);
  }

  has(key: Key): boolean {
    return this.#table.get(this.#scope + encodeKey(key)) !== undefined;
  }

  put(key: Key, value: V): void {
    this.#storage.touch();
    const primary = encodeKey(key);
    const place = this.#scope + primary;
    if (this.#indexes.length > 0) {
      const before = this.#table.get(place);
      const old = before === undefined ? undefined : this.#decode(before);
      for (const index of this.#indexes) {
        const was = old === undefined ? undefined : indexKey(index, old, key);
        const is = indexKey(index, value, key);
        if (was === is) continue;
        if (was !== undefined) index.table.delete(this.#scope + was + primary);
        if (is !== undefined) index.table.put(this.#scope + is + primary, is.length);
      }
    }
    this.#table.put(place, this.#encode(value));
  }

  delete(key: Key): boolean {
    const primary = encodeKey(key);
    const place = this.#scope + primary;
    if (this.#indexes.length > 0) {
      const before = this.#table.get(place);
      if (before === undefined) return false;
      this.#storage.touch();
      const old = this.#decode(before);
      for (const index of this.#indexes) {
        const was = indexKey(index, old, key);
        if (was !== undefined) index.table.delete(this.#scope + was + primary);
      }
    }
    this.#storage.touch();
    return this.#table.delete(place);
  }

  *values(range?: Range): Iterable<V> {
    for (const row of this.#table.scan(boundsOf(this.#scope, range), "k, v")) yield this.#decode(row.v);
  }

  *entries(range?: Range): Iterable<{ key: Key; value: V }> {
    for (const row of this.#table.scan(boundsOf(this.#scope, range), "k, v")) {
      yield { key: decodeKey(row.k.slice(this.#scope.length)), value: this.#decode(row.v) };
    }
  }

  *keys(range?: Range): Iterable<Key> {
    for (const row of this.#table.scan(boundsOf(this.#scope, range), "k"))
      yield decodeKey(row.k.slice(this.#scope.length));
  }

  count(range?: Range): number {
    return this.#table.count(boundsOf(this.#scope, range));
  }

  clear(range?: Range): number {
    if (this.#indexes.length === 0) {
      this.#storage.touch();
      return this.#table.clear(boundsOf(this.#scope, range));
    }
    let cleared = 0;
    for (const key of this.keys(range)) if (this.delete(key)) cleared++;
    return cleared;
  }

  by(name: string): IndexView<V> {
    const index = this.#indexes.find((candidate) => candidate.name === name);
    if (!index) throw new Error(`${this.#table.name} has no index ${name}.`);
    const scope = this.#scope;
    const split = (row: Row) => {
      const text = row.k.slice(scope.length);
      const length = row.v as number;
      return { key: text.slice(0, length), primary: text.slice(length) };
    };
    const table = this.#table;
    const decode = this.#decode;
    const view: IndexView<V> = {
      *entries(range) {
        for (const row of index.table.scan(boundsOf(scope, range), "k, v")) {
          const { key, primary } = split(row);
          const stored = table.get(scope + primary);
          if (stored !== undefined)
            yield { key: decodeKey(key), primary: decodeKey(primary), value: decode(stored) };
        }
      },
      *values(range) {
        for (const row of index.table.scan(boundsOf(scope, range), "k, v")) {
          const stored = table.get(scope + split(row).primary);
          if (stored !== undefined) yield decode(stored);
        }
      },
      *keys(range) {
        for (const row of index.table.scan(boundsOf(scope, range), "k, v")) {
          const { key, primary } = split(row);
          yield { key: decodeKey(key), primary: decodeKey(primary) };
        }
      },
      first(range) {
        for (const value of view.values({ ...range, limit: 1 })) return value;
        return undefined;
      },
      count: (range) => index.table.count(boundsOf(scope, range)),
    };
    return view;
  }
}

interface Index<V> {
  readonly name: string;
  readonly keyOf: (value: V, key: Key) => Key | undefined;
  readonly table: Table;
}

function indexKey<V>(index: Index<V>, value: V, key: Key): string | undefined {
  const parts = index.keyOf(value, key);
  return parts && encodeKey(parts);
}
