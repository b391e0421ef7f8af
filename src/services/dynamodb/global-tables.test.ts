import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import {
  CreateGlobalTableCommand,
  CreateTableCommand,
  DeleteTableCommand,
  DescribeGlobalTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  ListGlobalTablesCommand,
  PutItemCommand,
  ScanCommand,
  UpdateGlobalTableCommand,
  UpdateItemCommand,
  UpdateTableCommand,
} from "@aws-sdk/client-dynamodb";
import { clientOptions } from "../../../test/cloud.ts";
import { fixture, tableInput } from "./fixture.test.ts";

const it = await fixture();
const ireland = new DynamoDBClient({ ...clientOptions(it.cloud, it.account), region: "eu-west-1" });
after(() => ireland.destroy());

const TableName = "world";
const get = async (client: DynamoDBClient, p: string) =>
  (await client.send(new GetItemCommand({ TableName, Key: { p: { S: p } } }))).Item?.["n"]?.N;
const put = (client: DynamoDBClient, p: string, n: number) =>
  client.send(new PutItemCommand({ TableName, Item: { p: { S: p }, n: { N: `${n}` } } }));

test("tables that are there become a global table the older way", async () => {
  const input = tableInput("older", {
    hashOnly: true,
    StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
  });
  for (const client of [it.client, ireland]) await client.send(new CreateTableCommand(input));
  const ReplicationGroup = [{ RegionName: "us-east-1" }, { RegionName: "eu-west-1" }];
  await it.client.send(new CreateGlobalTableCommand({ GlobalTableName: "older", ReplicationGroup }));
  await it.client.send(new PutItemCommand({ TableName: "older", Item: { p: { S: "a" } } }));
  assert.equal((await ireland.send(new ScanCommand({ TableName: "older" }))).Count, 1);
  const { GlobalTableDescription } = await ireland.send(
    new DescribeGlobalTableCommand({ GlobalTableName: "older" }),
  );
  assert.equal(GlobalTableDescription!.ReplicationGroup!.length, 2);
  await it.client.send(
    new UpdateGlobalTableCommand({
      GlobalTableName: "older",
      ReplicaUpdates: [{ Delete: { RegionName: "eu-west-1" } }],
    }),
  );
  await assert.rejects(ireland.send(new DescribeGlobalTableCommand({ GlobalTableName: "older" })), {
    name: "GlobalTableNotFoundException",
  });
});

describe("a global table", () => {
  test("gets a replica with what it holds, and each writes to the other", async () => {
    await it.client.send(new CreateTableCommand(tableInput(TableName, { hashOnly: true })));
    await put(it.client, "early", 1);
    await it.client.send(
      new UpdateTableCommand({ TableName, ReplicaUpdates: [{ Create: { RegionName: "eu-west-1" } }] }),
    );
    assert.equal(await get(ireland, "early"), "1");
    await put(it.client, "a", 1);
    assert.equal(await get(ireland, "a"), "1");
    await ireland.send(
      new UpdateItemCommand({
        TableName,
        Key: { p: { S: "a" } },
        UpdateExpression: "ADD n :one",
        ExpressionAttributeValues: { ":one": { N: "1" } },
      }),
    );
    assert.equal(await get(it.client, "a"), "2");
    const { Table } = await ireland.send(new DescribeTableCommand({ TableName }));
    assert.deepEqual(
      Table!.Replicas!.map(({ RegionName, ReplicaStatus }) => [RegionName, ReplicaStatus]),
      [["us-east-1", "ACTIVE"]],
    );
    const { GlobalTables } = await it.client.send(new ListGlobalTablesCommand());
    assert.deepEqual(GlobalTables![0]!.GlobalTableName, TableName);
  });

  test("under a pause its replicas part, and afterwards the last writer has won everywhere", async () => {
    const rule = await it.cloud.faults.add({ point: "dynamodb:replication", effect: "pause" });
    await put(it.client, "b", 1);
    await it.cloud.clock.advance(10);
    await put(ireland, "b", 2);
    await put(it.client, "c", 1);
    assert.deepEqual([await get(it.client, "b"), await get(ireland, "b")], ["1", "2"]);
    assert.equal(await get(ireland, "c"), undefined);
    it.cloud.faults.remove(rule.id);
    await it.cloud.clock.advance("PT2S");
    assert.deepEqual([await get(it.client, "b"), await get(ireland, "b")], ["2", "2"]);
    assert.equal(await get(ireland, "c"), "1");
  });

  test("loses a replica when told to, and can be deleted then", async () => {
    await assert.rejects(it.client.send(new DeleteTableCommand({ TableName })), {
      name: "ValidationException",
    });
    await it.client.send(
      new UpdateTableCommand({ TableName, ReplicaUpdates: [{ Delete: { RegionName: "eu-west-1" } }] }),
    );
    await assert.rejects(ireland.send(new ScanCommand({ TableName })), { name: "ResourceNotFoundException" });
    await it.client.send(new DeleteTableCommand({ TableName }));
  });
});
