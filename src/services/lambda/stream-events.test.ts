import assert from "node:assert/strict";
import { test } from "node:test";
import {
  CreateTableCommand,
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";
import {
  CreateEventSourceMappingCommand,
  type CreateEventSourceMappingCommandInput,
  GetEventSourceMappingCommand,
} from "@aws-sdk/client-lambda";
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { clientOptions, newAccount, testCloud } from "../../../test/cloud.ts";
import { until } from "../../../test/until.ts";
import type { Cloud } from "../../index.ts";
import { createNodeFunction, lambdaClient, signalServer } from "./functions.fixture.ts";

interface StreamEvent {
  Records: { eventName: string; dynamodb: { Keys: { id: { S: string } }; SequenceNumber: string } }[];
  window?: object;
  state?: { count?: number };
  isFinalInvokeForWindow?: boolean;
}

const idsOf = (event: unknown) => (event as StreamEvent).Records.map((record) => record.dynamodb.Keys.id.S);

async function setUp(cloud: Cloud, url: string) {
  const account = newAccount();
  const lambda = lambdaClient(cloud, account);
  const dynamodb = new DynamoDBClient(clientOptions(cloud, account));
  const sqs = new SQSClient(clientOptions(cloud, account));
  const { TableDescription } = await dynamodb.send(
    new CreateTableCommand({
      TableName: "items",
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      BillingMode: "PAY_PER_REQUEST",
      StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
    }),
  );
  await createNodeFunction(
    lambda,
    "worker",
    `export const handler = async (event) => {
      const answer = await (await fetch("${url}", { method: "POST", body: JSON.stringify(event) })).text();
      if (answer === "fail") throw new Error("asked to fail");
      return answer ? JSON.parse(answer) : null;
    };`,
  );
  const EventSourceArn = TableDescription!.LatestStreamArn!;
  const map = (options: Partial<CreateEventSourceMappingCommandInput> = {}) =>
    lambda.send(
      new CreateEventSourceMappingCommand({
        FunctionName: "worker",
        EventSourceArn,
        StartingPosition: "TRIM_HORIZON",
        ...options,
      }),
    );
  const put = (id: string, more: object = {}) =>
    dynamodb.send(new PutItemCommand({ TableName: "items", Item: { id: { S: id }, ...more } }));
  return { account, lambda, dynamodb, sqs, EventSourceArn, map, put };
}

test("changes of a table reach the function at once, as AWS's event", async () => {
  await using cloud = await testCloud();
  await using events = await signalServer();
  const { dynamodb, lambda, EventSourceArn, map, put } = await setUp(cloud, events.url);
  const mapping = await map({ StartingPosition: "LATEST" });
  assert.equal(mapping.BatchSize, 100);
  await put("a", { blob: { B: Buffer.from("hi") }, n: { N: "1.5" } });
  await events.calls(1);
  const { Records } = events.bodies[0] as { Records: Record<string, unknown>[] };
  const { dynamodb: change, eventID, ...rest } = Records[0]! as Record<string, Record<string, unknown>>;
  assert.equal(typeof eventID, "string");
  assert.deepEqual(rest, {
    eventName: "INSERT",
    eventVersion: "1.1",
    eventSource: "aws:dynamodb",
    awsRegion: "us-east-1",
    eventSourceARN: EventSourceArn,
  });
  assert.deepEqual(change!["NewImage"], { id: { S: "a" }, blob: { B: "aGk=" }, n: { N: "1.5" } });
  assert.equal(typeof change!["ApproximateCreationDateTime"], "number");
  await dynamodb.send(new DeleteItemCommand({ TableName: "items", Key: { id: { S: "a" } } }));
  await events.calls(2);
  assert.equal((events.bodies[1] as StreamEvent).Records[0]!.eventName, "REMOVE");
  const { UUID } = mapping;
  const state = await lambda.send(new GetEventSourceMappingCommand({ UUID }));
  assert.equal(state.StartingPosition, "LATEST");
});

test("TRIM_HORIZON begins with what is there, in batches of the size that is set", async () => {
  await using cloud = await testCloud();
  await using events = await signalServer();
  const { map, put } = await setUp(cloud, events.url);
  for (const id of ["a", "b", "c"]) await put(id);
  await map({ BatchSize: 2 });
  await events.calls(2);
  assert.deepEqual(events.bodies.map(idsOf), [["a", "b"], ["c"]]);
});

test("a batch that fails is bisected until only the record that is to blame is given up", async () => {
  await using cloud = await testCloud();
  await using events = await signalServer();
  const { account, sqs, map, put } = await setUp(cloud, events.url);
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "failed" }));
  for (const id of ["a", "b", "bad", "d"]) await put(id);
  events.answerTo = (event) => (idsOf(event).includes("bad") ? "fail" : "");
  await map({
    BisectBatchOnFunctionError: true,
    MaximumRetryAttempts: 0,
    DestinationConfig: { OnFailure: { Destination: `arn:aws:sqs:us-east-1:${account}:failed` } },
  });
  await events.calls(5);
  assert.deepEqual(events.bodies.map(idsOf), [
    ["a", "b", "bad", "d"],
    ["a", "b"],
    ["bad", "d"],
    ["bad"],
    ["d"],
  ]);
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
  const record = JSON.parse(Messages![0]!.Body!) as Record<string, Record<string, unknown>>;
  assert.equal(record["requestContext"]!["condition"], "RetryAttemptsExhausted");
  assert.equal(record["requestContext"]!["approximateInvokeCount"], 1);
  assert.equal(record["DDBStreamBatchInfo"]!["batchSize"], 1);
});

test("partial failures are tried again from the first record that failed", async () => {
  await using cloud = await testCloud();
  await using events = await signalServer();
  const { map, put } = await setUp(cloud, events.url);
  for (const id of ["a", "b", "c"]) await put(id);
  events.answerTo = (event) => {
    const failed = (event as StreamEvent).Records.find((record) => record.dynamodb.Keys.id.S === "b");
    const itemIdentifier = failed?.dynamodb.SequenceNumber;
    return JSON.stringify({
      batchItemFailures: itemIdentifier && events.paths.length === 1 ? [{ itemIdentifier }] : [],
    });
  };
  await map({ FunctionResponseTypes: ["ReportBatchItemFailures"] });
  await events.calls(1);
  await cloud.clock.advance("1s");
  await events.calls(2);
  assert.deepEqual(events.bodies.map(idsOf), [
    ["a", "b", "c"],
    ["b", "c"],
  ]);
});

test("items that a function reports are no error of its own in the record of those given up", async () => {
  await using cloud = await testCloud();
  await using events = await signalServer();
  const { account, sqs, map, put } = await setUp(cloud, events.url);
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "failed" }));
  await put("a");
  events.answerTo = (event) => {
    const itemIdentifier = (event as StreamEvent).Records[0]!.dynamodb.SequenceNumber;
    return JSON.stringify({ batchItemFailures: [{ itemIdentifier }] });
  };
  await map({
    FunctionResponseTypes: ["ReportBatchItemFailures"],
    MaximumRetryAttempts: 0,
    DestinationConfig: { OnFailure: { Destination: `arn:aws:sqs:us-east-1:${account}:failed` } },
  });
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
  const record = JSON.parse(Messages![0]!.Body!) as Record<string, Record<string, string>>;
  assert.deepEqual(record["responseContext"], {
    statusCode: 200,
    executedVersion: "$LATEST",
    functionError: null,
  });
  assert.match(record["DDBStreamBatchInfo"]!["approximateArrivalOfFirstRecord"]!, /T\d\d:\d\d:\d\dZ$/);
  assert.equal(record["payload"], undefined);
});

test("a bucket gets the event of a failed batch, too, under the mapping's and the shard's names", async () => {
  await using cloud = await testCloud();
  await using events = await signalServer();
  const { account, map, put } = await setUp(cloud, events.url);
  const s3 = new S3Client({ ...clientOptions(cloud, account), forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: "failed-batches" }));
  await put("a");
  events.answer = "fail";
  const { UUID } = await map({
    MaximumRetryAttempts: 0,
    DestinationConfig: { OnFailure: { Destination: "arn:aws:s3:::failed-batches" } },
  });
  let Key: string | undefined;
  while (!Key) {
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: "failed-batches" }));
    Key = Contents?.[0]?.Key;
  }
  assert.match(
    Key,
    new RegExp(
      `^aws/lambda/${UUID}/shardId-[\\w-]+/\\d{4}/\\d\\d/\\d\\d/[\\d-]{10}T\\d\\d\\.\\d\\d\\.\\d\\d-[\\w-]{36}$`,
    ),
  );
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: "failed-batches", Key }));
  const record = JSON.parse(await Body!.transformToString()) as { payload: string };
  assert.deepEqual(idsOf(JSON.parse(record.payload)), ["a"]);
});

test("filters leave out what the function does not want", async () => {
  await using cloud = await testCloud();
  await using events = await signalServer();
  const { map, put } = await setUp(cloud, events.url);
  const Pattern = JSON.stringify({ dynamodb: { NewImage: { kind: { S: ["wanted"] } } } });
  await map({ FilterCriteria: { Filters: [{ Pattern }] } });
  await put("a", { kind: { S: "other" } });
  await put("b", { kind: { S: "wanted" } });
  await events.calls(1);
  assert.deepEqual(events.bodies.map(idsOf), [["b"]]);
});

test("a tumbling window carries its state to a last invocation", async () => {
  await using cloud = await testCloud();
  await using events = await signalServer();
  const { map, put } = await setUp(cloud, events.url);
  events.answerTo = (event) => {
    const { state, Records } = event as StreamEvent;
    return JSON.stringify({ state: { count: (state?.count ?? 0) + Records.length } });
  };
  await cloud.clock.advance(300_000 - (cloud.clock.now() % 300_000));
  await map({ TumblingWindowInSeconds: 300 });
  await put("a");
  await events.calls(1);
  await put("b");
  await events.calls(2);
  await until(() => cloud.calls.of("lambda", "Invoke").length >= 2);
  await cloud.clock.advance("5m");
  await events.calls(3);
  const states = events.bodies.map((event) => (event as StreamEvent).state);
  assert.deepEqual(states, [{}, { count: 1 }, { count: 2 }]);
  const last = events.bodies[2] as StreamEvent;
  assert.equal(last.isFinalInvokeForWindow, true);
  assert.deepEqual(last.Records, []);
});

test("a starting position is wanted, and the stream must be there", async () => {
  await using cloud = await testCloud();
  const { map, EventSourceArn } = await setUp(cloud, "http://127.0.0.1:1");
  await assert.rejects(map({ StartingPosition: undefined } as never), {
    name: "InvalidParameterValueException",
  });
  const other = EventSourceArn.replace("items", "none");
  await assert.rejects(map({ EventSourceArn: other }), {
    name: "InvalidParameterValueException",
    message: `Stream not found: ${other}`,
  });
});
