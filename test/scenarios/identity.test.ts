import assert from "node:assert/strict";
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { test } from "node:test";
import { ApiGatewayV2Client, CreateApiCommand } from "@aws-sdk/client-apigatewayv2";
import { CreateTableCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { CreateStreamCommand, KinesisClient, PutRecordCommand } from "@aws-sdk/client-kinesis";
import {
  CreateEventSourceMappingCommand,
  CreateFunctionUrlConfigCommand,
  InvokeCommand,
  PutFunctionEventInvokeConfigCommand,
} from "@aws-sdk/client-lambda";
import { CreatePipeCommand, PipesClient } from "@aws-sdk/client-pipes";
import { CreateTopicCommand, PublishCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import fc from "fast-check";
import { createNodeFunction, lambdaClient } from "../../src/services/lambda/functions.fixture.ts";
import { clientOptions, testCloud } from "../cloud.ts";
import { until } from "../until.ts";

const ACCOUNT = "123456789012";
const QUEUE = (name: string) => `arn:aws:sqs:us-east-1:${ACCOUNT}:${name}`;

const STORE = `
  import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
  const dynamodb = new DynamoDBClient({});
  export const handler = async (event) => {
    for (const { messageId, body } of event.Records) {
      const Item = { id: { S: JSON.parse(body).Message }, by: { S: messageId }, at: { N: String(Date.now()) } };
      await dynamodb.send(new PutItemCommand({ TableName: "orders", Item }));
    }
  };`;
const TELL = `
  import { SQSClient, SendMessageCommand } from "@aws-sdk/client-sqs";
  const sqs = new SQSClient({});
  export const handler = async (event) => {
    const QueueUrl = process.env.AWS_ENDPOINT_URL + "/${ACCOUNT}/told";
    for (const { dynamodb } of event.Records)
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: dynamodb.Keys.id.S }));
  };`;

/** Publishes orders through SNS → SQS → Lambda → DynamoDB → stream → Lambda → SQS, and gives every call's site and identity. */
async function journey(
  publishAll: (publish: (order: string) => Promise<void>) => Promise<void>,
  count: number,
) {
  await using cloud = await testCloud();
  const options = clientOptions(cloud, ACCOUNT);
  const [sns, sqs, dynamodb] = [new SNSClient(options), new SQSClient(options), new DynamoDBClient(options)];
  const lambda = lambdaClient(cloud, ACCOUNT);
  const { TableDescription: table } = await dynamodb.send(
    new CreateTableCommand({
      TableName: "orders",
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      BillingMode: "PAY_PER_REQUEST",
      StreamSpecification: { StreamEnabled: true, StreamViewType: "KEYS_ONLY" },
    }),
  );
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: "orders" }));
  for (const QueueName of ["orders", "told"]) await sqs.send(new CreateQueueCommand({ QueueName }));
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint: QUEUE("orders") }));
  await createNodeFunction(lambda, "store", STORE, { Timeout: 30 });
  await createNodeFunction(lambda, "tell", TELL, { Timeout: 30 });
  const sources = [
    { FunctionName: "store", EventSourceArn: QUEUE("orders"), BatchSize: 1 },
    {
      FunctionName: "tell",
      EventSourceArn: table!.LatestStreamArn!,
      BatchSize: 1,
      StartingPosition: "TRIM_HORIZON" as const,
    },
  ];
  for (const source of sources) await lambda.send(new CreateEventSourceMappingCommand(source));
  const { last } = (await (await fetch(`${cloud.url}/_squall/calls`)).json()) as { last: number };

  await publishAll(async (Message) => {
    await sns.send(new PublishCommand({ TopicArn, Message }));
  });
  const isDone = () =>
    cloud.calls.of("lambda", "Invoke").length === 2 * count &&
    cloud.calls.of("sqs", "DeleteMessageBatch").length === count;
  await until(isDone);
  // How often a queue is asked, and which environment logs what, is a matter of time.
  const calls = cloud.calls
    .all()
    .filter(({ sequence, service, origin }) => sequence > last && service !== "logs" && origin === undefined);
  return calls.map(({ site, identity }) => `${identity} ${site}`).sort();
}

const ORDERS = ["a", "b", "c", "d"];

test("SNS → SQS → Lambda → DynamoDB → stream → Lambda → SQS has the same identities whatever the order", async () => {
  const oneByOne = await journey(async (publish) => {
    for (const order of ORDERS) await publish(order);
  }, ORDERS.length);
  const atOnce = await journey(async (publish) => {
    await Promise.all(ORDERS.toReversed().map(publish));
  }, ORDERS.length);
  assert.deepEqual(atOnce, oneByOne);
  assert.equal(new Set(oneByOne).size, oneByOne.length);

  const steps = [
    "123456789012",
    "sns\\.Publish@orders~[0-9a-f]{6}#1",
    "sqs\\.SendMessage@orders#1",
    "lambda\\.Invoke@store#1",
    "dynamodb\\.PutItem@orders~[0-9a-f]{6}#1",
    "lambda\\.Invoke@tell#1",
    "sqs\\.SendMessage@told~[0-9a-f]{6}#1",
  ];
  const longest = new RegExp(`^[0-9a-f]{16} ${steps.join(" > ")}$`);
  assert.equal(oneByOne.filter((line) => longest.test(line)).length, ORDERS.length);
  // Six calls of each journey, and the deletion of its message.
  assert.equal(oneByOne.length, 7 * ORDERS.length);
});

const WORKER = `
  import { SQSClient, SendMessageCommand } from "@aws-sdk/client-sqs";
  const sqs = new SQSClient({});
  export const handler = async () => {
    const QueueUrl = process.env.AWS_ENDPOINT_URL + "/${ACCOUNT}/told";
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "done" }));
    return { statusCode: 200, body: "done" };
  };`;

test("function URLs, HTTP APIs, asynchronous events, destinations and Kinesis carry the call that they come of", async () => {
  await using cloud = await testCloud();
  const options = clientOptions(cloud, ACCOUNT);
  const sqs = new SQSClient(options);
  const lambda = lambdaClient(cloud, ACCOUNT);
  const [kinesis, gateway] = [new KinesisClient(options), new ApiGatewayV2Client(options)];
  for (const QueueName of ["told", "records"]) await sqs.send(new CreateQueueCommand({ QueueName }));
  const { FunctionArn } = await createNodeFunction(lambda, "worker", WORKER, { Timeout: 30 });
  await lambda.send(
    new PutFunctionEventInvokeConfigCommand({
      FunctionName: "worker",
      DestinationConfig: { OnSuccess: { Destination: QUEUE("records") } },
    }),
  );
  const { FunctionUrl } = await lambda.send(
    new CreateFunctionUrlConfigCommand({ FunctionName: "worker", AuthType: "NONE" }),
  );
  const { ApiEndpoint } = await gateway.send(
    new CreateApiCommand({
      Name: "shop",
      ProtocolType: "HTTP",
      Target: FunctionArn!,
      RouteKey: "POST /orders",
    }),
  );
  await kinesis.send(new CreateStreamCommand({ StreamName: "clicks", ShardCount: 1 }));
  const EventSourceArn = `arn:aws:kinesis:us-east-1:${ACCOUNT}:stream/clicks`;
  await lambda.send(
    new CreateEventSourceMappingCommand({
      FunctionName: "worker",
      EventSourceArn,
      StartingPosition: "TRIM_HORIZON",
    }),
  );
  const told = async (count: number) => {
    const sent = () => cloud.calls.of("sqs", "SendMessage").filter(({ site }) => site.includes("@told"));
    await until(() => sent().length >= count);
    return sent()[count - 1]!.site.replaceAll(/~[0-9a-f]{6}/g, "");
  };
  const post = async (url: string, path: string) => {
    const { hostname } = new URL(url);
    const address = new URL(path, cloud.url);
    const sent = request(address, { method: "POST", headers: { host: hostname } });
    sent.end("x");
    const [answer] = (await once(sent, "response")) as [IncomingMessage];
    answer.resume();
    assert.equal(answer.statusCode, 200);
  };

  await post(FunctionUrl!, "/");
  assert.equal(
    await told(1),
    "anonymous > lambda-url.InvokeFunctionUrl@worker#1 > lambda.Invoke@worker#1 > sqs.SendMessage@told#1",
  );
  await post(ApiEndpoint!, "/orders");
  assert.equal(
    await told(2),
    "anonymous > execute-api.Invoke@shop POST /orders#1 > lambda.Invoke@worker#1 > sqs.SendMessage@told#1",
  );
  await kinesis.send(
    new PutRecordCommand({ StreamName: "clicks", Data: Buffer.from("x"), PartitionKey: "p" }),
  );
  assert.equal(
    await told(3),
    // A batch is one of its kind to what comes of it.
    `${ACCOUNT} > kinesis.PutRecord@clicks > lambda.Invoke@worker > sqs.SendMessage@told#1`,
  );
  await lambda.send(new InvokeCommand({ FunctionName: "worker", InvocationType: "Event" }));
  assert.equal(await told(4), `${ACCOUNT} > lambda.Invoke@worker#1 > sqs.SendMessage@told#1`);
  const delivered = () => cloud.calls.of("sqs", "SendMessage").find(({ site }) => site.includes("@records"));
  assert.equal(
    (await until(delivered)).site.replaceAll(/~[0-9a-f]{6}/g, ""),
    `${ACCOUNT} > lambda.Invoke@worker#1 > sqs.SendMessage@records#1`,
  );
});

test("a poller's calls have an origin", async () => {
  await using cloud = await testCloud();
  const options = clientOptions(cloud, ACCOUNT);
  await new SQSClient(options).send(new CreateQueueCommand({ QueueName: "jobs" }));
  const lambda = lambdaClient(cloud, ACCOUNT);
  await createNodeFunction(lambda, "worker", "export const handler = async () => {};", { Timeout: 10 });
  const mapping = { FunctionName: "worker", EventSourceArn: QUEUE("jobs") };
  await lambda.send(new CreateEventSourceMappingCommand(mapping));
  const QueueUrl = `${cloud.url}/${ACCOUNT}/jobs`;
  await new SQSClient(options).send(new SendMessageCommand({ QueueUrl, MessageBody: "x" }));
  await until(() => cloud.calls.of("sqs", "DeleteMessageBatch").length > 0);
  assert.equal(
    cloud.calls.of("sqs", "ReceiveMessage")[0]!.site,
    "event-source(jobs to worker) > sqs.ReceiveMessage@jobs#1",
  );
  assert.match(
    cloud.calls.of("sqs", "DeleteMessageBatch")[0]!.site,
    /^123456789012 > sqs\.SendMessage@jobs > sqs\.DeleteMessageBatch@jobs#1$/,
  );
});

test("the same seed and traffic from sixteen clients at once, in any order: the same calls fail", async () => {
  const orders = Array.from({ length: 120 }, (_, i) => `order-${i}`);
  await using cloud = await testCloud();
  const clients = Array.from({ length: 16 }, () => new SQSClient(clientOptions(cloud, ACCOUNT)));
  const QueueUrl = `${cloud.url}/${ACCOUNT}/orders`;

  const failing = async (shuffled: readonly string[]): Promise<string[]> => {
    await cloud.reset();
    await clients[0]!.send(new CreateQueueCommand({ QueueName: "orders" }));
    await cloud.faults.add({ service: "sqs", operation: "SendMessage", error: "throttle", percentage: 25 });
    const left = [...shuffled];
    const failed: string[] = [];
    const work = async (sqs: SQSClient) => {
      for (let body = left.pop(); body !== undefined; body = left.pop()) {
        const MessageBody = body;
        await sqs
          .send(new SendMessageCommand({ QueueUrl, MessageBody }))
          .catch(() => failed.push(MessageBody));
      }
    };
    await Promise.all(clients.map(work));
    return failed.sort();
  };

  const expected = await failing(orders);
  assert.ok(expected.length > 15 && expected.length < 45, `${expected.length} of 120 at 25 %`);
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray(orders, { minLength: orders.length }), async (shuffled) => {
      assert.deepEqual(await failing(shuffled), expected);
    }),
    { numRuns: 8 },
  );
});

/** Takes a batch of any source, and writes each of its records; what fails is let go. */
const KEEP = `
  import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
  const dynamodb = new DynamoDBClient({ maxAttempts: 1 });
  const idOf = ({ body, kinesis }) => body ?? Buffer.from(kinesis.data, "base64").toString();
  export const handler = async (event) => {
    await Promise.all((event.Records ?? event).map((record) => {
      const Item = { id: { S: idOf(record) } };
      return dynamodb.send(new PutItemCommand({ TableName: "orders", Item })).catch(() => {});
    }));
  };`;

test("batches of a queue, a stream and a pipe, however they are made up: the same calls of their functions fail", async () => {
  const names = Array.from({ length: 40 }, (_, i) => `order-${i}`);
  const kinds = ["queue", "stream", "pipe"];
  const sent = names.flatMap((name) => kinds.map((kind) => ({ kind, id: `${kind}-${name}` })));
  await using cloud = await testCloud();
  const options = clientOptions(cloud, ACCOUNT);
  const clients = Array.from({ length: 16 }, () => ({
    sqs: new SQSClient(options),
    kinesis: new KinesisClient(options),
  }));
  const lambda = lambdaClient(cloud, ACCOUNT);

  const struck = async (shuffled: readonly (typeof sent)[number][]) => {
    await cloud.reset();
    const [{ sqs, kinesis }] = clients as [(typeof clients)[number]];
    await withTable(cloud, 1);
    for (const QueueName of ["queue", "pipe"]) await sqs.send(new CreateQueueCommand({ QueueName }));
    await kinesis.send(new CreateStreamCommand({ StreamName: "stream", ShardCount: 1 }));
    const { FunctionArn } = await createNodeFunction(lambda, "keep", KEEP, { Timeout: 30 });
    const StartingPosition = "TRIM_HORIZON" as const;
    const EventSourceArn = `arn:aws:kinesis:us-east-1:${ACCOUNT}:stream/stream`;
    for (const source of [{ EventSourceArn: QUEUE("queue") }, { EventSourceArn, StartingPosition }])
      await lambda.send(new CreateEventSourceMappingCommand({ FunctionName: "keep", ...source }));
    await new PipesClient(options).send(
      new CreatePipeCommand({
        Name: "pipe",
        Source: QUEUE("pipe"),
        SourceParameters: { SqsQueueParameters: { BatchSize: 10 } },
        Target: FunctionArn!,
        RoleArn: `arn:aws:iam::${ACCOUNT}:role/pipe`,
      }),
    );
    await cloud.faults.add({ operation: "PutItem", error: "throttle", percentage: 25 });
    const left = [...shuffled];
    const work = async ({ sqs, kinesis }: (typeof clients)[number]) => {
      for (let next = left.pop(); next !== undefined; next = left.pop()) {
        const { kind, id } = next;
        await (kind === "stream"
          ? kinesis.send(new PutRecordCommand({ StreamName: kind, Data: Buffer.from(id), PartitionKey: "p" }))
          : sqs.send(
              new SendMessageCommand({ QueueUrl: `${cloud.url}/${ACCOUNT}/${kind}`, MessageBody: id }),
            ));
      }
    };
    await Promise.all(clients.map(work));
    const calls = await until(
      () => cloud.calls.of("dynamodb", "PutItem"),
      ({ length }) => length === sent.length,
    );
    const batches = cloud.calls.of("lambda", "Invoke").length;
    assert.ok(batches < sent.length, `${batches} batches`);
    return calls
      .filter(({ status }) => status !== 200)
      .map(({ input, identity }) => `${(input["Item"] as { id: { S: string } }).id.S} ${identity}`)
      .sort();
  };

  const expected = await struck(sent);
  assert.ok(expected.length > 15 && expected.length < 45, `${expected.length} of 120 at 25 %`);
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray(sent, { minLength: sent.length }), async (shuffled) => {
      assert.deepEqual(await struck(shuffled), expected);
    }),
    { numRuns: 3 },
  );
});

async function withTable(cloud: Awaited<ReturnType<typeof testCloud>>, maxAttempts: number) {
  const dynamodb = new DynamoDBClient({ ...clientOptions(cloud, ACCOUNT), maxAttempts });
  await dynamodb.send(
    new CreateTableCommand({
      TableName: "orders",
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      BillingMode: "PAY_PER_REQUEST",
    }),
  );
  const put = (id: string) =>
    dynamodb.send(new PutItemCommand({ TableName: "orders", Item: { id: { S: id } } }));
  return { dynamodb, put };
}

test("a rule that counts calls strikes one PutItem for all its attempts, and no other", async () => {
  await using cloud = await testCloud();
  const { put } = await withTable(cloud, 3);
  await cloud.faults.add({ operation: "PutItem", error: "unavailable", per: "call", skip: 1, times: 1 });
  await put("1");
  await assert.rejects(put("2"), ({ $metadata }) => $metadata.attempts === 3);
  await put("3");
  const calls = cloud.calls.of("dynamodb", "PutItem");
  assert.deepEqual(
    calls.map(({ status, attempt, mostAttempts }) => [status, attempt, mostAttempts]),
    [
      [200, 1, 3],
      [503, 1, 3],
      [503, 2, 3],
      [503, 3, 3],
      [200, 1, 3],
    ],
  );
  assert.equal(new Set(calls.map(({ identity }) => identity)).size, 3);
  assert.equal(new Set(calls.slice(1, 4).map(({ site }) => site)).size, 1);
});

test("the second call fails once, and its retry succeeds", async () => {
  await using cloud = await testCloud();
  const { put } = await withTable(cloud, 3);
  const often = { per: "call", skip: 1, times: 1, attempts: 1 } as const;
  await cloud.faults.add({ operation: "PutItem", error: "internal", ...often });
  for (const id of ["1", "2", "3"]) await put(id);
  const statuses = cloud.calls.of("dynamodb", "PutItem").map(({ status }) => status);
  assert.deepEqual(statuses, [200, 500, 200, 200]);
});

test("a rule strikes one site, as the records name it", async () => {
  await using cloud = await testCloud();
  const { put } = await withTable(cloud, 1);
  await put("1");
  const [first] = cloud.calls.of("dynamodb", "PutItem");
  await cloud.reset();
  const again = await withTable(cloud, 1);
  await cloud.faults.add({ site: first!.site, error: "internal" });
  await assert.rejects(again.put("1"), { name: "InternalServerError" });
  await again.put("2");
  await again.put("1");
});

test("a scope in the baggage is the root of a client's calls, and a rule can mean it alone", async () => {
  await using cloud = await testCloud();
  const { dynamodb } = await withTable(cloud, 1);
  await cloud.faults.add({ site: "^checkout test > **", error: "internal" });
  const get = (baggage: string) => {
    const command = new GetItemCommand({ TableName: "orders", Key: { id: { S: "1" } } });
    command.middlewareStack.add(
      (next) => async (args) => {
        const { headers } = args.request as { headers: Record<string, string> };
        headers["baggage"] = baggage;
        headers["traceparent"] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        return next(args);
      },
      { step: "build" },
    );
    return dynamodb.send(command);
  };
  await assert.rejects(get("user=7,squall-scope=checkout%20test;x=y"), { name: "InternalServerError" });
  await get("squall-scope=another");
  const [struck, spared] = cloud.calls.of("dynamodb", "GetItem");
  assert.match(struck!.site, /^checkout test > dynamodb\.GetItem@orders/);
  assert.equal(struck!.traceId, "0af7651916cd43dd8448eb211c80319c");
  assert.match(spared!.site, /^another > dynamodb\.GetItem@orders/);
});

test("nobody asks, nobody counts: identities wait for the first who wants one", async () => {
  await using cloud = await testCloud();
  const { put } = await withTable(cloud, 1);
  await put("1");
  await put("1");
  await cloud.faults.add({ service: "sqs", error: "throttle" });
  const sites = cloud.calls.of("dynamodb", "PutItem").map(({ site }) => site);
  await put("1");
  const later = cloud.calls.of("dynamodb", "PutItem").at(-1)!.site;
  assert.deepEqual(
    [...sites, later].map((site) => site.slice(-2)),
    ["#1", "#2", "#3"],
  );
});

test("rules of another service count no calls, until one of these leads to what they strike", async () => {
  await using cloud = await testCloud();
  const options = clientOptions(cloud, ACCOUNT);
  const { put } = await withTable(cloud, 1);
  const sqs = new SQSClient(options);
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "told" }));
  const lambda = lambdaClient(cloud, ACCOUNT);
  await createNodeFunction(lambda, "worker", WORKER, { Timeout: 30 });
  await cloud.faults.add({ service: "sqs", operation: "SendMessage", error: "throttle", percentage: 0.001 });
  await cloud.faults.add({
    service: "sqs",
    operation: "SendMessage",
    error: "internal",
    parent: `^${ACCOUNT} > lambda.Invoke@worker#3`,
  });
  const invoke = () => lambda.send(new InvokeCommand({ FunctionName: "worker" }));
  await Promise.all([put("1"), sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "x" }))]);
  for (let i = 1; i <= 2; i++) assert.equal((await invoke()).FunctionError, undefined);
  assert.equal((await invoke()).FunctionError, "Unhandled");
  assert.equal((await invoke()).FunctionError, undefined);
});
