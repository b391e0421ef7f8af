import assert from "node:assert/strict";
import { test } from "node:test";
import { CreateTableCommand, DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { CreateStreamCommand, KinesisClient, PutRecordCommand } from "@aws-sdk/client-kinesis";
import { CreateEventSourceMappingCommand } from "@aws-sdk/client-lambda";
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { clientOptions, newAccount, testCloud } from "../../../test/cloud.ts";
import { until } from "../../../test/until.ts";
import type { Cloud } from "../../index.ts";
import { createNodeFunction, lambdaClient, signalServer } from "./functions.fixture.ts";

/** A handler that tells the test each event, and answers what the test says. */
const telling = (url: string) => `
export const handler = async (event) =>
  JSON.parse(await (await fetch("${url}", { method: "POST", body: JSON.stringify(event) })).text());`;

/** What a test reads of the records of an event: their texts, and what failures are reported by. */
interface Read {
  readonly text: string;
  readonly id: string;
}

interface StreamEvent {
  Records: {
    kinesis?: { data: string; sequenceNumber: string };
    dynamodb?: { Keys: { id: { S: string } }; SequenceNumber: string };
  }[];
}

const readStream = (event: unknown): Read[] =>
  (event as StreamEvent).Records.map(({ kinesis, dynamodb }) =>
    kinesis
      ? { text: Buffer.from(kinesis.data, "base64").toString(), id: kinesis.sequenceNumber }
      : { text: dynamodb!.Keys.id.S, id: dynamodb!.SequenceNumber },
  );

interface QueueEvent {
  Records: { messageId: string; body: string; attributes: Record<string, string> }[];
}

const reports = (failed: readonly Read[]) =>
  JSON.stringify({ batchItemFailures: failed.map(({ id }) => ({ itemIdentifier: id })) });

const textsOf = (event: unknown) => readStream(event).map(({ text }) => text);

/** A stream with records by their texts. @returns its ARN */
const STREAMS: Readonly<
  Record<string, (cloud: Cloud, account: string, texts: readonly string[]) => Promise<string>>
> = {
  async KinesisBatchInfo(cloud, account, texts) {
    const kinesis = new KinesisClient(clientOptions(cloud, account));
    await kinesis.send(new CreateStreamCommand({ StreamName: "items", ShardCount: 1 }));
    for (const text of texts)
      await kinesis.send(
        new PutRecordCommand({ StreamName: "items", Data: Buffer.from(text), PartitionKey: "one" }),
      );
    return `arn:aws:kinesis:us-east-1:${account}:stream/items`;
  },
  async DDBStreamBatchInfo(cloud, account, texts) {
    const dynamodb = new DynamoDBClient(clientOptions(cloud, account));
    const { TableDescription } = await dynamodb.send(
      new CreateTableCommand({
        TableName: "items",
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
        AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
        BillingMode: "PAY_PER_REQUEST",
        StreamSpecification: { StreamEnabled: true, StreamViewType: "KEYS_ONLY" },
      }),
    );
    for (const text of texts)
      await dynamodb.send(new PutItemCommand({ TableName: "items", Item: { id: { S: text } } }));
    return TableDescription!.LatestStreamArn!;
  },
};

/** What a function gets that reports `bad`, try by try, and what is given up in the end: after how many tries, how many records. */
const CASES = [
  {
    title: "what is left behind a failure is tried as often as a batch of its own",
    settings: { BatchSize: 3, MaximumRetryAttempts: 2 },
    records: ["a", "b", "bad", "d"],
    events: [["a", "b", "bad"], ["bad"], ["bad"], ["bad"], ["d"]],
    tries: 3,
    batchSize: 1,
  },
  {
    title: "it is so when nothing may be tried again",
    settings: { MaximumRetryAttempts: 0 },
    records: ["a", "bad"],
    events: [["a", "bad"], ["bad"]],
    tries: 1,
    batchSize: 1,
  },
  {
    title: "a failure of the first record uses up a try, as that of a whole batch does",
    settings: { MaximumRetryAttempts: 1 },
    records: ["bad", "b"],
    events: [
      ["bad", "b"],
      ["bad", "b"],
    ],
    tries: 2,
    batchSize: 2,
  },
  {
    title: "a batch is cut where a failure is reported, and in its middle when that is its first record",
    settings: { MaximumRetryAttempts: 0, BisectBatchOnFunctionError: true },
    records: ["a", "bad", "c", "d"],
    events: [["a", "bad", "c", "d"], ["bad", "c", "d"], ["bad", "c"], ["bad"], ["c"], ["d"]],
    tries: 1,
    batchSize: 1,
  },
];

for (const [batchName, stream] of Object.entries(STREAMS)) {
  for (const { title, settings, records, events: expected, tries, batchSize } of CASES) {
    test(`${batchName}: ${title}`, async () => {
      await using cloud = await testCloud();
      await using events = await signalServer();
      const account = newAccount();
      const sqs = new SQSClient(clientOptions(cloud, account));
      const lambda = lambdaClient(cloud, account);
      await createNodeFunction(lambda, "worker", telling(events.url));
      events.answerTo = (event) => reports(readStream(event).filter(({ text }) => text === "bad"));
      const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "failed" }));
      await lambda.send(
        new CreateEventSourceMappingCommand({
          FunctionName: "worker",
          EventSourceArn: await stream(cloud, account, records),
          StartingPosition: "TRIM_HORIZON",
          FunctionResponseTypes: ["ReportBatchItemFailures"],
          DestinationConfig: { OnFailure: { Destination: `arn:aws:sqs:us-east-1:${account}:failed` } },
          ...settings,
        }),
      );
      for (let tried = 1; tried <= expected.length; tried++) {
        await events.calls(tried);
        await until(() => cloud.calls.of("lambda", "Invoke").length >= tried);
        await cloud.clock.advance("1s");
      }
      const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
      assert.deepEqual(events.bodies.map(textsOf), expected);
      const failed = JSON.parse(Messages![0]!.Body!) as Record<string, Record<string, unknown>>;
      assert.equal(failed["requestContext"]!["condition"], "RetryAttemptsExhausted");
      assert.equal(failed["requestContext"]!["approximateInvokeCount"], tries);
      assert.equal(failed[batchName]!["batchSize"], batchSize);
    });
  }
}

for (const ending of ["", ".fifo"]) {
  test(`messages of a queue${ending} that a function reports come back in their order, until they are given up`, async () => {
    await using cloud = await testCloud();
    await using events = await signalServer();
    const account = newAccount();
    const sqs = new SQSClient(clientOptions(cloud, account));
    const lambda = lambdaClient(cloud, account);
    await createNodeFunction(lambda, "worker", telling(events.url));
    const isFifo = ending !== "";
    const kind = isFifo ? { FifoQueue: "true", ContentBasedDeduplication: "true" } : {};
    const dead = await sqs.send(new CreateQueueCommand({ QueueName: `dead${ending}`, Attributes: kind }));
    const deadLetterTargetArn = `arn:aws:sqs:us-east-1:${account}:dead${ending}`;
    const { QueueUrl } = await sqs.send(
      new CreateQueueCommand({
        QueueName: `jobs${ending}`,
        Attributes: {
          VisibilityTimeout: "600",
          RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 2 }),
          ...kind,
        },
      }),
    );
    // How often each is to fail.
    const fails: Record<string, number> = { a: 0, b: 1, c: 1, d: 2 };
    const Entries = Object.keys(fails).map((MessageBody) => ({
      Id: MessageBody,
      MessageBody,
      ...(isFifo && { MessageGroupId: "one" }),
    }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    events.answerTo = (event) =>
      reports(
        (event as QueueEvent).Records.filter(
          ({ body, attributes }) => Number(attributes["ApproximateReceiveCount"]) <= fails[body]!,
        ).map(({ messageId, body }) => ({ id: messageId, text: body })),
      );
    await lambda.send(
      new CreateEventSourceMappingCommand({
        FunctionName: "worker",
        EventSourceArn: `arn:aws:sqs:us-east-1:${account}:jobs${ending}`,
        FunctionResponseTypes: ["ReportBatchItemFailures"],
      }),
    );
    const hidden = async () => {
      const AttributeNames = [
        "ApproximateNumberOfMessages",
        "ApproximateNumberOfMessagesNotVisible",
      ] as const;
      const { Attributes } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...AttributeNames] }),
      );
      return AttributeNames.map((name) => Attributes![name]).join();
    };
    const got = () =>
      events.bodies.map((event) =>
        (event as QueueEvent).Records.map(
          ({ body, attributes }) => `${body}${attributes["ApproximateReceiveCount"]}`,
        ),
      );
    await events.calls(1);
    await until(hidden, (counts) => counts === "0,3");
    await cloud.clock.advance("5m");
    assert.equal(await hidden(), "0,3");
    await cloud.clock.advance("5m");
    await events.calls(2);
    await until(hidden, (counts) => counts === "0,1");
    assert.deepEqual(got(), [
      ["a1", "b1", "c1", "d1"],
      ["b2", "c2", "d2"],
    ]);
    await cloud.clock.advance("10m");
    const { Messages } = await until(
      () => sqs.send(new ReceiveMessageCommand({ QueueUrl: dead.QueueUrl, WaitTimeSeconds: 1 })),
      ({ Messages: found }) => found !== undefined,
    );
    assert.deepEqual(
      Messages!.map(({ Body }) => Body),
      ["d"],
    );
    assert.equal(await hidden(), "0,0");
    assert.equal(events.bodies.length, 2);
  });
}
