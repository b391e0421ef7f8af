import { isIP, isIPv4 } from "node:net";
import { lazily } from "./lazily.ts";
import { type Comparison, withVariables } from "./policy-text.ts";
import { wildcard } from "./wildcard.ts";

const net = lazily<typeof import("node:net")>("node:net");

/** Operator → condition key → value or values. */
export type ConditionBlock = Readonly<
  Record<string, Readonly<Record<string, ConditionValue | readonly ConditionValue[]>>>
>;
type ConditionValue = string | number | boolean;

/** Condition keys with the values that a request has for them. */
export type RequestContext = Readonly<Record<string, readonly string[]>>;

type Test = (value: string, wanted: string) => boolean;

const number = (compare: (a: number, b: number) => boolean): Test => {
  return (value, wanted) => value.trim() !== "" && compare(Number(value), Number(wanted));
};
const date = (compare: (a: number, b: number) => boolean): Test => {
  const ms = (text: string) => (/^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text));
  return (value, wanted) => compare(ms(value), ms(wanted));
};
const equal = (a: number, b: number) => a === b;
const arnLike: Test = (value, wanted) => {
  const parts = (arn: string) => {
    const split = arn.split(":");
    return [...split.slice(0, 5), split.slice(5).join(":")];
  };
  const [given, pattern] = [parts(value), parts(wanted)];
  return pattern.every((part, i) => wildcard(part, given[i] ?? ""));
};

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
const POSITIVE: Readonly<Record<string, Test>> = {
  StringEquals: (value, wanted) => value === wanted,
  StringEqualsIgnoreCase: (value, wanted) => value.toLowerCase() === wanted.toLowerCase(),
  StringLike: (value, wanted) => wildcard(wanted, value),
  NumericEquals: number(equal),
  NumericLessThan: number((a, b) => a < b),
  NumericLessThanEquals: number((a, b) => a <= b),
  NumericGreaterThan: number((a, b) => a > b),
  NumericGreaterThanEquals: number((a, b) => a >= b),
  DateEquals: date(equal),
  DateLessThan: date((a, b) => a < b),
  DateLessThanEquals: date((a, b) => a <= b),
  DateGreaterThan: date((a, b) => a > b),
  DateGreaterThanEquals: date((a, b) => a >= b),
  Bool: (value, wanted) => value.toLowerCase() === wanted.toLowerCase(),
  BinaryEquals: (value, wanted) => value === wanted,
  IpAddress: isInRange,
  ArnEquals: arnLike,
  ArnLike: arnLike,
};
/** Operators that hold when their counterpart does for none of the wanted values. */
const NEGATIVE: Readonly<Record<string, string>> = {
  StringNotEquals: "StringEquals",
  StringNotEqualsIgnoreCase: "StringEqualsIgnoreCase",
  StringNotLike: "StringLike",
  NumericNotEquals: "NumericEquals",
  DateNotEquals: "DateEquals",
  NotIpAddress: "IpAddress",
  ArnNotEquals: "ArnEquals",
  ArnNotLike: "ArnLike",
};

export function isConditionOperator(name: string): boolean {
  const base = name.replace(/^For(?:AllValues|AnyValue):/, "").replace(/IfExists$/, "");
  return Object.hasOwn(POSITIVE, base) || Object.hasOwn(NEGATIVE, base) || name === "Null";
}

/** Does every condition of a statement hold? Keys that the request has no value for are added to `missing`. */
export function conditionsHold(
  block: ConditionBlock,
  context: RequestContext,
  missing: Set<string>,
  hasVariables = true,
): boolean {
  const values = new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), value]));
  let hold = true;
  for (const [operator, keys] of Object.entries(block)) {
    for (const [key, wanted] of Object.entries(keys)) {
      const given = values.get(key.toLowerCase());
      if (given === undefined) missing.add(key);
      const texts = [wanted].flat().map((value) => withVariables(String(value), context, hasVariables));
      if (!conditionHolds(operator, given, texts)) hold = false;
    }
  }
  return hold;
}

function conditionHolds(
  operator: string,
  given: readonly string[] | undefined,
  wanted: readonly Comparison[],
): boolean {
  if (operator === "Null") {
    const isNull = given === undefined || given.length === 0;
    return wanted.some(({ pattern }) => (pattern.toLowerCase() === "true") === isNull);
  }
  const [, quantifier, base = operator] = /^(?:(ForAllValues|ForAnyValue):)?(.+)$/.exec(operator) ?? [];
  const ifExists = base.endsWith("IfExists");
  const name = ifExists ? base.slice(0, -"IfExists".length) : base;
  const opposite = Object.hasOwn(NEGATIVE, name) ? NEGATIVE[name] : undefined;
  const test = POSITIVE[opposite ?? name];
  if (!test) return false;
  const holds = (value: string) =>
    wanted.some(({ pattern, text }) => test(text(value), pattern)) !== (opposite !== undefined);
  if (quantifier === "ForAllValues") return (given ?? []).every(holds);
  // An absent key fits a negative operator, and any with IfExists.
  if (given === undefined || given.length === 0)
    return ifExists || (opposite !== undefined && quantifier === undefined);
  return opposite !== undefined && quantifier === undefined ? given.every(holds) : given.some(holds);
}

function isInRange(address: string, range: string): boolean {
  const [network = "", bits] = range.split("/");
  if (!isIP(address) || !isIP(network) || isIPv4(address) !== isIPv4(network)) return false;
  const family = isIPv4(network) ? "ipv4" : "ipv6";
  const whole = family === "ipv4" ? 32 : 128;
  // What is no range holds nobody: services check less of a policy than IAM does.
  if (bits !== undefined && !(/^\d+$/.test(bits) && Number(bits) <= whole)) return false;
  const blocks = new (net().BlockList)();
  blocks.addSubnet(network, Number(bits ?? whole), family);
  return blocks.check(address, family);
}
