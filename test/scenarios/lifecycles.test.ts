import assert from "node:assert/strict";
import { test } from "node:test";
import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
} from "@aws-sdk/client-dynamodb";
import {
  CreateStreamCommand,
  DeleteStreamCommand,
  DescribeStreamSummaryCommand,
  IncreaseStreamRetentionPeriodCommand,
  KinesisClient,
  PutRecordCommand,
} from "@aws-sdk/client-kinesis";
import { clientOptions, testCloud } from "../cloud.ts";

const TABLE = {
  TableName: "Orders",
  AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" as const }],
  KeySchema: [{ AttributeName: "id", KeyType: "HASH" as const }],
  BillingMode: "PAY_PER_REQUEST" as const,
};

const ending = (promise: Promise<unknown>) =>
  promise.then(
    () => "ok",
    (error: Error) => `${error.name}: ${error.message}`,
  );

test("under real timings tables and streams pass through the states that AWS's do", async () => {
  await using cloud = await testCloud({ timings: "real", clockRate: 0 });
  const options = clientOptions(cloud);
  const dynamodb = new DynamoDBClient(options);
  const kinesis = new KinesisClient(options);
  const account = options.credentials.accessKeyId;
  const table = async () =>
    (await dynamodb.send(new DescribeTableCommand({ TableName: "Orders" }))).Table!.TableStatus;
  const stream = async () =>
    (await kinesis.send(new DescribeStreamSummaryCommand({ StreamName: "s" }))).StreamDescriptionSummary!
      .StreamStatus;
  const record = { StreamName: "s", Data: Buffer.from("d"), PartitionKey: "p" };

  await dynamodb.send(new CreateTableCommand(TABLE));
  await kinesis.send(new CreateStreamCommand({ StreamName: "s", ShardCount: 1 }));
  assert.deepEqual([await table(), await stream()], ["CREATING", "CREATING"]);
  const notThere = `ResourceNotFoundException: Stream s under account ${account} not found.`;
  assert.equal(await ending(kinesis.send(new PutRecordCommand(record))), notThere);
  await cloud.clock.advance("PT15S");
  assert.deepEqual([await table(), await stream()], ["ACTIVE", "ACTIVE"]);

  const longer = new IncreaseStreamRetentionPeriodCommand({ StreamName: "s", RetentionPeriodHours: 48 });
  await kinesis.send(longer);
  assert.equal(await stream(), "UPDATING");
  assert.equal(await ending(kinesis.send(new PutRecordCommand(record))), "ok");
  assert.equal(
    await ending(kinesis.send(longer)),
    `ResourceInUseException: Stream s under account ${account} not ACTIVE, instead in state UPDATING`,
  );
  await cloud.clock.advance("PT15S");

  await dynamodb.send(new DeleteTableCommand({ TableName: "Orders" }));
  await kinesis.send(new DeleteStreamCommand({ StreamName: "s" }));
  assert.deepEqual([await table(), await stream()], ["DELETING", "DELETING"]);
  await cloud.clock.advance("PT15S");
  assert.match(await ending(table()), /^ResourceNotFoundException/);
  assert.equal(await ending(stream()), notThere);
});

test("a rule holds a state while it is there, or for a time", async () => {
  await using cloud = await testCloud({ clockRate: 0 });
  const options = clientOptions(cloud);
  const dynamodb = new DynamoDBClient(options);
  const kinesis = new KinesisClient(options);
  const { id } = await cloud.faults.add({
    point: "dynamodb:table-state",
    effect: "hold",
    match: { operation: "CREATING", resource: "Orders" },
  });
  await assert.rejects(
    cloud.faults.add({ point: "dynamodb:table-state", effect: "hold", match: { operation: "CREATNG" } }),
    /The fault point "dynamodb:table-state" has no operation "CREATNG"\. Did you mean "CREATING"\?/,
  );
  await cloud.faults.add({ point: "kinesis:stream-state", effect: "hold", params: { ms: "PT1M" } });

  const { TableDescription } = await dynamodb.send(new CreateTableCommand(TABLE));
  assert.equal(TableDescription!.TableStatus, "CREATING");
  const table = async () =>
    (await dynamodb.send(new DescribeTableCommand({ TableName: "Orders" }))).Table!.TableStatus;
  await cloud.clock.advance("PT24H");
  assert.equal(await table(), "CREATING");
  cloud.faults.remove(id);
  assert.equal(await table(), "ACTIVE");

  await kinesis.send(new CreateStreamCommand({ StreamName: "s", ShardCount: 1 }));
  const stream = async () =>
    (await kinesis.send(new DescribeStreamSummaryCommand({ StreamName: "s" }))).StreamDescriptionSummary!
      .StreamStatus;
  await cloud.clock.advance("PT59S");
  assert.equal(await stream(), "CREATING");
  await cloud.clock.advance("PT1S");
  assert.equal(await stream(), "ACTIVE");
});
