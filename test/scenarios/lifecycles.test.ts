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
import {
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { clientOptions, testCloud } from "../cloud.ts";
import { until } from "../until.ts";

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

/** An archive with nothing in it. */
const NOTHING = Buffer.concat([Buffer.from([0x50, 0x4b, 5, 6]), Buffer.alloc(18)]);
const FUNCTION = {
  FunctionName: "f",
  Role: "arn:aws:iam::123456789012:role/r",
  Runtime: "nodejs24.x" as const,
  Handler: "index.handler",
  Code: { ZipFile: NOTHING },
};

test("a function that is held in Pending is not invoked and not changed; one that failed says why", async () => {
  await using cloud = await testCloud({ clockRate: 0 });
  const lambda = new LambdaClient({ ...clientOptions(cloud), maxAttempts: 1 });
  const { id } = await cloud.faults.add({
    point: "lambda:function-state",
    effect: "hold",
    match: { operation: "Pending", resource: "f" },
  });
  const { State } = await lambda.send(new CreateFunctionCommand(FUNCTION));
  assert.equal(State, "Pending");
  const refusal =
    "ResourceConflictException: The operation cannot be performed at this time. The function is currently in the following state: Pending";
  assert.equal(await ending(lambda.send(new InvokeCommand({ FunctionName: "f" }))), refusal);
  const change = new UpdateFunctionConfigurationCommand({ FunctionName: "f", Timeout: 9 });
  assert.equal(await ending(lambda.send(change)), refusal);
  cloud.faults.remove(id);
  const configuration = () => lambda.send(new GetFunctionConfigurationCommand({ FunctionName: "f" }));
  while ((await configuration()).State === "Pending");
  assert.equal((await configuration()).State, "Active");

  const reason = "No subnet has free addresses.";
  await cloud.faults.add({ point: "lambda:function-state", effect: "fail", params: { reason } });
  await lambda.send(new CreateFunctionCommand({ ...FUNCTION, FunctionName: "g" }));
  const g = () => lambda.send(new GetFunctionConfigurationCommand({ FunctionName: "g" }));
  while ((await g()).State === "Pending");
  const { State: state, StateReason, StateReasonCode } = await g();
  assert.deepEqual([state, StateReason, StateReasonCode], ["Failed", reason, "InternalError"]);
  assert.match(
    await ending(lambda.send(new InvokeCommand({ FunctionName: "g" }))),
    /in the following state: Failed$/,
  );
});

test("a mapping that is still being created reads nothing from its queue", async () => {
  await using cloud = await testCloud({ clockRate: 0 });
  const options = clientOptions(cloud);
  const lambda = new LambdaClient(options);
  const sqs = new SQSClient(options);
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "jobs" }));
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }),
  );
  await lambda.send(new CreateFunctionCommand(FUNCTION));
  await cloud.faults.add({
    point: "lambda:event-source-state",
    effect: "hold",
    params: { ms: "PT1M" },
    match: { operation: "Creating" },
  });
  const EventSourceArn = Attributes!["QueueArn"]!;
  await lambda.send(new CreateEventSourceMappingCommand({ FunctionName: "f", EventSourceArn }));
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "job" }));
  const inFlight = async () => {
    const names = ["ApproximateNumberOfMessagesNotVisible" as const];
    const { Attributes: all } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: names }),
    );
    return Number(all![names[0]!]);
  };
  await cloud.clock.advance("PT59S");
  assert.equal(await inFlight(), 0);
  await cloud.clock.advance("PT1S");
  await until(async () => (await inFlight()) === 1);
});
