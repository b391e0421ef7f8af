import { existsSync, rmSync, statSync } from "node:fs";
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
  if (snapshot === 0 && logs.length === 0 && existsSync(database)) return takeOver(files, pagesOf, database);
  files.removeBefore(snapshot);
  if (snapshot > 0)
    explained(files.snapshot(snapshot), (file) => replayWhole("snapshot", file, pagesOf, redo));
  const first = Math.max(snapshot, 1);
  const last = logs.at(-1) ?? first;
  for (let log = first; log < last; log++)
    explained(files.log(log), (file) => replayWhole("log", file, pagesOf, redo));
  const { size, warning } = explained(files.log(last), (file) => readLast(file, pagesOf));
  return { snapshot, log: last, size, warning };
}

/** What the last log has, which may have been broken off anywhere. */
function readLast(file: string, pagesOf: (table: string) => SortedPages): Pick<Opened, "size" | "warning"> {
  if (!existsSync(file) || statSync(file).size < FILE_HEADER.length) return { size: 0, warning: undefined };
  const replayed = replay(file, pagesOf, redo);
  return { size: replayed.end, warning: warningOf(file, replayed) };
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
  files.publish(1);
  for (const suffix of ["", "-wal", "-shm"]) rmSync(database + suffix, { force: true });
  return { snapshot: 1, log: 1, size: 0, warning: undefined };
}

/** @throws Error that names the file, and the way out */
export function explained<T>(file: string, work: (file: string) => T): T {
  try {
    return work(file);
  } catch (error) {
    throw new Error(
      `${file} cannot be opened: ${whyNot(error)}. Move the data directory away, and Squall starts empty; "squall state load" then brings back a state that was saved.`,
      { cause: error },
    );
  }
}
