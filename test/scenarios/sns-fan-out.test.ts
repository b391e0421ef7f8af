import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { LambdaClient } from "@aws-sdk/client-lambda";
import {
  ConfirmSubscriptionCommand,
  CreateTopicCommand,
  PublishCommand,
  SetTopicAttributesCommand,
  SNSClient,
  SubscribeCommand,
} from "@aws-sdk/client-sns";
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Cloud } from "../../src/index.ts";
import { createNodeFunction } from "../../src/services/lambda/functions.fixture.ts";
import { Receiver } from "../../src/services/sns/fixture.test.ts";
import { clientEnvironment, clientOptions, newAccount, testCloud } from "../cloud.ts";
import { needs } from "../needs.ts";

const account = newAccount();
const arn = (service: string, resource: string) => `arn:aws:${service}:us-east-1:${account}:${resource}`;
let cloud: Cloud;
let sns: SNSClient;
let sqs: SQSClient;
let lambda: LambdaClient;
let logs: CloudWatchLogsClient;
before(async () => {
  cloud = await testCloud({ services: ["sns", "sqs", "lambda", "logs"] });
  const options = clientOptions(cloud, account);
  [sns, sqs, lambda, logs] = [
    new SNSClient(options),
    new SQSClient(options),
    new LambdaClient(options),
    new CloudWatchLogsClient(options),
  ];
});
after(() => cloud[Symbol.asyncDispose]());

const createTopic = async (Name: string) => (await sns.send(new CreateTopicCommand({ Name }))).TopicArn!;
const createQueue = async (QueueName: string) =>
  (await sqs.send(new CreateQueueCommand({ QueueName }))).QueueUrl!;
async function receive(QueueUrl: string) {
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
  return JSON.parse(Messages?.[0]?.Body ?? "null");
}

/** A function that posts its event to `url`. */
const poster = (url: string) =>
  `export const handler = async (event) => { await fetch(${JSON.stringify(url)}, { method: "POST", body: JSON.stringify(event) }); };`;

test("A message reaches a queue, a function and an HTTP endpoint, as children of one call.", async () => {
  await using receiver = await Receiver.start();
  const TopicArn = await createTopic("fan-out");
  const queueUrl = await createQueue("fan-out");
  await createNodeFunction(lambda, "fan-out", poster(receiver.url.replace("/hook", "/function")));
  const subscribe = (Protocol: string, Endpoint: string) =>
    sns.send(new SubscribeCommand({ TopicArn, Protocol, Endpoint }));
  await subscribe("sqs", arn("sqs", "fan-out"));
  const { SubscriptionArn } = await subscribe("lambda", arn("lambda", "function:fan-out"));
  await subscribe("http", receiver.url);
  const [confirmation] = await receiver.atLeast(1);
  await sns.send(new ConfirmSubscriptionCommand({ TopicArn, Token: JSON.parse(confirmation!.body).Token }));

  const { MessageId } = await sns.send(new PublishCommand({ TopicArn, Message: "hello", Subject: "s" }));
  const received = (await receiver.atLeast(3)).slice(1);
  const byPath = Object.fromEntries(received.map(({ path, body }) => [path, JSON.parse(body)]));
  assert.equal(byPath["/hook"].Message, "hello");
  assert.equal((await receive(queueUrl)).MessageId, MessageId);
  const [record] = byPath["/function"].Records;
  assert.equal(record.EventSource, "aws:sns");
  assert.equal(record.EventVersion, "1.0");
  assert.equal(record.EventSubscriptionArn, SubscriptionArn);
  assert.deepEqual(
    [
      record.Sns.Type,
      record.Sns.MessageId,
      record.Sns.TopicArn,
      record.Sns.Subject,
      record.Sns.Message,
      record.Sns.MessageAttributes,
    ],
    ["Notification", MessageId, TopicArn, "s", "hello", {}],
  );

  const [published] = cloud.calls.of("sns", "Publish").filter(({ account: of }) => of === account);
  const children = cloud.calls.all().filter(({ parentId }) => parentId === published?.id);
  assert.deepEqual(children.map(({ operation }) => operation).sort(), ["Invoke", "SendMessage"]);
});

test("A function gets version 1 of the signature, whatever the topic says.", async () => {
  await using receiver = await Receiver.start();
  const TopicArn = await createTopic("signed");
  await sns.send(
    new SetTopicAttributesCommand({ TopicArn, AttributeName: "SignatureVersion", AttributeValue: "2" }),
  );
  await createNodeFunction(lambda, "signed", poster(receiver.url));
  await sns.send(
    new SubscribeCommand({ TopicArn, Protocol: "lambda", Endpoint: arn("lambda", "function:signed") }),
  );
  await sns.send(new PublishCommand({ TopicArn, Message: "hello" }));
  const [request] = await receiver.atLeast(1);
  assert.equal(JSON.parse(request!.body).Records[0].Sns.SignatureVersion, "1");
});

test("A message for a function that is not there goes to the dead-letter queue.", async () => {
  const TopicArn = await createTopic("missing");
  const queueUrl = await createQueue("letters");
  await sns.send(
    new SubscribeCommand({
      TopicArn,
      Protocol: "lambda",
      Endpoint: arn("lambda", "function:missing"),
      Attributes: { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arn("sqs", "letters") }) },
    }),
  );
  await sns.send(new PublishCommand({ TopicArn, Message: "saved" }));
  assert.equal((await receive(queueUrl)).Message, "saved");
});

test("Delivery status is logged when the topic asks for it.", async () => {
  const TopicArn = await createTopic("status");
  await createQueue("status");
  const set = (AttributeName: string, AttributeValue: string) =>
    sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName, AttributeValue }));
  const role = `arn:aws:iam::${account}:role/feedback`;
  await set("SQSSuccessFeedbackRoleArn", role);
  await set("SQSSuccessFeedbackSampleRate", "100");
  await set("SQSFailureFeedbackRoleArn", role);
  const subscribe = (queue: string) =>
    sns.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint: arn("sqs", queue) }));
  await subscribe("status");
  await subscribe("nowhere");
  const { MessageId } = await sns.send(new PublishCommand({ TopicArn, Message: "m" }));
  const logged = async (logGroupName: string) => {
    for (;;) {
      const { events } = await logs
        .send(new FilterLogEventsCommand({ logGroupName }))
        .catch(() => ({ events: undefined }));
      if (events?.[0]) return JSON.parse(events[0].message!);
    }
  };
  const success = await logged(`sns/us-east-1/${account}/status`);
  assert.equal(success.status, "SUCCESS");
  assert.equal(success.notification.messageId, MessageId);
  assert.equal(success.delivery.destination, arn("sqs", "status"));
  const failure = await logged(`sns/us-east-1/${account}/status/Failure`);
  assert.equal(failure.status, "FAILURE");
  assert.equal(failure.delivery.destination, arn("sqs", "nowhere"));
});

test("An outage of Lambda delays a delivery to a function and loses none.", async () => {
  await using receiver = await Receiver.start();
  const TopicArn = await createTopic("outage");
  await createNodeFunction(lambda, "outage", poster(receiver.url));
  await sns.send(
    new SubscribeCommand({ TopicArn, Protocol: "lambda", Endpoint: arn("lambda", "function:outage") }),
  );
  const { id } = await cloud.faults.add({
    effect: "error",
    params: { code: "ServiceException", status: 500 },
    match: { service: "lambda", operation: "Invoke" },
  });
  for (let i = 0; i < 5; i++) await sns.send(new PublishCommand({ TopicArn, Message: String(i) }));
  await cloud.clock.advance(30_000);
  await cloud.faults.remove(id);
  await cloud.clock.advance(60_000);
  const found = (await receiver.atLeast(5)).map(({ body }) => JSON.parse(body).Records[0].Sns.Message);
  assert.deepEqual(found.sort(), ["0", "1", "2", "3", "4"]);
});

test("The AWS CLI publishes to a queue.", needs("aws"), async () => {
  const env = clientEnvironment(cloud, account);
  const aws = async (...args: string[]) => {
    const { stdout } = await promisify(execFile)("aws", [...args, "--output", "json"], { env });
    return stdout.trim() === "" ? undefined : JSON.parse(stdout);
  };
  const { TopicArn } = await aws("sns", "create-topic", "--name", "from-cli", "--tags", "Key=a,Value=b");
  const queueUrl = await createQueue("from-cli");
  await aws(
    "sns",
    "subscribe",
    "--topic-arn",
    TopicArn,
    "--protocol",
    "sqs",
    "--notification-endpoint",
    arn("sqs", "from-cli"),
    "--attributes",
    '{"FilterPolicy":"{\\"kind\\":[\\"x\\"]}"}',
  );
  const attributes = (value: string) => JSON.stringify({ kind: { DataType: "String", StringValue: value } });
  await aws(
    "sns",
    "publish",
    "--topic-arn",
    TopicArn,
    "--message",
    "no",
    "--message-attributes",
    attributes("y"),
  );
  await aws(
    "sns",
    "publish",
    "--topic-arn",
    TopicArn,
    "--message",
    "yes",
    "--message-attributes",
    attributes("x"),
  );
  assert.equal((await receive(queueUrl)).Message, "yes");
});
