import assert from "node:assert/strict";
import { test } from "node:test";
import { APIGatewayClient, GetRestApisCommand, TooManyRequestsException } from "@aws-sdk/client-api-gateway";
import {
  CloudWatchClient,
  InternalServiceFault,
  ListMetricsCommand,
  PutMetricDataCommand,
} from "@aws-sdk/client-cloudwatch";
import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  ServiceUnavailableException,
} from "@aws-sdk/client-cloudwatch-logs";
import {
  DynamoDBClient,
  GetItemCommand,
  ProvisionedThroughputExceededException,
} from "@aws-sdk/client-dynamodb";
import { DescribeInstancesCommand, EC2Client } from "@aws-sdk/client-ec2";
import { IAMClient, ListUsersCommand, ServiceFailureException } from "@aws-sdk/client-iam";
import { KinesisClient, PutRecordCommand } from "@aws-sdk/client-kinesis";
import {
  InvokeCommand,
  LambdaClient,
  TooManyRequestsException as LambdaThrottled,
} from "@aws-sdk/client-lambda";
import { GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { ListQueuesCommand, RequestThrottled, SQSClient } from "@aws-sdk/client-sqs";
import type { FaultRuleInput } from "../../src/index.ts";
import { clientOptions, newAccount, testCloud } from "../cloud.ts";

type Failure = Error & {
  $metadata: { httpStatusCode?: number; attempts?: number };
  $response?: { headers: Record<string, string> };
};

/** What a client saw; the test fails when the call went well. */
async function failure(call: Promise<unknown>): Promise<Failure> {
  return await call.then(
    () => assert.fail("the call went well"),
    (error: Failure) => error,
  );
}

const cases = [
  {
    protocol: "AWS JSON 1.0",
    match: { service: "dynamodb", operation: "GetItem" },
    params: { kind: "throttle" },
    send: (options: object) =>
      new DynamoDBClient(options).send(new GetItemCommand({ TableName: "t", Key: { id: { S: "1" } } })),
    type: ProvisionedThroughputExceededException,
    status: 400,
  },
  {
    protocol: "AWS JSON 1.0 with the query protocol's codes",
    match: { service: "sqs", operation: "ListQueues" },
    params: { kind: "throttle" },
    send: (options: object) => new SQSClient(options).send(new ListQueuesCommand({})),
    type: RequestThrottled,
    status: 400,
  },
  {
    protocol: "AWS JSON 1.1",
    match: { service: "logs", operation: "DescribeLogGroups" },
    params: { kind: "unavailable" },
    send: (options: object) => new CloudWatchLogsClient(options).send(new DescribeLogGroupsCommand({})),
    type: ServiceUnavailableException,
    // As the API reference of CloudWatch Logs has it.
    status: 500,
  },
  {
    protocol: "AWS query",
    match: { service: "iam", operation: "ListUsers" },
    params: { kind: "internal" },
    send: (options: object) => new IAMClient(options).send(new ListUsersCommand({})),
    type: ServiceFailureException,
    status: 500,
  },
  {
    protocol: "REST JSON",
    match: { service: "lambda", operation: "Invoke" },
    params: { kind: "throttle" },
    send: (options: object) => new LambdaClient(options).send(new InvokeCommand({ FunctionName: "f" })),
    type: LambdaThrottled,
    status: 429,
  },
  {
    protocol: "REST JSON with a shared signing name",
    match: { service: "apigateway", operation: "GetRestApis" },
    params: { kind: "throttle" },
    send: (options: object) => new APIGatewayClient(options).send(new GetRestApisCommand({})),
    type: TooManyRequestsException,
    status: 429,
  },
  {
    protocol: "REST XML",
    match: { service: "s3", operation: "GetObject" },
    params: { code: "NoSuchKey" },
    send: (options: object) =>
      new S3Client({ ...options, forcePathStyle: true }).send(
        new GetObjectCommand({ Bucket: "b", Key: "a b/c" }),
      ),
    type: NoSuchKey,
    status: 404,
  },
  {
    protocol: "Smithy RPC v2 CBOR",
    match: { service: "cloudwatch", operation: "PutMetricData" },
    params: { kind: "internal" },
    send: (options: object) =>
      new CloudWatchClient(options).send(
        new PutMetricDataCommand({ Namespace: "n", MetricData: [{ MetricName: "m" }] }),
      ),
    type: InternalServiceFault,
    status: 500,
  },
];

for (const { protocol, match, params, send, type, status } of cases) {
  test(`${protocol}: an injected error is the modelled class, with its status, and names its rule`, async () => {
    await using cloud = await testCloud();
    const rule = await cloud.faults.add({ effect: "error", match, params } as FaultRuleInput);
    const error = await failure(send(clientOptions(cloud)));
    assert.ok(error instanceof type, `${error.name}: ${error.message}`);
    assert.equal(error.$metadata.httpStatusCode, status);
    assert.equal(error.$response?.headers["x-squall-fault"], rule.id);
    const [call] = cloud.calls.all();
    assert.equal(call?.faultRuleId, rule.id);
    assert.equal(call?.status, status);
  });
}

test("EC2 query: an injected throttle is EC2's own RequestLimitExceeded", async () => {
  await using cloud = await testCloud();
  await cloud.faults.add({ effect: "error", params: { kind: "throttle" }, match: { service: "ec2" } });
  const error = await failure(new EC2Client(clientOptions(cloud)).send(new DescribeInstancesCommand({})));
  assert.equal(error.name, "RequestLimitExceeded");
  assert.equal(error.$metadata.httpStatusCode, 503);
});

test("S3 throttles with SlowDown in a bare Error element, also for a form-urlencoded body", async () => {
  await using cloud = await testCloud();
  await cloud.faults.add({
    effect: "error",
    params: { kind: "throttle" },
    match: { service: "s3", operation: "PutObject" },
  });
  const client = new S3Client({ ...clientOptions(cloud), forcePathStyle: true });
  const error = await failure(
    client.send(
      new PutObjectCommand({
        Bucket: "b",
        Key: "k",
        Body: "Action=SendMessage&a=b",
        ContentType: "application/x-www-form-urlencoded",
      }),
    ),
  );
  assert.equal(error.name, "SlowDown");
  assert.equal(error.$metadata.httpStatusCode, 503);
});

test("fail twice, then succeed: the SDK's own retries get through", async () => {
  await using cloud = await testCloud();
  await cloud.faults.add({
    effect: "error",
    params: { kind: "throttle" },
    match: { service: "cloudwatch", operation: "ListMetrics" },
    times: 2,
  });
  const seen: number[] = [];
  const client = new CloudWatchClient({ ...clientOptions(cloud), maxAttempts: 3 });
  const error = await client.send(new ListMetricsCommand({})).then(
    () => undefined,
    (failed: Failure) => failed,
  );
  for (const call of cloud.calls.of("cloudwatch", "ListMetrics")) seen.push(call.attempt ?? 0);
  assert.deepEqual(seen, [1, 2, 3]);
  assert.equal(cloud.calls.all().filter((call) => call.faultRuleId).length, 2);
  // The third attempt reaches the service.
  assert.notEqual(error?.name, "ThrottlingException");
});

test("a throttled Lambda call is retried by the SDK as often as it is allowed to", async () => {
  await using cloud = await testCloud();
  await cloud.faults.add({ effect: "error", params: { kind: "throttle" }, match: { service: "lambda" } });
  const client = new LambdaClient({ ...clientOptions(cloud), maxAttempts: 2 });
  const error = await failure(client.send(new InvokeCommand({ FunctionName: "f" })));
  assert.equal(error.$metadata.attempts, 2);
  assert.equal(new Set(cloud.calls.all().map((call) => call.invocationId)).size, 1);
});

test("a service that Squall only knows by name fails in its own form, too", async () => {
  await using cloud = await testCloud();
  await cloud.faults.add({
    effect: "error",
    params: { code: "ProvisionedThroughputExceededException" },
    match: { service: "kinesis", operation: "PutRecord" },
  });
  const client = new KinesisClient(clientOptions(cloud));
  const error = await failure(
    client.send(new PutRecordCommand({ StreamName: "s", Data: new Uint8Array([1]), PartitionKey: "p" })),
  );
  assert.equal(error.name, "ProvisionedThroughputExceededException");
});

test("a request header asks for a fault on its own call only", async () => {
  await using cloud = await testCloud();
  const ask = (headers: Record<string, string>) =>
    fetch(cloud.url, {
      method: "POST",
      headers: {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": "AmazonSQS.ListQueues",
        authorization: `AWS4-HMAC-SHA256 Credential=${newAccount()}/20261123/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0`,
        ...headers,
      },
      body: "{}",
    });
  const hit = await ask({ "x-squall-inject": "error=ThrottlingException; status=429" });
  assert.equal(hit.status, 429);
  assert.match(((await hit.json()) as { __type: string }).__type, /ThrottlingException$/);
  const next = await ask({});
  assert.notEqual(next.status, 429);
  await next.text();
});

test("a reset is a reset, and a hang lasts until the client gives up", async () => {
  await using cloud = await testCloud();
  await cloud.faults.add({ effect: "reset", match: { service: "sqs" }, times: 1 });
  await cloud.faults.add({ effect: "hang", match: { service: "sqs" } });
  const client = new SQSClient(clientOptions(cloud));
  const reset = await failure(client.send(new ListQueuesCommand({})));
  assert.equal((reset as NodeJS.ErrnoException).code, "ECONNRESET");
  const leave = new AbortController();
  cloud.bus.subscribe("call", () => {});
  const hanging = client.send(new ListQueuesCommand({}), { abortSignal: leave.signal });
  setImmediate(() => leave.abort());
  assert.equal((await failure(hanging)).name, "AbortError");
});

test("a truncated answer breaks off, and the client knows", async () => {
  await using cloud = await testCloud();
  await cloud.faults.add({ effect: "truncate", match: { service: "iam" } });
  await failure(new IAMClient(clientOptions(cloud)).send(new ListUsersCommand({})));
  assert.equal(cloud.calls.of("iam").length, 1);
});
