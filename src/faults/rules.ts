import { parseDuration } from "../core/clock.ts";
import type { Counted, FaultEffect, FaultMatch, FaultRule, FaultRuleInput } from "../core/fault.ts";
import { isGlob } from "./glob.ts";
import { didYouMean } from "./nearest.ts";
import { oneOf, shown, toNumber } from "./parameters.ts";
import { RuleError } from "./rule-error.ts";
import { MATCH_FIELDS, RULE_FIELDS } from "./rule-fields.ts";
import { timeOf } from "./rule-frequency.ts";

/** The effects that there are, by name. */
export type Effects = ReadonlyMap<string, FaultEffect>;

const RULE_NAMES: readonly string[] = Object.keys(RULE_FIELDS);
const MATCH_NAMES: readonly string[] = Object.keys(MATCH_FIELDS);

/** Plurals and short forms that people write for a field. */
export const ALSO_WRITTEN: Readonly<Record<string, string>> = {
  services: "service",
  operations: "operation",
  resources: "resource",
  roles: "role",
  callers: "caller",
  accessKey: "accessKeyId",
  accessKeys: "accessKeyId",
  accounts: "account",
  subnets: "subnet",
  vpcs: "vpc",
  regions: "region",
  headers: "header",
  sites: "site",
  parents: "parent",
  parameters: "params",
};

/** Lists in these may be written with commas; ARNs and headers can hold a comma. */
const COMMA_LISTS: readonly string[] = [
  "service",
  "operation",
  "account",
  "region",
  "accessKeyId",
  "subnet",
  "vpc",
];

/**
 * A rule as anybody may write it → a rule as the table takes it. Beside the full form, the fields of `match` and the
 * effect's params may stand at the top, and an effect may be a field: `{service: "sqs", error: "throttle", times: 2}`,
 * `{latency: {p50: 20, p99: 400}}`, `{reset: true}`. Numbers may be text.
 * Names of services, operations and points are not checked here but by the table.
 * @throws RuleError that names the field and, where there is one, the name that was probably meant
 */
export function normalizeRule(given: unknown, effects: Effects): FaultRuleInput {
  const fields = { ...asObject(given, "A rule") };
  for (const [name, value] of Object.entries(fields)) {
    const field = ALSO_WRITTEN[name];
    if (
      field === undefined ||
      fields[field] !== undefined ||
      (name === "headers" && takesHeaders(fields, effects))
    )
      continue;
    fields[field] = value;
    delete fields[name];
  }
  const { effect, params } = effectOf(fields, effects);
  const match = matchOf(fields);
  const parameters = effects.get(effect)?.parameters;
  const rule: Record<string, unknown> = { effect };
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined || value === null || name === "effect" || name === "params" || name === "match")
      continue;
    if (RULE_NAMES.includes(name)) rule[name] = ruleField(name, value);
    else if (MATCH_NAMES.includes(name)) continue;
    else if (effects.has(name) && (name === effect || !Object.hasOwn(parameters ?? {}, name))) continue;
    else if (parameters === undefined || Object.hasOwn(parameters, name)) params[name] = value;
    else {
      const known = [...RULE_NAMES, ...MATCH_NAMES, ...Object.keys(parameters), ...effects.keys()];
      throw new RuleError(`A rule has no field "${name}".${didYouMean(name, known)}`, { field: name });
    }
  }
  if (Object.keys(params).length > 0) rule["params"] = params;
  if (Object.keys(match).length > 0) rule["match"] = match;
  return rule as unknown as FaultRuleInput;
}

/**
 * A rule with some of its fields changed: whole `match` and `params`, or single fields of them at the top. Null takes a
 * field away; another effect starts with params of its own.
 */
export function patchedRule(
  rule: FaultRule,
  changes: Readonly<Record<string, unknown>>,
  effects: Effects,
): FaultRuleInput {
  const { id, startsAt, expiresAt, effect, params, match, ...frequency } = rule;
  const { id: _id, ...given } = asObject(changes, "A change");
  const hasNewEnd = given["ttl"] !== undefined || given["until"] !== undefined;
  const hasNewEffect = Object.keys(given).some((name) => name === "effect" || effects.has(name));
  const patched: Record<string, unknown> = {
    ...frequency,
    ...(startsAt !== undefined && { from: new Date(startsAt).toISOString() }),
    ...(expiresAt !== undefined && !hasNewEnd && { until: new Date(expiresAt).toISOString() }),
    match,
    ...(!hasNewEffect && { effect, params }),
    ...given,
    id,
  };
  const single = Object.keys(given).filter(
    (name) => MATCH_NAMES.includes(ALSO_WRITTEN[name] ?? name) && !(name in rule.params),
  );
  if (single.length > 0) {
    const merged: Record<string, unknown> = { ...asObject(patched["match"] ?? {}, "match") };
    for (const name of single) {
      merged[ALSO_WRITTEN[name] ?? name] = given[name];
      delete patched[name];
    }
    patched["match"] = merged;
  }
  return normalizeRule(patched, effects);
}

/** `headers` is also an effect, and a parameter of the effect `error`: beside any other effect it is what a rule matches. */
function takesHeaders(fields: Readonly<Record<string, unknown>>, effects: Effects): boolean {
  const others = effectNames(fields, effects);
  const effect = fields["effect"] ?? others[0] ?? "headers";
  return effect === "headers" || effect === "error";
}

/** The effects that stand in a rule as fields; `headers` only when it is the one. */
function effectNames(fields: Readonly<Record<string, unknown>>, effects: Effects): string[] {
  const named = Object.keys(fields).filter(
    (name) => effects.has(name) && fields[name] !== undefined && fields[name] !== false,
  );
  const effect = fields["effect"] ?? named.find((name) => name !== "headers");
  return named.filter((name) => name !== "headers" || effect === undefined || effect === "headers");
}

/** Of a rule without an effect: the name that is none may have meant it. */
function refuseUnknown(fields: Readonly<Record<string, unknown>>, effects: Effects): void {
  const known = [...RULE_NAMES, ...MATCH_NAMES, ...effects.keys(), "params", "match"];
  const parameters = new Set([...effects.values()].flatMap((effect) => Object.keys(effect.parameters)));
  const name = Object.keys(fields).find((one) => !known.includes(one) && !parameters.has(one));
  if (name !== undefined)
    throw new RuleError(`A rule has no field "${name}".${didYouMean(name, known)}`, { field: name });
}

function effectOf(fields: Readonly<Record<string, unknown>>, effects: Effects) {
  const params = { ...(fields["params"] === undefined ? {} : asObject(fields["params"], "params")) };
  const named = effectNames(fields, effects);
  let effect = fields["effect"];
  if (effect === undefined) {
    if (named.length === 0) {
      refuseUnknown(fields, effects);
      throw new RuleError(`A rule needs an effect: ${oneOf([...effects.keys()])}.`, { field: "effect" });
    }
    const [, second] = named;
    if (second !== undefined) {
      throw new RuleError(`A rule has one effect, this one has ${named.join(" and ")}.`, {
        field: second,
      });
    }
    effect = named[0];
  } else if (typeof effect !== "string") {
    throw new RuleError(`effect must be the name of an effect, not ${shown(effect)}.`, { field: "effect" });
  } else if (named.some((name) => name !== effect)) {
    throw new RuleError(`A rule has one effect, this one has ${effect} and ${named.join(" and ")}.`, {
      field: `${named[0]}`,
    });
  }
  const name = effect as string;
  const known = named.includes(name) ? effects.get(name) : undefined;
  if (known) Object.assign(params, shorthand(known, fields[name]));
  return { effect: name, params };
}

function shorthand(effect: FaultEffect, value: unknown): Record<string, unknown> {
  if (value === true || value === null || value === "true" || value === "") return {};
  if (typeof value === "object" && !Array.isArray(value)) return value as Record<string, unknown>;
  if (effect.shorthand) return effect.shorthand(value);
  throw new RuleError(`${effect.name} is written as true or with its params, not as ${shown(value)}.`, {
    field: effect.name,
  });
}

function matchOf(fields: Readonly<Record<string, unknown>>): FaultMatch {
  const given = fields["match"] === undefined ? {} : asObject(fields["match"], "match");
  const match: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    const field = ALSO_WRITTEN[name] ?? name;
    if (!MATCH_NAMES.includes(field)) {
      throw new RuleError(`A match has no field "${name}".${didYouMean(name, MATCH_NAMES)}`, {
        field: `match.${name}`,
      });
    }
    if (value !== undefined && value !== null) match[field] = matchField(field, value);
  }
  for (const field of MATCH_NAMES) {
    const value = fields[field];
    if (value === undefined || value === null) continue;
    if (match[field] !== undefined) {
      throw new RuleError(`${field} stands in the rule and in its match.`, { field });
    }
    match[field] = matchField(field, value);
  }
  return match as FaultMatch;
}

function matchField(name: string, value: unknown): unknown {
  const field = `match.${name}`;
  if (name === "header") {
    const headers = asObject(value, field);
    for (const [header, pattern] of Object.entries(headers)) {
      if (typeof pattern !== "string") throw new RuleError(`${field}.${header} must be text.`, { field });
    }
    return headers;
  }
  if (name === "account" && typeof value === "number") return String(value).padStart(12, "0");
  if (name === "input" || name === "userAgent") {
    if (typeof value !== "string" || value === "")
      throw new RuleError(`${field} must be text, not ${shown(value)}.`, { field });
    return value;
  }
  const list =
    typeof value === "string" && COMMA_LISTS.includes(name)
      ? value.split(",").map((part) => part.trim())
      : value;
  const patterns = Array.isArray(list) ? list : [list];
  if (patterns.length === 0 || patterns.some((pattern) => typeof pattern !== "string" || pattern === "")) {
    throw new RuleError(`${field} must be text or a list of texts, not ${shown(value)}.`, { field });
  }
  if (name === "account") checkAccounts(patterns as string[]);
  return patterns.length === 1 ? patterns[0] : patterns;
}

/** @throws RuleError for what can be nobody's */
function checkAccounts(patterns: readonly string[]): void {
  const wrong = patterns.find((pattern) => !isGlob(pattern) && !/^!?\d{12}$/.test(pattern));
  if (wrong !== undefined)
    throw new RuleError(`match.account is twelve digits, or a glob, not ${shown(wrong)}.`, {
      field: "match.account",
    });
}

const ID = /^[\w.:/-]{1,256}$/;
const POINT = /^[\w-]+(:[\w-]+)?$/;
/** Notes are shown in tables; a rule is not the place for a document. */
const NOTE_LENGTH = 1024;

function ruleField(name: string, value: unknown): unknown {
  const must = (what: string) =>
    new RuleError(`${name} must be ${what}, not ${shown(value)}.`, { field: name });
  switch (name) {
    case "id":
    case "owner":
      if (typeof value !== "string" || !ID.test(value)) throw must("1 to 256 letters, digits and . : / - _");
      return value;
    case "point":
      if (typeof value !== "string" || !POINT.test(value))
        throw must('the name of a fault point, like "api" or "sqs:deliver"');
      return value;
    case "note":
      if (typeof value !== "string" || value.length > NOTE_LENGTH)
        throw must(`text of at most ${NOTE_LENGTH} characters`);
      return value;
    case "percentage":
      return percentage(value, must);
    case "ramp":
      return ramp(value, must);
    case "per":
      if (!COUNTED.includes(value as Counted)) throw must(oneOf(COUNTED));
      return value;
    case "times":
    case "attempts":
    case "every":
      return wholeNumber(value, 1, must);
    case "repeat":
      if (value === true || value === "true") return true;
      if (value === false || value === "false") return false;
      throw must("true or false");
    case "from":
    case "until":
      return pointInTime(value, must);
    case "skip":
      return wholeNumber(value, 0, must);
    case "sequence":
      return sequence(value, must);
    default:
      return duration(value, must);
  }
}

const COUNTED: readonly Counted[] = ["attempt", "call", "caller", "resource"];

function duration(value: unknown, must: (what: string) => RuleError): number {
  const ms = parseDuration(toNumber(value) ?? value);
  if (ms === undefined || ms === 0) throw must("a duration above 0 (milliseconds, or text like 30s, PT5M)");
  return ms;
}

function pointInTime(value: unknown, must: (what: string) => RuleError): string | number {
  const isText = typeof value === "string" || typeof value === "number";
  if (!isText || timeOf(value, 0) === undefined)
    throw must("a date (2026-11-28T12:00:00Z), or a duration from now (30s, PT5M, milliseconds)");
  return value;
}

const RAMP_FIELDS = ["from", "over", "at"];

function ramp(value: unknown, must: (what: string) => RuleError): FaultRuleInput["ramp"] {
  const { from = 0, over, at, ...others } = asObject(value, "ramp");
  const [other] = Object.keys(others);
  if (other !== undefined) {
    throw new RuleError(`ramp has no field "${other}".${didYouMean(other, RAMP_FIELDS)}`, {
      field: `ramp.${other}`,
    });
  }
  const part = (name: string) => (what: string) =>
    new RuleError(`ramp.${name} must be ${what}, not ${shown({ from, over, at }[name])}.`, { field: "ramp" });
  if (over === undefined) throw must('as {"from": 0, "over": "5m"}');
  return {
    from: percentage(from, part("from")),
    over: duration(over, part("over")),
    ...(at !== undefined && {
      at: typeof at === "number" ? new Date(at).toISOString() : pointInTime(at, part("at")),
    }),
  };
}

function percentage(value: unknown, must: (what: string) => RuleError): number {
  const number = toNumber(typeof value === "string" ? value.replace(/%\s*$/, "") : value);
  if (number === undefined || number < 0 || number > 100)
    throw must("a number from 0 (never) to 100 (always)");
  return number;
}

function wholeNumber(value: unknown, min: number, must: (what: string) => RuleError): number {
  const number = toNumber(value);
  if (number === undefined || !Number.isSafeInteger(number) || number < min)
    throw must(`a whole number from ${min}`);
  return number;
}

const SEQUENCE_LENGTH = 10_000;

function sequence(value: unknown, must: (what: string) => RuleError): readonly string[] {
  const list = typeof value === "string" ? value.split(/[\s,]+/).filter((entry) => entry !== "") : value;
  if (!Array.isArray(list) || list.length === 0 || list.length > SEQUENCE_LENGTH) {
    throw must(`a list of 1 to ${SEQUENCE_LENGTH} entries "fail" or "pass"`);
  }
  const wrong = list.find((entry) => entry !== "fail" && entry !== "pass");
  if (wrong !== undefined) throw must('a list of "fail" and "pass"');
  return list;
}

function asObject(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new RuleError(`${what} must be an object, not ${shown(value)}.`);
}
