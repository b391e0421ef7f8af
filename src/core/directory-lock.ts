import { existsSync, rmSync, statSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { type FileIdentity, isFileAt } from "./same-file.ts";
import { newDatabase } from "./sqlite-format.ts";

const BUSY = 5;
const NOT_A_DATABASE = 26;
const CORRUPT = 11;

interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly since: string;
}

/** What SQLite says of files in general. */
const WORDS: ReadonlyMap<number | undefined, string> = new Map([
  [8, "it cannot be written"],
  [13, "the disk is full"],
  [14, "it cannot be opened"],
]);

class InUse extends Error {
  /** Who has it, without a way out. */
  readonly who: string;

  constructor(message: string, who: string, cause: unknown) {
    super(message, { cause });
    this.who = who;
  }
}

/** Within this a process that has the folder makes its lock again (`log/holding.ts`). */
const MISSED_MS = 1500;

interface Whose {
  readonly name: string;
  readonly option: string;
}

const DATA_DIRECTORY: Whose = { name: "data directory", option: "--data-dir" };

/**
 * One process at a time in a folder. The lock is a transaction on a database of its own that stays open: the operating system
 * lets go of it when the process ends, however it ends, so that none is ever stale. Who only wants to read who it is, can.
 */
export class DirectoryLock {
  readonly folder: string;
  readonly file: string;
  readonly #whose: Whose;
  #db: DatabaseSync;
  #identity: FileIdentity;
  /** There was none where one was missed, so that another process may have the folder all the same. */
  readonly isMissed: boolean;

  /**
   * @param whose what the folder is, and how another one is chosen
   * @param isUsed whether the folder has been in use before: who has it is given time to make its lock again when there is none
   * @throws Error that says who has it
   */
  constructor(folder: string, whose: Whose = DATA_DIRECTORY, isUsed = false) {
    const file = join(folder, "squall.lock");
    this.folder = folder;
    this.file = file;
    this.#whose = whose;
    let wasMissed = isUsed && !existsSync(file);
    if (wasMissed) wait(MISSED_MS);
    try {
      this.#db = lock(file, folder, whose);
    } catch (error) {
      const { errcode } = error as { errcode?: number };
      if (error instanceof InUse) throw error;
      if (errcode !== NOT_A_DATABASE && errcode !== CORRUPT)
        throw new Error(
          `The ${whose.name} ${folder} cannot be locked by ${file}: ${WORDS.get(errcode) ?? (error as Error).message}. Put that right, or choose another folder with ${whose.option}.`,
          { cause: error },
        );
      // Something has written over it.
      rmSync(file, { force: true });
      wasMissed = isUsed;
      if (wasMissed) wait(MISSED_MS);
      this.#db = lock(file, folder, whose);
    }
    this.isMissed = wasMissed;
    this.#identity = statSync(file);
  }

  /** Whether it is what keeps others out: somebody may have removed the file, and then made another one. */
  get isInPlace(): boolean {
    return isFileAt(this.file, this.#identity);
  }

  /** Locks the folder again when it is not in place, unless another process has. @returns who that is; undefined when none has */
  retake(): string | undefined {
    try {
      const again = lock(this.file, this.folder, this.#whose);
      this.#db.close();
      this.#db = again;
      this.#identity = statSync(this.file);
    } catch (error) {
      // Whatever else it is, it can be tried again.
      if (error instanceof InUse) return error.who;
    }
    return undefined;
  }

  release(): void {
    if (this.#db.isOpen) this.#db.close();
  }

  /** Lets go, and leaves no file: for a folder that people keep in their repository. */
  remove(): void {
    // While nobody else can have it: who comes now makes a new one.
    if (this.#db.isOpen) rmSync(this.file, { force: true });
    this.release();
  }
}

function lock(file: string, folder: string, { name, option }: Whose): DatabaseSync {
  const db = newDatabase(file);
  try {
    db.exec(
      "PRAGMA synchronous = OFF; BEGIN IMMEDIATE; CREATE TABLE IF NOT EXISTS holder (pid, host, since)",
    );
    db.exec("DELETE FROM holder");
    db.prepare("INSERT INTO holder VALUES (?, ?, ?)").run(process.pid, hostname(), new Date().toISOString());
    // Kept for others to read; whoever comes between this and the next line has it then.
    db.exec("COMMIT; BEGIN IMMEDIATE");
    return db;
  } catch (error) {
    try {
      if ((error as { errcode?: number }).errcode !== BUSY) throw error;
      const who = described(holderIn(db));
      throw new InUse(
        `The ${name} ${folder} is in use: ${who}. Stop it first, or choose another folder with ${option}.`,
        who,
        error,
      );
    } finally {
      db.close();
    }
  }
}

function holderIn(db: DatabaseSync): Holder | undefined {
  try {
    return db.prepare("SELECT pid, host, since FROM holder").get() as Holder | undefined;
  } catch {
    // It is just being taken, and does not say by whom yet.
    return undefined;
  }
}

function described(holder: Holder | undefined): string {
  if (!holder) return "another process has just taken it";
  const where = holder.host === hostname() ? "" : ` on ${holder.host}`;
  return `process ${holder.pid}${where} has had it since ${holder.since}`;
}

function wait(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
