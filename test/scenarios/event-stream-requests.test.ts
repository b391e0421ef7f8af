import assert from "node:assert/strict";
import { createServer } from "node:http";
import { type ClientHttp2Stream, connect } from "node:http2";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { test } from "node:test";
import { decodeMessages, encodeMessage } from "../../src/core/event-message.ts";
import { framesOf } from "../../src/faults/wire/frames.ts";
import type { Cloud, FaultRuleInput } from "../../src/index.ts";
import { testCloud } from "../cloud.ts";
import { until } from "../until.ts";

/*
 * Calls whose client sends events for as long as it hears some: over HTTP/2, as the SDKs' Transcribe, Lex and Bedrock clients do.
 * What is seen here is what these clients see; the AWS SDK for JavaScript was held against it by hand.
 */

const frame = (n: number) =>
  encodeMessage({
    headers: { ":message-type": "event", ":event-type": "AudioEvent" },
    payload: Buffer.from(String(n)),
  });

/** The call of an SDK; its events are the test's to write. */
function transcription(cloud: Cloud) {
  const session = connect(cloud.url);
  session.on("error", () => {});
  const stream = session.request({
    ":method": "POST",
    ":path": "/stream-transcription",
    "content-type": "application/vnd.amazon.eventstream",
    "user-agent": "aws-sdk-js/3.1175.0 ua/2.1 api/transcribe_streaming#3.1175.0",
    "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-EVENTS",
    authorization:
      "AWS4-HMAC-SHA256 Credential=123456789012/20261128/us-east-1/transcribe/aws4_request, SignedHeaders=host, Signature=0",
  });
  stream.on("error", () => {});
  return { stream, [Symbol.dispose]: () => session.destroy() };
}

function statusOf(stream: ClientHttp2Stream): Promise<number> {
  return new Promise((resolve) => stream.once("response", (headers) => resolve(Number(headers[":status"]))));
}

/** An upstream that answers every message with the same, and keeps what came; one that it cannot read it answers with 400. */
async function echo() {
  const seen: string[] = [];
  const server = createServer(async (request, response) => {
    try {
      for await (const bytes of framesOf(request)) {
        const [message] = decodeMessages(bytes);
        seen.push(Buffer.from(message!.payload).toString());
        if (!response.headersSent)
          response.writeHead(200, { "content-type": "application/vnd.amazon.eventstream" });
        response.write(bytes);
      }
      response.end();
    } catch (error) {
      seen.push((error as Error).message);
      if (!response.headersSent) response.writeHead(400).end();
      else response.destroy();
    }
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    [Symbol.dispose]: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

test("a call whose client goes on sending is failed at once, in its service's form and by its name", async () => {
  await using cloud = await testCloud();
  await cloud.faults.add({ service: "transcribe-streaming", error: "throttle" });
  using call = transcription(cloud);
  call.stream.write(frame(1));
  assert.equal(await statusOf(call.stream), 429);
  assert.match((await buffer(call.stream)).toString(), /Rate exceeded/);
  const [record] = cloud.calls.all();
  assert.deepEqual(
    [record?.service, record?.operation],
    ["transcribe-streaming", "StartStreamTranscription"],
  );
});

test("events go to an upstream and back as they come", async () => {
  using upstream = await echo();
  await using cloud = await testCloud({ upstreams: { "transcribe-streaming": { url: upstream.url } } });
  using call = transcription(cloud);
  call.stream.write(frame(1));
  assert.equal(await statusOf(call.stream), 200);
  const answers: string[] = [];
  call.stream.on("data", (bytes: Buffer) => {
    for (const { payload } of decodeMessages(bytes)) answers.push(Buffer.from(payload).toString());
  });
  await until(() => answers.length === 1);
  call.stream.end(frame(2));
  await until(() => answers.length === 2);
  assert.deepEqual(answers, ["1", "2"]);
});

/** What an upstream reads of three messages under a rule, and how the client's stream ends. */
async function sent(rule: FaultRuleInput) {
  using upstream = await echo();
  await using cloud = await testCloud({ upstreams: { "transcribe-streaming": { url: upstream.url } } });
  await cloud.faults.add(rule);
  using call = transcription(cloud);
  let answered = Buffer.alloc(0);
  call.stream.on("data", (bytes: Buffer) => {
    answered = Buffer.concat([answered, bytes]);
  });
  let hasEnded = false;
  call.stream.once("end", () => {
    hasEnded = !call.stream.aborted && call.stream.rstCode === 0;
  });
  const closed = new Promise<void>((resolve) => call.stream.once("close", resolve));
  call.stream.end(Buffer.concat([frame(1), frame(2), frame(3)]));
  await closed;
  return { seen: upstream.seen, answered, hasEnded: hasEnded && answered.length > 0 };
}

const service = "transcribe-streaming";

test("a message of what the client sends is left out, doubled, or has a wrong checksum", async () => {
  const of = "request";
  const dropped = await sent({ service, "event-stream": { what: "drop", of } } as never);
  assert.deepEqual([dropped.seen, dropped.hasEnded], [["1", "3"], true]);
  const doubled = await sent({ service, "event-stream": { what: "duplicate", of } } as never);
  assert.deepEqual(doubled.seen, ["1", "2", "2", "3"]);
  const corrupt = await sent({ service, "event-stream": { what: "bad-crc", of, frame: 1 } } as never);
  assert.deepEqual(corrupt.seen, ["message CRC"]);
});

test("what the client sends breaks off in the middle of a message", async () => {
  const rule = { service, "event-stream": { what: "truncate", of: "request", frame: 1 } };
  const { seen, answered, hasEnded } = await sent(rule as FaultRuleInput);
  assert.deepEqual([answered.length, hasEnded, seen.includes("1")], [0, false, false]);
});

test("the connection breaks behind so many messages, of which each was answered", async () => {
  using upstream = await echo();
  await using cloud = await testCloud({ upstreams: { "transcribe-streaming": { url: upstream.url } } });
  await cloud.faults.add({ service, upload: { cutAfterFrames: 2 } });
  using call = transcription(cloud);
  const closed = new Promise<void>((resolve) => call.stream.once("close", resolve));
  let answers = 0;
  call.stream.on("data", () => answers++);
  call.stream.write(frame(1));
  await until(() => answers === 1);
  call.stream.write(frame(2));
  await closed;
  assert.deepEqual([call.stream.rstCode === 0, upstream.seen.includes("3")], [false, false]);
});
