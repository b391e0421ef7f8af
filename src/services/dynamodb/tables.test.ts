import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DeleteTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  ListTagsOfResourceCommand,
  PutItemCommand,
  QueryCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateItemCommand,
  UpdateTableCommand,
} from "@aws-sdk/client-dynamodb";
import { clientOptions, testCloud } from "../../../test/cloud.ts";
import { fixture, tableInput } from "./fixture.test.ts";

const it = await fixture();
const describeTable = async (TableName: string) =>
  (await it.client.send(new DescribeTableCommand({ TableName }))).Table!;

describe("CreateTable refuses", () => {
  const cases: [string, Partial<CreateTableCommandInput>, string][] = [
    [
      "throughput for an on-demand table",
      { ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 } },
      "One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST",
    ],
    [
      "a provisioned table without throughput",
      { BillingMode: "PROVISIONED" },
      "One or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED",
    ],
    [
      "keys that are not defined",
      { KeySchema: [{ AttributeName: "z", KeyType: "HASH" }] },
      "One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions. Keys: [z], AttributeDefinitions: [p, s]",
    ],
    [
      "a sort key that comes first",
      {
        KeySchema: [
          { AttributeName: "p", KeyType: "RANGE" },
          { AttributeName: "s", KeyType: "HASH" },
        ],
      },
      "Invalid KeySchema: The first KeySchemaElement is not a HASH key type",
    ],
    [
      "attributes that no key uses",
      { KeySchema: [{ AttributeName: "p", KeyType: "HASH" }] },
      "One or more parameter values were invalid: Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions",
    ],
    [
      "a local index with another partition key",
      {
        LocalSecondaryIndexes: [
          {
            IndexName: "local",
            KeySchema: [
              { AttributeName: "s", KeyType: "HASH" },
              { AttributeName: "p", KeyType: "RANGE" },
            ],
            Projection: { ProjectionType: "ALL" },
          },
        ],
      },
      "One or more parameter values were invalid: Index KeySchema does not have the same leading hash key as table KeySchema for index: local. index hash key: s, table hash key: p",
    ],
  ];
  for (const [what, change, message] of cases) {
    test(what, () =>
      assert.rejects(it.client.send(new CreateTableCommand(tableInput("refused", change))), {
        name: "ValidationException",
        message,
      }),
    );
  }
});

describe("UpdateTable", () => {
  test("fills a new global index with what is there, and takes it away again", async () => {
    const TableName = "indexed";
    await it.client.send(new CreateTableCommand(tableInput(TableName)));
    for (let s = 0; s < 4; s++) {
      const Item = { p: { S: "a" }, s: { N: `${s}` }, ...(s % 2 && { g: { S: "odd" } }) };
      await it.client.send(new PutItemCommand({ TableName, Item }));
    }
    await it.client.send(
      new UpdateTableCommand({
        TableName,
        AttributeDefinitions: [{ AttributeName: "g", AttributeType: "S" }],
        GlobalSecondaryIndexUpdates: [
          {
            Create: {
              IndexName: "by-g",
              KeySchema: [{ AttributeName: "g", KeyType: "HASH" }],
              Projection: { ProjectionType: "ALL" },
            },
          },
        ],
      }),
    );
    const query = () =>
      it.client.send(
        new QueryCommand({
          TableName,
          IndexName: "by-g",
          KeyConditionExpression: "g = :g",
          ExpressionAttributeValues: { ":g": { S: "odd" } },
        }),
      );
    assert.equal((await query()).Count, 2);
    const Key = { p: { S: "a" }, s: { N: "1" } };
    await it.client.send(new UpdateItemCommand({ TableName, Key, UpdateExpression: "REMOVE g" }));
    assert.equal((await query()).Count, 1);
    const Delete = { IndexName: "by-g" };
    await it.client.send(new UpdateTableCommand({ TableName, GlobalSecondaryIndexUpdates: [{ Delete }] }));
    await assert.rejects(query(), { message: "The table does not have the specified index: by-g" });
    assert.equal((await describeTable(TableName)).AttributeDefinitions!.length, 2);
  });

  test("changes billing, class and protection", async () => {
    const TableName = "changed";
    await it.client.send(new CreateTableCommand(tableInput(TableName, { DeletionProtectionEnabled: true })));
    await assert.rejects(it.client.send(new DeleteTableCommand({ TableName })), {
      message: /^Resource cannot be deleted as it is currently protected against deletion/,
    });
    const ProvisionedThroughput = { ReadCapacityUnits: 3, WriteCapacityUnits: 4 };
    await it.client.send(
      new UpdateTableCommand({
        TableName,
        BillingMode: "PROVISIONED",
        ProvisionedThroughput,
        TableClass: "STANDARD_INFREQUENT_ACCESS",
        DeletionProtectionEnabled: false,
      }),
    );
    const table = await describeTable(TableName);
    assert.equal(table.ProvisionedThroughput!.WriteCapacityUnits, 4);
    assert.equal(table.TableClassSummary!.TableClass, "STANDARD_INFREQUENT_ACCESS");
    await assert.rejects(it.client.send(new UpdateTableCommand({ TableName, ProvisionedThroughput })), {
      message: /^The provisioned throughput for the table will not change\./,
    });
    await it.client.send(new DeleteTableCommand({ TableName }));
  });
});

test("a global index may have keys of several parts, queried from the left", async () => {
  const TableName = "matches";
  const part = (AttributeName: string, KeyType: "HASH" | "RANGE") => ({ AttributeName, KeyType });
  await it.client.send(
    new CreateTableCommand(
      tableInput(TableName, {
        hashOnly: true,
        AttributeDefinitions: ["p", "league", "region", "round", "bracket"].map((AttributeName) => ({
          AttributeName,
          AttributeType: "S",
        })),
        GlobalSecondaryIndexes: [
          {
            IndexName: "wide",
            KeySchema: [
              part("league", "HASH"),
              part("region", "HASH"),
              part("round", "RANGE"),
              part("bracket", "RANGE"),
            ],
            Projection: { ProjectionType: "ALL" },
          },
        ],
      }),
    ),
  );
  for (const [at, [region, round, bracket]] of [
    ["eu", "1", "a"],
    ["eu", "1", "b"],
    ["eu", "2", "a"],
    ["us", "1", "a"],
  ].entries()) {
    const Item = {
      p: { S: `${at}` },
      league: { S: "x" },
      region: { S: region! },
      round: { S: round! },
      bracket: { S: bracket! },
    };
    await it.client.send(new PutItemCommand({ TableName, Item }));
  }
  const query = async (rest: string, values: Record<string, string> = {}) => {
    const page = await it.client.send(
      new QueryCommand({
        TableName,
        IndexName: "wide",
        KeyConditionExpression: `league = :l AND #r = :r${rest}`,
        ExpressionAttributeNames: { "#r": "region" },
        ExpressionAttributeValues: Object.fromEntries(
          Object.entries({ ":l": "x", ":r": "eu", ...values }).map(([name, S]) => [name, { S }]),
        ),
      }),
    );
    return page.Items!.map(({ p }) => p!.S);
  };
  assert.deepEqual(await query(""), ["0", "1", "2"]);
  assert.deepEqual(await query(" AND round = :o", { ":o": "1" }), ["0", "1"]);
  assert.deepEqual(await query(" AND round = :o AND bracket > :b", { ":o": "1", ":b": "a" }), ["1"]);
  await assert.rejects(query(" AND bracket = :b", { ":b": "a" }), {
    message: "Query condition missed key schema element: round",
  });
});

test("tags come and go", async () => {
  await it.client.send(new CreateTableCommand(tableInput("tagged", { Tags: [{ Key: "a", Value: "1" }] })));
  const { TableArn: ResourceArn } = await describeTable("tagged");
  await it.client.send(new TagResourceCommand({ ResourceArn, Tags: [{ Key: "b", Value: "2" }] }));
  await it.client.send(new UntagResourceCommand({ ResourceArn, TagKeys: ["a"] }));
  const { Tags } = await it.client.send(new ListTagsOfResourceCommand({ ResourceArn }));
  assert.deepEqual(Tags, [{ Key: "b", Value: "2" }]);
});

test("a table may be named by its ARN", async () => {
  await it.client.send(new CreateTableCommand(tableInput("by-arn")));
  const { TableArn } = await describeTable("by-arn");
  const Item = { p: { S: "a" }, s: { N: "1" } };
  await it.client.send(new PutItemCommand({ TableName: TableArn, Item }));
  assert.deepEqual((await it.client.send(new GetItemCommand({ TableName: "by-arn", Key: Item }))).Item, Item);
});

test("with real delays a table is CREATING until the clock says otherwise", async () => {
  await using cloud = await testCloud({ settings: { dynamodb: { delays: "real" } } });
  const client = new DynamoDBClient(clientOptions(cloud));
  const TableName = "slow";
  await client.send(new CreateTableCommand(tableInput(TableName)));
  const status = async () => (await client.send(new DescribeTableCommand({ TableName }))).Table!.TableStatus;
  assert.equal(await status(), "CREATING");
  await assert.rejects(
    client.send(new PutItemCommand({ TableName, Item: { p: { S: "a" }, s: { N: "1" } } })),
    {
      name: "ResourceNotFoundException",
    },
  );
  await cloud.clock.advance("PT30S");
  assert.equal(await status(), "ACTIVE");
  await client.send(new DeleteTableCommand({ TableName }));
  assert.equal(await status(), "DELETING");
  await cloud.clock.advance("PT30S");
  await assert.rejects(status(), { name: "ResourceNotFoundException" });
  client.destroy();
});
