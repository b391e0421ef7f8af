import { starred } from "../../../core/wildcard.ts";

/**
 * Event filtering patterns: https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
 * A pattern is compiled once and asked for every record.
 */
export type Matcher = (value: unknown) => boolean;

/** What is wrong with a pattern. */
export class PatternError extends Error {}

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Compiles a pattern given as JSON text. @throws PatternError */
export function compilePattern(text: string): { matches: Matcher; pattern: Json } {
  let pattern: unknown;
  try {
    pattern = JSON.parse(text);
  } catch {
    throw new PatternError("no JSON");
  }
  if (!isObject(pattern)) throw new PatternError("no object");
  return { matches: objectMatcher(pattern), pattern };
}

function objectMatcher(pattern: Json): Matcher {
  const members = Object.entries(pattern).map(([key, rule]): Matcher => {
    if (key === "$or" && Array.isArray(rule) && rule.length > 0 && rule.every(isObject)) {
      const options = rule.map(objectMatcher);
      return (value) => options.some((option) => option(value));
    }
    const matches = memberMatcher(rule);
    return (value) => matches(isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined);
  });
  return (value) => members.every((member) => member(value));
}

function memberMatcher(rule: unknown): Matcher {
  if (Array.isArray(rule)) {
    if (rule.length === 0) throw new PatternError("empty list");
    const conditions = rule.map(conditionMatcher);
    return (value) => conditions.some((condition) => condition(value));
  }
  if (!isObject(rule)) throw new PatternError("neither a list nor an object");
  const matches = objectMatcher(rule);
  return (value) => (Array.isArray(value) ? value.some(matches) : matches(value));
}

/** A list in the record matches when any of its elements does. */
const anyOf =
  (test: Matcher): Matcher =>
  (value) =>
    Array.isArray(value) ? value.some(test) : value !== undefined && test(value);

const onText = (test: (text: string) => boolean): Matcher =>
  anyOf((value) => typeof value === "string" && test(value));

function conditionMatcher(condition: unknown): Matcher {
  if (!isObject(condition)) return anyOf((value) => value === condition);
  const entries = Object.entries(condition);
  if (entries.length !== 1) throw new PatternError("a condition has one operator");
  const [operator, operand] = entries[0]!;
  switch (operator) {
    case "exists":
      if (typeof operand !== "boolean") throw new PatternError("exists takes a boolean");
      // Only leaves exist: a branch is as good as nothing.
      return (value) => (value !== undefined && !isObject(value)) === operand;
    case "prefix":
    case "suffix":
      return affixMatcher(operator, operand);
    case "equals-ignore-case": {
      const wanted = textOf(operand).toLowerCase();
      return onText((text) => text.toLowerCase() === wanted);
    }
    case "wildcard":
      return onText(wildcardTest(textOf(operand)));
    case "numeric":
      return numericMatcher(operand);
    case "cidr":
      return onText(cidrTest(textOf(operand)));
    case "anything-but":
      return anythingBut(operand);
    default:
      throw new PatternError(`unknown operator ${operator}`);
  }
}

function affixMatcher(operator: "prefix" | "suffix", operand: unknown): Matcher {
  const fold = isObject(operand) && "equals-ignore-case" in operand;
  const wanted = fold ? textOf(operand["equals-ignore-case"]).toLowerCase() : textOf(operand);
  return onText((text) => {
    const subject = fold ? text.toLowerCase() : text;
    return operator === "prefix" ? subject.startsWith(wanted) : subject.endsWith(wanted);
  });
}

function anythingBut(operand: unknown): Matcher {
  const list = Array.isArray(operand) ? operand : [operand];
  const excluded = list.map((item) => conditionMatcher(item));
  return (value) => {
    if (value === undefined) return false;
    const values = Array.isArray(value) ? value : [value];
    return values.some((item) => !excluded.some((matches) => matches(item)));
  };
}

const COMPARISONS: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  "=": (a, b) => a === b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
};

function numericMatcher(operand: unknown): Matcher {
  if (!Array.isArray(operand) || operand.length === 0 || operand.length % 2 !== 0) {
    throw new PatternError("numeric takes pairs of comparison and number");
  }
  const tests: ((value: number) => boolean)[] = [];
  for (let at = 0; at < operand.length; at += 2) {
    const compare = COMPARISONS[String(operand[at])];
    const bound: unknown = operand[at + 1];
    if (!compare || typeof bound !== "number")
      throw new PatternError("numeric takes pairs of comparison and number");
    tests.push((value) => compare(value, bound));
  }
  return anyOf((value) => typeof value === "number" && tests.every((test) => test(value)));
}

function cidrTest(cidr: string): (address: string) => boolean {
  const [base, bits] = cidr.split("/") as [string, string | undefined];
  const network = ipv4(base);
  const length = Number(bits);
  if (network === undefined || !(length >= 0 && length <= 32)) throw new PatternError("no CIDR block");
  const mask = length === 0 ? 0 : (~0 << (32 - length)) >>> 0;
  return (text) => {
    const address = ipv4(text);
    return address !== undefined && (address & mask) >>> 0 === (network & mask) >>> 0;
  };
}

function ipv4(text: string): number | undefined {
  const parts = text.split(".").map(Number);
  if (parts.length !== 4 || parts.some((part) => !(part >= 0 && part <= 255))) return undefined;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

/** `\*` is a star itself. */
function wildcardTest(pattern: string): (text: string) => boolean {
  const parts = pattern.match(/\\\*|[^*]|\*/gs) ?? [];
  const plain = [""];
  for (const part of parts) {
    if (part === "*") plain.push("");
    else plain[plain.length - 1] += part === "\\*" ? "*" : part;
  }
  return starred(plain);
}

function textOf(operand: unknown): string {
  if (typeof operand !== "string") throw new PatternError("text is wanted");
  return operand;
}
