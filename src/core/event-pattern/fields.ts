/** The fields of a pattern, compiled: what must hold of an object, at any depth. */

import { isObject } from "../json.ts";
import type { JsonNode, JsonObject } from "../json-text.ts";
import { metAt } from "../json-text.ts";
import { type Condition, compileCondition, type Dialect, PatternRefusal, type Scalar } from "./condition.ts";

/** Every field must hold, and of every `$or` one alternative. */
export interface Fields {
  readonly fields: readonly { readonly name: string; readonly rule: FieldRule }[];
  readonly alternatives: readonly (readonly Fields[])[];
}

export type FieldRule =
  | { readonly anyOf: readonly Condition[] /** null is among the values. */; readonly acceptsNull: boolean }
  | { readonly within: Fields };

/** @throws PatternRefusal */
export function compileFields(node: JsonObject, dialect: Dialect): Fields {
  const fields: { name: string; rule: FieldRule }[] = [];
  const alternatives: Fields[][] = [];
  for (const { name, value } of node.entries) {
    const either = orAlternatives(name, value);
    if (either) alternatives.push(either.map((object) => compileFields(object, dialect)));
    else fields.push(fieldOf(name, compileRule(name, value, dialect), dialect));
  }
  return { fields: dialect.joinsNames ? lastOfEach(fields) : fields, alternatives };
}

function compileRule(name: string, node: JsonNode, dialect: Dialect): FieldRule {
  if (node.type === "object") {
    if (node.entries.length === 0) throw new PatternRefusal("Empty objects are not allowed", node.end);
    return { within: compileFields(node, dialect) };
  }
  if (node.type !== "array") throw new PatternRefusal(`"${name}" must be an object or an array`, metAt(node));
  if (node.items.length === 0) throw new PatternRefusal("Empty arrays are not allowed", node.end);
  return {
    anyOf: node.items.map((item) => compileCondition(item, dialect)),
    acceptsNull: node.items.some((item) => item.type === "null"),
  };
}

/** `a.b` is `b` in `a`. */
function fieldOf(name: string, rule: FieldRule, { joinsNames }: Dialect) {
  const [first = name, ...rest] = joinsNames ? name.split(".") : [name];
  const inner = rest.reduceRight<FieldRule>(
    (deeper, step) => ({ within: { fields: [{ name: step, rule: deeper }], alternatives: [] } }),
    rule,
  );
  return { name: first, rule: rest.length === 0 ? rule : inner, isPath: rest.length > 0 };
}

/** Of a name that is there twice AWS reads the last one; several paths may begin with the same name. */
function lastOfEach(fields: readonly { name: string; rule: FieldRule; isPath?: boolean }[]) {
  const last = new Map(fields.map((field) => [field.name, field]));
  return fields.filter((field) => field.isPath || last.get(field.name) === field);
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
export function orAlternatives(name: string, node: JsonNode): JsonObject[] | undefined {
  if (name !== "$or" || node.type !== "array" || node.items.length < 2) return undefined;
  const objects = node.items.filter((item): item is JsonObject => item.type === "object");
  const areFields = objects.every(
    (object) => object.entries.length > 0 && object.entries.every((entry) => !OPERATOR_NAMES.has(entry.name)),
  );
  return objects.length === node.items.length && areFields ? objects : undefined;
}

/** Does an object hold all that is asked of it? @param value undefined for one that is not there */
export function matchesFields(wanted: Fields, value: Readonly<Record<string, unknown>> | undefined): boolean {
  return (
    wanted.fields.every(({ name, rule }) =>
      matchesValue(rule, value && Object.hasOwn(value, name) ? value[name] : undefined),
    ) &&
    wanted.alternatives.every((either) => either.some((alternative) => matchesFields(alternative, value)))
  );
}

/** Of a list, one item must match, with all that a nested pattern asks of it. */
function matchesValue(rule: FieldRule, value: unknown): boolean {
  if (Array.isArray(value) && value.length > 0) return value.some((item) => matchesValue(rule, item));
  if ("within" in rule) return matchesFields(rule.within, isObject(value) ? value : undefined);
  // A key that holds an object (or an empty list) is there only as its parts are.
  return rule.anyOf.some((condition) => condition(isScalar(value) ? value : undefined));
}

export const isScalar = (value: unknown): value is Scalar =>
  value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean";
