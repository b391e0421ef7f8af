import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  FilterLogEventsCommand,
  PutLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import {
  EventBridgeClient,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import { CreateStateMachineCommand, SFNClient, StartSyncExecutionCommand } from "@aws-sdk/client-sfn";
import { CreateTopicCommand, PublishCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Cloud } from "../../src/index.ts";
import { clientOptions, newAccount, testCloud } from "../cloud.ts";

/*
 * Documents of users are read by services, and some of it is handed on. V8 takes a name with an escape for another one with a backslash
 * that it has met before, behind the same members.
 */

const NAMES = ["\\", '"', "e\\", "e\t", "a\\b", "a\bc"];

const account = newAccount();
let cloud: Cloud;
let options: ReturnType<typeof clientOptions>;
let sqs: SQSClient;
before(async () => {
  cloud = await testCloud();
  options = clientOptions(cloud, account);
  sqs = new SQSClient(options);
});
after(async () => {
  await cloud.stop();
});

async function received(queue: string): Promise<string[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl: queue, MaxNumberOfMessages: 10, WaitTimeSeconds: 20 }),
  );
  return Messages.map(({ Body = "" }) => Body);
}

test("a state hands on names as they are", async () => {
  const sfn = new SFNClient({ ...options, disableHostPrefix: true });
  const { stateMachineArn } = await sfn.send(
    new CreateStateMachineCommand({
      name: "names",
      type: "EXPRESS",
      roleArn: `arn:aws:iam::${account}:role/names`,
      definition: JSON.stringify({
        StartAt: "Take",
        States: { Take: { Type: "Pass", Parameters: { "taken.$": "$.given" }, End: true } },
      }),
    }),
  );
  for (const name of NAMES) {
    const given = { states: 1, [name]: 2 };
    const { output } = await sfn.send(
      new StartSyncExecutionCommand({ stateMachineArn, input: JSON.stringify({ given }) }),
    );
    assert.equal(output, JSON.stringify({ taken: given }));
  }
});

test("a target gets the names that an event has", async () => {
  const events = new EventBridgeClient(options);
  const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: "targets" }));
  await events.send(new PutRuleCommand({ Name: "names", EventPattern: '{"source":["names"]}' }));
  const Arn = `arn:aws:sqs:us-east-1:${account}:targets`;
  await events.send(
    new PutTargetsCommand({ Rule: "names", Targets: [{ Id: "1", Arn, InputPath: "$.detail" }] }),
  );
  for (const name of NAMES) {
    const Detail = JSON.stringify({ events: 1, [name]: 2 });
    await events.send(new PutEventsCommand({ Entries: [{ Source: "names", DetailType: "n", Detail }] }));
    assert.deepEqual(await received(QueueUrl), [Detail]);
  }
});

test("a filter policy meets the names that a message has", async () => {
  const sns = new SNSClient(options);
  const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: "filtered" }));
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: "names" }));
  const Attributes = {
    FilterPolicyScope: "MessageBody",
    FilterPolicy: JSON.stringify({ "e\t": ["yes"] }),
    RawMessageDelivery: "true",
  };
  const Endpoint = `arn:aws:sqs:us-east-1:${account}:filtered`;
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint, Attributes }));
  const texts = ["e\\", "e\t"].map((name) => JSON.stringify({ topics: 1, [name]: "yes" }));
  for (const Message of texts) await sns.send(new PublishCommand({ TopicArn, Message }));
  assert.deepEqual(await received(QueueUrl), texts.slice(1));
});

test("a filter pattern finds no name that is none of an event's", async () => {
  const logs = new CloudWatchLogsClient(options);
  const of = { logGroupName: "names", logStreamName: "names" };
  await logs.send(new CreateLogGroupCommand({ logGroupName: "names" }));
  await logs.send(new CreateLogStreamCommand(of));
  const messages = ["e\\", "e\t"].map((name) => JSON.stringify({ logs: 1, [name]: "yes" }));
  const timestamp = Date.now();
  const logEvents = messages.map((message) => ({ message, timestamp }));
  await logs.send(new PutLogEventsCommand({ ...of, logEvents }));
  const { events = [] } = await logs.send(
    new FilterLogEventsCommand({ logGroupName: "names", filterPattern: String.raw`{ $['e\'] = "yes" }` }),
  );
  assert.deepEqual(
    events.map(({ message }) => message),
    messages.slice(0, 1),
  );
});
