import { starred } from "../../../core/wildcard.ts";
import type { Json } from "./json.ts";
import { readTimestamp } from "./timestamp.ts";

type Comparison = (value: Json, other: Json) => boolean;
type Order = (a: number, b: number) => boolean;

/** By what follows the type's name. */
const ORDERS: Readonly<Record<string, Order>> = {
  Equals: (a, b) => a === b,
  LessThan: (a, b) => a < b,
  GreaterThan: (a, b) => a > b,
  LessThanEquals: (a, b) => a <= b,
  GreaterThanEquals: (a, b) => a >= b,
};

const momentOf = (value: Json): number | undefined =>
  typeof value === "string" ? readTimestamp(value) : undefined;

/** Values of another type are never equal, less or greater. */
function ordered(type: string, compare: (a: Json, b: Json) => number | undefined): [string, Comparison][] {
  return Object.entries(ORDERS).map(([order, holds]) => [
    `${type}${order}`,
    (value, other) => {
      const difference = compare(value, other);
      return difference !== undefined && holds(difference, 0);
    },
  ]);
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Every comparison of a Choice rule, without the `Path` of those that name their operand: https://states-language.net/#choice-state */
export const COMPARISONS: Readonly<Record<string, Comparison>> = {
  ...Object.fromEntries([
    ...ordered("String", (a, b) =>
      typeof a === "string" && typeof b === "string" ? byText(a, b) : undefined,
    ),
    ...ordered("Numeric", (a, b) => (typeof a === "number" && typeof b === "number" ? a - b : undefined)),
    ...ordered("Timestamp", (a, b) => {
      const [left, right] = [momentOf(a), momentOf(b)];
      return left === undefined || right === undefined ? undefined : left - right;
    }),
  ]),
  BooleanEquals: (value, other) => typeof value === "boolean" && value === other,
  StringMatches: (value, pattern) =>
    typeof value === "string" && typeof pattern === "string" && starred(partsOf(pattern))(value),
  IsNull: (value, is) => (value === null) === is,
  // Whether it is there at all is asked before.
  IsPresent: (_, is) => is === true,
  IsNumeric: (value, is) => (typeof value === "number") === is,
  IsString: (value, is) => (typeof value === "string") === is,
  IsBoolean: (value, is) => (typeof value === "boolean") === is,
  IsTimestamp: (value, is) => (momentOf(value) !== undefined) === is,
};

/** Those that may name their operand by a path. */
export const MAY_NAME_OPERAND =
  /^(?:String|Numeric|Timestamp)(?:Equals|LessThan|GreaterThan|LessThanEquals|GreaterThanEquals)$|^BooleanEquals$/;

/** `a*b\\*c` → the parts between stars, where `\\*` and `\\\\` are those characters themselves. */
function partsOf(pattern: string): string[] {
  const parts = [""];
  for (let at = 0; at < pattern.length; at++) {
    const letter = pattern.charAt(at);
    if (letter === "*") parts.push("");
    else
      parts[parts.length - 1] += letter === "\\" && at + 1 < pattern.length ? pattern.charAt(++at) : letter;
  }
  return parts;
}
