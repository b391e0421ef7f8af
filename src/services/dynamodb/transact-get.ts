import { AwsError } from "../../core/aws-error.ts";
import type { Handlers } from "../../core/service.ts";
import type * as DynamoDB from "../../models/generated/dynamodb.ts";
import { itemSize, withAdmittedKey } from "./attribute-value.ts";
import { Consumption, readUnits } from "./capacity.ts";
import type { Database } from "./database.ts";
import { type CancellationReason, invalid, isEmptyKey, transactionCanceled } from "./errors.ts";
import { readExpressions } from "./expressions/expressions.ts";
import { project } from "./expressions/projection.ts";
import { itemOf } from "./item-text.ts";
import { MOST_TRANSACTION_BYTES } from "./limits.ts";
import { refuseNestedKeys } from "./selection.ts";
import type { Table } from "./table.ts";
import { firstReason, inTransaction, lockKey } from "./transaction.ts";

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactGetItems.html */
export const transactGetItems = (database: Database): Handlers<DynamoDB.Operations> => ({
  async TransactGetItems(input, ctx) {
    const gets = input.TransactItems.map(({ Get: get }) => {
      const { projection } = readExpressions(get);
      return { get: withAdmittedKey(get), projection };
    });
    const reads = gets.map((read) => ({ ...read, ...database.activeTable(read.get.TableName, ctx) }));
    for (const { table, projection } of reads) if (projection) refuseNestedKeys(table, projection);
    const reasons = firstReason(reads.map(({ table, get }) => reasonAgainst(table, get.Key)));
    if (reasons.some(({ Code }) => Code !== "None")) throw transactionCanceled(reasons);
    const keys = reads.map((read) => lockKey(read, read.get.Key));
    if (new Set(keys).size < keys.length)
      throw invalid("Transaction request cannot include multiple operations on one item");

    return inTransaction(ctx, reads, keys, "reads", () => {
      const consumed = new Map<Table, Consumption>();
      let bytes = 0;
      const Responses = reads.map(({ region, table, get, projection }) => {
        const text = region.items.get(table.itemKey(get.Key));
        const item = text === undefined ? undefined : itemOf(text);
        const size = item ? itemSize(item) : 0;
        bytes += size;
        const units = consumed.get(table) ?? new Consumption(table, "read");
        consumed.set(table, units);
        units.add(readUnits(size, true) * 2);
        return item ? { Item: projection ? project(item, projection) : item } : {};
      });
      if (bytes > MOST_TRANSACTION_BYTES)
        throw invalid(
          "Transaction request size exceeds the maximum of 4 MB: the aggregate size of the items is too large",
        );
      const regions = new Map(reads.map(({ table, region }) => [table, region]));
      for (const [table, region] of regions) consumed.get(table)?.charge(region);
      const reports = [...consumed.values()].flatMap(
        (units) => units.report(input.ReturnConsumedCapacity, true) ?? [],
      );
      return { Responses, ...(reports.length > 0 && { ConsumedCapacity: reports }) };
    });
  },
});

function reasonAgainst(table: Table, key: DynamoDB.Key): CancellationReason {
  try {
    table.checkKey(key);
    return { Code: "None" };
  } catch (error) {
    if (!(error instanceof AwsError) || isEmptyKey(error)) throw error;
    return { Code: "ValidationError", Message: error.message };
  }
}
