import assert from "node:assert/strict";
import { test } from "node:test";
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  CreateGlobalTableCommand,
  CreateTableCommand,
  DynamoDBClient,
  ExecuteStatementCommand,
  GetItemCommand,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import { clientOptions, testCloud } from "../../../test/cloud.ts";

/** Names that JavaScript's objects have of their own. */
const NAMES = ["__proto__", "constructor", "hasOwnProperty"];

for (const name of NAMES) {
  test(`${name} is a name like others, of a table, a key and an attribute`, async () => {
    await using cloud = await testCloud();
    const client = new DynamoDBClient(clientOptions(cloud));
    await client.send(
      new CreateTableCommand({
        TableName: name,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [{ AttributeName: name, AttributeType: "S" }],
        KeySchema: [{ AttributeName: name, KeyType: "HASH" }],
      }),
    );
    const keyed = (id: string) => ({ [name]: { S: id } });
    const written = await client.send(
      new BatchWriteItemCommand({
        RequestItems: { [name]: [{ PutRequest: { Item: keyed("a") } }] },
        ReturnItemCollectionMetrics: "SIZE",
      }),
    );
    assert.deepEqual(written.UnprocessedItems, {});
    await client.send(
      new TransactWriteItemsCommand({
        TransactItems: [{ Put: { TableName: name, Item: keyed("b") } }],
        ReturnItemCollectionMetrics: "SIZE",
      }),
    );
    const Statement = `INSERT INTO "${name}" VALUE {'${name}': 'c', 'm': {'${name}': [1]}}`;
    await client.send(new ExecuteStatementCommand({ Statement }));
    const got = await client.send(new GetItemCommand({ TableName: name, Key: keyed("c") }));
    assert.deepEqual(Object.entries(got.Item!["m"]!.M!), [[name, { L: [{ N: "1" }] }]]);

    // The SDK's own deserializer loses `__proto__`; what is on the wire does not.
    const batch = new BatchGetItemCommand({ RequestItems: { [name]: { Keys: [keyed("a"), keyed("b")] } } });
    const { Responses } = await client.send(batch);
    if (name !== "__proto__") assert.equal(Responses![name]!.length, 2);
  });
}

test("a global table of no region is refused", async () => {
  await using cloud = await testCloud();
  const client = new DynamoDBClient(clientOptions(cloud));
  await assert.rejects(
    client.send(new CreateGlobalTableCommand({ GlobalTableName: "none", ReplicationGroup: [] })),
    { name: "ValidationException" },
  );
});
