import type { Query } from "./command.ts";
import { toNumber } from "./functions.ts";
import type { Row, Value } from "./record.ts";

/** Rows without `limit`, and at most. */
const DEFAULT_ROWS = 10_000;

export type ResultRow = { field: string; value: string }[];

/** Runs a query over rows, newest first. Times are printed as Insights prints them. */
export async function runQuery(
  query: Query,
  rows: AsyncIterable<Row>,
  limit = DEFAULT_ROWS,
): Promise<ResultRow[]> {
  let current = rows;
  for (const command of query.commands) current = command(current);
  const results: ResultRow[] = [];
  for await (const row of current) {
    if (results.length >= Math.min(query.limit ?? limit, DEFAULT_ROWS)) break;
    const cells = query.columns.flatMap((field) => {
      const value = row.get(field);
      return value === undefined || value === null ? [] : [{ field, value: print(field, value) }];
    });
    const pointer = row.get("@ptr");
    if (!query.aggregated && pointer !== undefined) cells.push({ field: "@ptr", value: String(pointer) });
    results.push(cells);
  }
  return results;
}

function print(field: string, value: Value): string {
  const isTime =
    field === "@timestamp" ||
    field === "@ingestionTime" ||
    /^(?:bin|datefloor|dateceil|frommillis)\(/i.test(field);
  const ms = isTime ? toNumber(value) : undefined;
  if (ms !== undefined) return new Date(ms).toISOString().replace("T", " ").replace("Z", "");
  if (typeof value === "boolean") return value ? "1" : "0";
  if (typeof value === "number" && !Number.isInteger(value)) return String(Math.round(value * 1e4) / 1e4);
  return String(value);
}
