import { named } from "../../core/named.ts";
import type { Context, Handlers } from "../../core/service.ts";
import { inTime, markLarge, type Unhurried } from "../../core/unhurried.ts";
import type * as DynamoDB from "../../models/generated/dynamodb.ts";
import { admitItem, itemSize } from "./attribute-value.ts";
import { unprocessedPositions } from "./batch-faults.ts";
import { Consumption } from "./capacity.ts";
import type { Database } from "./database.ts";
import { duplicateKeys, invalid, throughputExceeded } from "./errors.ts";
import { readExpressions } from "./expressions/expressions.ts";
import { project } from "./expressions/projection.ts";
import { readItem, viewOf } from "./get-item.ts";
import { MOST_BATCH_BYTES } from "./limits.ts";
import { refuseDuplicates, refuseMixed } from "./parameters.ts";
import { refuseNestedKeys } from "./selection.ts";

const MOST_KEYS = 100;

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html */
export const batchGetItem = (database: Database): Handlers<DynamoDB.Operations> => ({
  BatchGetItem(input, ctx) {
    return inTime(read(database, input, ctx));
  },
});

/** With a pause behind each item, for a batch that turns out to be large. */
function* read(
  database: Database,
  input: DynamoDB.BatchGetItemInput,
  ctx: Context,
): Unhurried<DynamoDB.BatchGetItemOutput> {
  refuseMixed(
    Object.assign({}, ...Object.values(input.RequestItems).map(projectionOf)),
    ["ProjectionExpression"],
    ["AttributesToGet"],
  );
  const requests = Object.entries(input.RequestItems).map(([name, request]) => {
    refuseMixed(request, ["ProjectionExpression"], ["AttributesToGet"]);
    refuseDuplicates(request.AttributesToGet);
    const projection =
      readExpressions(request).projection ?? request.AttributesToGet?.map((attribute) => [attribute]);
    const keys = request.Keys.map((key) => admitItem(key).normal);
    return { name, request, keys, projection };
  });
  const total = requests.reduce((sum, { request }) => sum + request.Keys.length, 0);
  if (total > MOST_KEYS) throw invalid("Too many items requested for the BatchGetItem call");
  const reads = requests.map((read) => ({ ...read, ...database.activeTable(read.name, ctx) }));
  for (const { request, keys, projection, table } of reads) {
    if (projection) refuseNestedKeys(table, projection);
    const seen = new Set<string>();
    for (const key of keys) {
      table.checkKey(key);
      seen.add(table.itemKey(key).join("\n"));
    }
    if (seen.size < request.Keys.length) throw duplicateKeys();
  }

  const leftOut = unprocessedPositions(ctx, reads, total);
  const output = { Responses: named(), UnprocessedKeys: named() } as Required<DynamoDB.BatchGetItemOutput>;
  const capacities: DynamoDB.ConsumedCapacity[] = [];
  let bytes = 0;
  let position = 0;
  let throttled = 0;
  for (const { name, request, keys, projection, region, table } of reads) {
    const consistent = request.ConsistentRead ?? false;
    const view = consistent ? undefined : viewOf(ctx, region, table);
    const consumed = new Consumption(table, "read");
    const unprocessed: DynamoDB.KeyList = [];
    const items: DynamoDB.ItemList = [];
    for (const key of keys) {
      yield;
      const consumption = new Consumption(table, "read");
      const item = readItem(region, table, key, { consistent, view, consumption });
      const size = item ? itemSize(item) : 0;
      if (leftOut.has(position++) || bytes + size > MOST_BATCH_BYTES) unprocessed.push(key);
      else if (!consumption.tryCharge(region)) {
        throttled++;
        unprocessed.push(key);
      } else {
        consumed.merge(consumption);
        bytes += size;
        if (item) items.push(projection ? project(item, projection) : item);
      }
    }
    output.Responses[name] = items;
    if (unprocessed.length > 0) output.UnprocessedKeys[name] = { ...request, Keys: unprocessed };
    const report = consumed.report(input.ReturnConsumedCapacity);
    if (report) capacities.push(report);
  }
  if (throttled === total) throw throughputExceeded();
  const answer = { ...output, ...(capacities.length > 0 && { ConsumedCapacity: capacities }) };
  if (bytes > LARGE_BYTES)
    for (const part of [answer, output.Responses, ...Object.values(output.Responses)]) markLarge(part);
  return answer;
}

/** An answer of more than this is encoded with pauses. */
const LARGE_BYTES = 1024 * 1024;

/** One batch says what it wants of all its tables in the same way. */
const projectionOf = ({ ProjectionExpression, AttributesToGet }: DynamoDB.KeysAndAttributes) => ({
  ...(ProjectionExpression !== undefined && { ProjectionExpression }),
  ...(AttributesToGet && { AttributesToGet }),
});
