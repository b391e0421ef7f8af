/** One log event, as a query sees it: `@timestamp`, `@message`, what JSON in it says, and what commands have made. */
import { readJson } from "../../../core/read-json.ts";
import type { StreamEvent } from "../event-log.ts";
import { writePointer } from "../pointer.ts";

export type Value = string | number | boolean | null | undefined;
export type Row = Map<string, Value>;

export interface Source {
  readonly account: string;
  readonly group: string;
}

/**
 * The row of an event. Fields of a JSON message have their paths as names: `user.name`, `items.0.id`.
 * @param transformed what the group's transformer made of it, whose fields it has then
 */
export function rowOf(event: StreamEvent, { account, group }: Source, transformed?: string): Row {
  const row: Row = new Map<string, Value>([
    ["@timestamp", event.timestamp],
    ["@ingestionTime", event.ingestionTime],
    ["@message", event.message],
    ["@logStream", event.stream],
    ["@log", `${account}:${group}`],
    [
      "@ptr",
      writePointer({ group, stream: event.stream, timestamp: event.timestamp, sequence: event.sequence }),
    ],
  ]);
  if (group.startsWith("/aws/lambda/")) lambdaFields(row, event.message);
  const told = transformed ?? event.message;
  const start = told.indexOf("{");
  if (start >= 0) jsonFields(row, told, start);
  return row;
}

/** JSON may stand behind other text, as in the lines of Lambda's Node runtime. */
function jsonFields(row: Row, message: string, start: number): void {
  let document: unknown;
  try {
    document = readJson(message.slice(start));
  } catch {
    return;
  }
  flatten(row, "", document);
}

const MAX_FIELDS = 1000;
/** What lies deeper is no field. */
const MAX_DEPTH = 100;

function flatten(row: Row, path: string, value: unknown, depth = 0): void {
  if (row.size >= MAX_FIELDS || depth > MAX_DEPTH) return;
  if (typeof value !== "object" || value === null) {
    if (path !== "") row.set(path, value as Value);
    return;
  }
  for (const [name, member] of Object.entries(value))
    flatten(row, path === "" ? name : `${path}.${name}`, member, depth + 1);
}

const REQUEST_ID = /\bRequestId: ([0-9a-f-]{36})/;
const REPORT: readonly [field: string, pattern: RegExp][] = [
  ["@duration", /\tDuration: ([\d.]+) ms/],
  ["@billedDuration", /\tBilled Duration: ([\d.]+) ms/],
  ["@memorySize", /\tMemory Size: ([\d.]+) MB/],
  ["@maxMemoryUsed", /\tMax Memory Used: ([\d.]+) MB/],
  ["@initDuration", /\tInit Duration: ([\d.]+) ms/],
];

/** What Insights finds in Lambda's own lines. */
function lambdaFields(row: Row, message: string): void {
  const type = /^(START|END|REPORT) RequestId/.exec(message)?.[1];
  if (type) row.set("@type", type);
  const requestId = REQUEST_ID.exec(message)?.[1] ?? /^\S+\t([0-9a-f-]{36})\t/.exec(message)?.[1];
  if (requestId) row.set("@requestId", requestId);
  if (type !== "REPORT") return;
  for (const [field, pattern] of REPORT) {
    const value = pattern.exec(message)?.[1];
    // Memory is told in bytes.
    if (value !== undefined) row.set(field, field.includes("emory") ? Number(value) * 1e6 : Number(value));
  }
}
