import { closeSync, existsSync, mkdirSync, openSync, readSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { DatabaseSync, DatabaseSyncOptions } from "node:sqlite";
import { sqlite } from "./sqlite-module.ts";

/** Squall's databases carry this in their header (`PRAGMA application_id`): "Sqll". */
const APPLICATION_ID = 0x53716c6c;
/** What stands first in every SQLite database, and where behind it the size of its pages. */
const MAGIC = "SQLite format 3\0";
const PAGE_SIZE_AT = 16;

/** `MIGRATIONS[n]` makes version n + 1 of version n. What has once been released is never changed here. */
const MIGRATIONS: readonly string[] = [
  // 0 → 1: a table for what is about the database itself, not any service's.
  'CREATE TABLE IF NOT EXISTS "squall" (k TEXT PRIMARY KEY, v) WITHOUT ROWID',
  // 1 → 2: tables may be of a later edition (sqlite-edition.ts), which version 1 would not find.
  "",
];

/** The version of the databases that this Squall writes. */
export const FORMAT = MIGRATIONS.length;

/**
 * Opens a database file, makes it when it is not there, and brings an older one up to date.
 * @throws Error that names the file, what is wrong with it, and the way out
 */
export function openDatabase(file: string): DatabaseSync {
  const db = explaining(file, () => {
    if (!existsSync(file)) createDatabase(file);
    refuseBroken(file);
    return newDatabase(file);
  });
  try {
    explaining(file, () => {
      check(db);
      migrate(db);
    });
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/**
 * Checks a database that came from elsewhere, all of it, and brings it up to date.
 * @throws Error that says what is wrong with it
 */
export function checkForeignDatabase(file: string): void {
  refuseBroken(file);
  const db = newDatabase(file);
  try {
    check(db);
    migrate(db);
  } finally {
    db.close();
  }
}

/** Brings a database that has just been opened, perhaps an empty one, up to date. */
export function migrate(db: DatabaseSync): void {
  const version = versionOf(db);
  if (version === FORMAT) return;
  db.exec("BEGIN IMMEDIATE");
  try {
    for (const step of MIGRATIONS.slice(version)) db.exec(step);
    db.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${FORMAT}; COMMIT`);
  } catch (error) {
    if (db.isTransaction) db.exec("ROLLBACK");
    throw error;
  }
}

/** A new database appears whole: an empty file in its place is one that something else has emptied. */
export function createDatabase(file: string): void {
  mkdirSync(dirname(file), { recursive: true });
  const part = `${file}.new`;
  rmSync(part, { force: true });
  const db = newDatabase(part);
  try {
    db.exec("PRAGMA page_size = 8192");
    migrate(db);
  } finally {
    db.close();
  }
  renameSync(part, file);
}

/** @param options as of `node:sqlite` */
export function newDatabase(file: string, options: DatabaseSyncOptions = {}): DatabaseSync {
  const { DatabaseSync } = sqlite();
  return new DatabaseSync(file, options);
}

function refuseBroken(file: string): void {
  const { size } = statSync(file);
  if (size === 0) throw new Error("it is empty");
  const first = Buffer.alloc(PAGE_SIZE_AT + 2);
  const descriptor = openSync(file, "r");
  try {
    readSync(descriptor, first, 0, first.length, 0);
  } finally {
    closeSync(descriptor);
  }
  if (first.toString("latin1", 0, MAGIC.length) !== MAGIC) throw new Error("it is not an SQLite database");
  // SQLite reads what is missing of the last page as zeros. A size of 1 stands for 65536.
  const pageSize = first.readUInt16BE(PAGE_SIZE_AT);
  if (size % (pageSize === 1 ? 65_536 : pageSize) !== 0)
    throw new Error("it is damaged: its last page is cut off");
}

function check(db: DatabaseSync): void {
  const tables = db.prepare("SELECT name FROM main.sqlite_master WHERE type = 'table'").all();
  const { application_id: application } = db.prepare("PRAGMA application_id").get() as {
    application_id: number;
  };
  const isOurs =
    application === APPLICATION_ID ||
    // Version 0 had no mark; its tables are named after services and collections.
    (application === 0 && tables.every(({ name }) => String(name).includes("/")));
  if (!isOurs) throw new Error("it is another program's database");
  const version = versionOf(db);
  if (version > FORMAT) {
    throw new Error(
      `it is of format ${version}, which a newer Squall wrote; this one knows formats up to ${FORMAT}`,
    );
  }
  const [found] = db.prepare("PRAGMA integrity_check(1)").all() as { integrity_check: string }[];
  if (found?.integrity_check !== "ok") throw new Error(`it is damaged (${found?.integrity_check})`);
}

function versionOf(db: DatabaseSync): number {
  return (db.prepare("PRAGMA user_version").get() as { user_version: number }).user_version;
}

function explaining<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    const why =
      code?.startsWith("E") && code !== "ERR_SQLITE_ERROR" ? `it cannot be used (${code})` : message;
    throw new Error(
      `The database ${file} cannot be opened: ${why}. Move the data directory away, and Squall starts empty; "squall state load" then brings back a state that was saved.`,
      { cause: error },
    );
  }
}
