import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { CreateTableCommand, DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { CreateEventSourceMappingCommand, InvokeCommand } from "@aws-sdk/client-lambda";
import { CreateQueueCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { clientOptions, testCloud } from "../../../test/cloud.ts";
import { until } from "../../../test/until.ts";
import type { Cloud } from "../../index.ts";
import { createNodeFunction, lambdaClient, signalServer } from "./functions.fixture.ts";

const ACCOUNT = "222233334444";

function dataDirectory(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "squall-restart-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const clients = (cloud: Cloud) => ({
  lambda: lambdaClient(cloud, ACCOUNT),
  sqs: new SQSClient(clientOptions(cloud, ACCOUNT)),
  dynamodb: new DynamoDBClient(clientOptions(cloud, ACCOUNT)),
});

const telling = (url: string) => `
export const handler = async (event) => {
  const answer = await (await fetch("${url}", { method: "POST", body: JSON.stringify(event) })).text();
  if (answer === "fail") throw new Error("asked to fail");
};`;

test("a queue's mapping goes on reading after a restart", async (t) => {
  const dataDir = dataDirectory(t);
  await using events = await signalServer();
  {
    await using cloud = await testCloud({ dataDir });
    const { lambda, sqs } = clients(cloud);
    await sqs.send(new CreateQueueCommand({ QueueName: "q" }));
    await createNodeFunction(lambda, "worker", telling(events.url));
    const EventSourceArn = `arn:aws:sqs:us-east-1:${ACCOUNT}:q`;
    await lambda.send(new CreateEventSourceMappingCommand({ FunctionName: "worker", EventSourceArn }));
  }
  await using cloud = await testCloud({ dataDir });
  const QueueUrl = `${cloud.url}/${ACCOUNT}/q`;
  await clients(cloud).sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "after" }));
  await events.calls(1);
});

test("an asynchronous event that waits for its retry is run after a restart", async (t) => {
  const dataDir = dataDirectory(t);
  await using events = await signalServer();
  events.answer = "fail";
  {
    await using cloud = await testCloud({ dataDir });
    const { lambda } = clients(cloud);
    await createNodeFunction(lambda, "worker", telling(events.url));
    const Payload = Buffer.from('{"kept":true}');
    await lambda.send(new InvokeCommand({ FunctionName: "worker", InvocationType: "Event", Payload }));
    await events.calls(1);
    await cloud.settle(0);
  }
  events.answer = "";
  await using cloud = await testCloud({ dataDir });
  await cloud.clock.advance("61s");
  await events.calls(2);
  assert.deepEqual(events.bodies[1], { kept: true });
});

test("a stream is read on from where it was left", async (t) => {
  const dataDir = dataDirectory(t);
  await using events = await signalServer();
  const put = (cloud: Cloud, id: string) =>
    clients(cloud).dynamodb.send(new PutItemCommand({ TableName: "items", Item: { id: { S: id } } }));
  {
    await using cloud = await testCloud({ dataDir });
    const { lambda, dynamodb } = clients(cloud);
    const { TableDescription } = await dynamodb.send(
      new CreateTableCommand({
        TableName: "items",
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
        AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
        BillingMode: "PAY_PER_REQUEST",
        StreamSpecification: { StreamEnabled: true, StreamViewType: "KEYS_ONLY" },
      }),
    );
    await createNodeFunction(lambda, "worker", telling(events.url));
    await lambda.send(
      new CreateEventSourceMappingCommand({
        FunctionName: "worker",
        EventSourceArn: TableDescription!.LatestStreamArn!,
        StartingPosition: "TRIM_HORIZON",
      }),
    );
    await put(cloud, "before");
    await events.calls(1);
    // It is noted how far the stream has been read before it is read on.
    await until(() => {
      const calls = cloud.calls.all().map(({ operation }) => operation);
      return calls.includes("Invoke") && calls.lastIndexOf("GetRecords") > calls.indexOf("Invoke");
    });
  }
  await using cloud = await testCloud({ dataDir });
  await put(cloud, "after");
  await events.calls(2);
  const ids = events.bodies.map((event) =>
    (event as { Records: { dynamodb: { Keys: { id: { S: string } } } }[] }).Records.map(
      (record) => record.dynamodb.Keys.id.S,
    ),
  );
  assert.deepEqual(ids, [["before"], ["after"]]);
});
