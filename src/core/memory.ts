import { DatabaseSync } from "node:sqlite";
import { setImmediate as nextTurn } from "node:timers/promises";
import { KeptStorage, NOTES, type Replace } from "./kept-storage.ts";
import { type MemoryHost, MemoryTable, type UndoLog } from "./memory-table.ts";
import { SortedPages } from "./pages/sorted-pages.ts";
import type { Undoing } from "./scoped-store.ts";
import { EDITION_NOTE, editionOf, notesOf } from "./sqlite-edition.ts";
import { createDatabase } from "./sqlite-format.ts";
import { PIECE_BYTES, PIECE_ROWS, placeOf } from "./sqlite-pieces.ts";
import type { Row } from "./table.ts";

/** What undoes writes: it is noted what was there before them, while somebody may want it back. */
class Undo implements Undoing {
  readonly #undone: () => void;
  #depth = 0;
  #log: UndoLog = [];
  #turn: PromiseWithResolvers<void> | undefined;
  #isClosed = false;

  constructor(undone: () => void) {
    this.#undone = undone;
  }

  get log(): UndoLog | undefined {
    return this.#depth > 0 ? this.#log : undefined;
  }

  /** Settles with the turn, as what is written to a file does: what follows from a write then never comes in the middle of it. */
  get flushed(): Promise<void> | undefined {
    return this.#turn?.promise;
  }

  touch(): void {
    if (this.#turn && !this.#isClosed) return;
    this.check();
    const turn = Promise.withResolvers<void>();
    this.#turn = turn;
    setImmediate(() => {
      this.#turn = undefined;
      turn.resolve();
    });
  }

  /** @throws Error when the storage is closed */
  check(): void {
    if (this.#isClosed) throw new Error("The storage is closed.");
  }

  close(): void {
    this.#isClosed = true;
  }

  atomically<T>(work: () => T): T {
    const mark = this.#log.length;
    this.#depth++;
    try {
      return work();
    } catch (error) {
      this.#back(mark);
      throw error;
    } finally {
      this.#depth--;
      if (this.#depth === 0 && this.#log.length > 0) this.#log = [];
    }
  }

  whole<T>(work: () => T): T {
    return this.atomically(work);
  }

  #back(mark: number): void {
    if (this.#log.length === mark) return;
    for (const undo of this.#log.splice(mark).reverse()) undo.table.restore(undo);
    this.#undone();
  }
}

/**
 * Storage that ends with its process: tables of sorted pages. A write is there at once and cannot fail: with its turn
 * it is kept. What is saved is a database of SQLite's, as with a data directory.
 */
export class MemoryStorage extends KeptStorage<MemoryTable> implements MemoryHost {
  readonly turns: Undo;

  constructor() {
    super();
    this.turns = new Undo(() => this.revision++);
  }

  get undo(): UndoLog | undefined {
    return this.turns.log;
  }

  names(): string[] {
    return [...this.tables.values()].filter(({ pages }) => pages.size > 0).map(({ name }) => name);
  }

  protected newTable(name: string): MemoryTable {
    return new MemoryTable(this, name);
  }

  lossesOf(): number {
    return 0;
  }

  commit(): void {}

  reset(service?: string, also: () => void = () => {}): void {
    const gone = this.#services().filter(
      ({ name }) => service === undefined || name.startsWith(`${service}/`),
    );
    this.#replace(new Map(gone.map((table) => [table, new SortedPages()])), also);
  }

  /** The copy is what is there now. */
  protected async write(file: string): Promise<void> {
    this.turns.check();
    this.beforeCommit?.();
    const tables = this.names().map((name) => ({ name, rows: this.table(name).pages.fork().rows() }));
    createDatabase(file);
    using db = new DatabaseSync(file);
    // It is thrown away unless it has been written to its end.
    db.exec("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF");
    for (const { name, rows } of tables) await this.#writeRows(db, name, rows);
  }

  async #writeRows(db: DatabaseSync, name: string, rows: Iterable<Row>): Promise<void> {
    const place = placeOf("main", name);
    db.exec(`CREATE TABLE IF NOT EXISTS ${place} (k TEXT PRIMARY KEY, v) WITHOUT ROWID`);
    const insert = db.prepare(`INSERT INTO ${place} (k, v) VALUES (?, ?)`);
    for (const piece of pieces(rows)) {
      db.exec("BEGIN");
      for (const [key, value] of piece) insert.run(key, value);
      db.exec("COMMIT");
      await nextTurn();
      this.turns.check();
    }
  }

  protected async read(file: string, whenRead: (replace: Replace) => unknown): Promise<void> {
    this.turns.check();
    using db = new DatabaseSync(file, { readOnly: true });
    const note = notesOf(db, "main");
    const edition = Number(note(EDITION_NOTE) ?? 0);
    const read = new Map<MemoryTable, SortedPages>();
    const found = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all() as {
      name: string;
    }[];
    for (const { name: place } of found) {
      const { name, edition: of } = editionOf(place);
      if (name.includes("/") && of === edition) read.set(this.table(name), await this.#readRows(db, place));
    }
    await whenRead((also = () => {}) => {
      this.turns.check();
      const tables = new Map(this.#services().map((table) => [table, new SortedPages()]));
      this.#replace(new Map([...tables, ...read]), () => also(note));
    });
  }

  async #readRows(db: DatabaseSync, place: string): Promise<SortedPages> {
    const pages = new SortedPages();
    const rows = db.prepare(`SELECT k, v FROM ${placeOf("main", place)} ORDER BY k`);
    rows.setReturnArrays(true);
    for (const piece of pieces(rows.iterate() as unknown as Iterable<Row>)) {
      for (const [key, value] of piece) pages.put(key, value);
      await nextTurn();
      this.turns.check();
    }
    return pages;
  }

  async tidy(): Promise<void> {}

  close(): void {
    this.turns.close();
  }

  #services(): MemoryTable[] {
    return [...this.tables.values()].filter(({ name }) => name !== NOTES);
  }

  /** All at once, or not at all. */
  #replace(contents: ReadonlyMap<MemoryTable, SortedPages>, also: () => void): void {
    const before = [...contents.keys()].map((table) => [table, table.pages] as const);
    try {
      this.turns.atomically(() => {
        for (const [table, pages] of contents) table.pages = pages;
        also();
      });
    } catch (error) {
      for (const [table, pages] of before) table.pages = pages;
      throw error;
    } finally {
      this.generation++;
      this.revision++;
    }
  }
}

/** Rows in pieces that are done in a few milliseconds each. */
function* pieces(rows: Iterable<Row>): Iterable<Row[]> {
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
