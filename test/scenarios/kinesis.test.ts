import assert from "node:assert/strict";
import { test } from "node:test";
import { CloudWatchClient, GetMetricStatisticsCommand, ListMetricsCommand } from "@aws-sdk/client-cloudwatch";
import {
  CreateTableCommand,
  DynamoDBClient,
  EnableKinesisStreamingDestinationCommand,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";
import { CreateExperimentTemplateCommand, FisClient, StartExperimentCommand } from "@aws-sdk/client-fis";
import {
  CreateStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  PutRecordCommand,
  PutRecordsCommand,
} from "@aws-sdk/client-kinesis";
import { clientOptions, newAccount, testCloud } from "../cloud.ts";

const START = { ShardId: "shardId-000000000000", ShardIteratorType: "TRIM_HORIZON" } as const;

test("FIS makes a stream exceed its throughput for writers and readers, by tag and for its time only", async () => {
  await using cloud = await testCloud();
  const options = clientOptions(cloud, newAccount());
  const kinesis = new KinesisClient(options);
  const fis = new FisClient(options);
  for (const StreamName of ["orders", "invoices"])
    await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 1, Tags: { chaos: StreamName } }));
  const put = (StreamName: string) =>
    kinesis.send(new PutRecordCommand({ StreamName, Data: Buffer.from("x"), PartitionKey: "p" }));
  await put("orders");
  const { ShardIterator } = await kinesis.send(
    new GetShardIteratorCommand({ StreamName: "orders", ...START }),
  );
  const read = () => kinesis.send(new GetRecordsCommand({ ShardIterator }));

  const { experimentTemplate } = await fis.send(
    new CreateExperimentTemplateCommand({
      clientToken: "template",
      description: "A stream at its limit",
      roleArn: "arn:aws:iam::000000000000:role/ExperimentRole",
      stopConditions: [{ source: "none" }],
      targets: {
        streams: {
          resourceType: "aws:kinesis:stream",
          resourceTags: { chaos: "orders" },
          selectionMode: "ALL",
        },
      },
      actions: {
        throttle: {
          actionId: "aws:kinesis:stream-provisioned-throughput-exception",
          parameters: { duration: "PT2M", percentage: "100", service: "kinesis" },
          targets: { KinesisStreams: "streams" },
        },
      },
    }),
  );
  await fis.send(
    new StartExperimentCommand({ experimentTemplateId: experimentTemplate!.id, clientToken: "start" }),
  );
  const refused = { name: "ProvisionedThroughputExceededException", message: "Rate exceeded for shard." };
  await assert.rejects(put("orders"), refused);
  await assert.rejects(read(), refused);
  await put("invoices");
  await cloud.clock.advance("PT2M");
  await put("orders");
  assert.equal((await read()).Records!.length, 2);
});

test("a table's changes are read from the stream that is its destination", async () => {
  await using cloud = await testCloud();
  const account = newAccount();
  const options = clientOptions(cloud, account);
  const kinesis = new KinesisClient(options);
  const dynamodb = new DynamoDBClient(options);
  const StreamName = "changes";
  await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
  await dynamodb.send(
    new CreateTableCommand({
      TableName: "items",
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      BillingMode: "PAY_PER_REQUEST",
    }),
  );
  const StreamArn = `arn:aws:kinesis:us-east-1:${account}:stream/${StreamName}`;
  await dynamodb.send(new EnableKinesisStreamingDestinationCommand({ TableName: "items", StreamArn }));
  await dynamodb.send(new PutItemCommand({ TableName: "items", Item: { id: { S: "a" } } }));
  const { ShardIterator } = await kinesis.send(new GetShardIteratorCommand({ StreamName, ...START }));
  const { Records } = await kinesis.send(new GetRecordsCommand({ ShardIterator }));
  const change = JSON.parse(Buffer.from(Records![0]!.Data!).toString());
  assert.deepEqual([change.eventName, change.dynamodb.Keys], ["INSERT", { id: { S: "a" } }]);
});

test("CloudWatch counts what goes into a stream and what is read from it", async () => {
  await using cloud = await testCloud();
  const options = clientOptions(cloud, newAccount());
  const kinesis = new KinesisClient(options);
  const cloudwatch = new CloudWatchClient(options);
  const StreamName = "counted";
  await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
  // Metrics are counted from when CloudWatch is first asked.
  await cloudwatch.send(new ListMetricsCommand({}));
  const record = { Data: Buffer.from("12345"), PartitionKey: "pk" };
  await kinesis.send(new PutRecordCommand({ StreamName, ...record }));
  await kinesis.send(new PutRecordsCommand({ StreamName, Records: [record, record] }));
  const { ShardIterator } = await kinesis.send(new GetShardIteratorCommand({ StreamName, ...START }));
  await kinesis.send(new GetRecordsCommand({ ShardIterator }));
  const now = cloud.clock.now();
  for (const [MetricName, sum] of [
    ["IncomingRecords", 3],
    ["IncomingBytes", 21],
    ["PutRecord.Success", 1],
    ["PutRecords.SuccessfulRecords", 2],
    ["GetRecords.Records", 3],
    ["GetRecords.IteratorAgeMilliseconds", 0],
  ] as const) {
    const { Datapoints } = await cloudwatch.send(
      new GetMetricStatisticsCommand({
        Namespace: "AWS/Kinesis",
        MetricName,
        Dimensions: [{ Name: "StreamName", Value: StreamName }],
        StartTime: new Date(now - 120_000),
        EndTime: new Date(now + 120_000),
        Period: 300,
        Statistics: ["Sum"],
      }),
    );
    assert.equal(
      Datapoints!.reduce((total, { Sum }) => total + Sum!, 0),
      sum,
      MetricName,
    );
  }
});
