import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { gunzipSync } from "node:zlib";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteAccountPolicyCommand,
  PutAccountPolicyCommand,
  PutLogEventsCommand,
  PutSubscriptionFilterCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import type { Cloud } from "../../src/index.ts";
import { createNodeFunction } from "../../src/services/lambda/functions.fixture.ts";
import { Receiver } from "../../src/services/sns/fixture.test.ts";
import { clientEnvironment, clientOptions, newAccount, testCloud } from "../cloud.ts";
import { needs } from "../needs.ts";

const account = newAccount();
const functionArn = (name: string) => `arn:aws:lambda:us-east-1:${account}:function:${name}`;
let cloud: Cloud;
let lambda: LambdaClient;
let logs: CloudWatchLogsClient;
before(async () => {
  cloud = await testCloud({ services: ["lambda", "logs"] });
  const options = clientOptions(cloud, account);
  [lambda, logs] = [new LambdaClient(options), new CloudWatchLogsClient(options)];
});
after(() => cloud[Symbol.asyncDispose]());

const poster = (url: string) =>
  `export const handler = async (event) => { await fetch(${JSON.stringify(url)}, { method: "POST", body: JSON.stringify(event) }); };`;
const unpacked = (body: string) =>
  JSON.parse(gunzipSync(Buffer.from(JSON.parse(body).awslogs.data, "base64")).toString());

async function createGroup(logGroupName: string) {
  await logs.send(new CreateLogGroupCommand({ logGroupName }));
  await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName: "s" }));
  return (...messages: string[]) =>
    logs.send(
      new PutLogEventsCommand({
        logGroupName,
        logStreamName: "s",
        logEvents: messages.map((message) => ({ timestamp: cloud.clock.now(), message })),
      }),
    );
}

test("A function gets the log events that its subscription filter wants.", async () => {
  await using receiver = await Receiver.start();
  const put = await createGroup("/app");
  await createNodeFunction(lambda, "reader", poster(receiver.url));
  await logs.send(
    new PutSubscriptionFilterCommand({
      logGroupName: "/app",
      filterName: "errors",
      filterPattern: "[level = ERROR, ...]",
      destinationArn: functionArn("reader"),
    }),
  );
  await put("ERROR one", "INFO two", "ERROR three");
  const [request] = await receiver.atLeast(1);
  const { logEvents, ...rest } = unpacked(request!.body);
  assert.deepEqual(rest, {
    messageType: "DATA_MESSAGE",
    owner: account,
    logGroup: "/app",
    logStream: "s",
    subscriptionFilters: ["errors"],
  });
  assert.deepEqual(
    logEvents.map(({ message }: { message: string }) => message),
    ["ERROR one", "ERROR three"],
  );
  assert.match(logEvents[0].id, /^\d{56}$/);
  assert.deepEqual(logEvents[0].extractedFields, { level: "ERROR", 2: "one" });
});

test("What a function prints reaches the function that follows its log.", async () => {
  await using receiver = await Receiver.start();
  await createNodeFunction(lambda, "talker", 'export const handler = async () => console.log("a word");');
  await createNodeFunction(lambda, "listener", poster(receiver.url));
  await logs.send(new CreateLogGroupCommand({ logGroupName: "/aws/lambda/talker" }));
  await logs.send(
    new PutSubscriptionFilterCommand({
      logGroupName: "/aws/lambda/talker",
      filterName: "all",
      filterPattern: '"a word"',
      destinationArn: functionArn("listener"),
    }),
  );
  await lambda.send(new InvokeCommand({ FunctionName: "talker" }));
  const [request] = await receiver.atLeast(1);
  assert.match(unpacked(request!.body).logEvents[0].message, /a word/);
});

test("An account policy subscribes to all groups but those that it names.", async () => {
  await using receiver = await Receiver.start();
  await createNodeFunction(lambda, "watcher", poster(receiver.url));
  const [inside, outside] = [await createGroup("/inside"), await createGroup("/outside")];
  const policyName = "all";
  const policyType = "SUBSCRIPTION_FILTER_POLICY";
  await logs.send(
    new PutAccountPolicyCommand({
      policyName,
      policyType,
      policyDocument: JSON.stringify({ DestinationArn: functionArn("watcher"), FilterPattern: "WATCHED" }),
      selectionCriteria: 'LogGroupName NOT IN ["/outside"]',
    }),
  );
  await outside("WATCHED outside");
  await inside("WATCHED inside");
  const [request] = await receiver.atLeast(1);
  assert.deepEqual(unpacked(request!.body).subscriptionFilters, [policyName]);
  assert.equal(unpacked(request!.body).logGroup, "/inside");
  await logs.send(new DeleteAccountPolicyCommand({ policyName, policyType }));
});

test("An outage of Lambda delays log events and loses none.", async () => {
  await using receiver = await Receiver.start();
  const put = await createGroup("/outage");
  await createNodeFunction(lambda, "late", poster(receiver.url));
  await logs.send(
    new PutSubscriptionFilterCommand({
      logGroupName: "/outage",
      filterName: "all",
      filterPattern: "",
      destinationArn: functionArn("late"),
    }),
  );
  const { id } = await cloud.faults.add({
    effect: "error",
    params: { code: "ServiceException", status: 500 },
    match: { service: "lambda", operation: "Invoke" },
  });
  await put("one");
  await put("two");
  await cloud.clock.advance(30_000);
  await cloud.faults.remove(id);
  await cloud.clock.advance(60_000);
  const messages = (await receiver.atLeast(2)).map(({ body }) => unpacked(body).logEvents[0].message);
  assert.deepEqual(messages.sort(), ["one", "two"]);
});

test("A subscription filter needs a function that is there.", async () => {
  await createGroup("/nowhere");
  await assert.rejects(
    logs.send(
      new PutSubscriptionFilterCommand({
        logGroupName: "/nowhere",
        filterName: "f",
        filterPattern: "",
        destinationArn: functionArn("nobody"),
      }),
    ),
    {
      name: "InvalidParameterException",
      message:
        "Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to execute your function.",
    },
  );
});

test("The AWS CLI reads and filters a group.", needs("aws"), async () => {
  const put = await createGroup("/cli");
  await put("ERROR one", "two");
  const env = clientEnvironment(cloud, account);
  const aws = async (...args: string[]) => (await promisify(execFile)("aws", args, { env })).stdout;
  const filtered = JSON.parse(
    await aws(
      "logs",
      "filter-log-events",
      "--log-group-name",
      "/cli",
      "--filter-pattern",
      "ERROR",
      "--output",
      "json",
    ),
  );
  assert.deepEqual(
    filtered.events.map(({ message }: { message: string }) => message),
    ["ERROR one"],
  );
  const got = JSON.parse(
    await aws(
      "logs",
      "get-log-events",
      "--log-group-name",
      "/cli",
      "--log-stream-name",
      "s",
      "--output",
      "json",
    ),
  );
  assert.equal(got.events.length, 2);
});
