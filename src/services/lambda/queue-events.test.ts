import assert from "node:assert/strict";
import { test } from "node:test";
import {
  CreateEventSourceMappingCommand,
  DeleteEventSourceMappingCommand,
  GetEventSourceMappingCommand,
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
} from "@aws-sdk/client-lambda";
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { clientOptions, newAccount, testCloud } from "../../../test/cloud.ts";
import { until } from "../../../test/until.ts";
import type { Cloud } from "../../index.ts";
import { createNodeFunction, lambdaClient, signalServer } from "./functions.fixture.ts";

/** A handler that sends every event to the test, and answers as the test says. */
const reporting = (url: string, answer = "{}") => `
export const handler = async (event) => {
  const answered = await (await fetch(${JSON.stringify(url)}, { method: "POST", body: JSON.stringify(event) })).text();
  if (answered === "fail") throw new Error("asked to fail");
  return answered ? JSON.parse(answered) : ${answer};
};`;

interface QueueEvent {
  Records: {
    messageId: string;
    body: string;
    attributes: Record<string, string>;
    messageAttributes: object;
  }[];
}

async function setUp(cloud: Cloud, url: string, attributes: Record<string, string> = {}, name = "queue") {
  const account = newAccount();
  const lambda = lambdaClient(cloud, account);
  const sqs = new SQSClient(clientOptions(cloud, account));
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }));
  await createNodeFunction(lambda, "worker", reporting(url));
  const EventSourceArn = `arn:aws:sqs:us-east-1:${account}:${name}`;
  return { lambda, sqs, QueueUrl: QueueUrl!, EventSourceArn };
}

async function counts(sqs: SQSClient, QueueUrl: string) {
  const AttributeNames = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"] as const;
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...AttributeNames] }),
  );
  return AttributeNames.map((attribute) => Number(Attributes![attribute]));
}

test("a message reaches the function as soon as it is sent, as AWS's event, and is deleted", async () => {
  await using cloud = await testCloud();
  await using events = await signalServer();
  const { lambda, sqs, QueueUrl, EventSourceArn } = await setUp(cloud, events.url);
  const mapping = await lambda.send(
    new CreateEventSourceMappingCommand({ FunctionName: "worker", EventSourceArn }),
  );
  assert.equal(mapping.State, "Creating");
  assert.equal(mapping.BatchSize, 10);
  await sqs.send(
    new SendMessageCommand({
      QueueUrl,
      MessageBody: "first",
      MessageAttributes: { kind: { DataType: "String", StringValue: "x" } },
    }),
  );
  await events.calls(1);
  const { Records } = events.bodies[0] as QueueEvent;
  const [record] = Records;
  assert.equal(Records.length, 1);
  assert.equal(record!.attributes["ApproximateReceiveCount"], "1");
  assert.deepEqual(record!.messageAttributes, {
    kind: { stringValue: "x", stringListValues: [], binaryListValues: [], dataType: "String" },
  });
  assert.deepEqual(
    {
      ...record,
      messageId: "",
      receiptHandle: "",
      attributes: {},
      messageAttributes: {},
      md5OfMessageAttributes: "",
    },
    {
      messageId: "",
      receiptHandle: "",
      body: "first",
      attributes: {},
      messageAttributes: {},
      md5OfMessageAttributes: "",
      md5OfBody: "8b04d5e3775d298e78455efc5ca404d5",
      eventSource: "aws:sqs",
      eventSourceARN: EventSourceArn,
      awsRegion: "us-east-1",
    },
  );
  await until(async () => (await counts(sqs, QueueUrl)).every((count) => count === 0));
  const { UUID } = mapping;
  assert.equal((await lambda.send(new GetEventSourceMappingCommand({ UUID }))).State, "Enabled");
});

test("messages of a failed batch come back after the visibility timeout", async () => {
  await using cloud = await testCloud();
  await using events = await signalServer();
  const { lambda, sqs, QueueUrl, EventSourceArn } = await setUp(cloud, events.url, {
    VisibilityTimeout: "30",
  });
  await lambda.send(new CreateEventSourceMappingCommand({ FunctionName: "worker", EventSourceArn }));
  events.answer = "fail";
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "again" }));
  await events.calls(1);
  await until(async () => cloud.calls.of("lambda", "Invoke").length === 1);
  assert.deepEqual(await counts(sqs, QueueUrl), [0, 1]);
  events.answer = "";
  await cloud.clock.advance("30s");
  await events.calls(2);
  assert.equal((events.bodies[1] as QueueEvent).Records[0]!.attributes["ApproximateReceiveCount"], "2");
  await until(async () => (await counts(sqs, QueueUrl)).every((count) => count === 0));
});

test("of a batch with partial failures, only the messages that failed come back", async () => {
  await using cloud = await testCloud();
  await using events = await signalServer();
  const { lambda, sqs, QueueUrl, EventSourceArn } = await setUp(cloud, events.url);
  await lambda.send(
    new CreateEventSourceMappingCommand({
      FunctionName: "worker",
      EventSourceArn,
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      Enabled: false,
    }),
  );
  const Entries = ["good", "bad", "fine"].map((MessageBody, i) => ({ Id: String(i), MessageBody }));
  await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  events.answerTo = (body) => {
    const { Records } = body as QueueEvent;
    const bad = Records.filter((record) => record.body === "bad");
    return JSON.stringify({ batchItemFailures: bad.map((record) => ({ itemIdentifier: record.messageId })) });
  };
  const { EventSourceMappings } = await lambda.send(new ListEventSourceMappingsCommand({}));
  await lambda.send(
    new UpdateEventSourceMappingCommand({ UUID: EventSourceMappings![0]!.UUID, Enabled: true }),
  );
  await events.calls(1);
  await until(async () => String(await counts(sqs, QueueUrl)) === "0,1");
  assert.equal((events.bodies[0] as QueueEvent).Records.length, 3);
});

test("messages that no filter wants are deleted without an invocation", async () => {
  await using cloud = await testCloud();
  await using events = await signalServer();
  const { lambda, sqs, QueueUrl, EventSourceArn } = await setUp(cloud, events.url);
  const Pattern = JSON.stringify({ body: { kind: ["order"], amount: [{ numeric: [">", 10] }] } });
  await lambda.send(
    new CreateEventSourceMappingCommand({
      FunctionName: "worker",
      EventSourceArn,
      FilterCriteria: { Filters: [{ Pattern }] },
    }),
  );
  const bodies = ['{"kind":"order","amount":11}', '{"kind":"order","amount":10}', "no json"];
  const Entries = bodies.map((MessageBody, i) => ({ Id: String(i), MessageBody }));
  await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  await until(async () => (await counts(sqs, QueueUrl)).every((count) => count === 0));
  assert.deepEqual(
    events.bodies.flatMap((body) => (body as QueueEvent).Records.map((record) => record.body)),
    [bodies[0]],
  );
  await assert.rejects(
    lambda.send(
      new CreateEventSourceMappingCommand({
        FunctionName: "worker",
        EventSourceArn: `${EventSourceArn}-2`,
        FilterCriteria: { Filters: [{ Pattern: "{" }] },
      }),
    ),
    { name: "InvalidParameterValueException", message: "Invalid filter pattern definition." },
  );
});

test("a batching window gathers messages of several receives", async () => {
  await using cloud = await testCloud();
  await using events = await signalServer();
  const { lambda, sqs, QueueUrl, EventSourceArn } = await setUp(cloud, events.url, {
    VisibilityTimeout: "300",
  });
  await lambda.send(
    new CreateEventSourceMappingCommand({
      FunctionName: "worker",
      EventSourceArn,
      BatchSize: 25,
      MaximumBatchingWindowInSeconds: 60,
    }),
  );
  for (let sent = 0; sent < 30; sent += 10) {
    const Entries = Array.from({ length: 10 }, (_, i) => ({ Id: String(i), MessageBody: String(sent + i) }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  }
  await events.calls(1);
  assert.equal((events.bodies[0] as QueueEvent).Records.length, 25);
  await until(async () => String(await counts(sqs, QueueUrl)) === "0,5");
  await cloud.clock.advance("60s");
  await events.calls(2);
  assert.equal((events.bodies[1] as QueueEvent).Records.length, 5);
});

test("settings that do not go together are refused with AWS's words", async () => {
  await using cloud = await testCloud();
  const { lambda, EventSourceArn } = await setUp(cloud, "http://127.0.0.1:1", { VisibilityTimeout: "2" });
  const create = (options: object) =>
    lambda.send(new CreateEventSourceMappingCommand({ FunctionName: "worker", EventSourceArn, ...options }));
  await assert.rejects(create({ BatchSize: 11 }), {
    name: "InvalidParameterValueException",
    message:
      "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10",
  });
  await assert.rejects(create({}), {
    name: "InvalidParameterValueException",
    message: "Queue visibility timeout: 2 seconds is less than Function timeout: 3 seconds",
  });
  await assert.rejects(create({ EventSourceArn: `${EventSourceArn}-none` }), {
    name: "InvalidParameterValueException",
    message: /SQS Error Code: AWS\.SimpleQueueService\.NonExistentQueue/,
  });
  await assert.rejects(create({ FunctionName: "nobody" }), { name: "ResourceNotFoundException" });
});

test("a queue's mapping takes nothing that only streams have", async () => {
  await using cloud = await testCloud();
  const { lambda, EventSourceArn } = await setUp(cloud, "http://127.0.0.1:1");
  const settings = {
    StartingPosition: "LATEST",
    ParallelizationFactor: 2,
    MaximumRecordAgeInSeconds: 60,
    BisectBatchOnFunctionError: true,
    MaximumRetryAttempts: 1,
    TumblingWindowInSeconds: 10,
    DestinationConfig: { OnFailure: {} },
  } as const;
  for (const [name, value] of Object.entries(settings)) {
    const create = { FunctionName: "worker", EventSourceArn, [name]: value };
    await assert.rejects(lambda.send(new CreateEventSourceMappingCommand(create)), {
      name: "InvalidParameterValueException",
      message: `${name} is not valid for SQS event sources.`,
    });
  }
});

test("a mapping that is there is not made twice, and a deleted one reads no more", async () => {
  await using cloud = await testCloud();
  await using events = await signalServer();
  const { lambda, sqs, QueueUrl, EventSourceArn } = await setUp(cloud, events.url);
  const { UUID } = await lambda.send(
    new CreateEventSourceMappingCommand({ FunctionName: "worker", EventSourceArn }),
  );
  await assert.rejects(
    lambda.send(new CreateEventSourceMappingCommand({ FunctionName: "worker", EventSourceArn })),
    {
      name: "ResourceConflictException",
      message: `The event source arn (" ${EventSourceArn} ") and function (" worker ") provided mapping already exists. Please update or delete the existing mapping with UUID ${UUID}`,
    },
  );
  assert.equal((await lambda.send(new DeleteEventSourceMappingCommand({ UUID }))).State, "Deleting");
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "stays" }));
  assert.deepEqual(await counts(sqs, QueueUrl), [1, 0]);
  await assert.rejects(lambda.send(new GetEventSourceMappingCommand({ UUID })), {
    name: "ResourceNotFoundException",
  });
});

test("an outage of SQS is waited out, and then the function gets its messages", async () => {
  await using cloud = await testCloud();
  await using events = await signalServer();
  const { lambda, sqs, QueueUrl, EventSourceArn } = await setUp(cloud, events.url);
  const rule = await cloud.faults.add({
    effect: "error",
    params: { kind: "unavailable" },
    match: { service: "sqs", operation: "ReceiveMessage" },
  });
  await lambda.send(new CreateEventSourceMappingCommand({ FunctionName: "worker", EventSourceArn }));
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "late" }));
  await until(async () => cloud.calls.of("sqs", "ReceiveMessage").length > 0);
  assert.equal(events.paths.length, 0);
  cloud.faults.remove(rule.id);
  await cloud.clock.advance("1s");
  await events.calls(1);
});

test("the calls of a function fed by a queue hang together, and are made as its role", async () => {
  await using cloud = await testCloud();
  const account = newAccount();
  const lambda = lambdaClient(cloud, account);
  const sqs = new SQSClient(clientOptions(cloud, account));
  for (const QueueName of ["in", "out"]) await sqs.send(new CreateQueueCommand({ QueueName }));
  await createNodeFunction(
    lambda,
    "worker",
    `import { SQSClient, SendMessageCommand } from "@aws-sdk/client-sqs";
     const sqs = new SQSClient({});
     export const handler = async (event) => {
       const QueueUrl = process.env.AWS_ENDPOINT_URL + "/${account}/out";
       await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: event.Records[0].body }));
     };`,
    { Timeout: 20 },
  );
  await lambda.send(
    new CreateEventSourceMappingCommand({
      FunctionName: "worker",
      EventSourceArn: `arn:aws:sqs:us-east-1:${account}:in`,
    }),
  );
  await sqs.send(new SendMessageCommand({ QueueUrl: `${cloud.url}/${account}/in`, MessageBody: "x" }));
  await until(async () => cloud.calls.of("sqs", "SendMessage").length === 2);
  await until(async () => cloud.calls.of("lambda", "Invoke").length === 1);
  const [sent, forwarded] = cloud.calls.of("sqs", "SendMessage");
  const [invoked] = cloud.calls.of("lambda", "Invoke");
  assert.equal(invoked!.parentId, sent!.id);
  assert.equal(forwarded!.parentId, invoked!.id);
  assert.equal(forwarded!.callerArn, "arn:aws:sts::000000000000:assumed-role/lambda-role/worker");
});

test("a rule at esm:poll strikes the reads of one mapping", async () => {
  await using cloud = await testCloud();
  await using events = await signalServer();
  const { lambda, sqs, QueueUrl, EventSourceArn } = await setUp(cloud, events.url);
  await lambda.send(
    new CreateEventSourceMappingCommand({ FunctionName: "worker", EventSourceArn, Enabled: false }),
  );
  const { EventSourceMappings } = await lambda.send(new ListEventSourceMappingsCommand({}));
  const { UUID, EventSourceMappingArn } = EventSourceMappings![0]!;
  const rule = await cloud.faults.add({
    point: "esm:poll",
    effect: "error",
    params: { code: "InternalFailure" },
    match: { resource: EventSourceMappingArn! },
  });
  await lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: true }));
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "late" }));
  assert.equal(cloud.calls.of("sqs", "ReceiveMessage").length, 0);
  cloud.faults.remove(rule.id);
  await cloud.clock.advance("1s");
  await events.calls(1);
});
