import assert from "node:assert/strict";
import { test } from "node:test";
import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { DescribeInstancesCommand, EC2Client } from "@aws-sdk/client-ec2";
import { CreateUserCommand, IAMClient } from "@aws-sdk/client-iam";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { CreateTopicCommand, PublishCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { colouredLine } from "../../src/cli/coloured-log.ts";
import type { Cloud, LogLine } from "../../src/index.ts";
import { clientOptions, testCloud } from "../cloud.ts";
import { until } from "../until.ts";

const ACCOUNT = "111122223333";

/** A cloud, and what its log says of calls. */
async function told(level: "INFO" | "DEBUG" = "INFO") {
  const lines: LogLine[] = [];
  const cloud = await testCloud({ logLevel: level, log: (line) => lines.push(line) });
  const said = () => lines.filter(({ about }) => about).map(({ message }) => message);
  return { cloud, lines, said, [Symbol.asyncDispose]: () => cloud.stop() };
}

const query = (cloud: Cloud, parameters: Record<string, string>, headers: Record<string, string> = {}) =>
  fetch(cloud.url, { method: "POST", body: new URLSearchParams(parameters), headers });

test("a call's line names the resource as it is called, and who called", async () => {
  await using at = await told();
  const options = clientOptions(at.cloud, ACCOUNT);
  const drawn = "jobs-0b1f2c3d-1111-4222-8333-944455566677";
  await new SQSClient(options).send(new CreateQueueCommand({ QueueName: drawn }));
  await new SQSClient(options).send(new ListQueuesCommand({}));
  await new S3Client({ ...options, forcePathStyle: true }).send(
    new CreateBucketCommand({ Bucket: "photos" }),
  );
  const InstanceIds = ["i-0123456789abcdef0", "i-0123456789abcdef1"];
  await assert.rejects(new EC2Client(options).send(new DescribeInstancesCommand({ InstanceIds })));
  await query(at.cloud, { Action: "ListQueues", Version: "2012-11-05" });
  const by = `by ${ACCOUNT}:root`;
  assert.deepEqual(at.said(), [
    `AWS sqs.CreateQueue => 200 on ${drawn} ${by}`,
    `AWS sqs.ListQueues => 200 ${by}`,
    `AWS s3.CreateBucket => 200 on photos ${by}`,
    `AWS ec2.DescribeInstances => 400 (InvalidInstanceID.NotFound) on ${InstanceIds.join("+")} ${by}`,
    "AWS sqs.ListQueues => 200 by anonymous",
  ]);
});

test("what a rule did stands before the resource", async () => {
  await using at = await told();
  const rule = await at.cloud.faults.add({ effect: "error", params: { kind: "unavailable" } });
  const client = new DynamoDBClient(clientOptions(at.cloud, ACCOUNT));
  await assert.rejects(client.send(new GetItemCommand({ TableName: "orders", Key: { id: { S: "1" } } })));
  assert.match(
    at.said()[0] ?? "",
    new RegExp(
      `^AWS dynamodb\\.GetItem => \\d+ \\(\\w+\\) \\[error by ${rule.id}\\] on orders by ${ACCOUNT}:root$`,
    ),
  );
});

test("what services call of each other is said of who calls, where that is wanted", async () => {
  await using at = await told("DEBUG");
  const sns = new SNSClient(clientOptions(at.cloud, ACCOUNT));
  await new SQSClient(clientOptions(at.cloud, ACCOUNT)).send(new CreateQueueCommand({ QueueName: "jobs" }));
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: "orders" }));
  const Endpoint = `arn:aws:sqs:us-east-1:${ACCOUNT}:jobs`;
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint }));
  await sns.send(new PublishCommand({ TopicArn, Message: "hello" }));
  const delivered = () => at.said().find((line) => line.startsWith("AWS sqs.SendMessage "));
  await until(() => delivered() !== undefined);
  assert.equal(delivered(), "AWS sqs.SendMessage => 200 on jobs by sns.amazonaws.com");
});

test("a name with line breaks and terminal codes in it is one line without them", async () => {
  await using at = await told();
  const name = "x\n2026-01-01T00:00:00.000 ERROR \u001b[2J";
  await query(at.cloud, { Action: "CreateTopic", Version: "2010-03-31", Name: name });
  await assert.rejects(
    new IAMClient(clientOptions(at.cloud, ACCOUNT)).send(new CreateUserCommand({ UserName: name })),
  );
  await query(at.cloud, { Action: "Odd\nOperation\r", Version: "2012-11-05" });
  assert.equal(at.said().length, 3);
  for (const line of at.said()) assert.match(line, /^[\x20-\x7e]+$/);
});

test("colours say how a call ended, and of all other lines how bad they are", () => {
  const line = (level: LogLine["level"], about?: object): LogLine => ({
    atMs: 0,
    level,
    logger: "squall",
    message: "told",
    ...(about && { about }),
  });
  const RED = "\u001b[31m";
  const YELLOW = "\u001b[33m";
  for (const [given, colour] of [
    [line("INFO"), ""],
    [line("WARN"), YELLOW],
    [line("ERROR"), RED],
    [line("INFO", { status: 200 }), ""],
    [line("INFO", { status: 399 }), ""],
    [line("INFO", { status: 400 }), YELLOW],
    [line("INFO", { status: 499 }), YELLOW],
    [line("INFO", { status: 500 }), RED],
    [line("INFO", { status: 0, dropped: "reset" }), RED],
  ] as const) {
    const text = colouredLine(given);
    assert.equal(text.startsWith("\u001b") ? text.slice(0, 5) : "", colour, JSON.stringify(given));
    assert.equal(text.endsWith("\u001b[39m"), colour !== "");
  }
});

test("services of LocalStack's SERVICES that are not served are named at the start", async () => {
  const warned = async (SERVICES: string) => {
    const lines: LogLine[] = [];
    const log = (line: LogLine) => void lines.push(line);
    await using _ = await testCloud({ environment: { SERVICES }, log });
    return lines.filter(({ level }) => level === "WARN").map(({ message }) => message);
  };
  assert.deepEqual(await warned("sqs, opensearch,redshift:4577"), [
    "SERVICES names what Squall does not serve: opensearch, redshift.",
  ]);
  assert.deepEqual(await warned("sqs,s3"), []);
});
