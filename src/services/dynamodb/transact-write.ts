import { named } from "../../core/named.ts";
import type { Context, Handlers } from "../../core/service.ts";
import { atOnce, isLarge, type Unhurried, unhurried } from "../../core/unhurried.ts";
import type * as DynamoDB from "../../models/generated/dynamodb.ts";
import { readUnits } from "./capacity.ts";
import { collectionMetrics } from "./collection-metrics.ts";
import type { Database } from "./database.ts";
import { invalid } from "./errors.ts";
import { textSize } from "./item-text.ts";
import { commitAll, inTransaction, lockKey } from "./transaction.ts";
import { RequestHash, TransactionToken } from "./transaction-tokens.ts";
import { type LocatedAction, locate, readWriteAction } from "./write-action.ts";

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html */
export const transactWriteItems = (database: Database): Handlers<DynamoDB.Operations> => ({
  async TransactWriteItems(input, ctx) {
    const reading = read(database, input, ctx);
    const { actions, hash } = isLarge(input) ? await unhurried(reading) : atOnce(reading);
    const keys = keysOf(actions);
    const token = new TransactionToken(database.region(ctx), input.ClientRequestToken, hash);
    try {
      if (token.isRepeated) return repeated(actions, input.ReturnConsumedCapacity);
      const consumed = await inTransaction(ctx, actions, keys, "writes", (transaction) =>
        ctx.store.transaction(() => {
          const units = commitAll(actions, transaction, ctx);
          token.keep();
          return units;
        }),
      );
      const output: DynamoDB.TransactWriteItemsOutput = {};
      const reports = [...consumed.values()].flatMap(
        (units) => units.report(input.ReturnConsumedCapacity, true) ?? [],
      );
      if (reports.length > 0) output.ConsumedCapacity = reports;
      if (input.ReturnItemCollectionMetrics === "SIZE") {
        output.ItemCollectionMetrics = named();
        for (const { action, region, table } of actions) {
          const metrics = collectionMetrics(region, table, action.keyItem);
          if (!metrics) continue;
          const known = output.ItemCollectionMetrics[table.name] ?? [];
          output.ItemCollectionMetrics[table.name] = [...known, metrics];
        }
      }
      return output;
    } finally {
      token.release();
    }
  },
});

/** The actions and what they are known by with their token, with a pause behind each. */
function* read(
  database: Database,
  input: DynamoDB.TransactWriteItemsInput,
  ctx: Context,
): Unhurried<{ actions: LocatedAction[]; hash: string }> {
  const hash = new RequestHash();
  const actions: LocatedAction[] = [];
  for (const request of input.TransactItems) {
    actions.push(locate(database, readWriteAction(request), ctx));
    yield;
    if (input.ClientRequestToken !== undefined) hash.add(request);
    yield;
  }
  return { actions, hash: hash.end() };
}

/** Keys to lock; no item may come twice. */
export function keysOf(actions: readonly LocatedAction[]): string[] {
  const keys = actions.map((located) => {
    const { action, table } = located;
    // A key that does not fit the table is a reason to cancel, told when its turn comes.
    return table.hasKeyOf(action.keyItem) ? lockKey(located, action.keyItem) : "";
  });
  const whole = keys.filter((key) => key !== "");
  if (new Set(whole).size < whole.length)
    throw invalid("Transaction request cannot include multiple operations on one item");
  return keys;
}

/** A repeated request is answered with what it takes to read the items. */
function repeated(
  actions: readonly LocatedAction[],
  wanted: string | undefined,
): DynamoDB.TransactWriteItemsOutput {
  if (wanted !== "TOTAL" && wanted !== "INDEXES") return {};
  const units = new Map<string, number>();
  for (const { action, region, table } of actions) {
    const text = region.items.get(table.itemKey(action.keyItem));
    const read = readUnits(text === undefined ? 0 : textSize(text), true) * 2;
    units.set(table.name, (units.get(table.name) ?? 0) + read);
  }
  return {
    ConsumedCapacity: [...units].map(([TableName, CapacityUnits]) => ({
      TableName,
      CapacityUnits,
      ReadCapacityUnits: CapacityUnits,
    })),
  };
}
