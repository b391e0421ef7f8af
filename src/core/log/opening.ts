import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import type { SortedPages } from "../pages/sorted-pages.ts";
import { openDatabase } from "../sqlite-format.ts";
import { readTables } from "../sqlite-tables.ts";
import { whyNot } from "../why-not.ts";
import type { DataFiles } from "./data-files.ts";
import { FILE_HEADER } from "./file-header.ts";
import { type Cursor, Kind } from "./records.ts";
import { type Replayed, replay, replayWhole } from "./replaying.ts";
import { SnapshotWriting } from "./snapshot-writing.ts";

/** What a data directory goes on with. */
export interface Opened {
  /** The snapshot that it was begun with; 0: none. */
  readonly snapshot: number;
  /** The log that is written to. */
  readonly log: number;
  /** Up to where that is good, in bytes. */
  readonly size: number;
  /** So many rows the logs have wiped, all of a table at once. */
  readonly wiped: number;
  /** What had to be left out, in a sentence; undefined when that was nothing but a write that was broken off. */
  readonly warning: string | undefined;
}

/** What is behind all keys. */
const BEYOND = "\u{10ffff}";

/**
 * Reads what a data directory keeps.
 * @param pagesOf where the rows of a table go
 * @param database where earlier versions kept everything: it is taken over, and removed
 * @throws Error that names the file, what is wrong with it, and the way out
 */
export function readDataFiles(
  files: DataFiles,
  pagesOf: (table: string) => SortedPages,
  database: string,
): Opened {
  const { snapshot, logs } = files.found();
  if (snapshot === 0 && logs.length === 0)
    return existsSync(database) ? takeOver(files, pagesOf, database) : begin(files);
  if (existsSync(database)) finishTakeOver(files, database, snapshot, logs);
  if (snapshot > 0)
    explained(files.snapshot(snapshot), (file) => replayWhole("snapshot", file, pagesOf, redo));
  const first = Math.max(snapshot, 1);
  const last = logs.at(-1) ?? first;
  let wiped = 0;
  const redoLog: typeof redo = (pages, record) => {
    if (record.kind === Kind.empty) wiped += pages.size;
    redo(pages, record);
  };
  for (let log = first; log < last; log++)
    explained(files.log(log), (file) => replayWhole("log", file, pagesOf, redoLog));
  const replayed = explained(files.log(last), (file) => replay(file, pagesOf, redoLog));
  // It has been sealed when the next one was there.
  if (replayed.hasEnd) throw refusal(files.log(last + 1), new Error("it is not there"));
  // What is older is only gone when all that is newer has been read.
  files.removeBefore(snapshot);
  return { snapshot, log: last, size: replayed.end, wiped, warning: warningOf(files.log(last), replayed) };
}

/** The first log is there before anything else is. */
function begin(files: DataFiles): Opened {
  const blobs = readdirSync(files.folder).find((name) => /^blobs(-\d+)?$/.test(name));
  if (blobs !== undefined && readdirSync(join(files.folder, blobs)).length > 0)
    throw new Error(
      `${files.log(1)} is not there, though ${blobs} has bodies of what was in it. Bring it back, or move the data directory away, and Squall starts empty.`,
    );
  return { snapshot: 0, log: 1, size: files.begin(1), wiped: 0, warning: undefined };
}

function warningOf(file: string, { ending, end, size }: Replayed): string | undefined {
  if (ending !== "damaged") return undefined;
  return `The last ${size - end} bytes of ${file} are damaged, as by a power cut, and left out: what they held is lost.`;
}

/** Does once more what a record says. */
function redo(pages: SortedPages, record: Cursor): void {
  const { kind } = record;
  if (kind === Kind.remove) pages.delete(record.key);
  else if (kind === Kind.clear) pages.clear({ low: record.key, high: record.text });
  else if (kind === Kind.empty) pages.clear({ low: "", high: BEYOND });
  else pages.put(record.key, record.value);
}

function takeOver(files: DataFiles, pagesOf: (table: string) => SortedPages, database: string): Opened {
  const db = openDatabase(database);
  const writing = new SnapshotWriting(files.part(1));
  try {
    const { tables, notes } = readTables(db);
    for (const { name, rows } of [...tables, notes]) {
      const pages = pagesOf(name);
      writing.table(name);
      for (const [key, value] of rows) {
        pages.put(key, value);
        writing.put(key, value);
      }
    }
    writing.end();
  } finally {
    db.close();
    writing.close();
  }
  const size = files.begin(1);
  files.publish(1);
  removeDatabase(database);
  return { snapshot: 1, log: 1, size, wiped: 0, warning: undefined };
}

/** The process that has taken a database over may have been killed before it removed it. */
function finishTakeOver(files: DataFiles, database: string, snapshot: number, logs: readonly number[]): void {
  const isFresh = logs.length === 1 && logs[0] === 1 && statSync(files.log(1)).size === FILE_HEADER.length;
  if (snapshot !== 1 || !isFresh)
    throw new Error(
      `There are two states in ${files.folder}: the database of an earlier version, ${basename(database)}, and ${basename(files.log(logs[0] ?? snapshot))}. Move the one that is not wanted away.`,
    );
  removeDatabase(database);
}

function removeDatabase(database: string): void {
  for (const suffix of ["", "-wal", "-shm"]) rmSync(database + suffix, { force: true });
}

/** @throws Error that names the file, and the way out */
export function explained<T>(file: string, work: (file: string) => T): T {
  try {
    return work(file);
  } catch (error) {
    throw refusal(file, error);
  }
}

function refusal(file: string, cause: unknown): Error {
  return new Error(
    `${file} cannot be opened: ${whyNot(cause)}. Move the data directory away, and Squall starts empty; "squall state load" then brings back a state that was saved.`,
    { cause },
  );
}
