import { rmSync } from "node:fs";
import { type Merging, TableChanges } from "./changes.ts";
import type { DataFiles } from "./data-files.ts";
import { replayWhole } from "./replaying.ts";
import { SnapshotWriting } from "./snapshot-writing.ts";

/**
 * Writes the snapshot that has everything up to and without a log: the snapshot before it, and what the logs since then have changed.
 * Only what those changed is held in memory. It is not published.
 * @returns its size in bytes
 */
export function compact(files: DataFiles, snapshot: number, until: number): number {
  const changes = new Map<string, TableChanges>();
  for (const log of files.found().logs.filter((number) => number < until))
    replayWhole(
      "log",
      files.log(log),
      (table) => {
        const of = changes.get(table) ?? new TableChanges();
        changes.set(table, of);
        return of;
      },
      (of, record) => of.note(record),
    );
  const part = files.part(until);
  const writing = new SnapshotWriting(part);
  try {
    if (snapshot > 0) mergeInto(writing, files.snapshot(snapshot), changes);
    for (const [table, of] of changes) {
      writing.table(table);
      for (const record of of.merging().rest()) writing.copy(record);
    }
    return writing.end();
  } catch (error) {
    // On a full disk, it is what fills it.
    writing.close();
    rmSync(part, { force: true });
    throw error;
  }
}

/** Writes what of a snapshot is still there, and what has changed in its tables; their changes are done with then. */
function mergeInto(writing: SnapshotWriting, snapshot: string, changes: Map<string, TableChanges>): void {
  let merging: Merging | undefined;
  const finish = () => {
    if (merging) for (const record of merging.rest()) writing.copy(record);
  };
  replayWhole(
    "snapshot",
    snapshot,
    (table) => {
      finish();
      merging = (changes.get(table) ?? new TableChanges()).merging();
      changes.delete(table);
      writing.table(table);
      return merging;
    },
    (of, record) => {
      for (const kept of of.upTo(record)) writing.copy(kept);
    },
  );
  finish();
}
