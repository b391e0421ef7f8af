import type { Context } from "../../core/service.ts";
import type * as DynamoDB from "../../models/generated/dynamodb.ts";
import type { Item } from "./attribute-value.ts";
import { conditionFailed } from "./errors.ts";
import type { Condition } from "./expressions/condition.ts";
import { holds } from "./expressions/evaluation.ts";
import { type ExpressionInput, readExpressions } from "./expressions/expressions.ts";
import { expectedCondition } from "./legacy.ts";
import type { Table } from "./table.ts";

interface ConditionalInput extends ExpressionInput {
  readonly Expected?: DynamoDB.ExpectedAttributeMap;
  readonly ConditionalOperator?: string;
  readonly ReturnValuesOnConditionCheckFailure?: string;
}

/** The condition of a write, in either form; undefined when there is none. */
export function conditionOf(input: ConditionalInput): Condition | undefined {
  return readExpressions(input).condition ?? expectedCondition(input.Expected, input.ConditionalOperator);
}

/** Throws ConditionalCheckFailedException, with the item when it was asked for. */
export function checkCondition(
  ctx: Context,
  table: Table,
  condition: Condition,
  item: Item | undefined,
  { ReturnValuesOnConditionCheckFailure: returns }: ConditionalInput,
): void {
  if (holds(condition, item ?? {}) && !losesRace(ctx, table)) return;
  throw conditionFailed(returns === "ALL_OLD" ? item : undefined);
}

/** A fault: somebody else's write came first. */
function losesRace(ctx: Context, table: Table): boolean {
  return ctx
    .hits("dynamodb:condition", { resource: table.record.arn })
    .some(({ effect }) => effect === "race");
}
