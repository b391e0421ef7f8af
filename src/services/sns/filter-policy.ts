/**
 * Subscription filter policies: which messages a subscription gets, by message attributes or by the body.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
 */

import { PatternRefusal, type Scalar, TOPICS } from "../../core/event-pattern/condition.ts";
import {
  compileFields,
  type FieldRule,
  type Fields,
  isScalar,
  matchesFields,
  orAlternatives,
} from "../../core/event-pattern/fields.ts";
import { isObject } from "../../core/json.ts";
import {
  type JsonNode,
  type JsonObject,
  JsonTextError,
  metAt,
  parseJsonText,
  placeIn,
} from "../../core/json-text.ts";
import { readJson } from "../../core/read-json.ts";

export type FilterScope = "MessageAttributes" | "MessageBody";

/** A compiled policy. */
export type FilterPolicy = Fields;

export interface Attribute {
  /** `String`, `String.Array`, `Number`, `Binary`, each perhaps with a label behind a dot. */
  readonly type: string;
  readonly value: string;
}

const MAX_KEYS = 5;
const MAX_COMBINATIONS = 150;
const MAX_SIZE_BYTES = 256 * 1024;

/** What is wrong with a policy, in AWS's words; the caller puts its own prefix before it. */
export class FilterPolicyError extends Error {
  /** Without the `FilterPolicy: ` that other refusals begin with. */
  readonly bare: boolean;
  constructor(message: string, bare = false) {
    super(message);
    this.bare = bare;
  }
}

/** Compiles the text of a policy. @throws FilterPolicyError */
export function compileFilterPolicy(text: string, scope: FilterScope): FilterPolicy {
  if (Buffer.byteLength(text) > MAX_SIZE_BYTES) throw new FilterPolicyError("Filter policy is too long");
  try {
    const root = parseJsonText(text);
    if (root.type !== "object")
      throw new FilterPolicyError(`Filter is not an object${placeIn(text, metAt(root), "shown")}`);
    const policy = compileFields(scope === "MessageBody" ? inLevels(root) : root, TOPICS);
    if (scope === "MessageAttributes" && isNested(root)) {
      throw new FilterPolicyError(
        "Filter policy scope MessageAttributes does not support nested filter policy",
        true,
      );
    }
    checkComplexity(root);
    return policy;
  } catch (error) {
    if (error instanceof PatternRefusal) {
      const place = error.index === undefined ? "" : placeIn(text, error.index, "shown");
      throw new FilterPolicyError(error.message + place.repeat(error.times));
    }
    if (error instanceof JsonTextError) throw new FilterPolicyError(`failed to parse JSON. ${error.message}`);
    throw error;
  }
}

function isNested(node: JsonObject): boolean {
  return node.entries.some(({ name, value }) => {
    const either = orAlternatives(name, value);
    return either ? either.some(isNested) : value.type === "object";
  });
}

function checkComplexity(root: JsonObject): void {
  if (topKeys(root).size > MAX_KEYS)
    throw new FilterPolicyError(`Filter policy can not have more than ${MAX_KEYS} keys`);
  if (combinations(root, 1) > MAX_COMBINATIONS) throw new FilterPolicyError("Filter policy is too complex");
}

/** Only the outermost keys count, those of `$or`'s alternatives with them. */
function topKeys(node: JsonObject): Set<string> {
  const keys = new Set<string>();
  for (const { name, value } of node.entries) {
    const either = orAlternatives(name, value);
    if (!either) keys.add(name);
    else for (const object of either) for (const key of topKeys(object)) keys.add(key);
  }
  return keys;
}

/** The product over all leaves of (values × level); alternatives of an `$or` add up. */
function combinations(node: JsonObject, level: number): number {
  let total = 1;
  for (const { name, value } of node.entries) {
    const either = orAlternatives(name, value);
    if (either) total *= either.reduce((sum, object) => sum + combinations(object, level), 0);
    else if (value.type === "object") total *= combinations(value, level + 1);
    else if (value.type === "array") total *= value.items.length * level;
  }
  return total;
}

/** In a body a dot in a key is a level of its own, in the policy as in the message. */
function inLevels(node: JsonObject): JsonObject {
  const entries = node.entries.map(({ name, value }) => {
    const below = value.type === "object" ? inLevels(value) : value;
    const [first = "", ...rest] = name.split(".");
    return {
      name: first,
      value: rest.reduceRight<JsonNode>(
        (inner, part) => ({ ...node, entries: [{ name: part, value: inner }] }),
        below,
      ),
    };
  });
  return { ...node, entries };
}

/** The same of a message; one without such keys stays as it is. */
function levelsOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(levelsOf);
  if (!isObject(value)) return value;
  const levels: Record<string, unknown> = {};
  for (const [name, inner] of Object.entries(value)) put(levels, name.split("."), levelsOf(inner));
  return levels;
}

function put(levels: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [name = "", ...rest] = path;
  const there = levels[name];
  if (rest.length === 0) {
    levels[name] = isObject(there) && isObject(value) ? { ...there, ...value } : value;
    return;
  }
  const below = isObject(there) ? there : {};
  levels[name] = below;
  put(below, rest, value);
}

/** Does a message with these attributes pass? */
export function matchesAttributes(
  policy: FilterPolicy,
  attributes: Readonly<Record<string, Attribute>>,
): boolean {
  const holds = (name: string, rule: FieldRule) => {
    if ("within" in rule) return false;
    const attribute = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
    // An attribute cannot be null, so null in a policy stands for one that is missing.
    if (!attribute) return rule.acceptsNull || rule.anyOf.some((condition) => condition(undefined));
    return attributeValues(attribute).some((value) => rule.anyOf.some((condition) => condition(value)));
  };
  return (
    policy.fields.every(({ name, rule }) => holds(name, rule)) &&
    policy.alternatives.every((either) =>
      either.some((alternative) => matchesAttributes(alternative, attributes)),
    )
  );
}

/** The values to compare. A Binary attribute has none that a condition can match, but it exists. */
function attributeValues({ type, value }: Attribute): Scalar[] {
  const kind = type.split(".")[0];
  if (type === "String.Array") {
    try {
      const items: unknown = readJson(value);
      return (Array.isArray(items) ? items : [items]).filter(isScalar);
    } catch {
      return [];
    }
  }
  if (kind === "Number") return [Number(value)];
  return [value];
}

/** Does a message with this body pass? A body that is no JSON object never does. */
export function matchesBody(policy: FilterPolicy, body: string): boolean {
  let document: unknown;
  try {
    document = readJson(body);
  } catch {
    return false;
  }
  return isObject(document) && matchesFields(policy, levelsOf(document) as Readonly<Record<string, unknown>>);
}
