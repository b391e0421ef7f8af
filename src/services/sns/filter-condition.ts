/**
 * One condition of a filter policy: what stands in a policy's array, compiled to a test of one value.
 * https://docs.aws.amazon.com/sns/latest/dg/string-value-matching.html
 * https://docs.aws.amazon.com/sns/latest/dg/numeric-value-matching.html
 */
import { BlockList, isIP } from "node:net";
import { starred } from "../../core/wildcard.ts";
import { type JsonArray, type JsonNode, type JsonObject, metAt } from "./json-text.ts";

export type Scalar = string | number | boolean | null;

/** Tests a value; `undefined` stands for a key that is not there. */
export type Condition = (value: Scalar | undefined) => boolean;

/** What a policy cannot contain, with the place in its text. */
export class PolicyRefusal extends Error {
  readonly index: number;
  constructor(message: string, index: number) {
    super(message);
    this.index = index;
  }
}

/** @throws PolicyRefusal */
export function compileCondition(node: JsonNode): Condition {
  if (node.type === "object") return matchExpression(node);
  if (node.type === "array")
    throw new PolicyRefusal("Match value must be String, number, true, false, or null", metAt(node));
  return equals(node.value);
}

/** Numbers are equal when their first five decimals are. */
function equals(expected: Scalar): Condition {
  if (typeof expected !== "number") return (value) => value === expected;
  const scaled = scale(expected);
  return (value) => typeof value === "number" && scale(value) === scaled;
}

const scale = (value: number) => Math.round(value * 1e5);

type Operator = (operand: JsonNode, name: string) => Condition;

const OPERATORS: Readonly<Record<string, Operator>> = {
  exactly: (operand, name) => equals(text(operand, name)),
  prefix: (operand, name) => maybeIgnoringCase(operand, name, prefix),
  suffix: (operand, name) => maybeIgnoringCase(operand, name, suffix),
  "equals-ignore-case": (operand, name) => equalsIgnoreCase(text(operand, name)),
  wildcard: (operand, name) => wildcard(text(operand, name), operand),
  cidr: (operand, name) => cidr(text(operand, name), operand),
  numeric: (operand) => numeric(operand),
  exists: (operand) => exists(operand),
  "anything-but": (operand) => anythingBut(operand),
};

function matchExpression(node: JsonObject): Condition {
  const [entry, second] = node.entries;
  if (!entry) throw new PolicyRefusal("Match expression name not found", node.end);
  const operator = Object.hasOwn(OPERATORS, entry.name) ? OPERATORS[entry.name] : undefined;
  if (!operator) throw new PolicyRefusal(`Unrecognized match type ${entry.name}`, metAt(entry.value));
  const condition = operator(entry.value, entry.name);
  if (second) throw new PolicyRefusal("Only one key allowed in match expression", metAt(second.value));
  return condition;
}

function text(operand: JsonNode, name: string): string {
  if (operand.type !== "string")
    throw new PolicyRefusal(`${name} match pattern must be a string`, metAt(operand));
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
    throw new PolicyRefusal(`Unsupported ${name} pattern: ${entry?.name ?? ""}`, operand.end);
  const condition = make(text(entry.value, "equals-ignore-case").toLowerCase());
  return (value) => condition(typeof value === "string" ? value.toLowerCase() : value);
}

/** `*` stands for any characters; `\*` and `\\` for themselves. Two stars in a row are refused. */
function wildcard(pattern: string, node: JsonNode): Condition {
  const parts = [""];
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at]!;
    if (character === "\\") {
      const escaped = pattern[++at];
      if (escaped !== "*" && escaped !== "\\")
        throw new PolicyRefusal(`Invalid escape character at pos ${at - 1}`, node.end);
      parts[parts.length - 1] += escaped;
    } else if (character === "*") {
      if (pattern[at + 1] === "*")
        throw new PolicyRefusal(`Consecutive wildcard characters at pos ${at}`, node.end);
      parts.push("");
    } else {
      parts[parts.length - 1] += character;
    }
  }
  const fits = starred(parts);
  return (value) => typeof value === "string" && fits(value);
}

/** `10.0.0.0/24`, `2001:db8::/32`; an address without a mask is a range of one. */
function cidr(range: string, node: JsonNode): Condition {
  const [address = "", mask] = range.split("/");
  const version = isIP(address);
  const longest = version === 4 ? 32 : 128;
  const length = mask === undefined ? longest : Number(mask);
  if (version === 0 || !Number.isInteger(length) || mask === "" || length < 0 || length > longest)
    throw new PolicyRefusal(`Malformed CIDR, ${mask === undefined ? "one '/' required" : range}`, node.end);
  const addresses = new BlockList();
  addresses.addSubnet(address, length, version === 4 ? "ipv4" : "ipv6");
  return (value) => {
    if (typeof value !== "string" || isIP(value) !== version) return false;
    return addresses.check(value, version === 4 ? "ipv4" : "ipv6");
  };
}

function exists(operand: JsonNode): Condition {
  if (operand.type !== "boolean")
    throw new PolicyRefusal("exists match pattern must be either true or false.", metAt(operand));
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
function numeric(operand: JsonNode): Condition {
  if (operand.type !== "array")
    throw new PolicyRefusal('Value of "numeric" must be an array.', metAt(operand));
  const [operator, , upperOperator, , surplus] = operand.items;
  if (operator?.type !== "string") {
    const found = operator === undefined ? "]" : plainText(operator);
    throw new PolicyRefusal(`Invalid member in numeric match: ${found}`, after(operand, 0));
  }
  const name = operator.value as string;
  const compare = Object.hasOwn(COMPARISONS, name) ? COMPARISONS[name] : undefined;
  if (!compare) throw new PolicyRefusal(`Unrecognized numeric range operator: ${name}`, after(operand, 1));
  const low = limit(operand, 1, name === "=" ? "equals" : name);
  if (!upperOperator) return (value) => typeof value === "number" && compare(scale(value), low);

  if (name === "=" || name.startsWith("<"))
    throw new PolicyRefusal("Too many elements in numeric expression", metAt(upperOperator));
  if (upperOperator.type !== "string")
    throw new PolicyRefusal(`Bad value in numeric range: ${plainText(upperOperator)}`, metAt(upperOperator));
  const upperName = upperOperator.value as string;
  if (upperName !== "<" && upperName !== "<=")
    throw new PolicyRefusal(`Bad numeric range operator: ${upperName}`, upperOperator.end);
  const high = limit(operand, 3, upperName);
  if (surplus) throw new PolicyRefusal("Too many terms in numeric range expression", metAt(surplus));
  if (low >= high) throw new PolicyRefusal("Bottom must be less than top", operand.end);
  const compareUpper = COMPARISONS[upperName]!;
  return (value) =>
    typeof value === "number" && compare(scale(value), low) && compareUpper(scale(value), high);
}

const HIGHEST = 1e9;

function limit(operand: JsonArray, position: number, operator: string): number {
  const node = operand.items[position];
  if (node?.type !== "number")
    throw new PolicyRefusal(`Value of ${operator} must be numeric`, after(operand, position));
  const value = node.value as number;
  if (Math.abs(value) > HIGHEST)
    throw new PolicyRefusal("Value must be between -1.0E9 and 1.0E9, inclusive", metAt(node));
  return scale(value);
}

/** Where the parser stands when it has met the n-th item, or the closing bracket in its place. */
function after(array: JsonArray, position: number): number {
  const item = array.items[position];
  return item ? metAt(item) : array.end;
}

const plainText = (node: JsonNode) =>
  node.type === "object" ? "{" : node.type === "array" ? "[" : String(node.value);

/** `anything-but` a value, a list of values, or another pattern (or a list of its operands). The key must be there. */
function anythingBut(operand: JsonNode): Condition {
  const refused = operand.type === "object" ? anythingButPattern(operand) : anythingButValues(operand);
  return (value) => value !== undefined && !refused.some((condition) => condition(value));
}

function anythingButValues(operand: JsonNode): Condition[] {
  const items = operand.type === "array" ? operand.items : [operand];
  if (items.length === 0) throw new PolicyRefusal("Empty arrays are not allowed", operand.end);
  for (const item of items) {
    if (item.type !== "string" && item.type !== "number") {
      throw operand.type === "array"
        ? new PolicyRefusal("Inside anything but list, start|null|boolean is not supported.", metAt(item))
        : new PolicyRefusal(
            'Value of "anything-but" must be an array or single string/number value.',
            metAt(item),
          );
    }
    if (item.type !== items[0]!.type)
      throw new PolicyRefusal(
        "Inside anything but list, either all values are number or string, mixed type is not supported",
        metAt(item),
      );
  }
  return items.map((item) => equals((item as { value: Scalar }).value));
}

const EXCLUDABLE = new Set(["prefix", "suffix", "equals-ignore-case", "wildcard"]);

function anythingButPattern(operand: JsonObject): Condition[] {
  const [entry, second] = operand.entries;
  if (!entry) throw new PolicyRefusal("Anything-But expression name not found", operand.end);
  if (!EXCLUDABLE.has(entry.name))
    throw new PolicyRefusal(`Unsupported anything-but pattern: ${entry.name}`, metAt(entry.value));
  if (second) throw new PolicyRefusal("Only one key allowed in match expression", metAt(second.value));
  const patterns = entry.value.type === "array" ? entry.value.items : [entry.value];
  if (patterns.length === 0) throw new PolicyRefusal("Empty arrays are not allowed", entry.value.end);
  return patterns.map((pattern) => OPERATORS[entry.name]!(pattern, entry.name));
}
