/**
 * Subscription filter policies: which messages a subscription gets, by message attributes or by the body.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
 */
import { type Condition, compileCondition, PolicyRefusal, type Scalar } from "./filter-condition.ts";
import { type JsonNode, type JsonObject, JsonTextError, metAt, parseJsonText, placeIn } from "./json-text.ts";

export type FilterScope = "MessageAttributes" | "MessageBody";

/** A compiled policy. Every field must hold, and of every `$or` one alternative. */
export interface FilterPolicy {
  readonly fields: readonly { readonly name: string; readonly rule: Rule }[];
  readonly alternatives: readonly (readonly FilterPolicy[])[];
}
type Rule =
  | { readonly anyOf: readonly Condition[] /** null is among the values. */; readonly acceptsNull: boolean }
  | { readonly policy: FilterPolicy };

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
      throw new FilterPolicyError(`Filter is not an object${placeIn(text, metAt(root))}`);
    const policy = compileObject(root);
    if (scope === "MessageAttributes" && isNested(root)) {
      throw new FilterPolicyError(
        "Filter policy scope MessageAttributes does not support nested filter policy",
        true,
      );
    }
    checkComplexity(root);
    return policy;
  } catch (error) {
    if (error instanceof PolicyRefusal)
      throw new FilterPolicyError(error.message + placeIn(text, error.index));
    if (error instanceof JsonTextError) throw new FilterPolicyError(`failed to parse JSON. ${error.message}`);
    throw error;
  }
}

function compileObject(node: JsonObject): FilterPolicy {
  const fields: { name: string; rule: Rule }[] = [];
  const alternatives: FilterPolicy[][] = [];
  for (const { name, value } of node.entries) {
    const either = orAlternatives(name, value);
    if (either) alternatives.push(either.map(compileObject));
    else fields.push({ name, rule: compileRule(name, value) });
  }
  return { fields, alternatives };
}

function compileRule(name: string, node: JsonNode): Rule {
  if (node.type === "object") {
    if (node.entries.length === 0) throw new PolicyRefusal("Empty objects are not allowed", node.end);
    return { policy: compileObject(node) };
  }
  if (node.type !== "array") throw new PolicyRefusal(`"${name}" must be an object or an array`, metAt(node));
  if (node.items.length === 0) throw new PolicyRefusal("Empty arrays are not allowed", node.end);
  return {
    anyOf: node.items.map(compileCondition),
    acceptsNull: node.items.some((item) => item.type === "null"),
  };
}

const OPERATOR_NAMES = new Set([
  "exactly",
  "prefix",
  "suffix",
  "equals-ignore-case",
  "wildcard",
  "cidr",
  "numeric",
  "exists",
  "anything-but",
]);

/** `$or` is an operator only with two or more objects of fields; otherwise it is a field of that name. */
function orAlternatives(name: string, node: JsonNode): JsonObject[] | undefined {
  if (name !== "$or" || node.type !== "array" || node.items.length < 2) return undefined;
  const objects = node.items.filter((item): item is JsonObject => item.type === "object");
  const areFields = objects.every(
    (object) => object.entries.length > 0 && object.entries.every((entry) => !OPERATOR_NAMES.has(entry.name)),
  );
  return objects.length === node.items.length && areFields ? objects : undefined;
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

/** Does a message with these attributes pass? */
export function matchesAttributes(
  policy: FilterPolicy,
  attributes: Readonly<Record<string, Attribute>>,
): boolean {
  const holds = (name: string, rule: Rule) => {
    if ("policy" in rule) return false;
    const attribute = Object.hasOwn(attributes, name) ? attributes[name]! : undefined;
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
      const items: unknown = JSON.parse(value);
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
    document = JSON.parse(body);
  } catch {
    return false;
  }
  return isObject(document) && matchesObject(policy, document);
}

function matchesObject(policy: FilterPolicy, value: Record<string, unknown> | undefined): boolean {
  return (
    policy.fields.every(({ name, rule }) =>
      matchesValue(rule, value && Object.hasOwn(value, name) ? value[name] : undefined),
    ) &&
    policy.alternatives.every((either) => either.some((alternative) => matchesObject(alternative, value)))
  );
}

/** Of a list, one item must match, with all that a nested policy asks of it. */
function matchesValue(rule: Rule, value: unknown): boolean {
  if (Array.isArray(value) && value.length > 0) return value.some((item) => matchesValue(rule, item));
  if ("policy" in rule) return matchesObject(rule.policy, isObject(value) ? value : undefined);
  // A key that holds an object (or an empty list) is there only as its parts are.
  return rule.anyOf.some((condition) => condition(isScalar(value) ? value : undefined));
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isScalar = (value: unknown): value is Scalar =>
  value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean";
