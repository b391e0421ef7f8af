import assert from "node:assert/strict";
import { after, test } from "node:test";
import { newAccount, testCloud } from "../../test/cloud.ts";

/**
 * AWS serialises what its models call a double as one, whole or not: in its recordings Python reads `30.0`, not `30`
 * (LocalStack's `test_describe_alarms_converts_date_format_correctly`: `"Threshold": 1.0`). A table over the protocols.
 */
const cloud = await testCloud();
after(() => cloud.stop());
const account = newAccount();

async function ask(service: string, headers: Record<string, string>, path: string, body: string | Buffer) {
  const credential = `${account}/20260101/us-east-1/${service}/aws4_request`;
  const response = await fetch(`${cloud.url}${path}`, {
    method: "POST",
    headers: {
      ...headers,
      authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=0`,
    },
    body: typeof body === "string" ? body : new Uint8Array(body),
  });
  return Buffer.from(await response.arrayBuffer());
}

const alarm = {
  AlarmName: "whole",
  MetricName: "m",
  Namespace: "n",
  Statistic: "Sum",
  Period: 60,
  EvaluationPeriods: 1,
  Threshold: 30,
  ComparisonOperator: "GreaterThanThreshold",
};
const json = (operation: string, input: object) =>
  ask(
    "monitoring",
    {
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": `GraniteServiceVersion20100801.${operation}`,
    },
    "/",
    JSON.stringify(input),
  );

test("a whole double has its point in JSON, and whole integers have none", async () => {
  await json("PutMetricAlarm", alarm);
  const text = String(await json("DescribeAlarms", {}));
  assert.match(text, /"Threshold":30\.0[,}]/);
  assert.match(text, /"Period":60[,}]/);
});

test("a whole double is a float in CBOR, and whole integers are integers", async () => {
  const { encode } = await import("cborg");
  await json("PutMetricAlarm", alarm);
  const headers = { "content-type": "application/cbor", "smithy-protocol": "rpc-v2-cbor" };
  const path = "/service/GraniteServiceVersion20100801/operation/DescribeAlarms";
  const body = await ask("monitoring", headers, path, Buffer.from(encode({})));
  // 0xf9 begins a half-precision float (RFC 8949, 3.3), 0x4f80 is 30.0.
  assert.ok(body.includes(Buffer.concat([Buffer.from("iThreshold"), Buffer.from([0xf9, 0x4f, 0x80])])));
  assert.ok(body.includes(Buffer.concat([Buffer.from("fPeriod"), Buffer.from([0x18, 60])])));
});

test("DynamoDB tells times as doubles", async () => {
  const target = (operation: string, input: object) =>
    ask(
      "dynamodb",
      { "content-type": "application/x-amz-json-1.0", "x-amz-target": operation },
      "/",
      JSON.stringify(input),
    );
  const TableName = "timed";
  const table = {
    TableName,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [{ AttributeName: "p", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "p", KeyType: "HASH" }],
    StreamSpecification: { StreamEnabled: true, StreamViewType: "KEYS_ONLY" },
  };
  const made = JSON.parse(String(await target("DynamoDB_20120810.CreateTable", table)));
  const StreamArn = made.TableDescription.LatestStreamArn as string;
  await target("DynamoDB_20120810.PutItem", { TableName, Item: { p: { S: "a" } } });
  const streams = "DynamoDBStreams_20120810";
  const { StreamDescription } = JSON.parse(String(await target(`${streams}.DescribeStream`, { StreamArn })));
  const [{ ShardId }] = StreamDescription.Shards as [{ ShardId: string }];
  const { ShardIterator } = JSON.parse(
    String(
      await target(`${streams}.GetShardIterator`, { StreamArn, ShardId, ShardIteratorType: "TRIM_HORIZON" }),
    ),
  );
  assert.match(
    String(await target(`${streams}.GetRecords`, { ShardIterator })),
    /"ApproximateCreationDateTime":\d+\.0,/,
  );
  for (const [what, input, message] of [
    ["ListStreams", { Limit: 101 }, /at 'limit' .* less than or equal to 100$/],
    ["DescribeStream", { StreamArn, Limit: 101 }, /at 'limit' .* less than or equal to 100$/],
    ["DescribeStream", { StreamArn, ShardFilter: { Type: "CHILD_SHARDS" } }, /at 'shardFilter.shardId'/],
    ["GetRecords", { ShardIterator, Limit: 1001 }, /at 'limit' .* less than or equal to 1000$/],
    [
      "GetShardIterator",
      { StreamArn, ShardId, ShardIteratorType: "LATEST", SequenceNumber: "1".repeat(21) },
      /SequenceNumber cannot be used/,
    ],
  ] as const) {
    const answer = JSON.parse(String(await target(`${streams}.${what}`, input)));
    assert.match(answer.__type, /#ValidationException$/);
    assert.match(answer.message, message);
  }
});
