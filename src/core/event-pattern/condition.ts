/**
 * One condition of a pattern: what stands in its array, compiled to a test of one value.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 * https://docs.aws.amazon.com/sns/latest/dg/string-value-matching.html
 */

import { BlockList, isIP } from "node:net";
import { type JsonArray, type JsonNode, type JsonObject, metAt } from "../json-text.ts";
import { sure } from "../sure.ts";
import { starred } from "../wildcard.ts";

/** What the services that have patterns do not have in common. */
export interface Dialect {
  /** Numbers in `numeric` lie between it and its negative. */
  readonly highest: number;
  /** Decimals that count. */
  readonly decimals: number;
  /** Names in patterns and events are paths: `a.b` is `b` in `a`. Of a name that is there twice the last one counts. */
  readonly joinsNames: boolean;
}

/** EventBridge's, which Lambda and Pipes have too. */
export const EVENTS: Dialect = { highest: 5e9, decimals: 6, joinsNames: true };
/** SNS's. */
export const TOPICS: Dialect = { highest: 1e9, decimals: 5, joinsNames: false };

export type Scalar = string | number | boolean | null;

/** Tests a value; `undefined` stands for a key that is not there. */
export type Condition = (value: Scalar | undefined) => boolean;

/** What a pattern cannot contain, with the place in its text (where AWS tells one; in lists it tells it twice). */
export class PatternRefusal extends Error {
  readonly index: number | undefined;
  readonly times: number;
  constructor(message: string, index?: number, times = 1) {
    super(message);
    this.index = index;
    this.times = times;
  }
}

/** @throws PatternRefusal */
export function compileCondition(node: JsonNode, dialect: Dialect): Condition {
  if (node.type === "object") return matchExpression(node, dialect);
  if (node.type === "array")
    throw new PatternRefusal("Match value must be String, number, true, false, or null", metAt(node));
  return equals(node.value, dialect);
}

/** Numbers are equal when their first decimals are. */
function equals(expected: Scalar, { decimals }: Dialect): Condition {
  if (typeof expected !== "number") return (value) => value === expected;
  const scaled = scale(expected, decimals);
  return (value) => typeof value === "number" && scale(value, decimals) === scaled;
}

const scale = (value: number, decimals: number) => Math.round(value * 10 ** decimals);

type Operator = (operand: JsonNode, name: string, dialect: Dialect) => Condition;

const OPERATORS: Readonly<Record<string, Operator>> = {
  exactly: (operand, name, dialect) => equals(text(operand, name), dialect),
  prefix: (operand, name) => maybeIgnoringCase(operand, name, prefix),
  suffix: (operand, name) => maybeIgnoringCase(operand, name, suffix),
  "equals-ignore-case": (operand, name) => equalsIgnoreCase(text(operand, name)),
  wildcard: (operand, name) => wildcard(text(operand, name), operand),
  // AWS calls it so, in this one text.
  cidr: (operand) => cidr(text(operand, "prefix")),
  numeric: (operand, _, dialect) => numeric(operand, dialect),
  exists: (operand) => exists(operand),
  "anything-but": (operand, _, dialect) => anythingBut(operand, dialect),
};

function matchExpression(node: JsonObject, dialect: Dialect): Condition {
  const [entry, second] = node.entries;
  if (!entry) throw new PatternRefusal("Match expression name not found", node.end);
  const operator = Object.hasOwn(OPERATORS, entry.name) ? OPERATORS[entry.name] : undefined;
  if (!operator) throw new PatternRefusal(`Unrecognized match type ${entry.name}`, metAt(entry.value));
  const condition = operator(entry.value, entry.name, dialect);
  if (second) throw new PatternRefusal("Only one key allowed in match expression", metAt(second.value));
  return condition;
}

function text(operand: JsonNode, name: string): string {
  if (operand.type !== "string")
    throw new PatternRefusal(`${name} match pattern must be a string`, metAt(operand));
  return operand.value as string;
}

const prefix =
  (start: string): Condition =>
  (value) =>
    typeof value === "string" && value.startsWith(start);

const suffix =
  (end: string): Condition =>
  (value) =>
    typeof value === "string" && value.endsWith(end);

function equalsIgnoreCase(expected: string): Condition {
  const folded = expected.toLowerCase();
  return (value) => typeof value === "string" && value.toLowerCase() === folded;
}

/** `{"prefix": "a"}` or `{"prefix": {"equals-ignore-case": "a"}}`. */
function maybeIgnoringCase(operand: JsonNode, name: string, make: (pattern: string) => Condition): Condition {
  if (operand.type !== "object") return make(text(operand, name));
  const [entry] = operand.entries;
  if (entry?.name !== "equals-ignore-case")
    throw new PatternRefusal(`Unsupported ${name} pattern: ${entry?.name ?? ""}`, operand.end);
  const condition = make(text(entry.value, "equals-ignore-case").toLowerCase());
  return (value) => condition(typeof value === "string" ? value.toLowerCase() : value);
}

/** `*` stands for any characters; `\*` and `\\` for themselves. Two stars in a row are refused. */
function wildcard(pattern: string, node: JsonNode): Condition {
  const parts = [""];
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern.charAt(at);
    if (character === "\\") {
      const escaped = pattern[++at];
      if (escaped !== "*" && escaped !== "\\")
        throw new PatternRefusal(`Invalid escape character at pos ${at - 1}`, node.end);
      parts[parts.length - 1] += escaped;
    } else if (character === "*") {
      if (pattern[at + 1] === "*")
        throw new PatternRefusal(`Consecutive wildcard characters at pos ${at}`, node.end);
      parts.push("");
    } else {
      parts[parts.length - 1] += character;
    }
  }
  if (isComplex(parts))
    throw new PatternRefusal(
      "Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character",
    );
  const fits = starred(parts);
  return (value) => typeof value === "string" && fits(value);
}

/**
 * AWS refuses what its automaton would have to follow along too many ways at once: many stars before texts that begin alike.
 * Its bound is not documented; `*:*:*:*:*:event-bus/*` is over it.
 */
const MOST_ALIKE = 4;

function isComplex(parts: readonly string[]): boolean {
  const behindStars = new Map<string, number>();
  for (const [first] of parts.slice(1)) {
    if (first === undefined) continue;
    const alike = (behindStars.get(first) ?? 0) + 1;
    if (alike > MOST_ALIKE) return true;
    behindStars.set(first, alike);
  }
  return false;
}

/** `10.0.0.0/24`, `2001:db8::/32`; an address without a mask is a range of one. */
function cidr(range: string): Condition {
  const [address = "", mask, more] = range.split("/");
  const version = isIP(address);
  if (more !== undefined || (mask === undefined && version === 0))
    throw new PatternRefusal("Malformed CIDR, one '/' required");
  const longest = version === 4 ? 32 : 128;
  const length = mask === undefined ? longest : Number(mask);
  if (mask !== undefined && !/^[+-]?\d+$/.test(mask))
    throw new PatternRefusal("Malformed CIDR, mask bits must be an integer");
  if (length < 0) throw new PatternRefusal("Malformed CIDR, mask bits must not be negative");
  if (version === 0) throw new PatternRefusal(`Nonstandard IP address: ${address}`);
  if (length > longest)
    throw new PatternRefusal(`IPv${version} mask bits must be < ${version === 4 ? 32 : 128}`);
  const addresses = new BlockList();
  addresses.addSubnet(address, length, version === 4 ? "ipv4" : "ipv6");
  return (value) => {
    if (typeof value !== "string" || isIP(value) !== version) return false;
    return addresses.check(value, version === 4 ? "ipv4" : "ipv6");
  };
}

function exists(operand: JsonNode): Condition {
  if (operand.type !== "boolean")
    throw new PatternRefusal("exists match pattern must be either true or false.", metAt(operand));
  return operand.value ? (value) => value !== undefined : (value) => value === undefined;
}

const COMPARISONS: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  "=": (value, bound) => value === bound,
  "<": (value, bound) => value < bound,
  "<=": (value, bound) => value <= bound,
  ">": (value, bound) => value > bound,
  ">=": (value, bound) => value >= bound,
};

/** `["=", 1]`, `[">", 1]`, `[">=", 1, "<", 5]`. */
function numeric(operand: JsonNode, dialect: Dialect): Condition {
  const scaled = (value: number) => scale(value, dialect.decimals);
  if (operand.type !== "array")
    throw new PatternRefusal('Value of "numeric" must be an array.', metAt(operand));
  const [operator, , upperOperator, , surplus] = operand.items;
  if (operator?.type !== "string") {
    const found = operator === undefined ? "]" : plainText(operator);
    throw new PatternRefusal(`Invalid member in numeric match: ${found}`, after(operand, 0));
  }
  const name = operator.value as string;
  const compare = Object.hasOwn(COMPARISONS, name) ? COMPARISONS[name] : undefined;
  if (!compare) throw new PatternRefusal(`Unrecognized numeric range operator: ${name}`, after(operand, 1));
  const low = limit(operand, 1, name === "=" ? "equals" : name, dialect);
  if (!upperOperator) return (value) => typeof value === "number" && compare(scaled(value), low);

  if (name === "=" || name.startsWith("<"))
    throw new PatternRefusal("Too many elements in numeric expression", metAt(upperOperator));
  if (upperOperator.type !== "string")
    throw new PatternRefusal(`Bad value in numeric range: ${plainText(upperOperator)}`, metAt(upperOperator));
  const upperName = upperOperator.value as string;
  if (upperName !== "<" && upperName !== "<=")
    throw new PatternRefusal(`Bad numeric range operator: ${upperName}`, upperOperator.end);
  const high = limit(operand, 3, upperName, dialect);
  if (surplus) throw new PatternRefusal("Too many terms in numeric range expression", metAt(surplus));
  if (low >= high) throw new PatternRefusal("Bottom must be less than top", operand.end);
  const compareUpper = sure(COMPARISONS[upperName]); // One of the two.
  return (value) =>
    typeof value === "number" && compare(scaled(value), low) && compareUpper(scaled(value), high);
}

function limit(
  operand: JsonArray,
  position: number,
  operator: string,
  { highest, decimals }: Dialect,
): number {
  const node = operand.items[position];
  if (node?.type !== "number")
    throw new PatternRefusal(`Value of ${operator} must be numeric`, after(operand, position));
  const value = node.value as number;
  if (Math.abs(value) > highest) {
    const bound = `${highest / 1e9}.0E9`;
    throw new PatternRefusal(`Value must be between -${bound} and ${bound}, inclusive`, metAt(node));
  }
  return scale(value, decimals);
}

/** Where the parser stands when it has met the n-th item, or the closing bracket in its place. */
function after(array: JsonArray, position: number): number {
  const item = array.items[position];
  return item ? metAt(item) : array.end;
}

const plainText = (node: JsonNode) =>
  node.type === "object" ? "{" : node.type === "array" ? "[" : String(node.value);

/** `anything-but` a value, a list of values, or another pattern (or a list of its operands). The key must be there. */
function anythingBut(operand: JsonNode, dialect: Dialect): Condition {
  const refused =
    operand.type === "object" ? anythingButPattern(operand, dialect) : anythingButValues(operand, dialect);
  return (value) => value !== undefined && !refused.some((condition) => condition(value));
}

function anythingButValues(operand: JsonNode, dialect: Dialect): Condition[] {
  const items = operand.type === "array" ? operand.items : [operand];
  if (items.length === 0) throw new PatternRefusal("Empty arrays are not allowed", operand.end);
  for (const item of items) {
    if (item.type !== "string" && item.type !== "number") {
      throw operand.type === "array"
        ? new PatternRefusal("Inside anything but list, start|null|boolean is not supported.", metAt(item), 2)
        : new PatternRefusal(
            "Value of anything-but must be an array or single string/number value.",
            metAt(item),
          );
    }
    if (item.type !== items[0]?.type)
      throw new PatternRefusal(
        "Inside anything but list, either all values are number or string, mixed type is not supported",
        metAt(item),
        2,
      );
  }
  return items.map((item) => equals((item as { value: Scalar }).value, dialect));
}

/** What may stand in `anything-but`, and what AWS says of an operand of it that is no text. */
const EXCLUDABLE: Readonly<Record<string, string>> = {
  prefix: "prefix/suffix match pattern must be a string",
  suffix: "prefix/suffix match pattern must be a string",
  wildcard: "wildcard match pattern must be a string",
  "equals-ignore-case":
    "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.",
};

function anythingButPattern(operand: JsonObject, dialect: Dialect): Condition[] {
  const [entry, second] = operand.entries;
  if (!entry) throw new PatternRefusal("Anything-But expression name not found", operand.end);
  const complaint = Object.hasOwn(EXCLUDABLE, entry.name) ? EXCLUDABLE[entry.name] : undefined;
  if (complaint === undefined)
    throw new PatternRefusal(`Unsupported anything-but pattern: ${entry.name}`, metAt(entry.value));
  if (second) throw new PatternRefusal("Only one key allowed in match expression", metAt(second.value));
  const isList = entry.value.type === "array";
  const patterns = entry.value.type === "array" ? entry.value.items : [entry.value];
  if (patterns.length === 0) throw new PatternRefusal("Empty arrays are not allowed", entry.value.end);
  return patterns.map((pattern) => {
    if (pattern.type !== "string") throw new PatternRefusal(complaint, metAt(pattern), isList ? 2 : 1);
    if (pattern.value === "" && (entry.name === "prefix" || entry.name === "suffix"))
      throw new PatternRefusal("Null prefix/suffix not allowed", pattern.end, isList ? 2 : 1);
    return sure(OPERATORS[entry.name])(pattern, entry.name, dialect); // It is asked for by these names only.
  });
}
