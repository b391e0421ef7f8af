import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  CreateTopicCommand,
  PublishBatchCommand,
  PublishCommand,
  SetSubscriptionAttributesCommand,
  SetTopicAttributesCommand,
  type SNSClient,
  SubscribeCommand,
} from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { clientOptions, newAccount, testCloud } from "../../../test/cloud.ts";
import { until } from "../../../test/until.ts";
import type { Cloud } from "../../index.ts";
import { snsClient } from "./fixture.test.ts";

const account = newAccount();
const arnOf = (queue: string) => `arn:aws:sqs:us-east-1:${account}:${queue}`;
let cloud: Cloud;
let sns: SNSClient;
let sqs: SQSClient;
before(async () => {
  cloud = await testCloud({ services: ["sns", "sqs"] });
  sns = snsClient(cloud, account);
  sqs = new SQSClient(clientOptions(cloud, account));
});
after(() => cloud[Symbol.asyncDispose]());

let names = 0;
/** A topic with one queue. */
async function pair(
  options: { fifo?: boolean; queueFifo?: boolean; attributes?: Record<string, string> } = {},
) {
  const { fifo = false, queueFifo = fifo, attributes = {} } = options;
  const name = `n${names++}`;
  const queue = await createQueue(`${name}${queueFifo ? ".fifo" : ""}`);
  const { TopicArn } = await sns.send(
    new CreateTopicCommand({
      Name: `${name}${fifo ? ".fifo" : ""}`,
      ...(fifo && { Attributes: { FifoTopic: "true", ContentBasedDeduplication: "true" } }),
    }),
  );
  const { SubscriptionArn } = await sns.send(
    new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint: arnOf(queue.name), Attributes: attributes }),
  );
  return { TopicArn, SubscriptionArn, queue };
}

async function createQueue(name: string) {
  const Attributes = name.endsWith(".fifo") ? { FifoQueue: "true" } : undefined;
  const { QueueUrl } = await sqs.send(
    new CreateQueueCommand({ QueueName: name, ...(Attributes && { Attributes }) }),
  );
  return { name, url: QueueUrl! };
}

async function receive(queue: { url: string }, count = 1): Promise<Message[]> {
  const found: Message[] = [];
  // A group of which a part has been received gives no more until that is deleted.
  await until(async () => {
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: queue.url,
        AttributeNames: ["ApproximateNumberOfMessages"],
      }),
    );
    return Number(Attributes?.ApproximateNumberOfMessages) >= count;
  });
  await until(async () => {
    const { Messages } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queue.url,
        MaxNumberOfMessages: 10,
        MessageAttributeNames: ["All"],
        MessageSystemAttributeNames: ["All"],
      }),
    );
    found.push(...(Messages ?? []));
    return found.length >= count;
  });
  return found;
}

test("A queue gets the envelope.", async () => {
  const { TopicArn, SubscriptionArn, queue } = await pair();
  const { MessageId } = await sns.send(
    new PublishCommand({
      TopicArn,
      Message: "hello",
      Subject: "s",
      MessageAttributes: {
        n: { DataType: "Number", StringValue: "1" },
        b: { DataType: "Binary", BinaryValue: Uint8Array.of(2, 3, 4) },
      },
    }),
  );
  const [message] = await receive(queue);
  const { Timestamp, Signature, SigningCertURL, UnsubscribeURL, ...rest } = JSON.parse(message!.Body!);
  assert.deepEqual(rest, {
    Type: "Notification",
    MessageId,
    TopicArn,
    Subject: "s",
    Message: "hello",
    SignatureVersion: "1",
    MessageAttributes: { n: { Type: "Number", Value: "1" }, b: { Type: "Binary", Value: "AgME" } },
  });
  assert.match(Timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.ok(Signature && SigningCertURL.endsWith(".pem"));
  assert.ok(UnsubscribeURL.endsWith(`/?Action=Unsubscribe&SubscriptionArn=${SubscriptionArn}`));
  assert.equal(message?.MessageAttributes, undefined);
});

test("A raw delivery carries the attributes as the queue's own.", async () => {
  const { TopicArn, queue } = await pair({ attributes: { RawMessageDelivery: "true" } });
  await sns.send(
    new PublishCommand({
      TopicArn,
      Message: "raw",
      MessageAttributes: {
        s: { DataType: "String", StringValue: "x" },
        b: { DataType: "Binary", BinaryValue: Uint8Array.of(2, 3, 4) },
      },
    }),
  );
  const [message] = await receive(queue);
  assert.equal(message?.Body, "raw");
  assert.equal(message?.MessageAttributes?.["s"]?.StringValue, "x");
  assert.deepEqual([...(message?.MessageAttributes?.["b"]?.BinaryValue ?? [])], [2, 3, 4]);
});

test("A FIFO topic hands its groups, ids and order to a FIFO queue.", async () => {
  const { TopicArn, queue } = await pair({ fifo: true });
  const PublishBatchRequestEntries = ["a", "b", "c"].map((Message) => ({
    Id: Message,
    Message,
    MessageGroupId: "g",
  }));
  await sns.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries }));
  await sns.send(new PublishCommand({ TopicArn, Message: "a", MessageGroupId: "g" }));
  const found = await receive(queue, 3);
  const envelopes = found.map(({ Body }) => JSON.parse(Body!));
  assert.deepEqual(
    envelopes.map(({ Message }) => Message),
    ["a", "b", "c"],
  );
  assert.match(envelopes[0].SequenceNumber, /^\d{20}$/);
  assert.equal(envelopes[0].Signature, undefined);
  assert.equal(found[0]?.Attributes?.MessageGroupId, "g");
  // The SHA-256 of the message.
  assert.equal(
    found[0]?.Attributes?.MessageDeduplicationId,
    "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb",
  );
});

test("A FIFO topic serves a standard queue, without groups.", async () => {
  const { TopicArn, queue } = await pair({ fifo: true, queueFifo: false });
  await sns.send(new PublishCommand({ TopicArn, Message: "a", MessageGroupId: "g" }));
  const [message] = await receive(queue);
  assert.equal(message?.Attributes?.MessageGroupId, undefined);
});

test("The tracing header goes with the message.", async () => {
  const { TopicArn, queue } = await pair();
  const command = new PublishCommand({ TopicArn, Message: "m" });
  const header = "Root=1-3152b799-8954dae64eda91bc9a23a7e8;Parent=7fa8c0f79203be72;Sampled=1";
  command.middlewareStack.add(
    (next) => (args) => {
      (args.request as { headers: Record<string, string> }).headers["X-Amzn-Trace-Id"] = header;
      return next(args);
    },
    { step: "build" },
  );
  await sns.send(command);
  const [message] = await receive(queue);
  assert.equal(message?.Attributes?.AWSTraceHeader, header);
});

test("What cannot reach a queue that is gone goes to the dead-letter queue.", async () => {
  const { TopicArn, SubscriptionArn, queue } = await pair();
  const letters = await createQueue(`letters-${names++}`);
  await sns.send(
    new SetSubscriptionAttributesCommand({
      SubscriptionArn,
      AttributeName: "RedrivePolicy",
      AttributeValue: JSON.stringify({ deadLetterTargetArn: arnOf(letters.name) }),
    }),
  );
  await sqs.send(new DeleteQueueCommand({ QueueUrl: queue.url }));
  await sns.send(new PublishCommand({ TopicArn, Message: "saved" }));
  const [message] = await receive(letters);
  assert.equal(JSON.parse(message!.Body!).Message, "saved");
});

test("An outage of SQS delays a message and loses none.", async () => {
  const { TopicArn, queue } = await pair();
  const { id } = await cloud.faults.add({
    effect: "error",
    params: { code: "ServiceUnavailable", status: 503 },
    match: { service: "sqs", operation: "SendMessage" },
  });
  for (let i = 0; i < 20; i++) await sns.send(new PublishCommand({ TopicArn, Message: String(i) }));
  await cloud.clock.advance(60_000);
  await cloud.faults.remove(id);
  await cloud.clock.advance(60_000);
  const found = await receive(queue, 20);
  assert.equal(new Set(found.map(({ Body }) => JSON.parse(Body!).Message)).size, 20);
});

test("The delivery is a child of the call that published.", async () => {
  const { TopicArn, queue } = await pair();
  cloud.calls.clear();
  await sns.send(new PublishCommand({ TopicArn, Message: "m" }));
  await receive(queue);
  const [published] = cloud.calls.of("sns", "Publish");
  const [sent] = cloud.calls.of("sqs", "SendMessage");
  assert.equal(sent?.parentId, published?.id);
  assert.equal(sent?.callerArn.includes("sns"), true);
});

test("A group stays in order when deliveries fail in between.", async () => {
  const { TopicArn, SubscriptionArn, queue } = await pair({
    fifo: true,
    attributes: { RawMessageDelivery: "true" },
  });
  await cloud.faults.add({
    point: "sns:deliver",
    effect: "fail",
    match: { resource: SubscriptionArn! },
    sequence: ["pass", "fail", "fail", "pass", "fail"],
  });
  for (const Message of ["a", "b", "c", "d"])
    await sns.send(new PublishCommand({ TopicArn, Message, MessageGroupId: "g" }));
  const found = await receive(queue, 4);
  assert.deepEqual(
    found.map(({ Body }) => Body),
    ["a", "b", "c", "d"],
  );
});

test("A failure that is final goes to the dead-letter queue at once.", async () => {
  const letters = await createQueue(`letters-${names++}`);
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arnOf(letters.name) });
  const { TopicArn, queue } = await pair({ attributes: { RedrivePolicy, RawMessageDelivery: "true" } });
  await cloud.faults.add({
    point: "sns:deliver",
    effect: "fail",
    params: { status: 404 },
    match: { resource: arnOf(queue.name) },
  });
  await sns.send(new PublishCommand({ TopicArn, Message: "m" }));
  const [message] = await receive(letters);
  assert.equal(message?.Body, "m");
});

test("An archive is replayed to a subscription from a point in time.", async () => {
  const { TopicArn, SubscriptionArn, queue } = await pair({
    fifo: true,
    attributes: { RawMessageDelivery: "true" },
  });
  const ArchivePolicy = '{"MessageRetentionPeriod":"1"}';
  await sns.send(
    new SetTopicAttributesCommand({
      TopicArn,
      AttributeName: "ArchivePolicy",
      AttributeValue: ArchivePolicy,
    }),
  );
  const publish = (Message: string) =>
    sns.send(new PublishCommand({ TopicArn, Message, MessageGroupId: "g" }));
  await publish("before");
  await cloud.clock.advance(60_000);
  const StartingPoint = new Date(cloud.clock.now()).toISOString();
  await publish("after");
  const first = await receive(queue, 2);
  for (const { ReceiptHandle } of first)
    await sqs.send(new DeleteMessageCommand({ QueueUrl: queue.url, ReceiptHandle }));
  await sns.send(
    new SetSubscriptionAttributesCommand({
      SubscriptionArn,
      AttributeName: "ReplayPolicy",
      AttributeValue: JSON.stringify({ PointType: "Timestamp", StartingPoint }),
    }),
  );
  const again = await receive(queue, 1);
  assert.deepEqual(
    again.map(({ Body }) => Body),
    ["after"],
  );
});

test("Of messages whose deliveries often fail, none is lost and no group loses its order.", async () => {
  const { TopicArn, SubscriptionArn, queue } = await pair({
    fifo: true,
    attributes: { RawMessageDelivery: "true" },
  });
  const { id } = await cloud.faults.add({
    point: "sns:deliver",
    effect: "fail",
    match: { resource: SubscriptionArn! },
    percentage: 60,
  });
  const groups = ["a", "b", "c", "d"];
  const publish = async (MessageGroupId: string) => {
    for (let n = 0; n < 25; n++)
      await sns.send(new PublishCommand({ TopicArn, Message: `${MessageGroupId}${n}`, MessageGroupId }));
  };
  await Promise.all(groups.map(publish));
  await cloud.clock.advance(600_000);
  await cloud.faults.remove(id);
  await cloud.clock.advance(60_000);
  const arrived: Record<string, string[]> = {};
  await until(async () => {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queue.url, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
    );
    for (const { Body, ReceiptHandle } of Messages) {
      const group = Body![0]!;
      arrived[group] ??= [];
      arrived[group].push(Body!);
      await sqs.send(new DeleteMessageCommand({ QueueUrl: queue.url, ReceiptHandle }));
    }
    return Object.values(arrived).flat().length >= 100;
  });
  for (const group of groups)
    assert.deepEqual(
      arrived[group],
      Array.from({ length: 25 }, (_, n) => `${group}${n}`),
    );
});
