import assert from "node:assert/strict";
import { test } from "node:test";
import { CreateTableCommand } from "@aws-sdk/client-dynamodb";
import { testCloud } from "../../../test/cloud.ts";
import { sliceOf } from "../../core/slice.ts";
import type { Cloud } from "../../index.ts";
import { fixture, tableInput, wireCall } from "./fixture.test.ts";

/*
 * Calls are remembered, and told from each other, by what their clients said. Numbers have a normal form in answers and in the store; what a
 * client wrote is not that.
 */

const { cloud, client, account } = await fixture();
await client.send(new CreateTableCommand(tableInput("given")));

const TableName = "given";
const Key = { p: { S: "1" }, s: { N: "01.0" } };
const value = { L: [{ N: "1.50" }, { NS: ["1e2", "3"] }, { NULL: false }, { M: { n: { N: "+7" } } }] };
const Item = { ...Key, value };
const values = { ":v": value };
const legacy = { n: { ComparisonOperator: "EQ", AttributeValueList: [{ N: "1.50" }] } };
const keyIs = {
  p: { ComparisonOperator: "EQ", AttributeValueList: [Key.p] },
  s: { ComparisonOperator: "EQ", AttributeValueList: [Key.s] },
};
const byKey = {
  KeyConditionExpression: "p = :p AND s = :s",
  ExpressionAttributeValues: { ":p": Key.p, ":s": Key.s },
};

const INPUTS: readonly [operation: string, input: object][] = [
  ["PutItem", { TableName, Item }],
  ["GetItem", { TableName, Key }],
  ["UpdateItem", { TableName, Key, UpdateExpression: "SET v = :v", ExpressionAttributeValues: values }],
  ["UpdateItem", { TableName, Key, AttributeUpdates: { n: { Value: { N: "1.50" }, Action: "PUT" } } }],
  ["UpdateItem", { TableName, Key, AttributeUpdates: {}, Expected: { n: { Value: { N: "1.50" } } } }],
  ["Query", { TableName, ...byKey }],
  ["Query", { TableName, KeyConditions: keyIs, QueryFilter: legacy }],
  [
    "Query",
    {
      TableName,
      KeyConditionExpression: "p = :p",
      ExpressionAttributeValues: { ":p": Key.p },
      ExclusiveStartKey: Key,
    },
  ],
  ["Scan", { TableName, FilterExpression: "v = :v", ExpressionAttributeValues: values }],
  ["Scan", { TableName, ScanFilter: legacy, ExclusiveStartKey: Key }],
  ["BatchWriteItem", { RequestItems: { [TableName]: [{ PutRequest: { Item } }] } }],
  ["BatchGetItem", { RequestItems: { [TableName]: { Keys: [Key] } } }],
  [
    "TransactWriteItems",
    {
      ClientRequestToken: "given",
      TransactItems: [
        { Put: { TableName, Item } },
        {
          ConditionCheck: {
            TableName,
            Key: { ...Key, s: { N: "2.0" } },
            ConditionExpression: "attribute_not_exists(p)",
          },
        },
        { Delete: { TableName, Key: { ...Key, s: { N: "3.0" } } } },
        {
          Update: {
            TableName,
            Key: { ...Key, s: { N: "4.0" } },
            UpdateExpression: "SET v = :v",
            ExpressionAttributeValues: values,
          },
        },
      ],
    },
  ],
  ["TransactGetItems", { TransactItems: [{ Get: { TableName, Key } }] }],
  [
    "ExecuteStatement",
    { Statement: "SELECT * FROM given WHERE p = ? AND s = ?", Parameters: [Key.p, Key.s] },
  ],
  ["DeleteItem", { TableName, Key }],
];

async function send(cloud: Cloud, operation: string, input: object): Promise<void> {
  const response = await wireCall({ cloud, account }, operation, input);
  assert.equal(response.status, 200, await response.text());
}

for (const [at, [operation, input]] of INPUTS.entries()) {
  test(`${operation} leaves what it was given as it is (${at})`, async () => {
    await send(cloud, operation, input);
    const remembered = cloud.calls.of("dynamodb", operation).at(-1)?.input;
    assert.deepEqual(remembered, sliceOf(input as Record<string, unknown>).input);
  });
}

test("a call is the same one whether somebody asks who it is as it begins, or when it has ended", async () => {
  const sites: (string | undefined)[] = [];
  for (const isAsked of [false, true]) {
    const other = await testCloud();
    await send(other, "CreateTable", tableInput("given"));
    const match = { service: "dynamodb" };
    if (isAsked) await other.faults.add({ effect: "latency", params: { ms: 1 }, match, percentage: 50 });
    await send(other, "PutItem", { TableName, Item });
    sites.push(other.calls.of("dynamodb", "PutItem")[0]?.site);
    await other.stop();
  }
  assert.match(sites[0] ?? "", /PutItem@given~/);
  assert.equal(sites[1], sites[0]);
});
