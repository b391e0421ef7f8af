import assert from "node:assert/strict";
import { test } from "node:test";
import {
  CreateStreamCommand,
  KinesisClient,
  MergeShardsCommand,
  PutRecordCommand,
  SplitShardCommand,
} from "@aws-sdk/client-kinesis";
import {
  CreateEventSourceMappingCommand,
  type CreateEventSourceMappingCommandInput,
} from "@aws-sdk/client-lambda";
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { clientOptions, newAccount, testCloud } from "../../../test/cloud.ts";
import { until } from "../../../test/until.ts";
import type { Cloud } from "../../index.ts";
import { createNodeFunction, lambdaClient, signalServer } from "./functions.fixture.ts";

interface StreamEvent {
  Records: { eventID: string; kinesis: { data: string; sequenceNumber: string } }[];
}

const textsOf = (event: unknown) =>
  (event as StreamEvent).Records.map(({ kinesis }) => Buffer.from(kinesis.data, "base64").toString());

async function setUp(cloud: Cloud, url: string) {
  const account = newAccount();
  const lambda = lambdaClient(cloud, account);
  const kinesis = new KinesisClient(clientOptions(cloud, account));
  const sqs = new SQSClient(clientOptions(cloud, account));
  await kinesis.send(new CreateStreamCommand({ StreamName: "orders", ShardCount: 1 }));
  await createNodeFunction(
    lambda,
    "worker",
    `export const handler = async (event) => {
      const answer = await (await fetch("${url}", { method: "POST", body: JSON.stringify(event) })).text();
      if (answer === "fail") throw new Error("asked to fail");
      return answer ? JSON.parse(answer) : null;
    };`,
  );
  const EventSourceArn = `arn:aws:kinesis:us-east-1:${account}:stream/orders`;
  const map = (options: Partial<CreateEventSourceMappingCommandInput> = {}) =>
    lambda.send(
      new CreateEventSourceMappingCommand({
        FunctionName: "worker",
        EventSourceArn,
        StartingPosition: "TRIM_HORIZON",
        ...options,
      }),
    );
  const put = (text: string) =>
    kinesis.send(new PutRecordCommand({ StreamName: "orders", Data: Buffer.from(text), PartitionKey: text }));
  const end = () => {
    for (const client of [lambda, kinesis, sqs]) client.destroy();
  };
  return { account, kinesis, sqs, EventSourceArn, map, put, [Symbol.dispose]: end };
}

test("records of a stream reach the function at once, also after a split and a merge", async () => {
  await using cloud = await testCloud();
  await using events = await signalServer();
  using it = await setUp(cloud, events.url);
  await it.map({ StartingPosition: "LATEST" });
  const { SequenceNumber } = await it.put("a");
  await events.calls(1);
  const { Records } = events.bodies[0] as { Records: Record<string, unknown>[] };
  assert.equal(Records[0]!["eventSourceARN"], it.EventSourceArn);
  assert.equal(Records[0]!["eventID"], `shardId-000000000000:${SequenceNumber}`);
  assert.deepEqual(textsOf(events.bodies[0]), ["a"]);
  await it.kinesis.send(
    new SplitShardCommand({
      StreamName: "orders",
      ShardToSplit: "shardId-000000000000",
      NewStartingHashKey: String(2n ** 127n),
    }),
  );
  await it.put("b");
  await events.calls(2);
  assert.deepEqual(textsOf(events.bodies[1]), ["b"]);
  assert.match((events.bodies[1] as StreamEvent).Records[0]!.eventID, /^shardId-000000000002:/);
  await it.kinesis.send(
    new MergeShardsCommand({
      StreamName: "orders",
      ShardToMerge: "shardId-000000000001",
      AdjacentShardToMerge: "shardId-000000000002",
    }),
  );
  await it.put("c");
  await events.calls(3);
  assert.match((events.bodies[2] as StreamEvent).Records[0]!.eventID, /^shardId-000000000003:/);
});

test("a batch that fails is bisected until only the record that is to blame is given up", async () => {
  await using cloud = await testCloud();
  await using events = await signalServer();
  using it = await setUp(cloud, events.url);
  const { QueueUrl } = await it.sqs.send(new CreateQueueCommand({ QueueName: "failed" }));
  for (const text of ["a", "b", "bad", "d"]) await it.put(text);
  events.answerTo = (event) => (textsOf(event).includes("bad") ? "fail" : "");
  await it.map({
    BisectBatchOnFunctionError: true,
    MaximumRetryAttempts: 0,
    DestinationConfig: { OnFailure: { Destination: `arn:aws:sqs:us-east-1:${it.account}:failed` } },
  });
  await events.calls(5);
  assert.deepEqual(events.bodies.map(textsOf), [
    ["a", "b", "bad", "d"],
    ["a", "b"],
    ["bad", "d"],
    ["bad"],
    ["d"],
  ]);
  const { Messages } = await it.sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
  const record = JSON.parse(Messages![0]!.Body!) as Record<string, Record<string, unknown>>;
  assert.equal(record["KinesisBatchInfo"]!["batchSize"], 1);
});

test("partial failures are tried again from the first record that failed", async () => {
  await using cloud = await testCloud();
  await using events = await signalServer();
  using it = await setUp(cloud, events.url);
  for (const text of ["a", "b", "c"]) await it.put(text);
  events.answerTo = (event) => {
    const itemIdentifier = (event as StreamEvent).Records[1]!.kinesis.sequenceNumber;
    return JSON.stringify({ batchItemFailures: events.paths.length === 1 ? [{ itemIdentifier }] : [] });
  };
  await it.map({ FunctionResponseTypes: ["ReportBatchItemFailures"] });
  await events.calls(1);
  await cloud.clock.advance("1s");
  await events.calls(2);
  assert.deepEqual(events.bodies.map(textsOf), [
    ["a", "b", "c"],
    ["b", "c"],
  ]);
});

test("a reader that begins with LATEST loses nothing when the stream is quiet, nor when its iterator expires", async () => {
  await using cloud = await testCloud();
  await using events = await signalServer();
  using it = await setUp(cloud, events.url);
  await it.map({ StartingPosition: "LATEST" });
  await cloud.clock.advance("PT20M");
  await cloud.faults.add({
    effect: "error",
    params: { code: "ExpiredIteratorException" },
    match: { service: "kinesis", operation: "GetRecords" },
    times: 1,
  });
  await it.put("a");
  await until(() => cloud.calls.of("kinesis", "GetRecords").some(({ status }) => status !== 200));
  await cloud.clock.advance("1s");
  await events.calls(1);
  assert.deepEqual(textsOf(events.bodies[0]), ["a"]);
});
