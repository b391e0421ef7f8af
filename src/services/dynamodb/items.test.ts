import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DeleteItemCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { clientOptions, testCloud } from "../../../test/cloud.ts";
import type { Cloud } from "../../index.ts";
import { wireCall } from "./fixture.test.ts";

let cloud: Cloud;
let client: DynamoDBClient;

before(async () => {
  cloud = await testCloud();
  client = new DynamoDBClient(clientOptions(cloud));
});
after(async () => {
  client.destroy();
  await cloud.stop();
});

const onDemand = (
  TableName: string,
  more: Partial<CreateTableCommandInput> = {},
): CreateTableCommandInput => ({
  TableName,
  BillingMode: "PAY_PER_REQUEST",
  AttributeDefinitions: [
    { AttributeName: "p", AttributeType: "S" },
    { AttributeName: "s", AttributeType: "N" },
  ],
  KeySchema: [
    { AttributeName: "p", KeyType: "HASH" },
    { AttributeName: "s", KeyType: "RANGE" },
  ],
  ...more,
});

describe("a table", () => {
  test("is made, described, listed and deleted", async () => {
    const made = await client.send(new CreateTableCommand(onDemand("made")));
    assert.equal(made.TableDescription!.TableStatus, "CREATING");
    const { Table } = await client.send(new DescribeTableCommand({ TableName: "made" }));
    assert.equal(Table!.TableStatus, "ACTIVE");
    assert.equal(Table!.BillingModeSummary!.BillingMode, "PAY_PER_REQUEST");
    assert.match(Table!.TableArn!, /^arn:aws:dynamodb:us-east-1:\d{12}:table\/made$/);
    assert.ok((await client.send(new ListTablesCommand())).TableNames!.includes("made"));
    await assert.rejects(client.send(new CreateTableCommand(onDemand("made"))), {
      name: "ResourceInUseException",
      message: "Table already exists: made",
    });
    const gone = await client.send(new DeleteTableCommand({ TableName: "made" }));
    assert.equal(gone.TableDescription!.TableStatus, "DELETING");
    await assert.rejects(client.send(new DescribeTableCommand({ TableName: "made" })), {
      name: "ResourceNotFoundException",
      message: "Requested resource not found: Table: made not found",
    });
  });
});

describe("items", () => {
  before(() => client.send(new CreateTableCommand(onDemand("items"))));
  const TableName = "items";
  const Key = { p: { S: "a" }, s: { N: "1" } };

  test("are put, got, updated and deleted", async () => {
    const Item = { ...Key, b: { B: new Uint8Array([1, 2, 3]) }, n: { N: "1.50" } };
    assert.equal((await client.send(new PutItemCommand({ TableName, Item }))).Attributes, undefined);
    const got = await client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }));
    assert.deepEqual(got.Item, { ...Item, n: { N: "1.5" } });
    const updated = await client.send(
      new UpdateItemCommand({
        TableName,
        Key,
        UpdateExpression: "SET n = n + :one REMOVE b",
        ConditionExpression: "n = :n",
        ExpressionAttributeValues: { ":one": { N: "1" }, ":n": { N: "1.5" } },
        ReturnValues: "ALL_NEW",
      }),
    );
    assert.deepEqual(updated.Attributes, { ...Key, n: { N: "2.5" } });
    const old = await client.send(new DeleteItemCommand({ TableName, Key, ReturnValues: "ALL_OLD" }));
    assert.deepEqual(old.Attributes, { ...Key, n: { N: "2.5" } });
    assert.equal((await client.send(new GetItemCommand({ TableName, Key }))).Item, undefined);
  });

  test("are refused when their keys are not those of the table", async () => {
    await assert.rejects(client.send(new PutItemCommand({ TableName, Item: { p: { S: "x" } } })), {
      name: "ValidationException",
      message: "One or more parameter values were invalid: Missing the key s in the item",
    });
    await assert.rejects(client.send(new GetItemCommand({ TableName, Key: { p: { S: "x" } } })), {
      message: "The provided key element does not match the schema",
    });
    await assert.rejects(client.send(new PutItemCommand({ TableName: "nothing", Item: { p: { S: "x" } } })), {
      name: "ResourceNotFoundException",
      message: "Requested resource not found",
    });
  });

  test("come to be by an update that gives them something, or asks for nothing, but not by one that only removes", async () => {
    for (const [n, UpdateExpression, isThere] of [
      ["11", "REMOVE x", false],
      ["12", undefined, true],
      ["13", "SET x = if_not_exists(x, s) REMOVE y", true],
    ] as const) {
      const Key = { p: { S: "u" }, s: { N: n } };
      await client.send(new UpdateItemCommand({ TableName, Key, UpdateExpression }));
      assert.equal((await client.send(new GetItemCommand({ TableName, Key }))).Item !== undefined, isThere);
    }
  });

  test("may have an attribute called __proto__", async () => {
    const Key = { p: { S: "proto" }, s: { N: "1" } };
    await client.send(
      new UpdateItemCommand({
        TableName,
        Key,
        UpdateExpression: "SET #x = :x",
        ExpressionAttributeNames: { "#x": "__proto__" },
        ExpressionAttributeValues: { ":x": { S: "mine" } },
      }),
    );
    const { Count } = await client.send(
      new ScanCommand({
        TableName,
        FilterExpression: "#x = :x",
        ExpressionAttributeNames: { "#x": "__proto__" },
        ExpressionAttributeValues: { ":x": { S: "mine" } },
      }),
    );
    assert.equal(Count, 1);
  });

  test("keep their keys and their indexes' types under updates", async () => {
    await assert.rejects(
      client.send(new UpdateItemCommand({ TableName, Key, UpdateExpression: "SET p = x" })),
      {
        message:
          "One or more parameter values were invalid: Cannot update attribute p. This attribute is part of the key",
      },
    );
  });

  test("of a failed condition come back when asked for", async () => {
    await client.send(new PutItemCommand({ TableName, Item: Key }));
    const put = new PutItemCommand({
      TableName,
      Item: Key,
      ConditionExpression: "attribute_not_exists(p)",
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    });
    await assert.rejects(client.send(put), {
      name: "ConditionalCheckFailedException",
      message: "The conditional request failed",
      Item: Key,
    });
  });

  test("of a failed condition stand beside a Message, where else there is a message", async () => {
    const { accessKeyId: account } = await client.config.credentials();
    const failed = async (more: object) => {
      const ConditionExpression = "attribute_not_exists(p)";
      const answer = await wireCall({ cloud, account }, "PutItem", {
        TableName,
        Item: Key,
        ConditionExpression,
        ...more,
      });
      const { __type, ...told } = (await answer.json()) as Record<string, unknown>;
      return told;
    };
    const text = "The conditional request failed";
    assert.deepEqual(await failed({}), { message: text });
    const all = { ReturnValuesOnConditionCheckFailure: "ALL_OLD" };
    assert.deepEqual(await failed(all), { Message: text, Item: Key });
  });

  test("may have 400 KB, not a byte more", async () => {
    const Item = (bytes: number) => ({ ...Key, x: { S: "x".repeat(bytes - 2 - 3 - 1) } });
    await client.send(new PutItemCommand({ TableName, Item: Item(400 * 1024) }));
    await assert.rejects(client.send(new PutItemCommand({ TableName, Item: Item(400 * 1024 + 1) })), {
      message: "Item size has exceeded the maximum allowed size",
    });
  });
});

describe("Query and Scan", () => {
  const TableName = "pages";
  before(async () => {
    await client.send(
      new CreateTableCommand(
        onDemand(TableName, {
          AttributeDefinitions: [
            { AttributeName: "p", AttributeType: "S" },
            { AttributeName: "s", AttributeType: "N" },
            { AttributeName: "g", AttributeType: "S" },
          ],
          GlobalSecondaryIndexes: [
            {
              IndexName: "by-g",
              KeySchema: [
                { AttributeName: "g", KeyType: "HASH" },
                { AttributeName: "s", KeyType: "RANGE" },
              ],
              Projection: { ProjectionType: "KEYS_ONLY" },
            },
          ],
        }),
      ),
    );
    for (let s = -5; s < 5; s++) {
      const Item = {
        p: { S: "a" },
        s: { N: `${s}` },
        g: { S: s % 2 ? "odd" : "even" },
        x: { N: `${s * s}` },
      };
      await client.send(new PutItemCommand({ TableName, Item }));
      await client.send(new PutItemCommand({ TableName, Item: { ...Item, p: { S: `p${s}` } } }));
    }
  });

  const numbers = (items: Record<string, { N?: string }>[] | undefined) =>
    items!.map(({ s }) => Number(s!.N));

  test("a Query reads a stretch of a partition in order, either way", async () => {
    const input = {
      TableName,
      KeyConditionExpression: "p = :p AND s BETWEEN :low AND :high",
      ExpressionAttributeValues: { ":p": { S: "a" }, ":low": { N: "-2" }, ":high": { N: "2" } },
    };
    assert.deepEqual(numbers((await client.send(new QueryCommand(input))).Items as never), [-2, -1, 0, 1, 2]);
    const back = await client.send(new QueryCommand({ ...input, ScanIndexForward: false }));
    assert.deepEqual(numbers(back.Items as never), [2, 1, 0, -1, -2]);
  });

  test("pages follow one another, and a full last page says that there may be more", async () => {
    for (const ScanIndexForward of [true, false]) {
      const seen: number[] = [];
      let ExclusiveStartKey: Record<string, never> | undefined;
      let pages = 0;
      do {
        const page = await client.send(
          new QueryCommand({
            TableName,
            KeyConditionExpression: "p = :p",
            ExpressionAttributeValues: { ":p": { S: "a" } },
            Limit: 5,
            ScanIndexForward,
            ExclusiveStartKey,
          }),
        );
        seen.push(...numbers(page.Items as never));
        ExclusiveStartKey = page.LastEvaluatedKey as never;
        pages++;
      } while (ExclusiveStartKey);
      const all = [-5, -4, -3, -2, -1, 0, 1, 2, 3, 4];
      assert.deepEqual(seen, ScanIndexForward ? all : all.toReversed());
      assert.equal(pages, 3);
    }
  });

  test("a filter works after the limit, and its page may be empty", async () => {
    const page = await client.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: "p = :p",
        FilterExpression: "x < :x",
        ExpressionAttributeValues: { ":p": { S: "a" }, ":x": { N: "4" } },
        Limit: 3,
      }),
    );
    assert.deepEqual([page.Count, page.ScannedCount], [0, 3]);
    assert.ok(page.LastEvaluatedKey);
  });

  test("a global index is queried by its own keys, and gives what it projects", async () => {
    const page = await client.send(
      new QueryCommand({
        TableName,
        IndexName: "by-g",
        KeyConditionExpression: "g = :g AND s >= :s",
        ExpressionAttributeValues: { ":g": { S: "odd" }, ":s": { N: "1" } },
        Limit: 3,
      }),
    );
    assert.deepEqual(numbers(page.Items as never), [1, 1, 3]);
    assert.deepEqual(Object.keys(page.Items![0]!).sort(), ["g", "p", "s"]);
    assert.deepEqual(Object.keys(page.LastEvaluatedKey!).sort(), ["g", "p", "s"]);
    await assert.rejects(
      client.send(
        new QueryCommand({
          TableName,
          IndexName: "by-g",
          ConsistentRead: true,
          KeyConditionExpression: "g = :g",
          ExpressionAttributeValues: { ":g": { S: "odd" } },
        }),
      ),
      { message: "Consistent reads are not supported on global secondary indexes" },
    );
  });

  test("segments of a Scan share the items among them", async () => {
    const seen: string[] = [];
    for (let Segment = 0; Segment < 4; Segment++) {
      const page = await client.send(new ScanCommand({ TableName, Segment, TotalSegments: 4 }));
      seen.push(...page.Items!.map(({ p, s }) => `${p!.S}/${s!.N}`));
    }
    assert.equal(new Set(seen).size, 20);
    assert.equal(seen.length, 20);
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));
    assert.equal(Table!.ItemCount, 20);
    assert.equal(Table!.GlobalSecondaryIndexes![0]!.ItemCount, 20);
  });
});

test("a table's count is exact, whether items are new, replace others or go", async () => {
  const TableName = "counted";
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "p", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "p", KeyType: "HASH" }],
    }),
  );
  const put = (p: string, text: string) =>
    client.send(new PutItemCommand({ TableName, Item: { p: { S: p }, text: { S: text } } }));
  const counted = async () => {
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));
    return [Table?.ItemCount, Table?.TableSizeBytes];
  };
  const bytes = (text: string) => "p".length + "a".length + "text".length + text.length;
  assert.deepEqual(await counted(), [0, 0]);
  await put("a", "1");
  await put("b", "22");
  assert.deepEqual(await counted(), [2, bytes("1") + bytes("22")]);
  await put("a", "333");
  await put("a", "4444");
  await put("c", "");
  assert.deepEqual(await counted(), [3, bytes("4444") + bytes("22") + bytes("")]);
  await client.send(new DeleteItemCommand({ TableName, Key: { p: { S: "a" } } }));
  await client.send(new DeleteItemCommand({ TableName, Key: { p: { S: "nobody" } } }));
  await put("a", "55555");
  await put("c", "6");
  assert.deepEqual(await counted(), [3, bytes("55555") + bytes("22") + bytes("6")]);
});
