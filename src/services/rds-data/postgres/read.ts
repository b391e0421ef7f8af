import { internalFailure, multidimensionalArray } from "../errors.ts";
import { withFraction } from "../times.ts";
import type { Value } from "../values.ts";
import type { PostgresType, ResultType } from "./types.ts";

/** Reads a value as PostgreSQL writes it. @throws UnsupportedResultException for an array of arrays */
export function read(text: string | null, { type, isArray }: ResultType): Value {
  if (text === null) return null;
  return isArray
    ? elementsOf(text).map((item) => (item === null ? null : scalar(item, type)))
    : scalar(text, type);
}

function scalar(text: string, { kind, form }: PostgresType): Value {
  switch (kind) {
    case "boolean":
      return text === "t";
    case "long":
      return BigInt(text);
    case "double":
      return Number(text);
    case "blob":
      return Buffer.from(text.slice(2), "hex");
    default:
      return form === undefined ? text : timeOf(text, form);
  }
}

function timeOf(text: string, form: "time" | "timestamp" | "timestamptz"): string {
  // A time without end breaks the Data API.
  if (text.endsWith("infinity")) throw internalFailure();
  return withFraction(form === "timestamptz" ? inUtc(text) : text);
}

/** A time with its zone (`2024-01-15 12:34:56.5+09`), in UTC and without one. */
function inUtc(text: string): string {
  const [, date = "", time = "", fraction = "", sign = "+", hours = "0", minutes = "0", seconds = "0"] =
    /^(\S+) ([\d:]+)(\.\d+)?([+-])(\d+)(?::(\d+))?(?::(\d+))?/.exec(text) ?? [];
  const offsetMs = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
  if (offsetMs === 0) return text.replace(/[+-][\d:]+(?= BC$|$)/, "");
  const ms = Date.parse(`${date}T${time}Z`) + (sign === "-" ? offsetMs : -offsetMs);
  return new Date(ms).toISOString().slice(0, 19).replace("T", " ") + fraction;
}

/** The elements of an array, which may begin with its bounds: `[0:1]={a,NULL,"b,c"}`. */
function elementsOf(text: string): (string | null)[] {
  const inner = text.slice(text.indexOf("{") + 1, -1);
  const elements: (string | null)[] = [];
  for (const [, quoted, plain, nested] of inner.matchAll(/"((?:[^"\\]|\\.)*)"|([^,{}"]+)|(\{)/g)) {
    if (nested !== undefined) throw multidimensionalArray();
    if (quoted !== undefined) elements.push(quoted.replaceAll(/\\(.)/gs, "$1"));
    else elements.push(plain === "NULL" ? null : (plain ?? null));
  }
  return elements;
}
