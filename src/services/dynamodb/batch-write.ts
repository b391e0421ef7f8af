import { named } from "../../core/named.ts";
import type { Handlers } from "../../core/service.ts";
import { sure } from "../../core/sure.ts";
import type * as DynamoDB from "../../models/generated/dynamodb.ts";
import { admitItem } from "./attribute-value.ts";
import { unprocessedPositions } from "./batch-faults.ts";
import { Consumption } from "./capacity.ts";
import { collectionMetrics } from "./collection-metrics.ts";
import type { Database } from "./database.ts";
import { duplicateKeys, invalid, itemTooLarge, keyMismatch, throughputExceeded } from "./errors.ts";
import { ItemWrite } from "./item-write.ts";
import { MOST_BATCH_BYTES, MOST_ITEM_BYTES } from "./limits.ts";

const MOST_WRITES = 25;

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html */
export const batchWriteItem = (database: Database): Handlers<DynamoDB.Operations> => ({
  BatchWriteItem(input, ctx) {
    let bytes = 0;
    const requests = Object.entries(input.RequestItems).map(([name, writes]) => {
      const sizes = writes.map(admitWrite);
      for (const size of sizes) bytes += size;
      return { name, writes, sizes };
    });
    const total = requests.reduce((sum, { writes }) => sum + writes.length, 0);
    if (total > MOST_WRITES) throw invalid("Too many items requested for the BatchWriteItem call");
    if (bytes > MOST_BATCH_BYTES) throw invalid("Request size exceeded the maximum of 16 MB");
    const batches = requests.map((request) => ({ ...request, ...database.activeTable(request.name, ctx) }));
    for (const { writes, table } of batches) {
      const seen = new Set<string>();
      for (const { PutRequest: put, DeleteRequest: remove } of writes) {
        if (put) {
          // In a batch AWS says less about what is wrong with a key.
          if (!table.hasKeyOf(put.Item)) throw keyMismatch();
          table.checkItem(put.Item);
        } else table.checkKey(sure(remove).Key);
        seen.add(table.itemKey(put?.Item ?? sure(remove).Key).join("\n"));
      }
      if (seen.size < writes.length) throw duplicateKeys();
    }

    const leftOut = unprocessedPositions(ctx, batches, total);
    const output: DynamoDB.BatchWriteItemOutput = { UnprocessedItems: named() };
    let position = 0;
    let throttled = 0;
    for (const { name, writes, sizes, region, table } of batches) {
      const consumed = new Consumption(table, "write");
      const unprocessed: DynamoDB.WriteRequests = [];
      const counts = region.settings.enforcesCapacity || input.ReturnConsumedCapacity !== undefined;
      writes.forEach((request, at) => {
        if (leftOut.has(position++)) {
          unprocessed.push(request);
          return;
        }
        const { PutRequest: put, DeleteRequest: remove } = request;
        const keyItem = put?.Item ?? sure(remove).Key;
        // An item that a transaction holds is left for the next try.
        if (ItemWrite.isHeld(region, table, keyItem)) {
          unprocessed.push(request);
          return;
        }
        const write = new ItemWrite(region, table, keyItem, counts);
        const consumption = new Consumption(table, "write");
        if (counts) write.consume(consumption, put?.Item, sure(sizes[at]));
        if (!consumption.tryCharge(region)) {
          throttled++;
          unprocessed.push(request);
          return;
        }
        consumed.merge(consumption);
        write.commit(put?.Item, sizes[at], { writtenBy: ctx.id });
      });
      if (unprocessed.length > 0) sure(output.UnprocessedItems)[name] = unprocessed;
      const report = consumed.report(input.ReturnConsumedCapacity);
      if (report) output.ConsumedCapacity = [...(output.ConsumedCapacity ?? []), report];
      if (input.ReturnItemCollectionMetrics === "SIZE" && table.record.locals.length > 0) {
        output.ItemCollectionMetrics ??= named();
        output.ItemCollectionMetrics[name] = writes.flatMap(
          ({ PutRequest, DeleteRequest }) =>
            collectionMetrics(region, table, PutRequest?.Item ?? sure(DeleteRequest).Key) ?? [],
        );
      }
    }
    if (throttled === total) throw throughputExceeded();
    return output;
  },
});

/** Checks one request and returns the size of its item. */
function admitWrite({ PutRequest: put, DeleteRequest: remove }: DynamoDB.WriteRequest): number {
  if (!put === !remove)
    throw invalid(
      "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes",
    );
  const size = admitItem(put?.Item ?? sure(remove).Key);
  if (size > MOST_ITEM_BYTES) throw itemTooLarge();
  return size;
}
