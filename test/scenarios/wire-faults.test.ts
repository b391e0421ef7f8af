import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  StartLiveTailCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { CopyObjectCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { CreateQueueCommand, GetQueueUrlCommand, ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { decodeMessages, encodeMessage } from "../../src/core/event-message.ts";
import type { Cloud, FaultRuleInput } from "../../src/index.ts";
import { byteCloud, type Received } from "../byte-service.ts";
import { clientOptions, newAccount, testCloud } from "../cloud.ts";
import { until } from "../until.ts";

type Rule = FaultRuleInput;

const sqs = (cloud: Cloud, account?: string) => new SQSClient(clientOptions(cloud, account));
const s3 = (cloud: Cloud) => new S3Client({ ...clientOptions(cloud), forcePathStyle: true });

/** All that a connection brings until it is closed, as text, and how it is closed. */
async function exchanged(cloud: Cloud, request: string): Promise<{ text: string; closed: "FIN" | "RST" }> {
  const socket = connect(cloud.port, "127.0.0.1");
  socket.write(request);
  let text = "";
  socket.on("data", (chunk) => {
    text += chunk.toString("latin1");
  });
  const closed = await new Promise<"FIN" | "RST">((resolve) => {
    socket.once("end", () => resolve("FIN"));
    socket.once("error", () => resolve("RST"));
  });
  socket.destroy();
  return { text, closed };
}

const head = (...lines: readonly string[]) => `${lines.join("\r\n")}\r\n\r\n`;

const LIST_QUEUES = `${head(
  "POST / HTTP/1.1",
  "host: 127.0.0.1",
  "x-amz-target: AmazonSQS.ListQueues",
  "content-type: application/x-amz-json-1.0",
  `authorization: AWS4-HMAC-SHA256 Credential=${newAccount()}/20261123/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0`,
  "content-length: 2",
)}{}`;
const GET_1000 = head("GET /b/1000 HTTP/1.1", "host: 127.0.0.1");

/** The same request on a connection that the server closes behind its answer. */
const closing = (request: string) => request.replace("\r\n", "\r\nconnection: close\r\n");

async function under(rule: Rule, request: string): Promise<{ text: string; closed: "FIN" | "RST" }> {
  await using cloud = await byteCloud();
  await cloud.faults.add(rule);
  return await exchanged(cloud, request);
}

const bodyOf = (text: string) => text.slice(text.indexOf("\r\n\r\n") + 4);

test("truncate: an answer with a length is too short, one in chunks has no last chunk", async () => {
  const sized = await under({ service: "s3", truncate: { atByte: 300 } }, GET_1000);
  assert.match(sized.text, /content-length: 1000\r\n/i);
  assert.deepEqual([bodyOf(sized.text).length, sized.closed], [300, "FIN"]);
  await using cloud = await byteCloud();
  // What is farther out comes later: without its length the answer is in chunks when it is cut.
  await cloud.faults.add({ service: "s3", truncate: { atByte: 300 } });
  await cloud.faults.add({ service: "s3", headers: { remove: ["content-length"] } });
  const chunked = await exchanged(cloud, GET_1000);
  assert.match(chunked.text, /transfer-encoding: chunked\r\n/i);
  assert.equal(bodyOf(chunked.text), `12c\r\n${"squall".repeat(50)}\r\n`);
});

test("truncate: an SDK that reads a download to its end hears of it, and so does one that parses JSON", async () => {
  await using cloud = await byteCloud();
  await cloud.faults.add({ truncate: 0.5 });
  const { Body } = await s3(cloud).send(new GetObjectCommand({ Bucket: "b", Key: "1000000" }));
  await assert.rejects(Body!.transformToByteArray(), { code: "ECONNRESET" });
  await assert.rejects(sqs(cloud).send(new ListQueuesCommand({})));
});

test("corrupt: the length is right and the checksum is that of the true body", async () => {
  await using cloud = await byteCloud();
  await new DynamoDBClient(clientOptions(cloud)).send(new ListTablesCommand({}));
  await cloud.faults.add({ service: "dynamodb", corrupt: { atPath: "TableNames" } });
  await assert.rejects(new DynamoDBClient(clientOptions(cloud)).send(new ListTablesCommand({})));
  await cloud.faults.add({ service: "s3", corrupt: { bytes: 2, atByte: 500 } });
  const response = await fetch(`${cloud.url}/b/1000`);
  const bytes = Buffer.from(await response.arrayBuffer());
  const true_ = Buffer.alloc(1000, "squall");
  const wrong = [...bytes.keys()].filter((at) => bytes[at] !== true_[at]);
  assert.deepEqual([wrong, bytes.length, response.headers.get("etag")], [[500, 501], 1000, '"1000"']);
});

test("slow-body: the first byte does not wait for the last", async () => {
  await using cloud = await byteCloud({ clockRate: 0 });
  await cloud.faults.add({ service: "s3", "slow-body": 1000 });
  const response = await fetch(`${cloud.url}/b/300`);
  const reader = response.body!.getReader();
  let size = (await reader.read()).value!.length;
  assert.equal(size, 100);
  while (size < 300) {
    await cloud.clock.advance(100);
    size += (await reader.read()).value?.length ?? 0;
  }
  assert.equal(size, 300);
});

test("latency by a preset: a client waits as long as was measured at AWS, and a spike on top", async () => {
  await using cloud = await byteCloud({ clockRate: 0 });
  await cloud.faults.add({
    service: "sqs",
    latency: { preset: "stepfunctions", spike: "5s", spikePercentage: 100 },
  });
  let hasBegun = false;
  cloud.bus.subscribe("call.begins", () => {
    hasBegun = true;
  });
  let hasAnswer = false;
  const answer = sqs(cloud)
    .send(new ListQueuesCommand({}))
    .then(() => {
      hasAnswer = true;
    });
  await until(() => hasBegun);
  // The least that was measured is 115 ms, the most of a hundred 313.
  await cloud.clock.advance("5050ms");
  assert.equal(hasAnswer, false);
  await cloud.clock.advance("1s");
  await answer;
});

test("broken-chunk: a chunk without a size, then the end", async () => {
  const { text, closed } = await under({ service: "s3", "broken-chunk": { atByte: 6 } }, GET_1000);
  assert.match(text, /transfer-encoding: chunked\r\n/i);
  assert.deepEqual([bodyOf(text), closed], ["6\r\nsquall\r\nno size\r\n", "FIN"]);
  await using cloud = await byteCloud();
  await cloud.faults.add({ service: "sqs", "broken-chunk": true });
  await assert.rejects(sqs(cloud).send(new ListQueuesCommand({})), {
    code: /HPE_INVALID_CHUNK_SIZE|ECONNRESET/,
  });
});

test("empty-response: the end without a byte; with `after` the call has happened", async () => {
  assert.deepEqual(await under({ service: "sqs", "empty-response": true }, LIST_QUEUES), {
    text: "",
    closed: "FIN",
  });
  await using cloud = await testCloud();
  const account = newAccount();
  await cloud.faults.add({ operation: "CreateQueue", "empty-response": { when: "after" } });
  await assert.rejects(sqs(cloud, account).send(new CreateQueueCommand({ QueueName: "q" })), {
    code: "ECONNRESET",
  });
  await sqs(cloud, account).send(new GetQueueUrlCommand({ QueueName: "q" }));
  assert.equal(cloud.calls.of("sqs", "CreateQueue")[0]?.dropped, "empty");
});

test("garbage-then-close: bytes that are not HTTP, the same for the same seed", async () => {
  const rule = { service: "sqs", "garbage-then-close": { bytes: 100 } };
  const first = await under(rule, LIST_QUEUES);
  assert.deepEqual([first.text.length, first.closed], [100, "FIN"]);
  assert.doesNotMatch(first.text, /^HTTP/);
  assert.deepEqual(await under(rule, LIST_QUEUES), first);
  await using cloud = await byteCloud();
  await cloud.faults.add(rule);
  await assert.rejects(sqs(cloud).send(new ListQueuesCommand({})), { code: /^HPE_/ });
});

test("headers: an SDK meets another status, and misses what was removed", async () => {
  await using cloud = await byteCloud();
  await cloud.faults.add({ service: "s3", headers: { set: { "x-amz-version-id": "v1" }, remove: ["etag"] } });
  const { ETag, VersionId } = await s3(cloud).send(new GetObjectCommand({ Bucket: "b", Key: "3" }));
  assert.deepEqual([ETag, VersionId], [undefined, "v1"]);
  await cloud.faults.add({ service: "sqs", headers: { status: 503 } });
  const error = await sqs(cloud)
    .send(new ListQueuesCommand({}))
    .then(
      () => assert.fail("the call went well"),
      (failed: { $metadata: { httpStatusCode: number } }) => failed,
    );
  assert.equal(error.$metadata.httpStatusCode, 503);
  assert.equal(cloud.calls.of("sqs")[0]?.status, 503);
});

test("error-in-200: S3's own form, and that of JSON services", async () => {
  const { text } = await under({ service: "s3", "error-in-200": true }, closing(GET_1000));
  assert.match(text, /^HTTP\/1\.1 200 OK\r\n.*<Error><Code>InternalError<\/Code>/s);
  const json = await under({ service: "sqs", "error-in-200": "RequestThrottled" }, closing(LIST_QUEUES));
  assert.match(json.text, /^HTTP\/1\.1 200 OK\r\n.*"__type":"[^"]*RequestThrottled/s);
  assert.doesNotMatch(json.text, /x-amzn-errortype/i);
  await using cloud = await byteCloud();
  await cloud.faults.add({ service: "s3", operation: "CopyObject", "error-in-200": true });
  // The SDK knows of S3's way, and does not take such a copy for a good one.
  await assert.rejects(
    s3(cloud).send(new CopyObjectCommand({ Bucket: "b", Key: "k", CopySource: "b/other" })),
    { name: "InternalError" },
  );
  assert.equal(cloud.calls.of("s3", "CopyObject")[0]?.status, 200);
});

/** An endpoint that answers with an event stream of four messages. */
async function streamingUpstream() {
  const { createServer } = await import("node:http");
  const frames = ["a", "b", "c", "d"].map((text) =>
    encodeMessage({
      headers: { ":message-type": "event", ":event-type": "PayloadChunk" },
      payload: Buffer.from(text),
    }),
  );
  const server = createServer((incoming, outgoing) => {
    incoming.resume();
    outgoing.writeHead(200, { "content-type": "application/vnd.amazon.eventstream" });
    // Pieces that are no messages: a step must find where they end.
    const bytes = Buffer.concat(frames);
    outgoing.write(bytes.subarray(0, 70));
    setImmediate(() => outgoing.end(bytes.subarray(70)));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  return { url: `http://127.0.0.1:${port}`, [Symbol.dispose]: () => void server.close() };
}

test("event-stream: a message is replaced by an exception, left out, doubled, cut, or its CRC is wrong", async () => {
  using upstream = await streamingUpstream();
  await using cloud = await testCloud({ upstreams: { lambda: { url: upstream.url } } });
  const invoke = async (what: "exception" | "drop" | "duplicate" | "truncate" | "bad-crc") => {
    cloud.faults.clear();
    await cloud.faults.add({ service: "lambda", "event-stream": what });
    const response = await fetch(`${cloud.url}/2021-11-15/functions/f/response-streaming-invocations`, {
      method: "POST",
      body: "{}",
      headers: {
        authorization:
          "AWS4-HMAC-SHA256 Credential=1/20261123/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=0",
      },
    });
    const chunks: Uint8Array[] = [];
    let ends = "well";
    try {
      for await (const chunk of response.body!) chunks.push(chunk);
    } catch {
      ends = "cut";
    }
    return { bytes: Buffer.concat(chunks), ends };
  };
  const texts = (bytes: Buffer) =>
    decodeMessages(bytes).map(({ payload }) => Buffer.from(payload).toString());
  assert.deepEqual(texts((await invoke("drop")).bytes), ["a", "c", "d"]);
  assert.deepEqual(texts((await invoke("duplicate")).bytes), ["a", "b", "b", "c", "d"]);
  const [first, exception, ...none] = decodeMessages((await invoke("exception")).bytes);
  assert.equal(Buffer.from(first!.payload).toString(), "a");
  assert.equal(exception?.headers[":message-type"], "exception");
  assert.equal(exception?.headers[":exception-type"], "ServiceException");
  assert.deepEqual(none, []);
  const { bytes, ends } = await invoke("truncate");
  const one = bytes.readUInt32BE(0);
  assert.deepEqual([bytes.length, ends], [one + Math.floor(one / 2), "cut"]);
  const badCrc = await invoke("bad-crc");
  assert.throws(() => texts(badCrc.bytes), { message: "message CRC" });
  assert.equal(badCrc.ends, "well");
});

test("event-stream: an SDK gets the exception in the middle of a live tail", async () => {
  await using cloud = await testCloud();
  const logs = new CloudWatchLogsClient({ ...clientOptions(cloud), disableHostPrefix: true });
  await logs.send(new CreateLogGroupCommand({ logGroupName: "g" }));
  await cloud.faults.add({
    service: "logs",
    "event-stream": { what: "exception", frame: 2, code: "SessionStreamingException", message: "Gone." },
  });
  const { responseStream } = await logs.send(
    new StartLiveTailCommand({
      logGroupIdentifiers: [
        `arn:aws:logs:us-east-1:${(await logs.config.credentials()).accessKeyId}:log-group:g`,
      ],
    }),
  );
  await assert.rejects(
    async () => {
      for await (const _ of responseStream!);
    },
    { name: "SessionStreamingException", message: "Gone." },
  );
});

const PUT = (length: number, ...more: readonly string[]) =>
  head("PUT /b/k HTTP/1.1", "host: 127.0.0.1", `content-length: ${length}`, ...more);

test("upload: the connection is reset behind so many bytes, and the upload has not happened", async () => {
  const received: Received[] = [];
  await using cloud = await byteCloud({}, received);
  await cloud.faults.add({ service: "s3", upload: { cutAfter: 1000 } });
  assert.deepEqual(await exchanged(cloud, PUT(2000) + "x".repeat(2000)), { text: "", closed: "RST" });
  assert.match((await put(cloud, 999)).text, / 200 OK/);
  assert.deepEqual(
    received.map(({ bytes }) => bytes),
    [999],
  );
  await assert.rejects(
    s3(cloud).send(new PutObjectCommand({ Bucket: "b", Key: "k", Body: Buffer.alloc(3_000_000) })),
    { code: /ECONNRESET|EPIPE/ },
  );
});

/** An upload whose connection the server closes behind its answer. */
function put(cloud: Cloud, length: number) {
  return exchanged(cloud, PUT(length, "connection: close") + "x".repeat(length));
}

test("upload: nothing is read behind so many bytes, and the client's writes stall", async () => {
  await using cloud = await byteCloud({ clockRate: 0 });
  await cloud.faults.add({ service: "s3", upload: { stopAfter: 1000 } });
  const socket = connect(cloud.port, "127.0.0.1");
  socket.on("error", () => {});
  const body = Buffer.alloc(64 * 1024 * 1024);
  let isSent = false;
  socket.write(PUT(body.length));
  socket.write(body, (error) => {
    isSent = !error;
  });
  await until(async () => {
    await cloud.clock.advance("10m");
    return cloud.calls.of("s3").length > 0;
  });
  assert.equal(cloud.calls.of("s3")[0]?.dropped, "reset");
  assert.ok(!isSent, "the client still had something to send");
  socket.destroy();
});

test("upload: a body is read at a rate", async () => {
  const received: Received[] = [];
  await using cloud = await byteCloud({ clockRate: 0 }, received);
  await cloud.faults.add({ service: "s3", upload: { bytesPerSecond: 1000 } });
  const answered = fetch(`${cloud.url}/b/k`, { method: "PUT", body: "x".repeat(1000) });
  let isDone = false;
  void answered.then(() => {
    isDone = true;
  });
  let tenths = 0;
  for (; !isDone; tenths++) {
    await cloud.clock.advance(100);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert.ok(tenths >= 9, `${tenths} tenths of a second`);
  assert.equal(received[0]?.bytes, 1000);
});

test("upload: 100 Continue is withheld, and the body is taken when it comes all the same", async () => {
  await using cloud = await byteCloud();
  await cloud.faults.add({ service: "s3", upload: { withholdContinue: true } });
  const { text } = await exchanged(cloud, `${PUT(4, "expect: 100-continue", "connection: close")}body`);
  assert.match(text, /^HTTP\/1\.1 200 OK/);
});

test("upload: a body that was read whole is reset or never answered before the call happens", async () => {
  await using cloud = await testCloud();
  await cloud.faults.add({ operation: "ListQueues", upload: { cutAfter: 1 }, times: 1 });
  assert.deepEqual(await exchanged(cloud, LIST_QUEUES), { text: "", closed: "RST" });
});

/** Resolves when a call has begun: what a rule does to it happens next. */
const begun = (cloud: Cloud) =>
  new Promise<void>((resolve) => cloud.bus.subscribe("call.begins", () => resolve()));

test("a slow upload takes effect although its client gave up", async () => {
  const received: Received[] = [];
  await using cloud = await byteCloud({ clockRate: 0 }, received);
  await cloud.faults.add({ service: "s3", latency: "5s" });
  const leave = new AbortController();
  const hasBegun = begun(cloud);
  const upload = s3(cloud).send(new PutObjectCommand({ Bucket: "b", Key: "k", Body: "hello" }), {
    abortSignal: leave.signal,
  });
  const left = assert.rejects(upload, { name: "AbortError" });
  await hasBegun;
  leave.abort();
  await left;
  const recorded = new Promise<void>((resolve) => cloud.bus.subscribe("call", () => resolve()));
  await cloud.clock.advance(5000);
  await recorded;
  assert.deepEqual(
    received.map(({ bytes }) => bytes),
    [5],
  );
});

test("a slow call takes effect although its client gave up, unless it may be cancelled", async () => {
  await using cloud = await testCloud({ clockRate: 0 });
  const account = newAccount();
  const create = async (name: string) => {
    const leave = new AbortController();
    const hasBegun = begun(cloud);
    const call = sqs(cloud, account).send(new CreateQueueCommand({ QueueName: name }), {
      abortSignal: leave.signal,
    });
    const left = assert.rejects(call, { name: "AbortError" });
    await hasBegun;
    leave.abort();
    await left;
    await cloud.clock.advance(5000);
  };
  await cloud.faults.add({ operation: "CreateQueue", latency: "5s", times: 1 });
  await create("kept");
  await cloud.faults.add({ operation: "CreateQueue", latency: { ms: 5000, cancel: true } });
  await create("cancelled");
  const { QueueUrls } = await sqs(cloud, account).send(new ListQueuesCommand({}));
  assert.deepEqual(
    QueueUrls?.map((url) => url.split("/").at(-1)),
    ["kept"],
  );
});

test("hang: an upload hangs until its client gives up, also one that was never read", async () => {
  await using cloud = await byteCloud();
  await cloud.faults.add({ service: "s3", hang: true });
  const socket = connect(cloud.port, "127.0.0.1");
  socket.on("error", () => {});
  const recorded = new Promise<void>((resolve) => cloud.bus.subscribe("call", () => resolve()));
  socket.write(PUT(8 * 1024 * 1024));
  await new Promise<void>((resolve) => socket.write(Buffer.alloc(4 * 1024 * 1024), () => resolve()));
  socket.destroy();
  await recorded;
  assert.equal(cloud.calls.of("s3")[0]?.dropped, "hang");
});
