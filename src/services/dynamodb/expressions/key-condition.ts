import type { AttributeValue } from "../attribute-value.ts";
import type { Condition, Operand } from "./condition.ts";
import { ExpressionError } from "./lexer.ts";

/** What a Query asks of one key attribute, in the words of the legacy KeyConditions. */
export interface KeyCondition {
  readonly operator: "EQ" | "LT" | "LE" | "GT" | "GE" | "BEGINS_WITH" | "BETWEEN";
  /** Of BETWEEN two. */
  readonly values: readonly [AttributeValue, ...AttributeValue[]];
}
export type KeyConditions = Map<string, KeyCondition>;

const OPERATORS = { "=": "EQ", "<": "LT", "<=": "LE", ">": "GT", ">=": "GE" } as const;
const MIRRORED = { EQ: "EQ", LT: "GT", LE: "GE", GT: "LT", GE: "LE" } as const;

/** A key condition expression → a condition for each key. Throws ExpressionError (whose message stands alone) for anything else. */
export function keyConditionsOf(condition: Condition): KeyConditions {
  const conditions: KeyConditions = new Map();
  collect(condition, conditions);
  return conditions;
}

function collect(condition: Condition, into: KeyConditions): void {
  switch (condition.kind) {
    case "and":
      for (const part of condition.conditions) collect(part, into);
      return;
    case "or":
    case "not":
    case "in":
      throw new ExpressionError(
        `Invalid operator used in KeyConditionExpression: ${condition.kind.toUpperCase()}`,
      );
    case "function":
      if (condition.name !== "begins_with")
        throw new ExpressionError(`Invalid operator used in KeyConditionExpression: ${condition.name}`);
      add(condition.args, "BEGINS_WITH", "begins_with", into);
      return;
    case "between":
      add(condition.args, "BETWEEN", "BETWEEN", into);
      return;
    case "compare":
      if (condition.operator === "<>")
        throw new ExpressionError("Invalid operator used in KeyConditionExpression: <>");
      addComparison(condition.args, OPERATORS[condition.operator], into);
  }
}

function add(
  args: readonly Operand[],
  operator: "BEGINS_WITH" | "BETWEEN",
  name: string,
  into: KeyConditions,
) {
  const [key, ...operands] = args;
  if (key?.kind !== "path")
    throw new ExpressionError(
      `Invalid condition in KeyConditionExpression: ${name} operator must have the key attribute as its first operand`,
    );
  const attribute = keyOf(args);
  const [first, ...others] = operands.map(wantedValue);
  if (first) put(attribute, { operator, values: [first, ...others] }, into);
}

function addComparison(
  args: readonly [Operand, Operand],
  operator: keyof typeof MIRRORED,
  into: KeyConditions,
): void {
  const key = keyOf(args);
  const [left, right] = args;
  const mirrored = left.kind !== "path";
  const value = wantedValue(mirrored ? left : right);
  put(key, { operator: mirrored ? MIRRORED[operator] : operator, values: [value] }, into);
}

/** The one attribute that a condition is about. */
function keyOf(args: readonly Operand[]): string {
  if (args.some((arg) => arg.kind === "size"))
    throw new ExpressionError("KeyConditionExpressions cannot contain nested operations");
  const paths = args.flatMap((arg) => (arg.kind === "path" ? [arg.path] : []));
  if (paths.length > 1)
    throw new ExpressionError(
      "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition",
    );
  const [path] = paths;
  if (!path)
    throw new ExpressionError("Invalid condition in KeyConditionExpression: No key attribute specified");
  if (path.length > 1)
    throw new ExpressionError("KeyConditionExpressions cannot have conditions on nested attributes");
  return path[0];
}

function wantedValue(operand: Operand): AttributeValue {
  if (operand.kind === "value") return operand.value;
  throw new ExpressionError("KeyConditionExpressions cannot contain nested operations");
}

function put(key: string, condition: KeyCondition, into: KeyConditions): void {
  if (into.has(key))
    throw new ExpressionError("KeyConditionExpressions must only contain one condition per key");
  into.set(key, condition);
}
