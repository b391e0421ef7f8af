import { AsyncLocalStorage } from "node:async_hooks";
import type { KeptStorage } from "../src/core/kept-storage.ts";
import { type LoggedOptions, LoggedStorage } from "../src/core/logged.ts";
import { MemoryStorage } from "../src/core/memory.ts";
import { type PagedHost, PagedTable } from "../src/core/paged-table.ts";
import type { Bounds, Stored } from "../src/core/table.ts";

/** One write of a handler that waits. */
interface Write {
  readonly table: string;
  /** The commit that it is part of. */
  readonly turn: unknown;
  /** Other for every transaction, and for every put or deletion outside of one. */
  readonly piece: number;
  readonly isInTransaction: boolean;
  readonly where: string;
}

/** What one handler has written so far. */
interface Scope {
  writes: Write[];
  isOver: boolean;
}

/**
 * Watches the handlers that wait (`async`), for which nobody undoes what they wrote:
 *
 * - one that fails must have written nothing;
 * - one that succeeds must have written by one commit: a process that is killed in between has done half of it otherwise;
 * - what it writes in several pieces must be a transaction: any of them may throw.
 */
class Watch {
  readonly complaints: string[] = [];
  readonly #scopes = new AsyncLocalStorage<Scope>();
  #transactions = 0;
  #piece = 0;
  #isInPiece = false;

  constructor(turns: Pick<KeptStorage["turns"], "atomically" | "whole">) {
    const atomically = turns.atomically.bind(turns);
    turns.atomically = (work) => this.#undoable(() => atomically(work));
    const whole = turns.whole.bind(turns);
    turns.whole = (work) => this.#inOnePiece(() => whole(work));
  }

  /** @param work a handler, inside of what the storage does for one */
  handler<T>(work: () => T): T {
    const scope: Scope = { writes: [], isOver: false };
    const result = this.#scopes.run(scope, () => {
      // The handler is no transaction for what it writes after it has begun to wait, nor for anything when it is `async`.
      const outer = this.#transactions;
      this.#transactions = -1;
      try {
        return work();
      } finally {
        this.#transactions = outer;
      }
    });
    if (result instanceof Promise)
      result.then(
        () => this.#judge(scope),
        () => this.#judge(scope, true),
      );
    else scope.isOver = true;
    return result;
  }

  /** @param turn the same for all that is kept by one commit */
  wrote(table: string, turn: unknown): void {
    const scope = this.#scopes.getStore();
    // What the core keeps for itself is nobody's work.
    if (!scope || scope.isOver || /^squall(?:\/|$)/.test(table)) return;
    const where = whereabouts();
    if (TAKEN_UP.test(where)) return;
    if (this.#transactions <= 0 && !this.#isInPiece) this.#piece++;
    const isInTransaction = this.#transactions > 0;
    scope.writes.push({ table, turn, piece: this.#piece, isInTransaction, where });
  }

  #undoable<T>(work: () => T): T {
    const scope = this.#scopes.getStore();
    const before = scope?.writes.length ?? 0;
    this.#transactions++;
    if (this.#transactions === 1) this.#piece++;
    try {
      return work();
    } catch (error) {
      if (scope) scope.writes.length = before;
      throw error;
    } finally {
      this.#transactions--;
    }
  }

  #inOnePiece<T>(work: () => T): T {
    if (!this.#isInPiece && this.#transactions <= 0) this.#piece++;
    const outer = this.#isInPiece;
    this.#isInPiece = true;
    try {
      return work();
    } finally {
      this.#isInPiece = outer;
    }
  }

  #judge(scope: Scope, hasFailed = false): void {
    scope.isOver = true;
    const { writes } = scope;
    if (writes.length === 0) return;
    const told = () => [...new Set(writes.map(({ table, where }) => `${table} ${where}`))].join("\n");
    if (hasFailed) this.complaints.push(`A handler has failed, and written:\n${told()}`);
    else if (new Set(writes.map(({ turn }) => turn)).size > 1)
      this.complaints.push(`A handler has written in several commits:\n${told()}`);
    else if (
      new Set(writes.map(({ piece }) => piece)).size > 1 &&
      !writes.every(({ isInTransaction }) => isInTransaction)
    )
      this.complaints.push(
        `A handler that waits has written several things outside of a transaction:\n${told()}`,
      );
  }
}

/** A storage whose handlers are watched. */
export type WatchedStorage = KeptStorage & { readonly complaints: readonly string[] };

/** As a cloud opens it. */
export const watchedStorage = (folder: string | undefined, options?: LoggedOptions): WatchedStorage =>
  folder === undefined ? new WatchedMemory() : new WatchedLogged(folder, options);

export class WatchedLogged extends LoggedStorage {
  readonly #watch = new Watch(this.turns);

  get complaints(): readonly string[] {
    return this.#watch.complaints;
  }

  override atomically<T>(work: () => T): T {
    return this.#watch.handler(() => super.atomically(work));
  }

  protected override newTable(name: string): PagedTable {
    return new WatchedTable(this, name, this.tables.size, () => this.#watch.wrote(name, this.flushed()));
  }
}

export class WatchedMemory extends MemoryStorage {
  readonly #watch = new Watch(this.turns);

  get complaints(): readonly string[] {
    return this.#watch.complaints;
  }

  override atomically<T>(work: () => T): T {
    return this.#watch.handler(() => super.atomically(work));
  }

  protected override newTable(name: string): PagedTable {
    return new WatchedTable(this, name, this.tables.size, () => this.#watch.wrote(name, this.flushed()));
  }
}

class WatchedTable extends PagedTable {
  readonly #wrote: () => void;

  constructor(host: PagedHost, name: string, number: number, wrote: () => void) {
    super(host, name, number);
    this.#wrote = wrote;
  }

  override put(key: string, value: Stored): void {
    super.put(key, value);
    this.#wrote();
  }

  override add(key: string, value: Stored): boolean {
    return this.#noted(super.add(key, value));
  }

  override delete(key: string): boolean {
    return this.#noted(super.delete(key));
  }

  override clear(bounds: Bounds): number {
    return this.#noted(super.clear(bounds));
  }

  #noted<T>(wrote: T): T {
    if (wrote) this.#wrote();
    return wrote;
  }
}

/**
 * Things that a handler sets off and that go on by themselves, step by step, each of them kept: when the process ends, the next one takes
 * them up where they were (an experiment or a request of Cloud Control is failed, a function is made ready, a stack goes on with its resources). So is each message that a long poll moves to
 * a dead-letter queue before it receives another, and each item of a BatchWriteItem, which is no transaction: a large one is carried out over several turns.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
 */
const TAKEN_UP =
  /services\/(?:cloudformation\/(?:deployment|resource-work|stack-work|stack-sets\/operations-work|cloud-control\/requests)|fis\/(?:run|progress)|lambda\/readiness|sqs\/dead-letters|dynamodb\/batch-write)\.ts/;

/** The places in services that have led to a write, the nearest first. */
function whereabouts(): string {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 40;
  const frames = new Error().stack!.match(/services\/[\w/.-]+:\d+/g) ?? [];
  Error.stackTraceLimit = stackTraceLimit;
  return frames.slice(0, 8).join(" < ");
}
