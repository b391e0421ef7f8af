import assert from "node:assert/strict";
import { test } from "node:test";
import { CreatePipeCommand, type CreatePipeCommandInput, PipesClient } from "@aws-sdk/client-pipes";
import { clientOptions, newAccount, testCloud } from "../../../test/cloud.ts";
import { until } from "../../../test/until.ts";
import { World } from "../events/fixture.test.ts";
import { receiver, restApi } from "../events/receiver.fixture.ts";
import { zipOf } from "../lambda/functions.fixture.ts";

/** A cloud with queues on both sides of a pipe, and what else pipes go through. */
async function bed() {
  const cloud = await testCloud();
  const world = new World(cloud, newAccount());
  const { account } = world;
  const pipes = new PipesClient(clientOptions(cloud, account));
  const call = (service: string, operation: string, input: object) =>
    cloud.call<Record<string, unknown>>(service, operation, input, { account, region: "us-east-1" });
  const [from, to, dead] = [await world.queue("from"), await world.queue("to"), await world.queue("dead")];
  return {
    world,
    call,
    account,
    from,
    to,
    dead,
    create: (input: Partial<CreatePipeCommandInput>) =>
      pipes.send(
        new CreatePipeCommand({
          Name: "p",
          Source: from,
          Target: to,
          RoleArn: `arn:aws:iam::${account}:role/pipe`,
          ...input,
        }),
      ),
    send: (body: object) =>
      call("sqs", "SendMessage", {
        QueueUrl: `${cloud.url}/${account}/from`,
        MessageBody: JSON.stringify(body),
      }),
    async fn(name: string, source: string): Promise<string> {
      const ZipFile = await zipOf({ "index.mjs": `export const handler = async (event) => { ${source} };` });
      const made = await call("lambda", "CreateFunction", {
        FunctionName: name,
        Runtime: "nodejs24.x",
        Handler: "index.handler",
        Role: `arn:aws:iam::${account}:role/f`,
        Code: { ZipFile },
      });
      return made["FunctionArn"] as string;
    },
    async destination(url: string, rate?: number): Promise<string> {
      const { ConnectionArn } = await call("events", "CreateConnection", {
        Name: "web",
        AuthorizationType: "API_KEY",
        AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: "x-key", ApiKeyValue: "s3cret" } },
      });
      const { ApiDestinationArn } = await call("events", "CreateApiDestination", {
        Name: "web",
        ConnectionArn,
        HttpMethod: "POST",
        InvocationEndpoint: `${url}/orders/*`,
        ...(rate !== undefined && { InvocationRateLimitPerSecond: rate }),
      });
      return ApiDestinationArn as string;
    },
    async [Symbol.asyncDispose]() {
      pipes.destroy();
      await world[Symbol.asyncDispose]();
    },
  };
}

const BODY = { InputTemplate: "<$.body>" };

test("a DynamoDB stream's changes come through a pipe that filters them", async () => {
  await using b = await bed();
  const made = await b.call("dynamodb", "CreateTable", {
    TableName: "orders",
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    BillingMode: "PAY_PER_REQUEST",
    StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
  });
  const { LatestStreamArn } = made["TableDescription"] as { LatestStreamArn: string };
  await b.create({
    Source: LatestStreamArn,
    SourceParameters: {
      FilterCriteria: { Filters: [{ Pattern: '{"eventName": ["MODIFY"]}' }] },
      DynamoDBStreamParameters: { StartingPosition: "TRIM_HORIZON" },
    },
    TargetParameters: {
      InputTemplate: '{"was": <$.dynamodb.OldImage.n.N>, "is": <$.dynamodb.NewImage.n.N>}',
    },
  });
  for (const n of ["1", "2"])
    await b.call("dynamodb", "PutItem", { TableName: "orders", Item: { id: { S: "a" }, n: { N: n } } });
  await b.world.cloud.clock.advance("5s");
  assert.deepEqual(await b.world.bodies(b.to, 1), [{ was: "1", is: "2" }]);
});

test("records of Kinesis come in the order of their shard, their data read as JSON", async () => {
  await using b = await bed();
  await b.call("kinesis", "CreateStream", { StreamName: "s", ShardCount: 1 });
  await b.create({
    Source: `arn:aws:kinesis:us-east-1:${b.account}:stream/s`,
    SourceParameters: { KinesisStreamParameters: { StartingPosition: "TRIM_HORIZON" } },
    TargetParameters: { InputTemplate: '{"n": <$.data.n>, "key": "<$.partitionKey>"}' },
  });
  for (const n of [1, 2, 3])
    await b.call("kinesis", "PutRecord", {
      StreamName: "s",
      PartitionKey: "k",
      Data: Buffer.from(JSON.stringify({ n })),
    });
  await b.world.cloud.clock.advance("5s");
  const bodies = await b.world.bodies(b.to, 3);
  assert.deepEqual(
    bodies,
    [1, 2, 3].map((n) => ({ n, key: "k" })),
  );
});

const ENRICHMENTS = ["a function", "an Express state machine", "a REST API", "an API destination"] as const;

for (const kind of ENRICHMENTS) {
  test(`${kind} enriches what goes through a pipe`, async () => {
    await using web = await receiver((body) =>
      JSON.stringify((JSON.parse(body) as { n: number }[]).map(({ n }) => ({ rich: n * 2 }))),
    );
    await using b = await bed();
    const made: Record<(typeof ENRICHMENTS)[number], () => Promise<Partial<CreatePipeCommandInput>>> = {
      "a function": async () => ({
        Enrichment: await b.fn("rich", "return event.map(({ n }) => ({ rich: n * 2 }));"),
      }),
      "an Express state machine": async () => {
        const definition = JSON.stringify({
          QueryLanguage: "JSONata",
          StartAt: "Double",
          States: {
            Double: { Type: "Pass", Output: "{% [$states.input.{ 'rich': n * 2 }] %}", End: true },
          },
        });
        const roleArn = `arn:aws:iam::${b.account}:role/m`;
        const asked = { name: "rich", type: "EXPRESS", definition, roleArn };
        const { stateMachineArn } = await b.call("stepfunctions", "CreateStateMachine", asked);
        return { Enrichment: stateMachineArn as string };
      },
      "a REST API": async () => {
        const api = await restApi(b.call, web.url);
        const Enrichment = `arn:aws:execute-api:us-east-1:${b.account}:${api}/v1/POST/orders/*`;
        return { Enrichment, EnrichmentParameters: HTTP };
      },
      "an API destination": async () => ({
        Enrichment: await b.destination(web.url),
        EnrichmentParameters: HTTP,
      }),
    };
    const settings = await made[kind]();
    await b.create({
      ...settings,
      EnrichmentParameters: { ...settings.EnrichmentParameters, InputTemplate: "<$.body>" },
    });
    await b.send({ n: 21, id: "a b" });
    assert.deepEqual(await b.world.bodies(b.to, 1), [{ rich: 42 }]);
    if (settings.EnrichmentParameters) assert.equal(web.asked[0]!.url, "/orders/a%20b");
    if (kind === "an API destination") assert.equal(web.asked[0]!.headers["x-key"], "s3cret");
  });
}

const HTTP = { HttpParameters: { PathParameterValues: ["$.body.id"] } };

test("an enrichment that gives nothing sends nothing; one that fails has the message come again", async () => {
  await using b = await bed();
  const Enrichment = await b.fn(
    "rich",
    `if (event[0].fails && !globalThis.tried) { globalThis.tried = true; throw new Error("once"); }
     return event.filter(({ keep }) => keep);`,
  );
  await b.create({ Enrichment, EnrichmentParameters: BODY });
  await b.send({ n: 1 });
  await b.send({ n: 2, keep: true, fails: true });
  await until(() => b.world.cloud.calls.of("lambda", "Invoke").length >= 2);
  await b.world.cloud.settle(0);
  await b.world.cloud.clock.advance("31s");
  await b.world.cloud.settle(0);
  const bodies = (await b.world.bodies(b.to, 1)) as { n: number }[];
  assert.deepEqual(
    bodies.map(({ n }) => n),
    [2],
  );
});

test("a rule fails an enrichment, and the message comes again", async () => {
  await using b = await bed();
  const { world } = b;
  await world.cloud.faults.add({
    point: "pipes:enrich",
    effect: "error",
    params: { kind: "internal" },
    times: 1,
  });
  await b.create({ Enrichment: await b.fn("same", "return event;"), EnrichmentParameters: BODY });
  await b.send({ n: 1 });
  await world.cloud.settle(0);
  await world.cloud.clock.advance("31s");
  assert.deepEqual(await world.bodies(b.to, 1), [{ n: 1 }]);
});

for (const kind of ["a REST API", "an API destination"] as const) {
  test(`${kind} is a pipe's target, and a refusal has the message come again`, async () => {
    await using web = await receiver();
    await using b = await bed();
    const Target =
      kind === "a REST API"
        ? `arn:aws:execute-api:us-east-1:${b.account}:${await restApi(b.call, web.url)}/v1/POST/orders/*`
        : await b.destination(web.url);
    web.answers.push({ status: 503 });
    await b.create({ Target, TargetParameters: { ...BODY, ...HTTP } });
    await b.send({ n: 1, id: "7" });
    await until(() => web.asked.length === 1);
    await b.world.cloud.settle(0);
    await b.world.cloud.clock.advance("31s");
    await until(() => web.asked.length === 2);
    for (const { url, body } of web.asked) {
      assert.equal(url, "/orders/7");
      assert.deepEqual(JSON.parse(body), { n: 1, id: "7" });
    }
  });
}

test("a function says which messages of a batch have failed: only those come again", async () => {
  await using b = await bed();
  const Target = await b.fn(
    "picky",
    `const fails = event.filter(({ body, attributes }) => JSON.parse(body).bad && attributes.ApproximateReceiveCount === "1");
     return { batchItemFailures: fails.map(({ messageId }) => ({ itemIdentifier: messageId })) };`,
  );
  for (const bad of [false, true, false]) await b.send({ bad });
  await b.create({ Target });
  const left = async () => {
    const asked = { QueueUrl: `${b.world.cloud.url}/${b.account}/from`, AttributeNames: ["All"] };
    const { Attributes } = await b.call("sqs", "GetQueueAttributes", asked);
    const { ApproximateNumberOfMessages: seen, ApproximateNumberOfMessagesNotVisible: hidden } =
      Attributes as Record<string, string>;
    return Number(seen) + Number(hidden);
  };
  await until(async () => (await left()) === 1);
  await b.world.cloud.clock.advance("31s");
  await until(async () => (await left()) === 0);
});

test("a batch of a stream that always fails is cut in half until one record is left, which the dead-letter queue is told of", async () => {
  await using b = await bed();
  await b.call("kinesis", "CreateStream", { StreamName: "s", ShardCount: 1 });
  const Target = await b.fn(
    "picky",
    `if (event.some(({ data }) => atob(data) === "bad")) throw new Error("bad");`,
  );
  for (const data of ["a", "bad", "b", "c"])
    await b.call("kinesis", "PutRecord", { StreamName: "s", PartitionKey: "k", Data: Buffer.from(data) });
  await b.create({
    Source: `arn:aws:kinesis:us-east-1:${b.account}:stream/s`,
    SourceParameters: {
      KinesisStreamParameters: {
        StartingPosition: "TRIM_HORIZON",
        MaximumRetryAttempts: 1,
        OnPartialBatchItemFailure: "AUTOMATIC_BISECT",
        DeadLetterConfig: { Arn: b.dead },
      },
    },
    Target,
  });
  const found = await until(async () => {
    await b.world.cloud.clock.advance("10s");
    const [dead] = (await b.world.bodies(b.dead, 0)) as { KinesisBatchInfo: { batchSize: number } }[];
    return dead;
  });
  assert.equal(found.KinesisBatchInfo.batchSize, 1);
});
