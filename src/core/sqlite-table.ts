import type { DatabaseSync, StatementSync } from "node:sqlite";
import { type Bounds, CHUNK_BYTES, type Columns, type Row, type Stored, type Table } from "./table.ts";

/** What a table asks of the storage that it is in. */
export interface TableHost {
  readonly db: DatabaseSync;
  /** The table that has this name in the edition that is in use. */
  tableOf(name: string): string;
  /** A table has been made, perhaps in a transaction that will not last. */
  made(table: SqliteTable): void;
  /** A write has been made. */
  wrote(table: SqliteTable, key: string | Bounds, value: Stored | undefined): void;
  /** A statement has failed; returns what is to be thrown. */
  failed(error: unknown): unknown;
}

/** One SQLite table with its prepared statements. It is made when first written to: reading writes nothing. */
export class SqliteTable implements Table {
  readonly name: string;
  readonly #host: TableHost;
  readonly #statements = new Map<string, StatementSync>();
  writes = 0;
  #state: "unknown" | "missing" | "made" = "unknown";
  #get!: StatementSync;
  #put!: StatementSync;
  #add!: StatementSync;
  #delete!: StatementSync;

  constructor(host: TableHost, name: string) {
    this.name = name;
    this.#host = host;
  }

  get(key: string): Stored | undefined {
    if (this.#state !== "made" && !this.#isThere()) return undefined;
    const row = this.#get.get(key) as unknown as [Stored] | undefined;
    return row?.[0];
  }

  put(key: string, value: Stored): void {
    if (this.#state !== "made") this.#make();
    this.writes++;
    try {
      this.#put.run(key, value);
    } catch (error) {
      throw this.#host.failed(error);
    }
    this.#host.wrote(this, key, value);
  }

  add(key: string, value: Stored): boolean {
    if (this.#state !== "made") this.#make();
    this.writes++;
    let isNew: boolean;
    try {
      isNew = this.#add.run(key, value).changes > 0;
    } catch (error) {
      throw this.#host.failed(error);
    }
    if (isNew) this.#host.wrote(this, key, value);
    return isNew;
  }

  delete(key: string): boolean {
    if (this.#state !== "made" && !this.#isThere()) return false;
    let isThere: boolean;
    this.writes++;
    try {
      isThere = this.#delete.run(key).changes > 0;
    } catch (error) {
      throw this.#host.failed(error);
    }
    if (isThere) this.#host.wrote(this, key, undefined);
    return isThere;
  }

  /** Something else may have made or undone it: it is looked for when next used. */
  forget(): void {
    this.#state = "unknown";
    this.#statements.clear();
  }

  *scan(bounds: Bounds, columns: Columns): Iterable<Row> {
    if (this.#state !== "made" && !this.#isThere()) return;
    let { low, high } = bounds;
    let left = bounds.limit;
    let chunk = Math.min(16, left);
    const statement = this.#prepared(
      `SELECT ${columns === "k" ? "k" : "k, v"} FROM "${this.#table}" WHERE k >= ? AND k < ? ORDER BY k ${bounds.reverse ? "DESC" : "ASC"} LIMIT ?`,
    );
    while (left > 0) {
      const rows = statement.all(low, high, chunk) as unknown as Row[];
      yield* rows;
      const [last] = rows.at(-1) ?? [];
      if (rows.length < chunk || last === undefined) return;
      left -= rows.length;
      if (bounds.reverse) high = last;
      else low = `${last}\u0000`;
      chunk = Math.min(chunk * 4, Math.ceil(CHUNK_BYTES / meanSize(rows)), 1024, left);
    }
  }

  count(bounds: Bounds): number {
    if (this.#state !== "made" && !this.#isThere()) return 0;
    const row = this.#prepared(`SELECT count(*) FROM "${this.#table}" WHERE k >= ? AND k < ?`).get(
      bounds.low,
      bounds.high,
    );
    return Math.min(bounds.limit, (row as unknown as [number])[0]);
  }

  clear(bounds: Bounds): number {
    if (this.#state !== "made" && !this.#isThere()) return 0;
    const statement = this.#prepared(`DELETE FROM "${this.#table}" WHERE k >= ? AND k < ?`);
    let cleared: number;
    this.writes++;
    try {
      cleared = Number(statement.run(bounds.low, bounds.high).changes);
    } catch (error) {
      throw this.#host.failed(error);
    }
    if (cleared > 0) this.#host.wrote(this, bounds, undefined);
    return cleared;
  }

  get #table(): string {
    return this.#host.tableOf(this.name);
  }

  #isThere(): boolean {
    if (this.#state === "missing") return false;
    const found = this.#host.db.prepare("SELECT 1 FROM main.sqlite_master WHERE name = ?").get(this.#table);
    if (found) this.#prepare();
    else this.#state = "missing";
    return found !== undefined;
  }

  #make(): void {
    if (this.#state === "unknown" && this.#isThere()) return;
    try {
      this.#host.db.exec(`CREATE TABLE "${this.#table}" (k TEXT PRIMARY KEY, v) WITHOUT ROWID`);
    } catch (error) {
      throw this.#host.failed(error);
    }
    this.#prepare();
    this.#host.made(this);
  }

  #prepare(): void {
    this.#get = this.#prepared(`SELECT v FROM "${this.#table}" WHERE k = ?`);
    this.#put = this.#prepared(
      `INSERT INTO "${this.#table}" (k, v) VALUES (?, ?) ON CONFLICT (k) DO UPDATE SET v = excluded.v`,
    );
    this.#add = this.#prepared(
      `INSERT INTO "${this.#table}" (k, v) VALUES (?, ?) ON CONFLICT (k) DO NOTHING`,
    );
    this.#delete = this.#prepared(`DELETE FROM "${this.#table}" WHERE k = ?`);
    this.#state = "made";
  }

  #prepared(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#host.db.prepare(sql);
      statement.setReturnArrays(true);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

function meanSize(rows: readonly Row[]): number {
  let size = 1;
  for (const [, value] of rows)
    if (typeof value === "string" || value instanceof Uint8Array) size += value.length;
  return size / rows.length;
}
