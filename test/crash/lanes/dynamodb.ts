import assert from "node:assert/strict";
import {
  BatchGetItemCommand,
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  ScanCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from "@aws-sdk/client-dynamodb-streams";
import type { Bed } from "../bed.ts";
import { Acknowledged, Counter, type Lane } from "../lane.ts";

export default ({ options }: Bed): Lane[] => [
  counters(new DynamoDBClient(options), new DynamoDBStreamsClient(options)),
  pairs(new DynamoDBClient(options)),
];

/** A counter in an item: the table, its index and its stream tell the same story. */
function counters(dynamodb: DynamoDBClient, streams: DynamoDBStreamsClient): Lane {
  const TableName = "CrashCounters";
  const counter = new Counter("dynamodb");
  return {
    name: "dynamodb counters",
    setup: async () => {
      await dynamodb.send(
        new CreateTableCommand({
          TableName,
          AttributeDefinitions: [
            { AttributeName: "id", AttributeType: "S" },
            { AttributeName: "count", AttributeType: "N" },
          ],
          KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
          GlobalSecondaryIndexes: [
            {
              IndexName: "by-count",
              KeySchema: [{ AttributeName: "count", KeyType: "HASH" }],
              Projection: { ProjectionType: "ALL" },
            },
          ],
          BillingMode: "PAY_PER_REQUEST",
          StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_IMAGE" },
        }),
      );
    },
    write: async () => {
      await dynamodb.send(
        new UpdateItemCommand({
          TableName,
          Key: { id: { S: "one" } },
          UpdateExpression: "ADD #count :one",
          ExpressionAttributeNames: { "#count": "count" },
          ExpressionAttributeValues: { ":one": { N: "1" } },
        }),
      );
      counter.count();
    },
    verify: async () => {
      const { Item } = await dynamodb.send(new GetItemCommand({ TableName, Key: { id: { S: "one" } } }));
      const count = Number(Item?.["count"]?.N ?? 0);
      counter.verify(count);
      const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName, IndexName: "by-count" }));
      assert.deepEqual(
        Items.map((item) => Number(item["count"]!.N)),
        count === 0 ? [] : [count],
        "dynamodb: the index differs from its table",
      );
      assert.equal(await lastInStream(dynamodb, streams, TableName), count, "dynamodb: the stream differs");
    },
  };
}

/** The count that a stream ends with, after each count before it exactly once. */
async function lastInStream(
  dynamodb: DynamoDBClient,
  streams: DynamoDBStreamsClient,
  TableName: string,
): Promise<number> {
  const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
  const StreamArn = Table!.LatestStreamArn!;
  const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
  let last = 0;
  for (const { ShardId } of StreamDescription!.Shards!) {
    const { ShardIterator } = await streams.send(
      new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType: "TRIM_HORIZON" }),
    );
    let iterator = ShardIterator;
    while (iterator) {
      const { Records = [], NextShardIterator } = await streams.send(
        new GetRecordsCommand({ ShardIterator: iterator }),
      );
      for (const { dynamodb: change } of Records) {
        const count = Number(change!.NewImage!["count"]!.N);
        // What is older than a day is gone from the stream; the clock of this test is moved.
        assert.ok(last === 0 || count === last + 1, `dynamodb: the stream says ${count} after ${last}`);
        last = count;
      }
      iterator = Records.length === 0 ? undefined : NextShardIterator;
    }
  }
  return last;
}

/** Two items by one transaction: both are there, or none is. */
function pairs(dynamodb: DynamoDBClient): Lane {
  const TableName = "CrashPairs";
  const acknowledged = new Acknowledged("dynamodb transactions");
  let last = 0;
  const both = async (n: string) => {
    const { Responses } = await dynamodb.send(
      new BatchGetItemCommand({
        RequestItems: { [TableName]: { Keys: ["a", "b"].map((side) => ({ id: { S: `${side}${n}` } })) } },
      }),
    );
    return Responses![TableName]!.length;
  };
  return {
    name: "dynamodb transactions",
    setup: async () => {
      await dynamodb.send(
        new CreateTableCommand({
          TableName,
          AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
          KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
          BillingMode: "PAY_PER_REQUEST",
        }),
      );
    },
    write: async (n) => {
      last = n;
      await dynamodb.send(
        new TransactWriteItemsCommand({
          TransactItems: ["a", "b"].map((side) => ({
            Put: { TableName, Item: { id: { S: `${side}${n}` } } },
          })),
        }),
      );
      acknowledged.add(String(n));
    },
    verify: async () => {
      await acknowledged.verify(async (n) => (await both(n)) === 2);
      assert.notEqual(await both(String(last)), 1, "dynamodb: half of a transaction");
    },
  };
}
