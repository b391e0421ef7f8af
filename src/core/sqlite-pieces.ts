import type { DatabaseSync } from "node:sqlite";
import { setImmediate as nextTurn } from "node:timers/promises";

/** A piece is done in a few milliseconds. One row is done at once, however large it is. */
export const PIECE_BYTES = 512 * 1024;
export const PIECE_ROWS = 500;

/** What is done with many rows asks of the storage that they are in. */
export interface PieceHost {
  readonly db: DatabaseSync;
  /** One transaction, between the turns of all others. @throws Error when the storage is closed */
  alone<T>(work: () => T): T;
}

/** A table of a database that is open or attached: `"main"."sqs/queues"`. */
export type Place = string & { readonly place?: never };

export const placeOf = (schema: string, table: string): Place => `"${schema}"."${table}"`;

/** Keys behind `after`, up to and without `before`. */
export interface Stretch {
  readonly after?: string;
  readonly before?: string;
}

/** Copies rows from one table to another, a piece at a time: between two of them others have their turn. */
export async function copyRows(host: PieceHost, from: Place, to: Place, stretch?: Stretch): Promise<void> {
  const copy = host.db.prepare(`INSERT INTO ${to} SELECT k, v FROM ${from} WHERE k > ? AND k <= ?`);
  await inPieces(host, from, stretch, (after, end) => copy.run(after, end));
}

/** Removes rows from a table, a piece at a time. */
export async function removeRows(host: PieceHost, place: Place, stretch?: Stretch): Promise<void> {
  const remove = host.db.prepare(`DELETE FROM ${place} WHERE k > ? AND k <= ?`);
  await inPieces(host, place, stretch, (after, end) => remove.run(after, end));
}

async function inPieces(
  host: PieceHost,
  place: Place,
  { after: from = "", before }: Stretch = {},
  work: (after: string, end: string) => void,
): Promise<void> {
  const rows = host.db.prepare(
    `SELECT k, octet_length(k) + ifnull(octet_length(v), 0) AS bytes FROM ${place}
     WHERE k > :after ${before === undefined ? "" : "AND k < :before"} ORDER BY k LIMIT ${PIECE_ROWS}`,
  );
  const endOf = (after: string): string | undefined => {
    let end: string | undefined;
    let bytes = 0;
    for (const row of rows.iterate(before === undefined ? { after } : { after, before })) {
      bytes += row["bytes"] as number;
      if (end !== undefined && bytes > PIECE_BYTES) break;
      end = row["k"] as string;
    }
    return end;
  };
  for (let after: string | undefined = from; after !== undefined; ) {
    const start: string = after;
    after = host.alone(() => {
      const end = endOf(start);
      if (end !== undefined) work(start, end);
      return end;
    });
    await nextTurn();
  }
}
