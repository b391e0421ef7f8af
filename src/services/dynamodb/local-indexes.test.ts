import assert from "node:assert/strict";
import { before, test } from "node:test";
import {
  CreateTableCommand,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
  ScanCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { fixture, tableInput } from "./fixture.test.ts";

const it = await fixture();
const TableName = "posts";

before(async () => {
  await it.client.send(
    new CreateTableCommand(
      tableInput(TableName, {
        AttributeDefinitions: [
          { AttributeName: "p", AttributeType: "S" },
          { AttributeName: "s", AttributeType: "N" },
          { AttributeName: "likes", AttributeType: "N" },
        ],
        LocalSecondaryIndexes: [
          {
            IndexName: "by-likes",
            KeySchema: [
              { AttributeName: "p", KeyType: "HASH" },
              { AttributeName: "likes", KeyType: "RANGE" },
            ],
            Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["title"] },
          },
        ],
        GlobalSecondaryIndexes: [
          {
            IndexName: "all-likes",
            KeySchema: [{ AttributeName: "likes", KeyType: "HASH" }],
            Projection: { ProjectionType: "KEYS_ONLY" },
          },
        ],
      }),
    ),
  );
  for (const [s, likes] of [
    [1, 30],
    [2, 10],
    [3, undefined],
    [4, 20],
  ] as const) {
    const Item = {
      p: { S: "a" },
      s: { N: `${s}` },
      title: { S: `t${s}` },
      body: { S: "long" },
      ...(likes !== undefined && { likes: { N: `${likes}` } }),
    };
    await it.client.send(new PutItemCommand({ TableName, Item }));
  }
});

const query = (more: Partial<QueryCommandInput>) =>
  it.client.send(
    new QueryCommand({
      TableName,
      IndexName: "by-likes",
      KeyConditionExpression: "p = :p",
      ExpressionAttributeValues: { ":p": { S: "a" } },
      ...more,
    }),
  );

test("a local index holds the items that have its key, in its order, with what it projects", async () => {
  const { Items } = await query({ ConsistentRead: true });
  assert.deepEqual(
    Items!.map(({ s }) => s!.N),
    ["2", "4", "1"],
  );
  assert.deepEqual(Object.keys(Items![0]!).sort(), ["likes", "p", "s", "title"]);
});

test("what a local index lacks is read from the table", async () => {
  const all = await query({ Select: "ALL_ATTRIBUTES", ReturnConsumedCapacity: "INDEXES" });
  assert.equal(all.Items![0]!["body"]!.S, "long");
  assert.deepEqual(all.ConsumedCapacity!.LocalSecondaryIndexes, { "by-likes": { CapacityUnits: 0.5 } });
  assert.equal(all.ConsumedCapacity!.Table!.CapacityUnits, 1.5);
  const some = await query({ ProjectionExpression: "body" });
  assert.deepEqual(some.Items![0], { body: { S: "long" } });
});

test("what a global index lacks is refused", async () => {
  const global: Partial<QueryCommandInput> = {
    IndexName: "all-likes",
    KeyConditionExpression: "likes = :l",
    ExpressionAttributeValues: { ":l": { N: "10" } },
  };
  await assert.rejects(query({ ...global, Select: "ALL_ATTRIBUTES" }), {
    message:
      "One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global secondary index all-likes because its projection type is not ALL",
  });
  await assert.rejects(query({ ...global, ProjectionExpression: "body" }), {
    message:
      "One or more parameter values were invalid: Global secondary index all-likes does not project [body]",
  });
});

test("an index follows its items, is scanned in pages, and a key of a wrong type is refused", async () => {
  const Key = { p: { S: "a" }, s: { N: "3" } };
  const set = (value: { N: string } | { S: string }) =>
    it.client.send(
      new UpdateItemCommand({
        TableName,
        Key,
        UpdateExpression: "SET likes = :l",
        ExpressionAttributeValues: { ":l": value },
        ReturnItemCollectionMetrics: "SIZE",
      }),
    );
  const { ItemCollectionMetrics } = await set({ N: "15" });
  assert.deepEqual(ItemCollectionMetrics, {
    ItemCollectionKey: { p: { S: "a" } },
    SizeEstimateRangeGB: [0, 1],
  });
  assert.deepEqual(
    (await query({})).Items!.map(({ s }) => s!.N),
    ["2", "3", "4", "1"],
  );
  const first = await it.client.send(new ScanCommand({ TableName, IndexName: "by-likes", Limit: 3 }));
  const rest = await it.client.send(
    new ScanCommand({ TableName, IndexName: "by-likes", ExclusiveStartKey: first.LastEvaluatedKey }),
  );
  assert.deepEqual(
    [...first.Items!, ...rest.Items!].map(({ s }) => s!.N),
    ["2", "3", "4", "1"],
  );
  await assert.rejects(set({ S: "many" }), {
    message:
      "One or more parameter values were invalid: Type mismatch for Index Key likes Expected: N Actual: S IndexName: all-likes",
  });
});

test("an index key that an expression works out wrongly is refused in words of its own", async () => {
  await assert.rejects(
    it.client.send(
      new UpdateItemCommand({
        TableName,
        Key: { p: { S: "a" }, s: { N: "1" } },
        UpdateExpression: "SET likes = title",
      }),
    ),
    { message: "The update expression attempted to update the secondary index key to unsupported type" },
  );
});

test("what a page fetches from the table counts for its megabyte", async () => {
  for (const s of [1, 2, 3])
    await it.client.send(
      new PutItemCommand({
        TableName,
        Item: { p: { S: "large" }, s: { N: `${s}` }, likes: { N: `${s}` }, body: { S: "x".repeat(400_000) } },
      }),
    );
  const asked: QueryCommandInput = {
    TableName,
    IndexName: "by-likes",
    KeyConditionExpression: "p = :p",
    ExpressionAttributeValues: { ":p": { S: "large" } },
  };
  const projected = await it.client.send(new QueryCommand(asked));
  assert.equal(projected.Count, 3);
  const whole = await it.client.send(new QueryCommand({ ...asked, Select: "ALL_ATTRIBUTES" }));
  assert.deepEqual([whole.Count, whole.LastEvaluatedKey?.["s"]], [2, { N: "2" }]);
  const rest = await it.client.send(
    new QueryCommand({ ...asked, Select: "ALL_ATTRIBUTES", ExclusiveStartKey: whole.LastEvaluatedKey }),
  );
  assert.deepEqual([rest.Count, rest.LastEvaluatedKey], [1, undefined]);
});
