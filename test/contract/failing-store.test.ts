import assert from "node:assert/strict";
import { test } from "node:test";
import { LocalCloud } from "../../src/cloud.ts";
import { SqliteStorage } from "../../src/core/sqlite.ts";
import { loadEffects } from "../../src/faults/registry.ts";
import { loadDeclarations } from "../../src/service-folders.ts";
import { zipOf } from "../../src/services/lambda/functions.fixture.ts";
import { inconsistencies } from "../consistency.ts";
import { FailingDatabase } from "../failing-database.ts";

const effects = await loadEffects();
const declarations = await loadDeclarations();
const ZIP = await zipOf({ "index.mjs": "export const handler = () => 1;" });

type Call = (service: string, operation: string, input: object) => Promise<Record<string, unknown>>;

const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
});
const arn = (service: string, resource: string) => `arn:aws:${service}:us-east-1:000000000000:${resource}`;

/** Writes of every service that keeps anything, in an order in which each can do without what failed before it. */
const WORKLOAD: readonly ((call: Call) => Promise<unknown>)[] = [
  (call) => call("sqs", "CreateQueue", { QueueName: "q", tags: { a: "b" } }),
  (call) => call("sqs", "SendMessage", { QueueUrl: "q", MessageBody: "m" }),
  (call) =>
    call("sqs", "SendMessageBatch", {
      QueueUrl: "q",
      Entries: ["1", "2", "3"].map((Id) => ({ Id, MessageBody: Id })),
    }),
  async (call) => {
    const { Messages } = await call("sqs", "ReceiveMessage", { QueueUrl: "q", MaxNumberOfMessages: 2 });
    for (const { ReceiptHandle } of (Messages ?? []) as { ReceiptHandle: string }[])
      await call("sqs", "DeleteMessage", { QueueUrl: "q", ReceiptHandle });
  },
  (call) => call("sns", "CreateTopic", { Name: "t" }),
  (call) =>
    call("sns", "Subscribe", { TopicArn: arn("sns", "t"), Protocol: "sqs", Endpoint: arn("sqs", "q") }),
  (call) => call("sns", "Publish", { TopicArn: arn("sns", "t"), Message: "m" }),
  (call) =>
    call("dynamodb", "CreateTable", {
      TableName: "Orders",
      AttributeDefinitions: ["id", "by"].map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      GlobalSecondaryIndexes: [
        {
          IndexName: "by",
          KeySchema: [{ AttributeName: "by", KeyType: "HASH" }],
          Projection: { ProjectionType: "ALL" },
        },
      ],
      BillingMode: "PAY_PER_REQUEST",
      StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
    }),
  (call) => call("dynamodb", "PutItem", { TableName: "Orders", Item: { id: { S: "1" }, by: { S: "ann" } } }),
  (call) =>
    call("dynamodb", "UpdateItem", {
      TableName: "Orders",
      Key: { id: { S: "1" } },
      UpdateExpression: "SET #by = :by",
      ExpressionAttributeNames: { "#by": "by" },
      ExpressionAttributeValues: { ":by": { S: "bob" } },
    }),
  (call) =>
    call("dynamodb", "TransactWriteItems", {
      TransactItems: ["2", "3"].map((id) => ({
        Put: { TableName: "Orders", Item: { id: { S: id }, by: { S: "ann" } } },
      })),
    }),
  (call) =>
    call("dynamodb", "BatchWriteItem", {
      RequestItems: {
        Orders: [
          { PutRequest: { Item: { id: { S: "4" }, by: { S: "cy" } } } },
          { DeleteRequest: { Key: { id: { S: "2" } } } },
        ],
      },
    }),
  (call) => call("kinesis", "CreateStream", { StreamName: "s", ShardCount: 2 }),
  (call) =>
    call("kinesis", "PutRecords", {
      StreamName: "s",
      Records: ["a", "b"].map((PartitionKey) => ({ PartitionKey, Data: Buffer.from("d") })),
    }),
  (call) => call("iam", "CreateRole", { RoleName: "r", AssumeRolePolicyDocument: TRUST }),
  (call) => call("iam", "CreateUser", { UserName: "u", Tags: [{ Key: "a", Value: "b" }] }),
  (call) => call("iam", "CreateAccessKey", { UserName: "u" }),
  (call) => call("sts", "AssumeRole", { RoleArn: "arn:aws:iam::000000000000:role/r", RoleSessionName: "s" }),
  (call) => call("logs", "CreateLogGroup", { logGroupName: "g" }),
  (call) => call("logs", "CreateLogStream", { logGroupName: "g", logStreamName: "s" }),
  (call) =>
    call("logs", "PutLogEvents", {
      logGroupName: "g",
      logStreamName: "s",
      logEvents: [{ timestamp: Date.now(), message: "m" }],
    }),
  (call) =>
    call("cloudwatch", "PutMetricData", { Namespace: "n", MetricData: [{ MetricName: "m", Value: 1 }] }),
  (call) =>
    call("cloudwatch", "PutMetricAlarm", {
      AlarmName: "a",
      Namespace: "n",
      MetricName: "m",
      Statistic: "Sum",
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: "GreaterThanThreshold",
    }),
  (call) =>
    call("lambda", "CreateFunction", {
      FunctionName: "f",
      Role: "arn:aws:iam::000000000000:role/r",
      Runtime: "nodejs24.x",
      Handler: "index.handler",
      Code: { ZipFile: ZIP },
    }),
  (call) => call("lambda", "PublishVersion", { FunctionName: "f" }),
  (call) => call("lambda", "CreateAlias", { FunctionName: "f", Name: "live", FunctionVersion: "1" }),
  async (call) => {
    const { id: restApiId } = await call("apigateway", "CreateRestApi", { name: "api" });
    const { items } = await call("apigateway", "GetResources", { restApiId });
    const [{ id: resourceId }] = items as [{ id: string }];
    const method = { restApiId, resourceId, httpMethod: "GET" };
    await call("apigateway", "PutMethod", { ...method, authorizationType: "NONE" });
    await call("apigateway", "PutIntegration", { ...method, type: "MOCK" });
    await call("apigateway", "CreateDeployment", { restApiId, stageName: "dev" });
  },
  (call) => call("apigatewayv2", "CreateApi", { Name: "http", ProtocolType: "HTTP" }),
  (call) => call("resource-groups", "CreateGroup", { Name: "g" }),
  async (call) => {
    const { experimentTemplate } = await call("fis", "CreateExperimentTemplate", {
      clientToken: "t",
      description: "d",
      roleArn: "arn:aws:iam::000000000000:role/r",
      stopConditions: [{ source: "none" }],
      targets: {},
      actions: { wait: { actionId: "aws:fis:wait", parameters: { duration: "PT1M" } } },
    });
    await call("fis", "StartExperiment", {
      clientToken: "s",
      experimentTemplateId: (experimentTemplate as { id: string }).id,
    });
  },
  (call) => call("dynamodb", "DeleteTable", { TableName: "Orders" }),
  (call) => call("sqs", "DeleteQueue", { QueueUrl: "q" }),
];

async function cloudOn(database: FailingDatabase) {
  let storage: SqliteStorage | undefined;
  const cloud = new LocalCloud({ listen: false, seed: "test" }, effects, declarations, {
    openStorage: (file) => {
      storage = new SqliteStorage(file, { open: database.open });
      return storage;
    },
  });
  await cloud.start();
  return { cloud, storage: storage!, [Symbol.asyncDispose]: () => cloud.stop() };
}

/** Runs the workload; a step that fails does not stop the others. Returns what failed with anything but a declared error. */
async function run(cloud: LocalCloud): Promise<string[]> {
  const odd: string[] = [];
  for (const [at, step] of WORKLOAD.entries()) {
    try {
      await step(cloud.call);
    } catch (error) {
      const { code, status } = error as { code?: string; status?: number };
      if (code === undefined || status === undefined) odd.push(`step ${at}: ${error}`);
    }
  }
  return odd;
}

/** What Describe says of an item count is what Scan finds. */
async function countsAgree(cloud: LocalCloud): Promise<void> {
  const table = await cloud
    .call<{ Table: { ItemCount: number } }>("dynamodb", "DescribeTable", { TableName: "Orders" })
    .catch(() => undefined);
  if (!table) return;
  const { Count } = await cloud.call<{ Count: number }>("dynamodb", "Scan", { TableName: "Orders" });
  assert.equal(table.Table.ItemCount, Count);
  const byIndex = await cloud.call<{ Count: number }>("dynamodb", "Scan", {
    TableName: "Orders",
    IndexName: "by",
  });
  assert.equal(byIndex.Count, Count, "an index and its table differ");
}

test("whichever write fails, nothing is half done, and everything works afterwards", async () => {
  const counting = new FailingDatabase();
  {
    await using world = await cloudOn(counting);
    assert.deepEqual(await run(world.cloud), []);
  }
  const total = counting.writes;
  assert.ok(total > 60, `${total} writes`);
  for (let failsAt = 1; failsAt <= total; failsAt++) {
    const database = new FailingDatabase();
    database.failsAt = failsAt;
    await using world = await cloudOn(database);
    const { cloud, storage } = world;
    assert.deepEqual(await run(cloud), [], `write ${failsAt}`);
    await storage.flushed()?.catch(() => {});
    assert.deepEqual(inconsistencies(storage), [], `after write ${failsAt} of ${total} failed`);
    await countsAgree(cloud);
    // The rest works without a restart: another run, in the state that the first has left.
    assert.deepEqual(await run(cloud), [], `the second run after write ${failsAt} failed`);
    assert.deepEqual(inconsistencies(storage), [], `the second run after write ${failsAt} failed`);
  }
});

test("what could not be kept is the service's own internal error, in the client's protocol", async () => {
  const database = new FailingDatabase();
  let storage: SqliteStorage | undefined;
  const cloud = new LocalCloud({ port: 0, seed: "test" }, effects, declarations, {
    openStorage: (file) => {
      storage = new SqliteStorage(file, { open: database.open });
      return storage;
    },
  });
  await cloud.start();
  try {
    const ask = (service: string, headers: Record<string, string>, body: string) =>
      fetch(cloud.url, {
        method: "POST",
        headers: {
          authorization: `AWS4-HMAC-SHA256 Credential=000000000000/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
          ...headers,
        },
        body,
      });
    const cases: [
      service: string,
      headers: Record<string, string>,
      body: string,
      status: number,
      says: RegExp,
    ][] = [
      [
        "sqs",
        { "content-type": "application/x-amz-json-1.0", "x-amz-target": "AmazonSQS.CreateQueue" },
        '{"QueueName":"q"}',
        500,
        /"__type":"[^"]*InternalFailure"/,
      ],
      [
        "dynamodb",
        { "content-type": "application/x-amz-json-1.0", "x-amz-target": "DynamoDB_20120810.CreateTable" },
        '{"TableName":"Orders","AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],"BillingMode":"PAY_PER_REQUEST"}',
        500,
        /"__type":"[^"]*InternalServerError"/,
      ],
      [
        "sns",
        { "content-type": "application/x-www-form-urlencoded" },
        "Action=CreateTopic&Version=2010-03-31&Name=t",
        500,
        /<Code>Internal(?:Error|Failure)/,
      ],
    ];
    for (const commit of [false, true]) {
      for (const [service, headers, body, status, says] of cases) {
        // The first write of the call, or the commit behind it.
        database.failsAt = database.writes + (commit ? 2 : 1);
        const failed = await ask(service, headers, body);
        assert.equal(failed.status, status, `${service}${commit ? ", at the commit" : ""}`);
        assert.match(await failed.text(), says);
      }
    }
    database.failsAt = 0;
    for (const [service, headers, body] of cases)
      assert.equal((await ask(service, headers, body)).status, 200);
  } finally {
    await cloud.stop();
  }
});
