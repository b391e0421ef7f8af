import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  BatchWriteItemCommand,
  CreateTableCommand,
  DescribeEndpointsCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { clientOptions, testCloud } from "../../../test/cloud.ts";
import type { Cloud, CloudOptions } from "../../index.ts";
import { fixture, tableInput } from "./fixture.test.ts";

const it = await fixture();

async function within(options: CloudOptions, work: (client: DynamoDBClient, cloud: Cloud) => Promise<void>) {
  await using cloud = await testCloud(options);
  const client = new DynamoDBClient(clientOptions(cloud));
  await work(client, cloud);
  client.destroy();
}

const byColour = {
  AttributeDefinitions: [
    { AttributeName: "p", AttributeType: "S" as const },
    { AttributeName: "colour", AttributeType: "S" as const },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: "by-colour",
      KeySchema: [{ AttributeName: "colour", KeyType: "HASH" as const }],
      Projection: { ProjectionType: "ALL" as const },
    },
  ],
};
const TableName = "things";
const Key = { p: { S: "a" } };
const put = (client: DynamoDBClient, colour: string) =>
  client.send(new PutItemCommand({ TableName, Item: { ...Key, colour: { S: colour } } }));
const colour = async (client: DynamoDBClient, ConsistentRead: boolean) =>
  (await client.send(new GetItemCommand({ TableName, Key, ConsistentRead }))).Item?.["colour"]?.S;
const count = async (client: DynamoDBClient, wanted: string) =>
  (
    await client.send(
      new QueryCommand({
        TableName,
        IndexName: "by-colour",
        KeyConditionExpression: "colour = :c",
        ExpressionAttributeValues: { ":c": { S: wanted } },
      }),
    )
  ).Count;

describe("eventual consistency", () => {
  test("lets reads and indexes lag behind until the clock has moved on; consistent reads do not", () =>
    within({ clockRate: 0, settings: { dynamodb: { consistency: "eventual" } } }, async (client, cloud) => {
      await client.send(new CreateTableCommand(tableInput(TableName, { hashOnly: true, ...byColour })));
      await put(client, "red");
      await cloud.clock.advance("PT2S");
      await put(client, "blue");
      assert.equal(await colour(client, false), "red");
      assert.equal(await colour(client, true), "blue");
      assert.deepEqual([await count(client, "red"), await count(client, "blue")], [1, 0]);
      assert.deepEqual((await client.send(new ScanCommand({ TableName }))).Items![0]!["colour"], {
        S: "red",
      });
      await cloud.clock.advance("PT1S");
      assert.equal(await colour(client, false), "blue");
      assert.deepEqual([await count(client, "red"), await count(client, "blue")], [0, 1]);
    }));

  test("comes as a fault, too: a stale read, and an index that lags", () =>
    within({ clockRate: 0 }, async (client, cloud) => {
      await client.send(new CreateTableCommand(tableInput(TableName, { hashOnly: true, ...byColour })));
      const stale = await cloud.faults.add({ point: "dynamodb:read", effect: "stale-read" });
      await put(client, "red");
      await cloud.clock.advance("PT30S");
      await put(client, "blue");
      assert.equal(await colour(client, false), "red");
      assert.equal(await colour(client, true), "blue");
      cloud.faults.remove(stale.id);
      assert.equal(await colour(client, false), "blue");
      await cloud.faults.add({ point: "dynamodb:index", effect: "lag", params: { ms: "PT5S" }, times: 1 });
      await put(client, "green");
      assert.equal(await count(client, "green"), 0);
      await cloud.clock.advance("PT6S");
      assert.equal(await count(client, "green"), 1);
    }));
});

describe("capacity", () => {
  const provisioned = {
    BillingMode: "PROVISIONED" as const,
    ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
  };

  test("is enforced when asked: a bucket runs dry, fills again, and keeps five minutes for bursts", () =>
    within({ clockRate: 0, settings: { dynamodb: { capacity: "enforce" } } }, async (client, cloud) => {
      await client.send(new CreateTableCommand(tableInput(TableName, { hashOnly: true, ...provisioned })));
      for (let n = 0; n < 5; n++) await put(client, "red");
      await assert.rejects(put(client, "red"), {
        name: "ProvisionedThroughputExceededException",
        message: /^The level of configured provisioned throughput for the table was exceeded\./,
      });
      await cloud.clock.advance("PT1S");
      await put(client, "red");
      await cloud.clock.advance("PT10M");
      const batch = (from: number) =>
        client.send(
          new BatchWriteItemCommand({
            RequestItems: {
              [TableName]: Array.from({ length: 25 }, (_, n) => ({
                PutRequest: { Item: { p: { S: `${from}-${n}` } } },
              })),
            },
          }),
        );
      for (let n = 0; n < 60; n++) assert.deepEqual((await batch(n)).UnprocessedItems, {});
      await cloud.clock.advance("PT2S");
      assert.equal((await batch(60)).UnprocessedItems![TableName]!.length, 15);
    }));

  test("is ignored otherwise, and always told when asked for", async () => {
    await it.client.send(new CreateTableCommand(tableInput("units", { hashOnly: true, ...provisioned })));
    const Item = { p: { S: "a" }, x: { S: "x".repeat(2000) } };
    const written = await it.client.send(
      new PutItemCommand({ TableName: "units", Item, ReturnConsumedCapacity: "TOTAL" }),
    );
    assert.deepEqual(written.ConsumedCapacity, { TableName: "units", CapacityUnits: 2 });
    for (const [ConsistentRead, CapacityUnits] of [
      [true, 1],
      [false, 0.5],
    ] as const) {
      const read = await it.client.send(
        new GetItemCommand({
          TableName: "units",
          Key: { p: Item.p },
          ConsistentRead,
          ReturnConsumedCapacity: "INDEXES",
        }),
      );
      assert.deepEqual(read.ConsumedCapacity, {
        TableName: "units",
        CapacityUnits,
        Table: { CapacityUnits },
      });
    }
  });
});

test("LocalStack's error probabilities are rules", () =>
  within({ environment: { DYNAMODB_WRITE_ERROR_PROBABILITY: "1.0" } }, async (client) => {
    await client.send(new CreateTableCommand(tableInput(TableName, { hashOnly: true })));
    await assert.rejects(put(client, "red"), { name: "ProvisionedThroughputExceededException" });
    assert.equal(await colour(client, false), undefined);
  }));

test("a condition that holds can lose a race", async () => {
  await it.client.send(new CreateTableCommand(tableInput("raced", { hashOnly: true })));
  const condition = new PutItemCommand({
    TableName: "raced",
    Item: Key,
    ConditionExpression: "attribute_not_exists(p)",
  });
  await it.cloud.faults.add({ point: "dynamodb:condition", effect: "race", times: 1 });
  await assert.rejects(it.client.send(condition), { name: "ConditionalCheckFailedException" });
  await it.client.send(condition);
});

test("endpoint discovery leads back here", async () => {
  const { Endpoints } = await it.client.send(new DescribeEndpointsCommand());
  assert.equal(Endpoints![0]!.Address, `127.0.0.1:${it.cloud.port}`);
});

describe("parameters from before expressions", () => {
  test("condition, filter and update as expressions do", async () => {
    const TableName = "legacy";
    await it.client.send(new CreateTableCommand(tableInput(TableName)));
    const Key = { p: { S: "a" }, s: { N: "1" } };
    const updated = await it.client.send(
      new UpdateItemCommand({
        TableName,
        Key,
        AttributeUpdates: {
          n: { Action: "ADD", Value: { N: "2" } },
          set: { Action: "ADD", Value: { SS: ["x"] } },
          l: { Value: { L: [{ S: "1" }] } },
        },
        Expected: { n: { Exists: false } },
        ReturnValues: "UPDATED_NEW",
      }),
    );
    assert.deepEqual(updated.Attributes, { n: { N: "2" }, set: { SS: ["x"] }, l: { L: [{ S: "1" }] } });
    await assert.rejects(
      it.client.send(new PutItemCommand({ TableName, Item: Key, Expected: { n: { Value: { N: "3" } } } })),
      { name: "ConditionalCheckFailedException" },
    );
    const { Count } = await it.client.send(
      new QueryCommand({
        TableName,
        KeyConditions: {
          p: { ComparisonOperator: "EQ", AttributeValueList: [{ S: "a" }] },
          s: { ComparisonOperator: "GE", AttributeValueList: [{ N: "0" }] },
        },
        QueryFilter: { set: { ComparisonOperator: "CONTAINS", AttributeValueList: [{ S: "x" }] } },
      }),
    );
    assert.equal(Count, 1);
    const filtered = await it.client.send(
      new ScanCommand({
        TableName,
        ScanFilter: {
          n: { ComparisonOperator: "GT", AttributeValueList: [{ N: "5" }] },
          l: { ComparisonOperator: "NOT_NULL" },
        },
        ConditionalOperator: "OR",
      }),
    );
    assert.equal(filtered.Count, 1);
  });

  test("do not mix with expressions", async () => {
    await assert.rejects(
      it.client.send(
        new PutItemCommand({
          TableName: "legacy",
          Item: Key,
          Expected: { n: { Exists: false } },
          ConditionExpression: "a = b",
        }),
      ),
      {
        message:
          "Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {Expected} Expression parameters: {ConditionExpression}",
      },
    );
  });
});
