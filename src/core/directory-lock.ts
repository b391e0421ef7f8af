import { rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
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

class InUse extends Error {}

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
  readonly #db: DatabaseSync;
  readonly #file: string;

  /**
   * @param whose what the folder is, and how another one is chosen
   * @throws Error that says who has it
   */
  constructor(folder: string, whose: Whose = DATA_DIRECTORY) {
    const file = join(folder, "squall.lock");
    this.#file = file;
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
      // Something has written over it; nobody can hold what is no database.
      rmSync(file, { force: true });
      this.#db = lock(file, folder, whose);
    }
  }

  release(): void {
    if (this.#db.isOpen) this.#db.close();
  }

  /** Lets go, and leaves no file: for a folder that people keep in their repository. */
  remove(): void {
    // While nobody else can have it: who comes now makes a new one.
    if (this.#db.isOpen) rmSync(this.#file, { force: true });
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
      throw new InUse(
        `The ${name} ${folder} is in use: ${described(holderIn(db))}. Stop it first, or choose another folder with ${option}.`,
        { cause: error },
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
