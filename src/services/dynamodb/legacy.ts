/**
 * The parameters from before expressions: Expected, QueryFilter, ScanFilter, KeyConditions, ConditionalOperator, AttributeUpdates.
 * They become the same conditions and changes that expressions become.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.html
 */
import { sure } from "../../core/sure.ts";
import type * as DynamoDB from "../../models/generated/dynamodb.ts";
import { type AttributeValue, admit, compare, type Item, setAttribute, typeOf } from "./attribute-value.ts";
import { emptyName, invalid, invalidParameter } from "./errors.ts";
import type { Condition, ConditionFunction, Operand, Operands } from "./expressions/condition.ts";
import type { KeyCondition, KeyConditions } from "./expressions/key-condition.ts";
import type { Comparator } from "./expressions/syntax.ts";
import { difference, sum } from "./expressions/update-application.ts";

const COMPARATORS: Readonly<Record<string, Comparator>> = {
  EQ: "=",
  NE: "<>",
  LT: "<",
  LE: "<=",
  GT: ">",
  GE: ">=",
};
/** How many values an operator takes; IN takes any number from 1. */
const VALUES: Readonly<Record<string, number>> = {
  EQ: 1,
  NE: 1,
  LE: 1,
  LT: 1,
  GE: 1,
  GT: 1,
  CONTAINS: 1,
  NOT_CONTAINS: 1,
  BEGINS_WITH: 1,
  NULL: 0,
  NOT_NULL: 0,
  BETWEEN: 2,
};
const ORDERED = ["S", "N", "B"];
const TYPES: Readonly<Record<string, readonly string[]>> = {
  LE: ORDERED,
  LT: ORDERED,
  GE: ORDERED,
  GT: ORDERED,
  CONTAINS: ORDERED,
  NOT_CONTAINS: ORDERED,
  BEGINS_WITH: ["S", "B"],
  IN: ORDERED,
  BETWEEN: ORDERED,
};

/** Expected → a condition; undefined when there is none. */
export function expectedCondition(
  expected: DynamoDB.ExpectedAttributeMap | undefined,
  conditionalOperator: string | undefined,
): Condition | undefined {
  if (!expected) return refuseOperatorAlone(conditionalOperator, "Expected");
  const conditions = named(expected).map(([name, given]) => {
    const { operator, values } = readExpected(name, given);
    return conditionOf(name, operator, values);
  });
  return joined(conditions, conditionalOperator);
}

/** What is given for each attribute, by its name, of which there is one. */
function named<T>(given: Readonly<Record<string, T>>): [string, T][] {
  if (Object.hasOwn(given, "")) throw emptyName();
  return Object.entries(given);
}

function readExpected(name: string, given: DynamoDB.ExpectedAttributeValue) {
  const { Value: value, AttributeValueList: list, ComparisonOperator: operator, Exists: exists } = given;
  const forName = `for Attribute: ${name}`;
  if (list && value)
    throw invalidParameter(`Value and AttributeValueList cannot be used together ${forName}`);
  if (operator !== undefined) {
    if (exists !== undefined)
      throw invalidParameter(`Exists and ComparisonOperator cannot be used together ${forName}`);
    const values = list ?? (value ? [value] : []);
    if (operator !== "NULL" && operator !== "NOT_NULL" && !list && !value)
      throw invalidParameter(
        `Value or AttributeValueList must be used with ComparisonOperator: ${operator} ${forName}`,
      );
    return { operator: operator as string, values: admitValues(operator, values) };
  }
  if (list)
    throw invalidParameter(`AttributeValueList can only be used with a ComparisonOperator ${forName}`);
  if (exists === false) {
    if (value) throw invalidParameter(`Value cannot be used when Exists is false ${forName}`);
    return { operator: "NULL", values: [] };
  }
  if (!value) throw invalidParameter(`Value must be provided when Exists is ${exists ?? "null"} ${forName}`);
  return { operator: "EQ", values: [admit(value).normal] };
}

/** QueryFilter or ScanFilter → a condition; undefined when there is none. */
export function filterCondition(
  filter: DynamoDB.FilterConditionMap | undefined,
  conditionalOperator: string | undefined,
  parameter: string,
): Condition | undefined {
  if (!filter) return refuseOperatorAlone(conditionalOperator, parameter);
  const conditions = named(filter).map(([name, given]) => {
    const values = admitValues(given.ComparisonOperator, given.AttributeValueList ?? []);
    return conditionOf(name, given.ComparisonOperator, values);
  });
  return joined(conditions, conditionalOperator);
}

function refuseOperatorAlone(conditionalOperator: string | undefined, parameter: string): undefined {
  if (conditionalOperator !== undefined)
    throw invalid(
      parameter === "Expected"
        ? "One or more parameter values were invalid: ConditionalOperator cannot be used without Expected"
        : "One or more parameter values were invalid: ConditionalOperator cannot be used without Filter or Expected",
    );
  return undefined;
}

function joined(
  conditions: readonly Condition[],
  conditionalOperator: string | undefined,
): Condition | undefined {
  if (conditions.length === 0) return undefined;
  if (conditions.length === 1) return conditions[0];
  return { kind: conditionalOperator === "OR" ? "or" : "and", conditions };
}

function conditionOf(name: string, operator: string, values: readonly AttributeValue[]): Condition {
  const path: Operand = { kind: "path", path: [name] };
  const operands = values.map((value): Operand => ({ kind: "value", value }));
  const [first, second] = operands;
  const args: Operands = [path, ...operands];
  const call = (name: ConditionFunction): Condition => ({ kind: "function", name, args });
  switch (operator) {
    case "NULL":
      return call("attribute_not_exists");
    case "NOT_NULL":
      return call("attribute_exists");
    case "BEGINS_WITH":
      return call("begins_with");
    case "CONTAINS":
      return call("contains");
    case "NOT_CONTAINS":
      // Of an attribute that is not there it holds no more than CONTAINS does.
      return {
        kind: "and",
        conditions: [
          { kind: "function", name: "attribute_exists", args: [path] },
          { kind: "not", condition: call("contains") },
        ],
      };
    case "IN":
      return { kind: "in", args };
    case "BETWEEN":
      return { kind: "between", args: [path, sure(first), sure(second)] }; // As many as checkValues wants.
    default:
      return { kind: "compare", operator: sure(COMPARATORS[operator]), args: [path, sure(first)] };
  }
}

function admitValues(operator: string, given: readonly AttributeValue[]): readonly AttributeValue[] {
  const values = given.map((value) => admit(value).normal);
  const wanted = VALUES[operator];
  if (wanted === undefined ? values.length === 0 : values.length !== wanted)
    throw invalidParameter(`Invalid number of argument(s) for the ${operator} ComparisonOperator`);
  const types = values.map(typeOf);
  if (types.some((type) => type !== types[0]))
    throw invalidParameter("AttributeValues inside AttributeValueList must be of same type");
  const allowed = TYPES[operator];
  for (const type of types) {
    if (allowed && !allowed.includes(type))
      throw invalidParameter(`ComparisonOperator ${operator} is not valid for ${type} AttributeValue type`);
  }
  const [low, high] = values;
  if (operator === "BETWEEN" && low && high && (compare(low, high) ?? 0) > 0)
    throw invalid(
      "The BETWEEN condition was provided a range where the lower bound is greater than the upper bound",
    );
  return values;
}

const KEY_OPERATORS = ["EQ", "LT", "LE", "GT", "GE", "BEGINS_WITH", "BETWEEN"];

/** KeyConditions, checked. */
export function legacyKeyConditions(given: DynamoDB.KeyConditions): KeyConditions {
  const conditions: KeyConditions = new Map();
  for (const [name, { ComparisonOperator: operator, AttributeValueList = [] }] of named(given)) {
    const values = admitValues(operator, AttributeValueList);
    if (!KEY_OPERATORS.includes(operator))
      throw invalid("Attempted conditional constraint is not an indexable operation");
    const [first, ...others] = values;
    if (first)
      conditions.set(name, {
        operator: operator as KeyCondition["operator"],
        values: [first, ...others],
      });
  }
  return conditions;
}

const SETS = ["SS", "NS", "BS"];

/** Checks AttributeUpdates before any table is looked at, and has their numbers in normal form. */
export function admitAttributeUpdates(given: DynamoDB.AttributeUpdates): DynamoDB.AttributeUpdates {
  const updates: [string, DynamoDB.AttributeValueUpdate][] = [];
  for (const [name, { Value, Action: action }] of named(given)) {
    const value = Value && admit(Value).normal;
    updates.push([name, { ...(value && { Value: value }), ...(action && { Action: action }) }]);
    if (!value && action !== "DELETE")
      throw invalidParameter("Only DELETE action is allowed when no attribute value is specified");
    const type = value && typeOf(value);
    if (type && action === "DELETE" && !SETS.includes(type))
      throw invalidParameter(`DELETE action with value is not supported for the type ${type}`);
    if (type && action === "ADD" && !["L", "N", ...SETS].includes(type))
      throw invalidParameter(`ADD action is not supported for the type ${type}`);
  }
  return Object.fromEntries(updates);
}

const mismatch = () => invalid("Type mismatch for attribute to update");

/** An item after AttributeUpdates; the item given stays as it is. */
export function applyAttributeUpdates(item: Item, updates: DynamoDB.AttributeUpdates): Item {
  const after: Item = { ...item };
  for (const [name, { Value: value, Action: action = "PUT" }] of Object.entries(updates)) {
    const result = updated(Object.hasOwn(item, name) ? item[name] : undefined, value, action);
    if (result) setAttribute(after, name, result);
    else delete after[name];
  }
  return after;
}

function updated(before: AttributeValue | undefined, value: AttributeValue | undefined, action: string) {
  if (action === "PUT" || !value) return value;
  if (action === "DELETE") return difference(before, value, mismatch);
  if (!value.L) return sum(before, value, mismatch);
  if (before && !before.L) throw mismatch();
  return { L: [...(before?.L ?? []), ...value.L] };
}
