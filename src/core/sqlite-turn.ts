import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Bounds, Stored } from "./table.ts";

/** What the turns tell the storage that they belong to. */
export interface TurnEvents {
  /** Just before a commit: the last writes that belong to it. */
  committing(): void;
  committed(): void;
  /** Something that was written is not there any more. */
  undone(): void;
  /** Nothing of what a turn has written is kept. */
  lost(writes: readonly { readonly table: Rewritable }[]): void;
}

/** What a write can be said again to. */
export interface Rewritable {
  readonly name: string;
  put(key: string, value: Stored): void;
  delete(key: string): boolean;
  clear(bounds: Bounds): number;
}

/** One write of this turn. */
type Write = {
  readonly table: Rewritable;
  readonly key: string | Bounds;
  /** Undefined for a deletion. */
  readonly value: Stored | undefined;
};

/** Up to so many writes are rather said again, should it come to that, than guarded by a savepoint. */
const FEW_WRITES = 128;

/**
 * The transactions of a database: one for all writes of a turn of the event loop, committed in the check phase.
 *
 * Handlers, and parts of them, are all or nothing inside of it. As good as none of them fails after its first write, so
 * success costs nothing and failure does: the turn's writes are noted, and what throws has the transaction rolled back and
 * the writes that were there before it made again. After many writes a savepoint is the cheaper way, and is taken.
 */
export class Turns {
  readonly #db: DatabaseSync;
  readonly #events: TurnEvents;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  readonly #rollback: StatementSync;
  readonly #savepoints: Savepoint[] = [];
  #pending: PromiseWithResolvers<void> | undefined;
  /** Has BEGIN been said? */
  #isOpen = false;
  #writes: Write[] = [];
  /** How many savepoints there are, one in the other. */
  #level = 0;
  /** Why everything that this turn wrote is lost: SQLite ends a transaction by itself when the disk is full. */
  #lost: { readonly error: unknown } | undefined;
  #isClosed = false;

  constructor(db: DatabaseSync, events: TurnEvents) {
    this.#db = db;
    this.#events = events;
    this.#begin = db.prepare("BEGIN");
    this.#commit = db.prepare("COMMIT");
    this.#rollback = db.prepare("ROLLBACK");
  }

  /** Settles with what this turn wrote; undefined when it wrote nothing. */
  get flushed(): Promise<void> | undefined {
    return this.#pending?.promise;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Before every write: opens the turn's transaction, if it is not open yet. */
  touch(): void {
    if (!this.#isOpen) this.#open();
  }

  /** After every write. */
  wrote(table: Rewritable, key: string | Bounds, value: Stored | undefined): void {
    this.#writes.push({ table, key, value });
  }

  /** All or nothing: when `work` throws, none of its writes stay. What it does after an `await` is not part of it. */
  atomically<T>(work: () => T): T {
    const mark = this.#writes.length;
    if (this.#level > 0 || mark > FEW_WRITES) return this.#withSavepoint(work);
    try {
      return work();
    } catch (error) {
      this.#undo(mark, error);
      throw error;
    }
  }

  /**
   * As `atomically`, for a few writes that belong together whoever makes them: also in a handler that is `async`, whose failure
   * `atomically` does not see.
   */
  whole<T>(work: () => T): T {
    if (this.#level > 0) return this.#withSavepoint(work);
    const mark = this.#writes.length;
    try {
      return work();
    } catch (error) {
      this.#undo(mark, error);
      throw error;
    }
  }

  /** A statement has failed. SQLite may have ended the whole transaction over it: then all that the turn wrote is lost. */
  failed(error: unknown): unknown {
    if (this.#isOpen && !this.#db.isTransaction) this.#lose(error);
    else this.#events.undone();
    return error;
  }

  /** As `commit`. @throws why it failed */
  commitNow(): void {
    const failure = this.commit();
    if (failure) throw failure.error;
  }

  /** Ends the turn's transaction. Whoever waits for it learns how it went. */
  commit(): { readonly error: unknown } | undefined {
    const pending = this.#pending;
    if (!pending) return undefined;
    try {
      if (this.#isOpen) this.#events.committing();
      if (this.#lost) throw this.#lost.error;
      if (this.#isOpen) {
        this.#commit.run();
        this.#isOpen = false;
        this.#events.committed();
      }
      this.#end();
      pending.resolve();
      return undefined;
    } catch (error) {
      if (!this.#lost) this.#lose(error);
      this.#end();
      pending.reject(error);
      return { error };
    }
  }

  /** Ends the turn's transaction so that nothing of it stays: for statements that were not noted as writes. */
  abandon(error: unknown): void {
    this.#lose(error);
    this.commit();
  }

  close(): void {
    this.commit();
    this.#isClosed = true;
  }

  #open(): void {
    if (this.#isClosed) throw new Error("The storage is closed.");
    if (this.#lost) throw this.#lost.error;
    if (!this.#pending) {
      this.#pending = Promise.withResolvers<void>();
      this.#pending.promise.catch(() => {});
      setImmediate(() => this.commit());
    }
    try {
      this.#begin.run();
      this.#isOpen = true;
    } catch (error) {
      throw this.failed(error);
    }
  }

  #end(): void {
    this.#pending = undefined;
    this.#lost = undefined;
    if (this.#writes.length > 0) this.#writes = [];
  }

  #withSavepoint<T>(work: () => T): T {
    this.touch();
    const mark = this.#writes.length;
    const savepoint = this.#savepoint(this.#level);
    savepoint.set.run();
    this.#level++;
    try {
      const result = work();
      savepoint.release.run();
      return result;
    } catch (error) {
      this.#undoTo(savepoint, mark, error);
      throw error;
    } finally {
      this.#level--;
    }
  }

  #undoTo(savepoint: Savepoint, mark: number, error: unknown): void {
    if (!this.#db.isTransaction) {
      this.#lose(error);
      return;
    }
    try {
      savepoint.rollback.run();
      savepoint.release.run();
      this.#writes.length = mark;
      this.#events.undone();
    } catch (failure) {
      this.#lose(failure);
    }
  }

  #undo(mark: number, error: unknown): void {
    if (this.#writes.length === mark) return;
    if (!this.#db.isTransaction) {
      this.#lose(error);
      return;
    }
    const before = this.#writes.slice(0, mark);
    try {
      this.#rollback.run();
      this.#isOpen = false;
      this.#events.undone();
      this.#writes = [];
      if (before.length > 0) this.touch();
      for (const write of before) again(write);
    } catch (failure) {
      this.#lose(failure);
    }
  }

  #lose(error: unknown): void {
    this.#lost ??= { error };
    if (this.#writes.length > 0) this.#events.lost(this.#writes);
    this.#writes = [];
    try {
      if (this.#db.isTransaction) this.#rollback.run();
    } finally {
      this.#isOpen = false;
      this.#events.undone();
    }
  }

  #savepoint(level: number): Savepoint {
    let savepoint = this.#savepoints[level];
    if (!savepoint) {
      savepoint = {
        set: this.#db.prepare(`SAVEPOINT s${level}`),
        release: this.#db.prepare(`RELEASE s${level}`),
        rollback: this.#db.prepare(`ROLLBACK TO s${level}`),
      };
      this.#savepoints[level] = savepoint;
    }
    return savepoint;
  }
}

interface Savepoint {
  readonly set: StatementSync;
  readonly release: StatementSync;
  readonly rollback: StatementSync;
}

function again({ table, key, value }: Write): void {
  if (typeof key !== "string") table.clear(key);
  else if (value === undefined) table.delete(key);
  else table.put(key, value);
}
