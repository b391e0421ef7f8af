import { AwsError } from "../../core/aws-error.ts";
import type { Handlers } from "../../core/service.ts";
import type * as DynamoDB from "../../models/generated/dynamodb.ts";
import { type Item, itemSize, setAttribute, withAdmittedKey } from "./attribute-value.ts";
import { Consumption } from "./capacity.ts";
import { collectionMetrics } from "./collection-metrics.ts";
import { checkCondition } from "./conditional.ts";
import type { Database } from "./database.ts";
import { invalid, updatedItemTooLarge } from "./errors.ts";
import { readExpressions } from "./expressions/expressions.ts";
import type { Path } from "./expressions/placeholders.ts";
import { project } from "./expressions/projection.ts";
import type { Clause } from "./expressions/update.ts";
import { applyUpdate } from "./expressions/update-application.ts";
import { ItemWrite } from "./item-write.ts";
import { admitAttributeUpdates, applyAttributeUpdates, expectedCondition } from "./legacy.ts";
import { MOST_ITEM_BYTES } from "./limits.ts";
import { refuseMixed } from "./parameters.ts";
import type { Table } from "./table.ts";

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html */
export const updateItem = (database: Database): Handlers<DynamoDB.Operations> => ({
  UpdateItem(given, ctx) {
    refuseMixed(
      given,
      ["UpdateExpression", "ConditionExpression"],
      ["AttributeUpdates", "Expected", "ConditionalOperator"],
    );
    const input = withAdmittedKey(given);
    const updates = input.AttributeUpdates && admitAttributeUpdates(input.AttributeUpdates);
    const expressions = readExpressions(input);
    const condition = expressions.condition ?? expectedCondition(input.Expected, input.ConditionalOperator);
    const { region, table } = database.activeTable(input.TableName, ctx);
    table.checkKey(input.Key);
    const change = changeOf(table, expressions.update, updates);

    const write = new ItemWrite(region, table, input.Key);
    if (condition) checkCondition(ctx, table, condition, write.before, input);
    const after = change.after(write.before, input.Key);
    const size = after ? checkUpdated(table, after, expressions.update !== undefined) : 0;
    const consumption = new Consumption(table, "write");
    write.consume(consumption, after, size);
    consumption.charge(region);
    write.commit(after, size, { writtenBy: ctx.id });

    const output: DynamoDB.UpdateItemOutput = {};
    const attributes = returned(input.ReturnValues, change.paths, write.before, after);
    if (attributes) output.Attributes = attributes;
    output.ConsumedCapacity = consumption.report(input.ReturnConsumedCapacity);
    if (input.ReturnItemCollectionMetrics === "SIZE")
      output.ItemCollectionMetrics = collectionMetrics(region, table, input.Key);
    return output;
  },
});

/** How an item is to be changed, and where. */
export interface ItemChange {
  readonly paths: readonly Path[];
  /** The item afterwards; undefined when there was none and nothing makes one. */
  after(before: Item | undefined, key: Item): Item | undefined;
}

/** Checks that the key stays and returns the change. */
export function changeOf(
  table: Table,
  clauses: readonly Clause[] | undefined,
  updates?: DynamoDB.AttributeUpdates,
): ItemChange {
  const paths: readonly Path[] = clauses
    ? clauses.map(({ path }) => path)
    : Object.keys(updates ?? {}).map((name) => [name]);
  for (const { name } of table.keys.attributes) {
    const path = paths.find((candidate) => candidate[0] === name);
    if (path)
      throw invalid(
        `One or more parameter values were invalid: Cannot update attribute ${name}. This attribute is part of the key`,
      );
  }
  table.checkIndexKeys(literalsOf(clauses ?? []), true);
  // An update that only takes away makes no item; one that asks for nothing does.
  const actions =
    clauses?.map(({ action }) => action) ?? Object.values(updates ?? {}).map(({ Action }) => Action);
  const onlyRemoves =
    actions.length > 0 && actions.every((action) => action === "REMOVE" || action === "DELETE");
  return {
    paths,
    after(before, key) {
      if (!before && onlyRemoves) return undefined;
      const item = before ?? key;
      if (clauses) return applyUpdate(item, clauses);
      return updates ? applyAttributeUpdates(item, updates) : { ...item };
    },
  };
}

/** Attributes that an expression sets to values of the request. */
function literalsOf(clauses: readonly Clause[]): Item {
  const literals: Item = {};
  for (const clause of clauses) {
    if (clause.action !== "SET" || clause.path.length > 1 || clause.value.kind !== "value") continue;
    setAttribute(literals, clause.path[0], clause.value.value);
  }
  return literals;
}

/** Checks an item as an update left it and returns its size. */
export function checkUpdated(table: Table, after: Item, byExpression = true): number {
  const size = itemSize(after);
  if (size > MOST_ITEM_BYTES) throw updatedItemTooLarge();
  try {
    table.checkIndexKeys(after, byExpression);
  } catch (error) {
    // What an expression worked out is told in other words than what a request says outright.
    if (byExpression && error instanceof AwsError && error.message.includes("Type mismatch for Index Key"))
      throw invalid("The update expression attempted to update the secondary index key to unsupported type");
    throw error;
  }
  return size;
}

/** The attributes that ReturnValues asks for; undefined when there are none. */
function returned(
  wanted: string | undefined,
  paths: readonly Path[],
  before: Item | undefined,
  after: Item | undefined,
): Item | undefined {
  switch (wanted) {
    case "ALL_OLD":
      return before;
    case "ALL_NEW":
      return after;
    case "UPDATED_OLD":
      return filled(project(before ?? {}, paths));
    case "UPDATED_NEW":
      return filled(project(after ?? {}, paths));
    default:
      return undefined;
  }
}

function filled(item: Item): Item | undefined {
  return Object.keys(item).length > 0 ? item : undefined;
}
