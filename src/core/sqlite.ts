import { rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { KeptStorage, NOTES, type Replace } from "./kept-storage.ts";
import { EDITION_NOTE, editionOf, notesOf, tableOf } from "./sqlite-edition.ts";
import { migrate, openDatabase } from "./sqlite-format.ts";
import { copyRows, placeOf, removeRows } from "./sqlite-pieces.ts";
import { Replaced, Saving, type SavingHost } from "./sqlite-saving.ts";
import { SqliteTable, type TableHost } from "./sqlite-table.ts";
import { type TurnEvents, Turns } from "./sqlite-turn.ts";
import type { Bounds, Stored } from "./table.ts";

/** What survives beside the process itself: `process`, any death of it; `full`, a power cut of the machine, too. */
export type Durability = "process" | "full";

export interface SqliteOptions {
  /** Default `process`. */
  readonly durability?: Durability;
  /** How a database is opened: for tests that have it fail. */
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
export class SqliteStorage extends KeptStorage<SqliteTable> implements TableHost, SavingHost {
  readonly db: DatabaseSync;
  readonly turns: Turns;
  /** Which tables are in use: `sqlite-edition.ts`. */
  #edition: number;
  #saving: Saving | undefined;
  /** Tables that the open transaction has made. */
  #unsure: SqliteTable[] = [];
  /** How often writes of a service were lost with their turn. */
  readonly #losses = new Map<string, number>();
  #closed = false;

  /**
   * @param file a path, or `:memory:`
   * @throws Error that says why the file cannot be used
   */
  constructor(file = ":memory:", options: SqliteOptions = {}) {
    super();
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
    this.turns = new Turns(this.db, events);
    this.#edition = Number(this.note(EDITION_NOTE) ?? 0);
  }

  lossesOf(service: string): number {
    return this.#losses.get(service) ?? 0;
  }

  commit(): void {
    this.turns.commit();
  }

  reset(service?: string, also: () => void = () => {}): void {
    this.#replace(() => {
      for (const name of this.#names("main", this.#edition)) {
        if (service === undefined || name.startsWith(`${service}/`))
          this.db.exec(`DELETE FROM "${this.tableOf(name)}"`);
      }
      also();
    });
  }

  /** The copy is what was there in the turn in which it was finished. */
  protected async write(file: string): Promise<void> {
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
  }

  override load(file: string, whenRead?: (replace: Replace) => unknown): Promise<void> {
    // What cannot be removed now is by the next load, or at the next start.
    return super.load(file, whenRead).finally(() => this.tidy().catch(() => {}));
  }

  /** It is read in as the next edition. */
  protected async read(file: string, whenRead: (replace: Replace) => unknown): Promise<void> {
    await this.#removeOtherEditions();
    this.#betweenTurns(() => this.db.prepare("ATTACH DATABASE ? AS saved").run(file));
    const edition = this.#edition + 1;
    try {
      const note = notesOf(this.db, "saved");
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
  }

  tidy(): Promise<void> {
    return this.oneAtATime(() => this.#removeOtherEditions());
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

  protected override oneAtATime<T>(work: () => Promise<T>): Promise<T> {
    return super.oneAtATime(async () => {
      if (this.#closed) throw new Error("The storage is closed.");
      this.db.exec(`PRAGMA wal_autocheckpoint = ${SMALL_CHECKPOINT}`);
      try {
        return await work();
      } finally {
        if (!this.#closed) this.db.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT}`);
      }
    });
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

  protected newTable(name: string): SqliteTable {
    return new SqliteTable(this, name);
  }

  made(table: SqliteTable): void {
    if (this.turns.isOpen) this.#unsure.push(table);
  }

  wrote(table: SqliteTable, key: string | Bounds, value: Stored | undefined): void {
    this.turns.wrote(table, key, value);
    this.#saving?.wrote(table.name, key);
  }

  failed(error: unknown): unknown {
    return this.turns.failed(error);
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
      for (const table of this.tables.values()) table.forget();
      this.generation++;
      this.revision++;
    }
    this.turns.commitNow();
  }

  names(): string[] {
    return [NOTES, ...this.#names("main", this.#edition)];
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
