import assert from "node:assert/strict";
import { type ClientHttp2Stream, connect, createSecureServer, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";
import { decodeMessages, encodeMessage } from "../../src/core/event-message.ts";
import { framesOf } from "../../src/faults/wire/frames.ts";
import { certificate, key } from "../certificate.ts";
import { testCloud } from "../cloud.ts";
import { until } from "../until.ts";

const REAL = { accessKeyId: "AKIAREALREALREALREAL", secretAccessKey: "the real secret" };
const REGION = "eu-west-1";
const EVENTS = "STREAMING-AWS4-HMAC-SHA256-EVENTS";

/** The AWS SDK's own signer, with the keys that the endpoint knows: what it makes is what must have come. */
const judge = new SignatureV4({ credentials: REAL, region: REGION, service: "transcribe", sha256: Sha256 });

const isoOf = (date: Date) => date.toISOString().replace(/[-:]|\.\d+/g, "");

/** What an endpoint finds of one event: its text, and whether its signature is the right one. */
interface Judged {
  readonly text: string;
  readonly holds: boolean;
}

/** An endpoint of HTTP/2 that checks each event's signature, and answers it at once. */
async function transcribe() {
  const judged: Judged[] = [];
  const heads: Record<string, unknown>[] = [];
  const server = createSecureServer({ cert: certificate, key });
  server.on("stream", (stream: ServerHttp2Stream, headers) => {
    heads.push(headers);
    stream.on("error", () => {});
    stream.respond({ ":status": 200, "content-type": "application/vnd.amazon.eventstream" });
    void answer(stream, String(headers["authorization"]));
  });
  async function answer(stream: ServerHttp2Stream, authorization: string): Promise<void> {
    let priorSignature = /Signature=([0-9a-f]{64})$/.exec(authorization)?.[1] ?? "";
    for await (const frame of framesOf(stream)) {
      const [{ headers, payload } = { headers: {}, payload: new Uint8Array() }] = decodeMessages(frame);
      const signingDate = headers[":date"] as Date;
      const dated = encodeMessage({ headers: { ":date": signingDate }, payload: new Uint8Array() });
      const event = { headers: dated.subarray(12, -4), payload };
      const options = { signingDate, priorSignature, signingRegion: REGION, signingService: "transcribe" };
      priorSignature = await judge.sign(event, options);
      const given = Buffer.from(headers[":chunk-signature"] as Uint8Array).toString("hex");
      const text = payload.length === 0 ? "" : Buffer.from(decodeMessages(payload)[0]!.payload).toString();
      judged.push({ text, holds: given === priorSignature });
      stream.write(frame);
    }
    stream.end();
  }
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    judged,
    heads,
    [Symbol.dispose]: () => void server.close(),
  };
}

/** A call as the SDK makes it, over HTTP/2, with signatures of a client whom the endpoint does not know. */
function transcription(url: string): ClientHttp2Stream {
  const session = connect(url);
  session.on("error", () => {});
  const stream = session.request({
    ":method": "POST",
    ":path": "/stream-transcription",
    "content-type": "application/vnd.amazon.eventstream",
    "user-agent": "aws-sdk-js/3.1175.0 ua/2.1 api/transcribe_streaming#3.1175.0",
    "x-amz-content-sha256": EVENTS,
    "x-amz-date": isoOf(new Date()),
    authorization: `AWS4-HMAC-SHA256 Credential=AKIACLIENTCLIENTCLIE/${isoOf(new Date()).slice(0, 8)}/${REGION}/transcribe/aws4_request, SignedHeaders=host, Signature=${"0".repeat(64)}`,
  });
  stream.on("error", () => {});
  stream.once("close", () => session.close());
  return stream;
}

/** An event in the envelope that carries its signature. */
function enveloped(text: string): Uint8Array {
  const payload =
    text === ""
      ? new Uint8Array()
      : encodeMessage({
          headers: { ":message-type": "event", ":event-type": "AudioEvent" },
          payload: Buffer.from(text),
        });
  return encodeMessage({ headers: { ":date": new Date(), ":chunk-signature": Buffer.alloc(32) }, payload });
}

test("events that are sent and heard at once go on over HTTP/2, each signed again", async () => {
  using endpoint = await transcribe();
  await using cloud = await testCloud({
    isGateway: true,
    services: [],
    upstreams: {
      "*": { url: `https://127.0.0.1:${endpoint.port}`, ca: certificate, credentials: async () => REAL },
    },
  });
  const stream = transcription(cloud.url);
  let heard = 0;
  stream.on("data", (chunk: Buffer) => {
    heard += chunk.length;
  });
  for (const text of ["one", "two"]) {
    stream.write(enveloped(text));
    await until(() => endpoint.judged.length === ["one", "two"].indexOf(text) + 1);
  }
  await until(() => heard > 0);
  stream.end(enveloped(""));
  await until(() => endpoint.judged.length === 3);
  assert.deepEqual(endpoint.judged, [
    { text: "one", holds: true },
    { text: "two", holds: true },
    { text: "", holds: true },
  ]);
  const [head] = endpoint.heads;
  assert.equal(head?.["x-amz-content-sha256"], EVENTS);
  assert.match(
    String(head?.["authorization"]),
    /Credential=AKIAREALREALREALREAL\/\d{8}\/eu-west-1\/transcribe\//,
  );
});

test("an upstream without HTTP/2 is said not to answer", async () => {
  await using cloud = await testCloud({
    isGateway: true,
    services: [],
    upstreams: { "*": { url: "https://127.0.0.1:1", credentials: async () => REAL } },
  });
  const stream = transcription(cloud.url);
  stream.write(enveloped("one"));
  const status = await new Promise((resolve) =>
    stream.once("response", (headers) => resolve(headers[":status"])),
  );
  assert.equal(status, 503);
  stream.close();
});
