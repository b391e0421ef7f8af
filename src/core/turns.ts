import type { UndoLog } from "./paged-table.ts";
import type { Undoing } from "./scoped-store.ts";

/** Where what a turn writes is noted to be kept. */
export interface Journal {
  /** Up to where it has been noted. */
  readonly mark: number;
  /** Forgets what was noted since then. */
  back(mark: number): void;
  /** Keeps all that has been noted. @throws StoreFailure when it cannot be: nothing of it is kept */
  keep(): void;
}

/** What turns tell the storage that they belong to. */
export interface TurnEvents {
  /** Just before what was written is kept: what is written now belongs to it. */
  keeping(): void;
  /** Something that was written is not there any more. */
  undone(): void;
  /** Nothing of what a turn has written is kept. */
  lost(tables: ReadonlySet<string>): void;
}

/**
 * The writes of a turn of the event loop, which are kept together in its check phase (`setImmediate`), and what undoes them: it is
 * noted what was there before, while somebody may want it back. Without a journal that is while a handler runs; with one, until the
 * turn's writes are kept.
 */
export class Turns implements Undoing {
  readonly #events: TurnEvents;
  readonly #journal: Journal | undefined;
  #depth = 0;
  #log: UndoLog = [];
  /** How many turns have been kept, or lost: what was noted before that is nobody's to undo. */
  #ended = 0;
  #turn: PromiseWithResolvers<void> | undefined;
  #isClosed = false;

  constructor(events: TurnEvents, journal?: Journal) {
    this.#events = events;
    this.#journal = journal;
  }

  /** Where what would undo a write is noted; undefined while nothing can be undone. */
  get log(): UndoLog | undefined {
    return this.#depth > 0 || this.#journal ? this.#log : undefined;
  }

  /** Settles with what this turn wrote; undefined when it wrote nothing. */
  get flushed(): Promise<void> | undefined {
    return this.#turn?.promise;
  }

  touch(): void {
    if (this.#turn && !this.#isClosed) return;
    this.check();
    this.#turn = Promise.withResolvers<void>();
    this.#turn.promise.catch(() => {});
    setImmediate(() => this.commit());
  }

  /** @throws Error when the storage is closed */
  check(): void {
    if (this.#isClosed) throw new Error("The storage is closed.");
  }

  atomically<T>(work: () => T): T {
    const { length } = this.#log;
    const mark = this.#journal?.mark ?? 0;
    const ended = this.#ended;
    this.#depth++;
    try {
      return work();
    } catch (error) {
      if (ended === this.#ended) this.#back(length, mark);
      else this.#back(0, 0);
      throw error;
    } finally {
      this.#depth--;
      if (this.#depth === 0 && !this.#journal && this.#log.length > 0) this.#forget();
    }
  }

  whole<T>(work: () => T): T {
    return this.atomically(work);
  }

  /** Keeps what this turn wrote. Whoever waits for it learns how it went. */
  commit(): { readonly error: unknown } | undefined {
    const turn = this.#turn;
    if (!turn) return undefined;
    try {
      if (this.#journal) this.#keep(this.#journal);
    } catch (error) {
      this.#lose();
      this.#turn = undefined;
      turn.reject(error);
      return { error };
    }
    this.#turn = undefined;
    turn.resolve();
    return undefined;
  }

  /** What has been written so far is kept already, by other means. */
  settle(): void {
    this.#journal?.back(0);
    this.#forget();
    this.#ended++;
  }

  /** As `commit`. @throws why it failed */
  commitNow(): void {
    const failure = this.commit();
    if (failure) throw failure.error;
  }

  close(): void {
    this.commit();
    this.#isClosed = true;
  }

  #keep(journal: Journal): void {
    this.#events.keeping();
    journal.keep();
    this.settle();
  }

  #lose(): void {
    const tables = new Set(this.#log.map(({ table }) => table.name));
    this.#back(0, 0);
    this.#ended++;
    this.#events.lost(tables);
  }

  /** Nothing that has been written is undone any more. */
  #forget(): void {
    for (const before of this.#log) if ("pages" in before) before.pages.release();
    this.#log = [];
  }

  #back(length: number, mark: number): void {
    this.#journal?.back(mark);
    if (this.#log.length === length) return;
    for (const undo of this.#log.splice(length).reverse()) undo.table.restore(undo);
    this.#events.undone();
  }
}
