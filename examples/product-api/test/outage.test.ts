import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import type { APIGatewayProxyEvent, SQSEvent } from "aws-lambda";
import { startSquall, type TestCloud } from "squall/testing";

/** The functions themselves, in this process, against a cloud that fails. */

const widget = { id: "prod-1003", name: "Super Widget", price: "29.99", description: "Durable." };
let cloud: TestCloud;
let queueUrl: string;
let api: typeof import("../src/api.ts");
let queue: typeof import("../src/queue.ts");

before(async () => {
  cloud = await startSquall();
  await cloud.call("dynamodb", "CreateTable", {
    TableName: "Products",
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    BillingMode: "PAY_PER_REQUEST",
  });
  const { TopicArn } = await cloud.call<{ TopicArn: string }>("sns", "CreateTopic", {
    Name: "ProductEventsTopic",
  });
  queueUrl = (
    await cloud.call<{ QueueUrl: string }>("sqs", "CreateQueue", { QueueName: "ProductEventsQueue" })
  ).QueueUrl;
  const Endpoint = "arn:aws:sqs:us-east-1:000000000000:ProductEventsQueue";
  await cloud.call("sns", "Subscribe", { TopicArn, Protocol: "sqs", Endpoint });
  // The functions' clients are made when their modules are loaded, as on Lambda.
  Object.assign(process.env, cloud.environment(), { TOPIC_ARN: TopicArn });
  api = await import("../src/api.ts");
  queue = await import("../src/queue.ts");
});

after(() => cloud.stop());
beforeEach(() => cloud.faults.clear());

async function post(product: object): Promise<{ statusCode: number; body: string }> {
  const { statusCode, body } = await api.handler({
    httpMethod: "POST",
    body: JSON.stringify(product),
  } as APIGatewayProxyEvent);
  return { statusCode, body };
}

async function get(id: string): Promise<{ statusCode: number; body: string }> {
  const event = { httpMethod: "GET", queryStringParameters: { id } } as unknown as APIGatewayProxyEvent;
  const { statusCode, body } = await api.handler(event);
  return { statusCode, body };
}

async function nextMessage(): Promise<{ MessageId: string; Body: string }> {
  const { Messages = [] } = await cloud.call<{ Messages?: { MessageId: string; Body: string }[] }>(
    "sqs",
    "ReceiveMessage",
    {
      QueueUrl: queueUrl,
      WaitTimeSeconds: 5,
      VisibilityTimeout: 0,
    },
  );
  assert.ok(Messages[0]);
  return Messages[0];
}

test("a product is stored and read again", async () => {
  assert.deepEqual(await post({ ...widget, id: "prod-1" }), {
    statusCode: 200,
    body: "Product added/updated successfully.",
  });
  assert.deepEqual(JSON.parse((await get("prod-1")).body), { ...widget, id: "prod-1" });
  assert.equal((await get("prod-2")).statusCode, 404);
});

test("what is no product is refused", async () => {
  for (const body of [{}, { id: "" }, { id: "a", price: "much" }])
    assert.equal((await post(body)).statusCode, 400);
});

test("in an outage of DynamoDB a product goes to the queue, and from there into the table when it is over", async () => {
  const outage = await cloud.faults.add({
    effect: "error",
    params: { kind: "internal" },
    match: { service: "dynamodb" },
  });
  assert.deepEqual(await post(widget), {
    statusCode: 200,
    body: "A DynamoDB error occurred. Message sent to queue.",
  });
  assert.equal((await get(widget.id)).statusCode, 500);

  const { MessageId: messageId, Body: body } = await nextMessage();
  const event = { Records: [{ messageId, body }] } as SQSEvent;
  assert.deepEqual(await queue.handler(event), { batchItemFailures: [{ itemIdentifier: messageId }] });
  cloud.faults.remove(outage.id);
  assert.deepEqual(await queue.handler(event), { batchItemFailures: [] });
  assert.deepEqual(JSON.parse((await get(widget.id)).body), widget);
});

test("a throttled write gets through by the SDK's own retries", async () => {
  await cloud.faults.add({
    effect: "error",
    params: { kind: "throttle" },
    match: { service: "dynamodb", operation: "PutItem" },
    times: 2,
  });
  assert.equal((await post({ ...widget, id: "prod-3" })).body, "Product added/updated successfully.");
});
