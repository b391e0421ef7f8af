import type { Context, Handlers } from "../../core/service.ts";
import type * as DynamoDB from "../../models/generated/dynamodb.ts";
import { type Item, withAdmittedKey } from "./attribute-value.ts";
import { Consumption, readUnits } from "./capacity.ts";
import type { Database } from "./database.ts";
import { readExpressions } from "./expressions/expressions.ts";
import { project } from "./expressions/projection.ts";
import { itemOf, textSize } from "./item-text.ts";
import { itemAnswer } from "./kept-answer.ts";
import { refuseDuplicates, refuseMixed } from "./parameters.ts";
import type { Region } from "./region.ts";
import type { View } from "./rows.ts";
import { refuseNestedKeys } from "./selection.ts";
import type { Table } from "./table.ts";

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html */
export const getItem = (database: Database): Handlers<DynamoDB.Operations> => ({
  GetItem(given, ctx) {
    refuseMixed(given, ["ProjectionExpression"], ["AttributesToGet"]);
    const input = withAdmittedKey(given);
    refuseDuplicates(input.AttributesToGet);
    const projection = readExpressions(input).projection ?? input.AttributesToGet?.map((name) => [name]);
    const { region, table } = database.activeTable(input.TableName, ctx);
    table.checkKey(input.Key);
    if (projection) refuseNestedKeys(table, projection);

    const consumption = new Consumption(table, "read");
    const text = readText(region, table, input.Key, {
      consistent: input.ConsistentRead ?? false,
      consumption,
      view: input.ConsistentRead ? undefined : viewOf(ctx, region, table),
    });
    consumption.charge(region);
    const ConsumedCapacity = consumption.report(input.ReturnConsumedCapacity);
    if (text === undefined) return { ConsumedCapacity };
    if (projection === undefined && ConsumedCapacity === undefined) return itemAnswer(text);
    const item = itemOf(text);
    return { Item: projection ? project(item, projection) : item, ConsumedCapacity };
  },
});

interface ReadOptions {
  readonly consistent: boolean;
  readonly consumption: Consumption;
  readonly view: View | undefined;
}

/** One item by its key, with its read units counted. */
export function readItem(region: Region, table: Table, key: Item, options: ReadOptions): Item | undefined {
  const text = readText(region, table, key, options);
  return text === undefined ? undefined : itemOf(text);
}

/** The same as it is kept. */
function readText(region: Region, table: Table, key: Item, options: ReadOptions): string | undefined {
  const text = region.items.get(table.itemKey(key), options.view);
  options.consumption.add(readUnits(text === undefined ? 0 : textSize(text), options.consistent));
  return text;
}

/** How an eventually consistent read of this call sees the table: behind, when it lags or a fault rule says so. */
export function viewOf(ctx: Context, region: Region, table: Table): View {
  const hit = ctx
    .hits("dynamodb:read", { resource: table.record.arn })
    .find(({ effect }) => effect === "stale-read");
  return region.view(hit && Number(hit.params["age"] ?? STALE_MS));
}

const STALE_MS = 10_000;
