import type { DatabaseSync } from "node:sqlite";

/*
 * What services keep is there in one edition at a time. A state that is loaded is read in beside it as the next edition, however
 * long that takes; then one write (the note `edition`) has all that is there replaced.
 *
 * Edition 0 has tables by the names of the collections (`sqs/queues`); a later one says so (`sqs/queues@3`). What is about the
 * database itself is in no edition (`squall`).
 */

/** The note that says which edition is in use. */
export const EDITION_NOTE = "edition";

/** Reads what a database that is open or attached says about itself. */
export function notesOf(db: DatabaseSync, schema: "main" | "saved"): (name: string) => unknown {
  const notes = db.prepare(`SELECT v FROM ${schema}.squall WHERE k = ?`);
  return (name) => {
    const row = notes.get(name) as { v: string } | undefined;
    return row && JSON.parse(row.v);
  };
}

/** The name of a collection's table in an edition. */
export function tableOf(name: string, edition: number): string {
  return edition === 0 || !name.includes("/") ? name : `${name}@${edition}`;
}

/** The collection, and the edition, that a table is of. */
export function editionOf(table: string): { name: string; edition: number } {
  const at = table.indexOf("@");
  return at < 0
    ? { name: table, edition: 0 }
    : { name: table.slice(0, at), edition: Number(table.slice(at + 1)) };
}
