import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { CreateTableCommand, DynamoDBClient, GetItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { CreateEventSourceMappingCommand } from "@aws-sdk/client-lambda";
import { CreateTopicCommand, PublishCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Cloud } from "../../src/index.ts";
import { createNodeFunction, lambdaClient } from "../../src/services/lambda/functions.fixture.ts";
import { clientOptions, testCloud } from "../cloud.ts";
import { until } from "../until.ts";

const ACCOUNT = "123456789012";
const TableName = "orders";
const QUEUE = (name: string) => `arn:aws:sqs:us-east-1:${ACCOUNT}:${name}`;
const STORE = `
  import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
  const dynamodb = new DynamoDBClient({ maxAttempts: 2 });
  export const handler = async ({ Records: [{ body }] }) => {
    await dynamodb.send(new PutItemCommand({ TableName: "orders", Item: { id: { S: JSON.parse(body).Message } } }));
  };`;
const ORDERS = Array.from({ length: 24 }, (_, at) => `order-${at}`);

/** SNS → SQS → Lambda → DynamoDB, where half of the writes fail and what fails twice is a dead letter. */
async function outcome(cloud: Cloud, orders: readonly string[]) {
  const options = clientOptions(cloud, ACCOUNT);
  const [sns, sqs, dynamodb] = [new SNSClient(options), new SQSClient(options), new DynamoDBClient(options)];
  const lambda = lambdaClient(cloud, ACCOUNT);
  await dynamodb.send(
    new CreateTableCommand({
      TableName,
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      BillingMode: "PAY_PER_REQUEST",
    }),
  );
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: "orders" }));
  await sqs.send(new CreateQueueCommand({ QueueName: "dead" }));
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: QUEUE("dead"), maxReceiveCount: 1 });
  const Attributes = { VisibilityTimeout: "30", RedrivePolicy };
  await sqs.send(new CreateQueueCommand({ QueueName: "orders", Attributes }));
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint: QUEUE("orders") }));
  await createNodeFunction(lambda, "store", STORE, { Timeout: 20 });
  const source = { FunctionName: "store", EventSourceArn: QUEUE("orders"), BatchSize: 1 };
  await lambda.send(new CreateEventSourceMappingCommand(source));
  const often = { service: "dynamodb", percentage: 50 } as const;
  await cloud.faults.add({ ...often, operation: "PutItem", error: "unavailable" });
  await cloud.faults.add({ ...often, operation: "GetItem", error: "internal", per: "call" });

  const left = [...orders];
  const refused: string[] = [];
  const client = async () => {
    const own = { ...options, maxAttempts: 3 };
    const [publisher, reader] = [new SNSClient(own), new DynamoDBClient(own)];
    for (let order = left.pop(); order !== undefined; order = left.pop()) {
      const Key = { id: { S: order } };
      await publisher.send(new PublishCommand({ TopicArn, Message: order }));
      await reader.send(new GetItemCommand({ TableName, Key })).catch(() => refused.push(Key.id.S));
    }
  };
  await Promise.all(Array.from({ length: 16 }, client));
  await until(() => cloud.calls.of("lambda", "Invoke").length === orders.length);
  // What was not stored goes to the dead letters.
  await cloud.clock.advance("PT40S");
  const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName }));
  const writes = cloud.calls
    .of("dynamodb", "PutItem")
    .map(({ site, attempt, status }) => [site, attempt, status].join());
  return { stored: Items.map(({ id }) => id!.S!).sort(), refused: refused.sort(), writes: writes.sort() };
}

test("sixteen SDK clients in any order, with retries and dead letters: the same outcome, also after a reset and a restart", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "squall-outcome-"));
  try {
    const outcomes = [];
    {
      await using cloud = await testCloud({ dataDir });
      outcomes.push(await outcome(cloud, ORDERS));
      await cloud.reset();
      outcomes.push(await outcome(cloud, ORDERS.toReversed()));
      await cloud.reset();
    }
    await using cloud = await testCloud({ dataDir });
    outcomes.push(await outcome(cloud, ORDERS.toSorted()));
    const [first, ...others] = outcomes;
    assert.ok(
      first!.stored.length > 6 && first!.stored.length < ORDERS.length,
      `${first!.stored.length} stored`,
    );
    assert.ok(first!.refused.length > 4 && first!.refused.length < 20, `${first!.refused.length} refused`);
    assert.ok(first!.writes.length > ORDERS.length, "some writes were tried again");
    for (const other of others) assert.deepEqual(other, first);
  } finally {
    await rm(dataDir, { recursive: true });
  }
});
