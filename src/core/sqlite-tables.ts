import type { DatabaseSync } from "node:sqlite";
import { NOTES } from "./kept-storage.ts";
import type { Row } from "./table.ts";

/*
 * A database holds a table of (key text, value) for each collection, by its name (`sqs/queues`), and one of notes about the whole
 * (`squall`). One of a data directory of earlier versions holds several editions: a state that was loaded was read in beside what was
 * there, as the next edition (`sqs/queues@3`), and the note `edition` says which one counts.
 */

const EDITION_NOTE = "edition";

/** A table as a statement names it. */
export const placeOf = (table: string): string => `"${table}"`;

/** A table, in the order of its keys. */
interface Rows {
  readonly name: string;
  readonly rows: Iterable<Row>;
}

/** What a database keeps. */
export interface Tables {
  /** The services' tables. */
  readonly tables: Iterable<Rows>;
  /** What it says about itself. */
  readonly notes: Rows;
  note(name: string): unknown;
}

export function readTables(db: DatabaseSync): Tables {
  const notes = db.prepare(`SELECT v FROM ${NOTES} WHERE k = ?`);
  const note = (name: string) => {
    const row = notes.get(name) as { v: string } | undefined;
    return row && JSON.parse(row.v);
  };
  const found = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all() as { name: string }[];
  return {
    tables: ofEdition(db, found, Number(note(EDITION_NOTE) ?? 0)),
    notes: { name: NOTES, rows: rowsOf(db, NOTES) },
    note,
  };
}

function* ofEdition(db: DatabaseSync, found: readonly { name: string }[], edition: number) {
  for (const { name: table } of found) {
    if (!table.includes("/")) continue;
    const [name = "", of = "0"] = table.split("@");
    if (Number(of) === edition) yield { name, rows: rowsOf(db, table) };
  }
}

function rowsOf(db: DatabaseSync, table: string): Iterable<Row> {
  const rows = db.prepare(`SELECT k, v FROM ${placeOf(table)} ORDER BY k`);
  rows.setReturnArrays(true);
  return rows.iterate() as unknown as Iterable<Row>;
}
