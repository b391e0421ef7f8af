import { setImmediate as nextTurn } from "node:timers/promises";
import { KeptStorage, NOTES, type Replace } from "./kept-storage.ts";
import { type PagedHost, PagedTable, type UndoLog, type Writes } from "./paged-table.ts";
import { SortedPages } from "./pages/sorted-pages.ts";
import { createDatabase, newDatabase } from "./sqlite-format.ts";
import { placeOf, readTables } from "./sqlite-tables.ts";
import type { Row } from "./table.ts";
import type { TurnEvents, Turns } from "./turns.ts";

/** A piece of many rows is done in a few milliseconds. One row is done at once, however large it is. */
const PIECE_BYTES = 512 * 1024;
const PIECE_ROWS = 500;

/** Storage in tables of sorted pages. A state that is saved or loaded is a database of SQLite's. */
export abstract class PagedStorage extends KeptStorage<PagedTable> implements PagedHost {
  abstract override readonly turns: Turns;
  /** Where writes are noted to be kept; undefined when nothing outlives the process. */
  abstract readonly kept: Writes | undefined;
  /** How often writes of a service were lost with their turn. */
  readonly #losses = new Map<string, number>();

  protected get events(): TurnEvents {
    return {
      keeping: () => this.beforeCommit?.(),
      undone: () => this.revision++,
      lost: (tables) => {
        const services = new Set([...tables].map((name) => name.slice(0, name.indexOf("/"))));
        for (const service of services) this.#losses.set(service, this.lossesOf(service) + 1);
      },
    };
  }

  get undo(): UndoLog | undefined {
    return this.turns.log;
  }

  names(): string[] {
    return [...this.tables.values()].filter(({ pages }) => pages.size > 0).map(({ name }) => name);
  }

  protected newTable(name: string): PagedTable {
    return new PagedTable(this, name, this.tables.size);
  }

  lossesOf(service: string): number {
    return this.#losses.get(service) ?? 0;
  }

  commit(): void {
    this.turns.commit();
  }

  reset(service?: string, also: () => void = () => {}): void {
    this.replaced(() => {
      for (const table of this.tables.values())
        if (table.name !== NOTES && (service === undefined || table.name.startsWith(`${service}/`)))
          table.empty();
      also();
    });
  }

  /** The copy is what is there now. */
  protected async write(file: string): Promise<void> {
    this.turns.check();
    this.beforeCommit?.();
    const tables = this.names().map((name) => ({ name, pages: this.table(name).pages.fork() }));
    try {
      await this.#writeRows(file, tables);
    } finally {
      for (const { pages } of tables) pages.release();
    }
  }

  async #writeRows(file: string, tables: readonly { name: string; pages: SortedPages }[]): Promise<void> {
    createDatabase(file);
    using db = newDatabase(file);
    // It is thrown away unless it has been written to its end.
    db.exec("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF");
    for (const { name, pages } of tables) {
      const place = placeOf(name);
      db.exec(`CREATE TABLE IF NOT EXISTS ${place} (k TEXT PRIMARY KEY, v) WITHOUT ROWID`);
      const insert = db.prepare(`INSERT INTO ${place} (k, v) VALUES (?, ?)`);
      for (const piece of pieces(pages.rows())) {
        db.exec("BEGIN");
        for (const [key, value] of piece) insert.run(key, value);
        db.exec("COMMIT");
        await this.pause();
      }
    }
  }

  protected async read(file: string, whenRead: (replace: Replace) => unknown): Promise<void> {
    this.turns.check();
    using db = newDatabase(file, { readOnly: true });
    const { tables, note } = readTables(db);
    const read = new Map<PagedTable, SortedPages>();
    for (const { name, rows } of tables) {
      const pages = new SortedPages();
      read.set(this.table(name), pages);
      for (const piece of pieces(rows)) {
        for (const [key, value] of piece) pages.put(key, value);
        await this.pause();
      }
    }
    await this.bring(read, (replace) => whenRead((also) => replace(also && (() => also(note)))));
  }

  /**
   * Has what was read take the place of everything.
   * @param whenReady is given what does it, when all that takes long has been done
   */
  protected async bring(
    read: ReadonlyMap<PagedTable, SortedPages>,
    whenReady: (replace: (also?: () => void) => void) => unknown,
  ): Promise<void> {
    await whenReady((also) => this.replaced(() => this.exchange(read, also)));
  }

  /** What services keep is what was read from now on. */
  protected exchange(read: ReadonlyMap<PagedTable, SortedPages>, also: () => void = () => {}): void {
    for (const table of this.tables.values())
      if (table.name !== NOTES) table.replace(read.get(table) ?? new SortedPages());
    also();
  }

  /** Replaces everything at once, or not at all: afterwards it is kept, and nothing is as it was. */
  protected replaced(work: () => void): void {
    this.turns.check();
    this.turns.commit();
    try {
      this.turns.touch();
      this.turns.atomically(work);
    } finally {
      this.generation++;
      this.revision++;
    }
    this.turns.commitNow();
  }

  /** Others have their turn. @throws Error when the storage is closed meanwhile */
  protected async pause(): Promise<void> {
    await nextTurn();
    this.turns.check();
  }

  close(): void {
    this.turns.close();
  }
}

/** Rows in pieces that are done in a few milliseconds each. */
export function* pieces(rows: Iterable<Row>): Iterable<Row[]> {
  let piece: Row[] = [];
  let bytes = 0;
  for (const row of rows) {
    piece.push(row);
    bytes += row[0].length + (typeof row[1] === "number" ? 8 : row[1].length);
    if (piece.length < PIECE_ROWS && bytes < PIECE_BYTES) continue;
    yield piece;
    piece = [];
    bytes = 0;
  }
  if (piece.length > 0) yield piece;
}
