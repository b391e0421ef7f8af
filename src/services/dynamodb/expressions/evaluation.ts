import { type AttributeValue, attributeOf, compare, equal, type Item, typeOf } from "../attribute-value.ts";
import type { Condition, ConditionFunction, Operand } from "./condition.ts";
import type { Path } from "./placeholders.ts";

/** Does an item meet a condition? A missing item is an empty one. */
export function holds(condition: Condition, item: Item): boolean {
  switch (condition.kind) {
    case "and":
      return condition.conditions.every((part) => holds(part, item));
    case "or":
      return condition.conditions.some((part) => holds(part, item));
    case "not":
      return !holds(condition.condition, item);
    case "compare": {
      const [left, right] = condition.args.map((arg) => lookUp(arg, item));
      if (condition.operator === "<>") return !(left && right && equal(left, right));
      if (!left || !right) return false;
      if (condition.operator === "=") return equal(left, right);
      const order = compare(left, right);
      return order !== undefined && ordered(condition.operator, order);
    }
    case "between": {
      const [value, low, high] = condition.args.map((arg) => lookUp(arg, item));
      if (!value || !low || !high) return false;
      return (compare(value, low) ?? -1) >= 0 && (compare(value, high) ?? 1) <= 0;
    }
    case "in": {
      const [value, ...list] = condition.args.map((arg) => lookUp(arg, item));
      return value !== undefined && list.some((member) => member !== undefined && equal(value, member));
    }
    case "function": {
      const [value, other] = condition.args.map((arg) => lookUp(arg, item));
      return FUNCTIONS[condition.name](value, other);
    }
  }
}

function ordered(operator: "<" | "<=" | ">" | ">=", order: number): boolean {
  switch (operator) {
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
  }
}

type Value = AttributeValue | undefined;

const FUNCTIONS: Readonly<Record<ConditionFunction, (value: Value, other?: Value) => boolean>> = {
  attribute_exists: (value) => value !== undefined,
  attribute_not_exists: (value) => value === undefined,
  attribute_type: (value, type) => value !== undefined && typeOf(value) === type?.S,
  begins_with: (value, start) => {
    if (value?.S !== undefined && start?.S !== undefined) return value.S.startsWith(start.S);
    if (value?.B && start?.B) return Buffer.from(value.B).subarray(0, start.B.length).equals(start.B);
    return false;
  },
  contains: (value, part) => value !== undefined && part !== undefined && contains(value, part),
};

function contains(whole: AttributeValue, part: AttributeValue): boolean {
  if (whole.L) return whole.L.some((member) => equal(member, part));
  if (part.S !== undefined) return whole.S?.includes(part.S) ?? whole.SS?.includes(part.S) ?? false;
  if (part.N !== undefined) return whole.NS?.includes(part.N) ?? false;
  if (part.B) {
    if (whole.B) return Buffer.from(whole.B).includes(Buffer.from(part.B));
    const { B: bytes } = part;
    return whole.BS?.some((member) => Buffer.compare(member, bytes) === 0) ?? false;
  }
  return false;
}

function lookUp(operand: Operand, item: Item): Value {
  switch (operand.kind) {
    case "path":
      return at(operand.path, item);
    case "value":
      return operand.value;
    case "size": {
      const value = lookUp(operand.of, item);
      const size = value && sizeOf(value);
      return size === undefined ? undefined : { N: String(size) };
    }
  }
}

/** What `size(…)` says; undefined for types that have no size. */
function sizeOf(value: AttributeValue): number | undefined {
  if (value.S !== undefined) return value.S.length;
  if (value.M) return Object.keys(value.M).length;
  return (value.B ?? value.SS ?? value.NS ?? value.BS ?? value.L)?.length;
}

/** What is at a place in an item. */
export function at(path: Path, item: Item): Value {
  let value: Value = attributeOf(item, path[0]);
  for (let level = 1; level < path.length && value; level++) {
    const step = path[level];
    if (typeof step === "number") value = value.L?.[step];
    else value = value.M && step !== undefined ? attributeOf(value.M, step) : undefined;
  }
  return value;
}
