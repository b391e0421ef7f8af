import { named } from "../../../core/named.ts";
import type { Item } from "../attribute-value.ts";
import { invalid } from "../errors.ts";
import type { Condition } from "../expressions/condition.ts";
import type { KeyCondition, KeyConditions } from "../expressions/key-condition.ts";
import type { KeySchema, Table } from "../table.ts";

const OPERATORS = { "=": "EQ", "<": "LT", "<=": "LE", ">": "GT", ">=": "GE" } as const;
const MIRRORED = { "=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<=" } as const;

/** The parts of a condition that must all hold. */
function conjuncts(condition: Condition): readonly Condition[] {
  return condition.kind === "and" ? condition.conditions.flatMap(conjuncts) : [condition];
}

/**
 * What a WHERE says of the key attributes, if it pins the partition key: then a query will do, else it takes a scan.
 * The whole condition still has to be asked of what the query finds.
 */
export function keyConditionsIn(keys: KeySchema, where: Condition | undefined): KeyConditions | undefined {
  if (!where) return undefined;
  const found: KeyConditions = new Map();
  for (const part of conjuncts(where)) {
    const told = keyCondition(part);
    const attribute = told && keys.attributes.find(({ name }) => name === told.name);
    if (!told || !attribute) continue;
    const isHash = keys.hash.includes(attribute);
    const fits = told.condition.values.every((value) => value[attribute.type] !== undefined);
    if (!fits || (isHash && told.condition.operator !== "EQ")) continue;
    // The first condition on an attribute narrows the range; any other is left to the filter.
    if (!found.has(told.name) || told.condition.operator === "EQ") found.set(told.name, told.condition);
  }
  if (!keys.hash.every(({ name }) => found.get(name)?.operator === "EQ")) return undefined;
  // Of the sort key's parts, only those from the left, equal but for the last, make a range.
  let open = true;
  for (const { name } of keys.range) {
    const condition = found.get(name);
    if (!open || !condition) found.delete(name);
    open = open && condition?.operator === "EQ";
  }
  return found;
}

function keyCondition(condition: Condition): { name: string; condition: KeyCondition } | undefined {
  if (condition.kind === "compare" && condition.operator !== "<>") {
    const [left, right] = condition.args;
    if (left.kind === "path" && left.path.length === 1 && right.kind === "value")
      return told(left.path[0], OPERATORS[condition.operator], [right.value]);
    if (right.kind === "path" && right.path.length === 1 && left.kind === "value")
      return told(right.path[0], OPERATORS[MIRRORED[condition.operator]], [left.value]);
    return undefined;
  }
  const isBetween = condition.kind === "between";
  if (!isBetween && !(condition.kind === "function" && condition.name === "begins_with")) return undefined;
  const [subject, first, second] = condition.args;
  if (subject.kind !== "path" || subject.path.length > 1 || first?.kind !== "value") return undefined;
  if (!isBetween) return told(subject.path[0], "BEGINS_WITH", [first.value]);
  return second?.kind === "value" ? told(subject.path[0], "BETWEEN", [first.value, second.value]) : undefined;
}

function told(name: string, operator: KeyCondition["operator"], values: KeyCondition["values"]) {
  return { name, condition: { operator, values } };
}

/** The one item that a WHERE means, and the rest of it as a condition. Throws when it does not pin the whole key. */
export function wholeKey(table: Table, where: Condition): { key: Item; rest: Condition | undefined } {
  const key: Item = named();
  const rest: Condition[] = [];
  for (const part of conjuncts(where)) {
    const told = keyCondition(part);
    if (told?.condition.operator === "EQ" && table.keys.has(told.name) && !Object.hasOwn(key, told.name))
      key[told.name] = told.condition.values[0];
    else rest.push(part);
  }
  if (table.keys.attributes.some(({ name }) => !Object.hasOwn(key, name)))
    throw invalid("Where clause does not contain a mandatory equality on all key attributes");
  return {
    key,
    rest: rest.length === 0 ? undefined : rest.length === 1 ? rest[0] : { kind: "and", conditions: rest },
  };
}
