import assert from "node:assert/strict";
import { before, test } from "node:test";
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  CreateTableCommand,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import { fixture, tableInput } from "./fixture.test.ts";

const it = await fixture();
const TableName = "batch";
const key = (n: number) => ({ p: { S: `item-${n}` } });
const put = (n: number) => ({ PutRequest: { Item: { ...key(n), n: { N: `${n}` } } } });

before(() => it.client.send(new CreateTableCommand(tableInput(TableName, { hashOnly: true }))));

test("25 writes go in one batch, 26 do not", async () => {
  const write = (count: number) =>
    it.client.send(
      new BatchWriteItemCommand({
        RequestItems: { [TableName]: Array.from({ length: count }, (_, n) => put(n)) },
      }),
    );
  assert.deepEqual((await write(25)).UnprocessedItems, {});
  assert.equal((await it.client.send(new ScanCommand({ TableName }))).Count, 25);
  await assert.rejects(write(26), { name: "ValidationException" });
});

test("an item may come once in a batch", async () => {
  await assert.rejects(
    it.client.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: [put(1), put(1)] } })),
    { message: "Provided list of item keys contains duplicates" },
  );
});

test("items are got in one batch; what is not there is left out", async () => {
  const Keys = [key(3), key(1), key(77)];
  const got = await it.client.send(
    new BatchGetItemCommand({
      RequestItems: { [TableName]: { Keys, ProjectionExpression: "n" } },
      ReturnConsumedCapacity: "TOTAL",
    }),
  );
  assert.deepEqual(got.Responses, { [TableName]: [{ n: { N: "3" } }, { n: { N: "1" } }] });
  assert.deepEqual(got.ConsumedCapacity, [{ TableName, CapacityUnits: 1.5 }]);
});

test("a fault rule leaves chosen items unprocessed, and only those", async () => {
  const rule = await it.cloud.faults.add({
    point: "dynamodb:batch",
    effect: "partial-batch",
    params: { items: ["1"] },
    times: 1,
  });
  const RequestItems = { [TableName]: [put(101), put(102), put(103)] };
  const first = await it.client.send(new BatchWriteItemCommand({ RequestItems }));
  assert.deepEqual(first.UnprocessedItems, { [TableName]: [put(102)] });
  assert.deepEqual((await it.client.send(new BatchWriteItemCommand({ RequestItems }))).UnprocessedItems, {});
  it.cloud.faults.remove(rule.id);
});
