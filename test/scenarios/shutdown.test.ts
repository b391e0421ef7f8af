import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { ApiGatewayV2Client, CreateApiCommand, CreateStageCommand } from "@aws-sdk/client-apigatewayv2";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  StartLiveTailCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import {
  CreateStreamCommand,
  DescribeStreamCommand,
  KinesisClient,
  RegisterStreamConsumerCommand,
  SubscribeToShardCommand,
} from "@aws-sdk/client-kinesis";
import {
  CreateEventSourceMappingCommand,
  InvokeCommand,
  InvokeWithResponseStreamCommand,
  LambdaClient,
} from "@aws-sdk/client-lambda";
import { CreateBucketCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { WebSocket } from "ws";
import { createNodeFunction } from "../../src/services/lambda/functions.fixture.ts";
import { blobsOf } from "../crash/eventually.ts";
import { leftBehind } from "../crash/left-behind.ts";
import { CrashServer } from "../crash/server.ts";
import { until } from "../until.ts";

/*
 * Squall is told to end while its clients wait for it in every way that there is. It does not wait for them.
 */

const MOST_MS = 2000;
const ACCOUNT = "000000000000";
const LARGE_BYTES = 32 * 1024 * 1024;

/** Something that is left open. `ended` resolves when the server has let go of it, however; nobody waits outside of it without. */
interface Open {
  readonly ended?: Promise<unknown>;
  close?(): void;
}

/** Ways in which a client waits for the server; each resolves when it does. */
const OPEN: Readonly<Record<string, (server: CrashServer) => Promise<Open>>> = {
  async "a long poll of SQS"(server) {
    const sqs = new SQSClient(options(server));
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "empty" }));
    return { ended: over(sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }))) };
  },

  async "a subscription to a shard"(server) {
    const kinesis = new KinesisClient(options(server));
    await kinesis.send(new CreateStreamCommand({ StreamName: "stream", ShardCount: 1 }));
    const { StreamDescription } = await kinesis.send(new DescribeStreamCommand({ StreamName: "stream" }));
    const { StreamARN, Shards } = StreamDescription!;
    const { Consumer } = await kinesis.send(
      new RegisterStreamConsumerCommand({ StreamARN, ConsumerName: "consumer" }),
    );
    const { EventStream } = await kinesis.send(
      new SubscribeToShardCommand({
        ConsumerARN: Consumer!.ConsumerARN,
        ShardId: Shards![0]!.ShardId,
        StartingPosition: { Type: "LATEST" },
      }),
    );
    return { ended: over(Array.fromAsync(EventStream!)), close: () => kinesis.destroy() };
  },

  async "a live tail"(server) {
    const logs = new CloudWatchLogsClient({ ...options(server), disableHostPrefix: true });
    await logs.send(new CreateLogGroupCommand({ logGroupName: "group" }));
    const { responseStream } = await logs.send(
      new StartLiveTailCommand({
        logGroupIdentifiers: [`arn:aws:logs:us-east-1:${ACCOUNT}:log-group:group`],
      }),
    );
    return { ended: over(Array.fromAsync(responseStream!)) };
  },

  async "a function that does not answer"(server) {
    const lambda = new LambdaClient(options(server));
    await createNodeFunction(
      lambda,
      "hangs",
      "export const handler = () => new Promise(() => setInterval(() => {}, 1000));",
      { Timeout: 600 },
    );
    return { ended: over(lambda.send(new InvokeCommand({ FunctionName: "hangs" }))) };
  },

  async "a function's answer that does not end"(server) {
    const lambda = new LambdaClient(options(server));
    await createNodeFunction(
      lambda,
      "streams",
      `export const handler = awslambda.streamifyResponse(async (event, stream) => {
        stream.write("first");
        await new Promise(() => setInterval(() => {}, 1000));
      });`,
      { Timeout: 600 },
    );
    const { EventStream } = await lambda.send(
      new InvokeWithResponseStreamCommand({ FunctionName: "streams" }),
    );
    const chunks = EventStream![Symbol.asyncIterator]();
    await chunks.next();
    return { ended: over(chunks.next()) };
  },

  async "a queue's mapping with a function under way"(server) {
    const sqs = new SQSClient(options(server));
    const lambda = new LambdaClient(options(server));
    const { QueueUrl } = await sqs.send(
      new CreateQueueCommand({ QueueName: "mapped", Attributes: { VisibilityTimeout: "3600" } }),
    );
    await createNodeFunction(
      lambda,
      "works",
      "export const handler = () => new Promise(() => setInterval(() => {}, 1000));",
      { Timeout: 600 },
    );
    const EventSourceArn = `arn:aws:sqs:us-east-1:${ACCOUNT}:mapped`;
    await lambda.send(new CreateEventSourceMappingCommand({ FunctionName: "works", EventSourceArn }));
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "work" }));
    return {};
  },

  async "a WebSocket"(server) {
    const api = new ApiGatewayV2Client(options(server));
    const { ApiId } = await api.send(
      new CreateApiCommand({
        Name: "chat",
        ProtocolType: "WEBSOCKET",
        RouteSelectionExpression: "$request.body.action",
      }),
    );
    await api.send(new CreateStageCommand({ ApiId, StageName: "dev", AutoDeploy: true }));
    const { port } = new URL(server.url);
    const socket = new WebSocket(`ws://127.0.0.1:${port}/dev`, {
      headers: { host: `${ApiId}.execute-api.localhost.localstack.cloud:${port}` },
    });
    const ended = once(socket, "close");
    socket.on("error", () => {});
    await once(socket, "open");
    return { ended };
  },

  async "the events of the admin API"(server) {
    const response = await fetch(`${server.url}/_squall/events`);
    return { ended: over(response.text()) };
  },

  async "a download that nobody reads"(server) {
    const s3 = new S3Client({ ...options(server), forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: "downloads" }));
    await s3.send(
      new PutObjectCommand({ Bucket: "downloads", Key: "large", Body: Buffer.alloc(LARGE_BYTES) }),
    );
    const socket = await sent(server, "GET /downloads/large HTTP/1.1\r\nhost: localhost\r\n\r\n");
    await once(socket, "readable");
    return { ended: closed(socket), close: () => void socket.resume() };
  },

  async "an upload half way"(server) {
    const s3 = new S3Client({ ...options(server), forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: "uploads" }));
    const socket = await sent(
      server,
      `PUT /uploads/half HTTP/1.1\r\nhost: localhost\r\ncontent-length: ${LARGE_BYTES}\r\n\r\n`,
    );
    await new Promise((written) => socket.write(Buffer.alloc(LARGE_BYTES / 2), written));
    socket.resume();
    return { ended: closed(socket) };
  },

  async "a request half way"(server) {
    const socket = await sent(
      server,
      "POST / HTTP/1.1\r\nhost: localhost\r\nx-amz-target: AmazonSQS.ListQueues\r\ncontent-length: 100\r\n\r\n{",
    );
    socket.resume();
    return { ended: closed(socket) };
  },

  async "a state that is saved"(server) {
    const socket = await sent(server, "GET /_squall/state HTTP/1.1\r\nhost: localhost\r\n\r\n");
    await once(socket, "readable");
    return { ended: closed(socket), close: () => void socket.resume() };
  },

  async "a state that is loaded"(server) {
    const socket = await sent(
      server,
      "POST /_squall/state HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100000\r\n\r\nPK",
    );
    socket.resume();
    return { ended: closed(socket) };
  },
};

const options = (server: CrashServer) => ({
  endpoint: server.url,
  region: "us-east-1",
  credentials: { accessKeyId: ACCOUNT, secretAccessKey: "test" },
  maxAttempts: 1,
});

const over = (work: Promise<unknown>) => work.catch(() => {});

async function sent(server: CrashServer, request: string) {
  const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
  socket.on("error", () => {});
  await once(socket, "connect");
  socket.write(request);
  return socket;
}

const closed = (socket: ReturnType<typeof connect>) => once(socket, "close");

function dataDirOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "squall-shutdown-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test("SIGTERM waits for nobody, leaves nothing, and keeps all that was acknowledged", async (t) => {
  const dataDir = dataDirOf(t);
  const server = new CrashServer(dataDir);
  await server.start();
  t.after(() => server.end("SIGKILL"));
  const opened: Open[] = [];
  const waiting = new Set<string>();
  for (const [name, open] of Object.entries(OPEN)) {
    const one = await open(server);
    opened.push(one);
    if (one.ended) waiting.add(name);
    void one.ended?.then(() => waiting.delete(name));
  }
  const atFirst = [...waiting];
  const sqs = new SQSClient(options(server));
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "acknowledged" }));
  let acknowledged = 0;
  const writing = over(
    (async () => {
      for (;;) {
        await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "m" }));
        acknowledged++;
      }
    })(),
  );
  await until(() => acknowledged >= 20);
  assert.deepEqual([...waiting], atFirst);
  const { tookMs, code, processId } = await server.end("SIGTERM");
  for (const { close } of opened) close?.();
  await writing;
  await until(
    () => [...waiting],
    ({ length }) => length === 0,
  );
  t.diagnostic(`${atFirst.length} clients were waiting; it took ${Math.round(tookMs)} ms`);
  assert.equal(code, 0);
  assert.deepEqual(await leftBehind(processId), []);
  assert.ok(tookMs < MOST_MS, `it took ${Math.round(tookMs)} ms`);

  await server.start();
  const { Attributes } = await new SQSClient(options(server)).send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["ApproximateNumberOfMessages"] }),
  );
  // One may have been kept whose answer did not get out any more.
  const kept = Number(Attributes!["ApproximateNumberOfMessages"]);
  assert.ok(kept === acknowledged || kept === acknowledged + 1, `${kept} of ${acknowledged} messages`);
  const s3 = new S3Client({ ...options(server), forcePathStyle: true });
  assert.equal((await s3.send(new ListObjectsV2Command({ Bucket: "uploads" }))).KeyCount, 0);
  await until(() => blobsOf(dataDir, "s3").length === 1);
  assert.deepEqual(
    readdirSync(dataDir).filter((name) => !/^state-\d+\.log$|^squall\.lock$|^blobs$/.test(name)),
    [],
  );
});
