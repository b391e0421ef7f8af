import { type Ending, Reading } from "./reading.ts";
import { Cursor, Kind } from "./records.ts";

/** How a log or a snapshot has been read. */
export interface Replayed {
  /** Up to where the file is good, in bytes. */
  readonly end: number;
  readonly size: number;
  readonly ending: Ending;
  /** The record has been there that only a whole snapshot ends with. */
  readonly hasEnd: boolean;
}

/**
 * Goes through the records of a log or a snapshot.
 * @param open is told what tables the file knows, before any record of them
 * @param visit is given each record with what `open` made of its table; a record is good until the next one
 * @throws Error that says what is wrong with the file, when it is none
 */
export function replay<T>(
  file: string,
  open: (table: string) => T,
  visit: (table: T, record: Cursor) => void,
): Replayed {
  const reading = new Reading(file);
  try {
    const tables: T[] = [];
    let hasEnd = false;
    for (let batch = reading.next(); batch; batch = reading.next()) {
      const record = new Cursor(batch);
      while (record.next()) {
        if (record.kind === Kind.name) tables[record.table] = open(record.key);
        else if (record.kind === Kind.end) hasEnd = true;
        else {
          const table = tables[record.table];
          if (table === undefined) throw new Error("a record is of no table");
          visit(table, record);
        }
      }
    }
    const { end, size, ending } = reading;
    if (ending !== "whole" && reading.hasMore())
      throw new Error(`it is damaged behind byte ${end}, with whole writes behind that`);
    return { end, size, ending, hasEnd };
  } finally {
    reading.close();
  }
}

/** As `replay`, for a file that has been written to its end. @throws Error that says what is wrong with it */
export function replayWhole<T>(kind: "log" | "snapshot", ...what: Parameters<typeof replay<T>>): void {
  const { ending, hasEnd } = replay(...what);
  if (ending === "damaged") throw new Error("it is damaged");
  if (ending === "torn" || (kind === "snapshot" && !hasEnd)) throw new Error("it is cut off");
}
