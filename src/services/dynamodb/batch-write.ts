import { named } from "../../core/named.ts";
import type { Context, Handlers } from "../../core/service.ts";
import { atOnce, isLarge, type Unhurried, unhurried } from "../../core/unhurried.ts";
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
    const work = write(database, input, ctx);
    return isLarge(input) ? unhurried(work) : atOnce(work);
  },
});

/** With a pause behind each item, for a batch that is large: each write is for itself. */
function* write(
  database: Database,
  input: DynamoDB.BatchWriteItemInput,
  ctx: Context,
): Unhurried<DynamoDB.BatchWriteItemOutput> {
  let bytes = 0;
  const requests: { name: string; writes: ReturnType<typeof admitWrite>[] }[] = [];
  for (const [name, given] of Object.entries(input.RequestItems)) {
    const writes: ReturnType<typeof admitWrite>[] = [];
    for (const request of given) {
      const admitted = admitWrite(request);
      bytes += admitted.size;
      writes.push(admitted);
      yield;
    }
    requests.push({ name, writes });
  }
  const total = requests.reduce((sum, { writes }) => sum + writes.length, 0);
  if (total > MOST_WRITES) throw invalid("Too many items requested for the BatchWriteItem call");
  if (bytes > MOST_BATCH_BYTES) throw invalid("Request size exceeded the maximum of 16 MB");
  const batches = requests.map((request) => ({ ...request, ...database.activeTable(request.name, ctx) }));
  for (const { writes, table } of batches) {
    const seen = new Set<string>();
    for (const { item, keyItem } of writes) {
      if (item) {
        // In a batch AWS says less about what is wrong with a key.
        if (!table.hasKeyOf(keyItem)) throw keyMismatch();
        table.checkItem(keyItem);
      } else table.checkKey(keyItem);
      seen.add(table.itemKey(keyItem).join("\n"));
    }
    if (seen.size < writes.length) throw duplicateKeys();
  }

  const leftOut = unprocessedPositions(ctx, batches, total);
  const left: DynamoDB.BatchWriteItemRequestMap = named();
  const output: DynamoDB.BatchWriteItemOutput = { UnprocessedItems: left };
  let position = 0;
  let throttled = 0;
  for (const { name, writes, region, table } of batches) {
    const consumed = new Consumption(table, "write");
    const unprocessed: DynamoDB.WriteRequests = [];
    const counts = region.settings.enforcesCapacity || input.ReturnConsumedCapacity !== undefined;
    for (const { request, item, keyItem, size } of writes) {
      yield;
      if (leftOut.has(position++)) {
        unprocessed.push(request);
        continue;
      }
      // An item that a transaction holds is left for the next try.
      if (ItemWrite.isHeld(region, table, keyItem)) {
        unprocessed.push(request);
        continue;
      }
      const write = new ItemWrite(region, table, keyItem, counts);
      const consumption = new Consumption(table, "write");
      if (counts) write.consume(consumption, item, size);
      if (!consumption.tryCharge(region)) {
        throttled++;
        unprocessed.push(request);
        continue;
      }
      consumed.merge(consumption);
      const commit = () => write.commit(item, size, { writtenBy: ctx.id });
      if (isLarge(input)) ctx.store.transaction(commit);
      else commit();
    }
    if (unprocessed.length > 0) left[name] = unprocessed;
    const report = consumed.report(input.ReturnConsumedCapacity);
    if (report) output.ConsumedCapacity = [...(output.ConsumedCapacity ?? []), report];
    if (input.ReturnItemCollectionMetrics === "SIZE" && table.record.locals.length > 0) {
      output.ItemCollectionMetrics ??= named();
      output.ItemCollectionMetrics[name] = writes.flatMap(
        ({ keyItem }) => collectionMetrics(region, table, keyItem) ?? [],
      );
    }
  }
  if (throttled === total) throw throughputExceeded();
  return output;
}

/** Checks one request: the item that it puts, if it does, the item that its key is read from, and how many bytes that has. */
function admitWrite(request: DynamoDB.WriteRequest) {
  const { PutRequest: put, DeleteRequest: remove } = request;
  const given = put?.Item ?? remove?.Key;
  if (!given || (put && remove))
    throw invalid(
      "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes",
    );
  const { normal: keyItem, size } = admitItem(given);
  if (size > MOST_ITEM_BYTES) throw itemTooLarge();
  return { request, item: put && keyItem, keyItem, size };
}
