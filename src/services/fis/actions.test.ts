import assert from "node:assert/strict";
import { test } from "node:test";
import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  GetResourcePolicyCommand,
  PutItemCommand,
  UpdateTableCommand,
} from "@aws-sdk/client-dynamodb";
import { paginateListActions, StopExperimentCommand } from "@aws-sdk/client-fis";
import {
  CreateStreamCommand,
  GetRecordsCommand,
  KinesisClient,
  PutRecordCommand,
} from "@aws-sdk/client-kinesis";
import { CreateFunctionCommand, InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { S3 } from "@aws-sdk/client-s3";
import {
  CreateQueueCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import yazl from "yazl";
import { clientOptions } from "../../../test/cloud.ts";
import { until } from "../../../test/until.ts";
import { laboratory, ROLE } from "./fixture.test.ts";

type Lab = Awaited<ReturnType<typeof laboratory>>;

const DURATION = { duration: "PT1M" };

/** How a promise ends: `ok`, or the error's name and status. */
async function ending(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return "ok";
  } catch (error) {
    const { name, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
    return [name, $metadata?.httpStatusCode].filter((part) => part !== undefined).join(" ");
  }
}

async function zipOf(name: string, source: string): Promise<Buffer> {
  const zip = new yazl.ZipFile();
  zip.addBuffer(Buffer.from(source), name);
  zip.end();
  const chunks: Buffer[] = [];
  for await (const chunk of zip.outputStream) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks);
}

/** Two functions that answer their own name; a target for the first. */
async function functions(lab: Lab) {
  const lambda = new LambdaClient(clientOptions(lab.cloud, lab.account));
  const ZipFile = await zipOf(
    "index.mjs",
    "export const handler = async () => process.env.AWS_LAMBDA_FUNCTION_NAME;",
  );
  const arns: string[] = [];
  for (const FunctionName of ["struck", "spared"]) {
    const { FunctionArn } = await lambda.send(
      new CreateFunctionCommand({
        FunctionName,
        Runtime: "nodejs24.x",
        Handler: "index.handler",
        Role: `arn:aws:iam::${lab.account}:role/lambda`,
        Code: { ZipFile },
        Tags: { chaos: FunctionName === "struck" ? "yes" : "no" },
      }),
    );
    arns.push(FunctionArn!);
  }
  const invoke = async (FunctionName: string) => {
    const { FunctionError, Payload } = await lambda.send(new InvokeCommand({ FunctionName }));
    return { FunctionError, payload: JSON.parse(Buffer.from(Payload ?? []).toString()) };
  };
  const target = {
    resourceType: "aws:lambda:function",
    resourceTags: { chaos: "yes" },
    selectionMode: "ALL",
  };
  return { invoke, arns, targets: { functions: target } };
}

const onFunctions = (action: string, parameters: Record<string, string>) => ({
  act: {
    actionId: `aws:lambda:invocation-${action}`,
    parameters: { ...DURATION, ...parameters },
    targets: { Functions: "functions" },
  },
});

test("a function that is targeted fails while the action lasts, with or without running", async () => {
  await using lab = await laboratory();
  const { invoke, targets, arns } = await functions(lab);
  assert.deepEqual(await invoke("struck"), { FunctionError: undefined, payload: "struck" });
  for (const preventExecution of ["true", "false"]) {
    const id = await lab.start({ targets, actions: onFunctions("error", { preventExecution }) });
    assert.equal((await invoke("struck")).FunctionError, "Unhandled");
    assert.deepEqual(await invoke("spared"), { FunctionError: undefined, payload: "spared" });
    await lab.cloud.clock.advance("PT1M");
    assert.deepEqual(await invoke("struck"), { FunctionError: undefined, payload: "struck" });
    assert.deepEqual(await lab.states(id), { experiment: "completed", act: "completed" });
    const { body } = await lab.ask("GET", `/experiments/${id}/resolvedTargets`);
    assert.deepEqual(body["resolvedTargets"], [
      { resourceType: "aws:lambda:function", targetName: "functions", targetInformation: { arn: arns[0] } },
    ]);
  }
});

test("a function's answer to an HTTP integration is replaced", async () => {
  await using lab = await laboratory();
  const { invoke, targets } = await functions(lab);
  const parameters = { contentTypeHeader: "text/plain", statusCode: "503", preventExecution: "true" };
  await lab.start({ targets, actions: onFunctions("http-integration-response", parameters) });
  const { payload } = await invoke("struck");
  assert.equal(payload.statusCode, 503);
  assert.equal(payload.headers["Content-Type"], "text/plain");
  assert.equal((await invoke("spared")).payload, "spared");
});

test("a function starts late, and only in the version that is targeted", async () => {
  await using lab = await laboratory();
  const { invoke, targets } = await functions(lab);
  await invoke("struck");
  const actions = onFunctions("add-delay", { startupDelayMilliseconds: "700" });
  const timed = async () => {
    const startedAt = performance.now();
    await invoke("struck");
    return performance.now() - startedAt;
  };
  const late = await lab.start({ targets, actions });
  assert.ok((await timed()) >= 700);
  await lab.fis.send(new StopExperimentCommand({ id: late }));
  const live = { functions: { ...targets.functions, parameters: { functionQualifier: "live" } } };
  await lab.start({ targets: live, actions });
  assert.ok((await timed()) < 700);
});

test("replication of a global table pauses, and is made up for afterwards", async () => {
  await using lab = await laboratory();
  const here = new DynamoDBClient(clientOptions(lab.cloud, lab.account));
  const there = new DynamoDBClient({ ...clientOptions(lab.cloud, lab.account), region: "eu-west-1" });
  const TableName = "orders";
  const { TableDescription } = await here.send(
    new CreateTableCommand({
      TableName,
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      BillingMode: "PAY_PER_REQUEST",
      StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
    }),
  );
  await here.send(
    new UpdateTableCommand({ TableName, ReplicaUpdates: [{ Create: { RegionName: "eu-west-1" } }] }),
  );
  const put = (client: DynamoDBClient, id: string) =>
    client.send(new PutItemCommand({ TableName, Item: { id: { S: id } } }));
  const has = async (client: DynamoDBClient, id: string) =>
    (await client.send(new GetItemCommand({ TableName, Key: { id: { S: id } } }))).Item !== undefined;
  await put(here, "before");
  assert.ok(await has(there, "before"));

  await lab.start({
    targets: {
      tables: {
        resourceType: "aws:dynamodb:global-table",
        resourceArns: [TableDescription!.TableArn!],
        selectionMode: "ALL",
      },
    },
    actions: {
      pause: {
        actionId: "aws:dynamodb:global-table-pause-replication",
        parameters: DURATION,
        targets: { Tables: "tables" },
      },
    },
  });
  const policyOf = async (name: string) => {
    const { Policy } = await here.send(new GetResourcePolicyCommand({ ResourceArn: name }));
    return JSON.parse(Policy ?? "{}");
  };
  const { Table } = await here.send(new DescribeTableCommand({ TableName }));
  const { Statement } = await policyOf(Table!.TableArn!);
  assert.equal(Statement.length, 1);
  assert.match(Statement[0].Sid, /^DoNotModifyFisDynamoDbPauseReplicationEXP/);
  assert.equal(Statement[0].Effect, "Deny");
  assert.ok(Statement[0].Action.includes("dynamodb:PutItem"));
  assert.ok(Date.parse(Statement[0].Condition.DateLessThan["aws:CurrentTime"]) > lab.cloud.clock.now());
  await put(here, "out");
  await put(there, "in");
  assert.ok(!(await has(there, "out")));
  assert.ok(!(await has(here, "in")));
  await lab.cloud.clock.advance("PT1M");
  assert.ok(await has(there, "out"));
  assert.ok(await has(here, "in"));
  await assert.rejects(policyOf(Table!.TableArn!), { name: "PolicyNotFoundException" });
});

test("replication of a targeted bucket waits while it is paused, and is made up for afterwards", async () => {
  await using lab = await laboratory();
  const s3 = new S3({ ...clientOptions(lab.cloud, lab.account), forcePathStyle: true });
  for (const Bucket of ["source", "elsewhere", "near"]) {
    await s3.createBucket({
      Bucket,
      ...(Bucket === "elsewhere" && { CreateBucketConfiguration: { LocationConstraint: "eu-west-1" } }),
    });
    await s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: "Enabled" } });
  }
  await s3.putBucketReplication({
    Bucket: "source",
    ReplicationConfiguration: {
      Role: ROLE,
      Rules: ["elsewhere", "near"].map((name, Priority) => ({
        Status: "Enabled" as const,
        Priority,
        Filter: { Prefix: "" },
        DeleteMarkerReplication: { Status: "Disabled" as const },
        Destination: { Bucket: `arn:aws:s3:::${name}` },
      })),
    },
  });
  await s3.putBucketTagging({ Bucket: "source", Tagging: { TagSet: [{ Key: "chosen", Value: "yes" }] } });
  const has = async (Bucket: string, Key: string) =>
    ((await s3.listObjectsV2({ Bucket })).Contents ?? []).some((object) => object.Key === Key);
  await lab.start({
    targets: {
      buckets: { resourceType: "aws:s3:bucket", resourceTags: { chosen: "yes" }, selectionMode: "ALL" },
    },
    actions: {
      pause: {
        actionId: "aws:s3:bucket-pause-replication",
        parameters: { ...DURATION, region: "eu-west-1", destinationBuckets: "elsewhere" },
        targets: { Buckets: "buckets" },
      },
    },
  });
  await s3.putObject({ Bucket: "source", Key: "k", Body: "data" });
  await until(() => has("near", "k"));
  assert.ok(!(await has("elsewhere", "k")));
  await lab.cloud.clock.advance("PT1M");
  await lab.cloud.clock.advance("PT10S");
  await until(() => has("elsewhere", "k"));
});

test("calls about a targeted stream fail, calls about another do not meet the fault", async () => {
  await using lab = await laboratory();
  const kinesis = new KinesisClient(clientOptions(lab.cloud, lab.account));
  const put = (StreamName: string) =>
    ending(kinesis.send(new PutRecordCommand({ StreamName, Data: Buffer.from("x"), PartitionKey: "p" })));
  const StreamARN = `arn:aws:kinesis:us-east-1:${lab.account}:stream/orders`;
  for (const StreamName of ["orders", "invoices"])
    await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
  const targets = {
    streams: { resourceType: "aws:kinesis:stream", resourceArns: [StreamARN], selectionMode: "ALL" },
  };
  const act = (action: string) => ({
    actionId: `aws:kinesis:stream-${action}-exception`,
    parameters: { ...DURATION, percentage: "100" },
    targets: { KinesisStreams: "streams" },
  });
  await lab.start({ targets, actions: { act: act("provisioned-throughput") } });
  assert.match(await put("orders"), /^ProvisionedThroughputExceededException 400/);
  assert.doesNotMatch(await put("invoices"), /^Provisioned/);
  await lab.cloud.clock.advance("PT1M");
  assert.doesNotMatch(await put("orders"), /^Provisioned/);

  await lab.start({ targets, actions: { act: act("expired-iterator") } });
  const read = new GetRecordsCommand({ StreamARN, ShardIterator: "iterator" });
  assert.match(await ending(kinesis.send(read)), /^ExpiredIteratorException 400/);
  assert.doesNotMatch(await put("orders"), /^Expired/);
});

/** What a client of SQS sees of each effect on calls. */
const EFFECTS: Readonly<
  Record<string, { parameters: Record<string, string>; sees: RegExp; atLeastMs?: number }>
> = {
  "clock-skew": { parameters: { ms: "PT10M" }, sees: /^SignatureDoesNotMatch 403$/ },
  corrupt: { parameters: { bytes: "40", at: "0" }, sees: /^(?!ok)/ },
  error: { parameters: { code: "Oops", status: "418" }, sees: /^Oops 418$/ },
  hang: { parameters: {}, sees: /^(TimeoutError|AbortError)/ },
  latency: { parameters: { ms: "300" }, sees: /^ok$/, atLeastMs: 300 },
  "lost-reply": { parameters: {}, sees: /^(Error|TimeoutError)/ },
  "rate-limit": { parameters: { rate: "1", burst: "1" }, sees: /^ok$/ },
  reset: { parameters: {}, sees: /^(Error|TimeoutError)/ },
  "slow-body": { parameters: { bytesPerSecond: "200" }, sees: /^ok$/, atLeastMs: 200 },
  truncate: { parameters: { at: "0.5" }, sees: /^(?!ok)/ },
};

for (const [effect, { parameters, sees, atLeastMs = 0 }] of Object.entries(EFFECTS)) {
  test(`squall:api:${effect} is seen by a client while it lasts, and not afterwards`, async () => {
    await using lab = await laboratory();
    const sqs = new SQSClient(clientOptions(lab.cloud, lab.account));
    const call = () =>
      ending(sqs.send(new ListQueuesCommand({}), { abortSignal: AbortSignal.timeout(1000) }));
    await sqs.send(new CreateQueueCommand({ QueueName: "q" }));
    const id = await lab.start({
      actions: { act: { actionId: `squall:api:${effect}`, parameters: { service: "sqs", ...parameters } } },
    });
    const startedAt = performance.now();
    assert.match(await call(), sees);
    assert.ok(performance.now() - startedAt >= atLeastMs);
    if (effect === "clock-skew") assert.equal(await call(), "ok", "the SDK has corrected its clock");
    if (effect === "rate-limit") assert.match(await call(), /^RequestThrottled/);
    await lab.fis.send(new StopExperimentCommand({ id }));
    assert.equal(await call(), "ok");
  });
}

test("an effect at a service's fault point is reachable, with how often it fires", async () => {
  await using lab = await laboratory();
  const sqs = new SQSClient(clientOptions(lab.cloud, lab.account));
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "q" }));
  const ids: string[] = [];
  for await (const { actions } of paginateListActions({ client: lab.fis }, {})) {
    ids.push(...actions!.map(({ id }) => id!));
  }
  const duplicate = ids.find((id) => /^squall:sqs:.*-duplicate$/.test(id));
  await lab.start({ actions: { act: { actionId: duplicate, parameters: { times: "1" } } } });
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "once" }));
  const bodies: string[] = [];
  for (let i = 0; i < 3; i++) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 600 }),
    );
    bodies.push(...Messages.map(({ Body }) => Body!));
  }
  assert.ok(bodies.length > 1, `received ${bodies.length} times`);
});

test("LocalStack's latency and errors compose, and fis itself is exempt", async () => {
  await using lab = await laboratory();
  const sqs = new SQSClient(clientOptions(lab.cloud, lab.account));
  const list = () => ending(sqs.send(new ListQueuesCommand({})));
  await list();
  const id = await lab.start({
    actions: {
      slow: { actionId: "localstack:generic:latency", parameters: { latencyMilliseconds: "300" } },
      broken: {
        actionId: "localstack:generic:api-error",
        parameters: { exception: "Something Went Wrong", errorCode: "503" },
      },
    },
  });
  const startedAt = performance.now();
  assert.equal(await list(), "SomethingWentWrong 503");
  assert.ok(performance.now() - startedAt >= 300);
  await lab.fis.send(new StopExperimentCommand({ id }));
  assert.equal(await list(), "ok");
});

test("an error in one region leaves the others alone", async () => {
  await using lab = await laboratory();
  const list = (region: string) =>
    ending(
      new SQSClient({ ...clientOptions(lab.cloud, lab.account), region }).send(new ListQueuesCommand({})),
    );
  await lab.start({
    actions: {
      outage: { actionId: "localstack:generic:api-error", parameters: { region: "eu-west-1" } },
    },
  });
  assert.equal(await list("eu-west-1"), "InternalError 500");
  assert.equal(await list("us-east-1"), "ok");
});

test("KMS has an action of its own, though Squall does not serve it", async () => {
  await using lab = await laboratory();
  const listKeys = async () => {
    const response = await fetch(lab.cloud.url, {
      method: "POST",
      headers: {
        "x-amz-target": "TrentService.ListKeys",
        "content-type": "application/x-amz-json-1.1",
        authorization: `AWS4-HMAC-SHA256 Credential=${lab.account}/20260101/us-east-1/kms/aws4_request, SignedHeaders=host, Signature=0`,
      },
      body: "{}",
    });
    return { status: response.status, ...((await response.json()) as object) };
  };
  await lab.start({ actions: { act: { actionId: "localstack:kms:inject-api-internal-error" } } });
  assert.deepEqual(await listKeys(), {
    status: 500,
    __type: "InternalError",
    message: "Failing as per Fault Injection Simulator configuration",
  });
});

test("log-debug says in the log when it starts and when it ends", async () => {
  const lines: string[] = [];
  await using lab = await laboratory({ log: ({ message }) => lines.push(message) });
  const id = await lab.start({
    actions: { say: { actionId: "localstack:log-debug", parameters: { message: "Hello." } } },
  });
  assert.ok(lines.includes(`Action "say" of ${id} starts. Hello.`));
  await lab.fis.send(new StopExperimentCommand({ id }));
  assert.ok(lines.includes(`Action "say" of ${id} ends. Hello.`));
});

test("every undo runs once and in reverse, also when stop and end meet", async () => {
  const lines: string[] = [];
  await using lab = await laboratory({ log: ({ message }) => lines.push(message) });
  const debug = (message: string) => ({ actionId: "localstack:log-debug", parameters: { message } });
  const id = await lab.start({ actions: { a: debug("1"), b: debug("2"), c: debug("3") } });
  const stops = [1, 2].map(() => lab.fis.send(new StopExperimentCommand({ id })).catch(() => {}));
  await Promise.all([...stops, lab.cloud.clock.advance("PT12H")]);
  const ends = lines.filter((line) => line.includes(" ends. ")).map((line) => line.at(-1));
  assert.deepEqual(ends, ["3", "2", "1"]);
});
