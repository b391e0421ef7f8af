import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer as createHttpServer, type IncomingMessage, request } from "node:http";
import { connect as connectHttp2 } from "node:http2";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, connect } from "node:net";
import { Readable } from "node:stream";
import { test } from "node:test";
import { GetObjectCommand, NoSuchBucket, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import bench from "../../bench/streams.ts";
import type { Cloud } from "../../src/index.ts";
import { byteCloud, type Received } from "../byte-service.ts";
import { certificate, key } from "../certificate.ts";
import { clientOptions, newAccount } from "../cloud.ts";

const MIB = 1024 * 1024;

const s3 = (cloud: Cloud) => new S3Client({ ...clientOptions(cloud), forcePathStyle: true });

/** A connection that sends what it is told, byte by byte as it is told. */
async function rawConnection(cloud: Cloud) {
  const socket = connect(cloud.port, "127.0.0.1");
  await once(socket, "connect");
  let text = "";
  socket.on("data", (chunk) => {
    text += chunk.toString("latin1");
  });
  socket.on("error", () => {});
  return {
    socket,
    text: () => text,
    async until(pattern: RegExp): Promise<string> {
      while (!pattern.test(text)) {
        assert.ok(!socket.readableEnded, `The connection has ended with ${JSON.stringify(text)}.`);
        await Promise.race([once(socket, "data"), once(socket, "end")]);
      }
      return text;
    },
    [Symbol.dispose]: () => void socket.destroy(),
  };
}

const head = (lines: readonly string[]) => `${lines.join("\r\n")}\r\n\r\n`;

/** How much goes up and down: 5 GiB at night. */
const LARGE_MIB = Number(process.env["SQUALL_STREAM_MIB"] ?? 300);

test("300 MB go up and down, through S3, past it and through an upstream, in memory that stays flat", async () => {
  for (const { name, value, growthMiB } of await bench(LARGE_MIB * MIB)) {
    assert.ok(growthMiB < 50, `${name}: ${value}`);
  }
});

test("an SDK's upload in signed or unsigned chunks is taken apart, and its checksum follows as a trailer", async () => {
  const received: Received[] = [];
  await using cloud = await byteCloud({}, received);
  const body = Buffer.alloc(3 * MIB, "0123456789");
  await s3(cloud).send(new PutObjectCommand({ Bucket: "b", Key: "whole", Body: body }));
  async function* parts() {
    for (let at = 0; at < body.length; at += 100_000) yield body.subarray(at, at + 100_000);
  }
  await s3(cloud).send(
    new PutObjectCommand({
      Bucket: "b",
      Key: "streamed",
      Body: Readable.from(parts()),
      ContentLength: body.length,
      ChecksumAlgorithm: "SHA256",
    }),
  );
  const sha256 = createHash("sha256").update(body).digest("base64");
  assert.deepEqual(
    received.map(({ key, bytes, length }) => ({ key, bytes, length })),
    [
      { key: "whole", bytes: body.length, length: body.length },
      { key: "streamed", bytes: body.length, length: body.length },
    ],
  );
  assert.equal(received[1]?.trailers["x-amz-checksum-sha256"], sha256);
});

test("a handler may refuse an upload before any of it has come", async () => {
  await using cloud = await byteCloud();
  using connection = await rawConnection(cloud);
  connection.socket.write(head(["PUT /missing/key HTTP/1.1", "host: 127.0.0.1", "content-length: 1000000"]));
  // The bucket is not there: that is said while the body has not even begun.
  assert.match(await connection.until(/<\/Error>/), /^HTTP\/1\.1 404 .*NoSuchBucket/s);
});

test("a connection goes on after a refused upload has been read to its end", async () => {
  await using cloud = await byteCloud();
  using connection = await rawConnection(cloud);
  connection.socket.write(head(["PUT /missing/key HTTP/1.1", "host: 127.0.0.1", "content-length: 4"]));
  await connection.until(/NoSuchBucket/);
  connection.socket.write(`body${head(["GET /b/3 HTTP/1.1", "host: 127.0.0.1"])}`);
  assert.match(await connection.until(/\r\n\r\nsqu$/), /HTTP\/1\.1 200 OK/);
});

test("100 Continue is only said when the body is wanted", async () => {
  await using cloud = await byteCloud();
  const put = (bucket: string) =>
    head([`PUT /${bucket}/key HTTP/1.1`, "host: 127.0.0.1", "content-length: 4", "expect: 100-continue"]);
  using refused = await rawConnection(cloud);
  refused.socket.write(put("missing"));
  const answer = await refused.until(/<\/Error>/);
  assert.doesNotMatch(answer, /100 Continue/);
  assert.match(answer, /^HTTP\/1\.1 404 .*connection: close/is);
  using taken = await rawConnection(cloud);
  taken.socket.write(put("b"));
  await taken.until(/100 Continue/);
  taken.socket.write("body");
  assert.match(await taken.until(/ 200 OK/), /etag: "4"/i);
  // An operation whose body is read whole asks for it at once.
  using whole = await rawConnection(cloud);
  const signature = `AWS4-HMAC-SHA256 Credential=${newAccount()}/20261123/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0`;
  whole.socket.write(
    head([
      "POST / HTTP/1.1",
      "host: 127.0.0.1",
      "x-amz-target: AmazonSQS.ListQueues",
      "content-type: application/x-amz-json-1.0",
      `authorization: ${signature}`,
      "content-length: 2",
      "expect: 100-continue",
    ]),
  );
  await whole.until(/100 Continue/);
  whole.socket.write("{}");
  await whole.until(/ 200 OK/);
});

test("a whole body that is announced as too large is not asked for", async () => {
  await using cloud = await byteCloud({ largestBodyBytes: 10 });
  using connection = await rawConnection(cloud);
  connection.socket.write(
    head([
      "POST / HTTP/1.1",
      "host: 127.0.0.1",
      "x-amz-target: AmazonSQS.ListQueues",
      "content-length: 11",
      "expect: 100-continue",
    ]),
  );
  assert.match(await connection.until(/may have 10 bytes/), /^HTTP\/1\.1 413 /);
});

test("a body larger than the limit is refused: before it comes when it is announced, else where it passes it", async () => {
  await using cloud = await byteCloud({ largestStreamBytes: 1000 });
  const put = async (headers: Record<string, string>, body: string) => {
    const outgoing = request({ port: cloud.port, host: "127.0.0.1", method: "PUT", path: "/b/k", headers });
    const answered = once(outgoing, "response") as Promise<[IncomingMessage]>;
    outgoing.end(body);
    const [response] = await answered;
    let text = "";
    for await (const chunk of response) text += chunk;
    return `${response.statusCode} ${/<Code>(\w+)/.exec(text)?.[1] ?? ""}`;
  };
  assert.equal(await put({ "content-length": "1000" }, "x".repeat(1000)), "200 ");
  assert.equal(await put({ "content-length": "1001" }, "x".repeat(1001)), "400 EntityTooLarge");
  assert.equal(await put({ "transfer-encoding": "chunked" }, "x".repeat(1001)), "400 EntityTooLarge");
});

test("an upload whose client leaves is incomplete, and recorded as that", async () => {
  const received: Received[] = [];
  await using cloud = await byteCloud({}, received);
  using connection = await rawConnection(cloud);
  const recorded = new Promise<void>((resolve) => cloud.bus.subscribe("call", () => resolve()));
  connection.socket.write(`${head(["PUT /b/k HTTP/1.1", "host: 127.0.0.1", "content-length: 100"])}half`);
  while (cloud.calls.all().length > 0) await recorded;
  connection.socket.end();
  await recorded;
  assert.equal(cloud.calls.of("s3", "PutObject")[0]?.errorCode, "IncompleteBody");
  assert.deepEqual(received, []);
});

test("a download begins before it is at its end, and a client that leaves ends it", async () => {
  await using cloud = await byteCloud();
  const size = 1024 * MIB;
  const { Body } = await s3(cloud).send(new GetObjectCommand({ Bucket: "b", Key: String(size) }));
  const stream = Body as IncomingMessage;
  const [first] = (await once(stream, "data")) as [Buffer];
  assert.equal(first.toString("latin1", 0, 6), "squall");
  stream.destroy();
});

/** An endpoint that keeps what it was sent. */
async function elsewhere(answer: (request: IncomingMessage, body: string) => [number, string]) {
  let connections = 0;
  const server = createHttpServer(async (incoming, outgoing) => {
    let body = "";
    for await (const chunk of incoming) body += chunk;
    const [status, text] = answer(incoming, body);
    outgoing.writeHead(status, { "content-type": "application/xml", "x-from": "elsewhere" }).end(text);
  });
  server.on("connection", () => connections++);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => connections,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => void server.close(() => resolve())),
  };
}

test("an upstream is asked once a call, over connections that are kept, and its errors come through untouched", async () => {
  const error = "<Error><Code>SlowDown</Code><Message>Later, please.</Message></Error>";
  let asked = 0;
  await using upstream = await elsewhere(() => {
    asked++;
    return [503, error];
  });
  await using cloud = await byteCloud({ upstreams: { s3: { url: upstream.url } } });
  for (let i = 0; i < 3; i++) {
    const response = await fetch(`${cloud.url}/b/k`, { method: "PUT", body: "hello" });
    assert.deepEqual(
      [response.status, response.headers.get("x-from"), await response.text()],
      [503, "elsewhere", error],
    );
  }
  assert.deepEqual([asked, upstream.connections()], [3, 1]);
});

test("what an upstream refuses before it has read it is refused to the client", async () => {
  await using upstream = await byteCloud();
  await using cloud = await byteCloud({ upstreams: { s3: { url: upstream.url } } });
  await assert.rejects(
    s3(cloud).send(new PutObjectCommand({ Bucket: "missing", Key: "k", Body: Buffer.alloc(3 * MIB) })),
    NoSuchBucket,
  );
  using connection = await rawConnection(cloud);
  connection.socket.write(
    head(["PUT /missing/key HTTP/1.1", "host: 127.0.0.1", "content-length: 4", "expect: 100-continue"]),
  );
  assert.doesNotMatch(await connection.until(/<\/Error>/), /100 Continue/);
});

test("rules act in front of an upstream: it never sees an upload that they refuse", async () => {
  const received: Received[] = [];
  await using upstream = await byteCloud({}, received);
  await using cloud = await byteCloud({ upstreams: { s3: { url: upstream.url } } });
  await cloud.faults.add({ service: "s3", operation: "PutObject", error: "throttle", times: 1 });
  const put = () => s3(cloud).send(new PutObjectCommand({ Bucket: "b", Key: "k", Body: "hello" }));
  await assert.rejects(put(), { name: "SlowDown" });
  assert.equal(received.length, 0);
  await put();
  assert.equal(received[0]?.bytes, 5);
});

test("with keys for the upstream, chunks that the client signed go on unsigned, with their checksum", async () => {
  const received: Received[] = [];
  await using upstream = await byteCloud({ verifySignatures: false }, received);
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  await using cloud = await byteCloud({ upstreams: { s3: { url: upstream.url, credentials } } });
  const chunked =
    "5;chunk-signature=ff\r\nhello\r\n0;chunk-signature=ff\r\nx-amz-checksum-crc32:NhCmhg==\r\nx-amz-trailer-signature:ff\r\n\r\n";
  const put = (headers: Record<string, string>, body: string) =>
    fetch(`${cloud.url}/b/k`, { method: "PUT", headers, body });
  const streaming = { "content-encoding": "aws-chunked", "x-amz-decoded-content-length": "5" };
  const trailing = await put(
    {
      ...streaming,
      "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
      "x-amz-trailer": "x-amz-checksum-crc32",
    },
    chunked,
  );
  const plain = await put(
    { ...streaming, "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" },
    "5;chunk-signature=ff\r\nhello\r\n0;chunk-signature=ff\r\n\r\n",
  );
  assert.deepEqual([trailing.status, plain.status], [200, 200]);
  assert.deepEqual(
    received.map(({ bytes, trailers }) => ({ bytes, trailers })),
    [
      { bytes: 5, trailers: { "x-amz-checksum-crc32": "NhCmhg==" } },
      { bytes: 5, trailers: {} },
    ],
  );
  assert.equal(upstream.calls.of("s3")[0]?.accessKeyId, "test");
});

test("a TLS upstream is believed when a given authority vouches for it", async () => {
  const server = createHttpsServer({ cert: certificate, key }, (_, outgoing) => void outgoing.end("secret"));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await using strange = await byteCloud({ upstreams: { s3: { url } } });
  const refused = await fetch(`${strange.url}/b/k`);
  assert.equal(refused.status, 503);
  assert.match(await refused.text(), /ServiceUnavailable.*DEPTH_ZERO_SELF_SIGNED_CERT/s);
  await using trusting = await byteCloud({ upstreams: { s3: { url, ca: certificate } } });
  assert.equal(await (await fetch(`${trusting.url}/b/k`)).text(), "secret");
  server.closeAllConnections();
  server.close();
});

test("an upstream that keeps silent for longer than it may is given up", async () => {
  const server = createHttpServer(() => {});
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await using cloud = await byteCloud({ upstreams: { s3: { url, timeoutMs: 20 } } });
  const response = await fetch(`${cloud.url}/b/k`);
  assert.equal(response.status, 504);
  assert.match(await response.text(), /GatewayTimeout.*silent for 20 ms/s);
  server.closeAllConnections();
  server.close();
});

test("over HTTP/2 bodies stream, too, and one that is cut is a stream that is reset", async () => {
  const received: Received[] = [];
  await using cloud = await byteCloud({}, received);
  const session = connectHttp2(cloud.url);
  const exchange = async (headers: Record<string, string>, body?: Buffer) => {
    const stream = session.request(headers, { endStream: body === undefined });
    const ended = new Promise<string>((resolve) => {
      stream.once("end", () => resolve("well"));
      stream.once("error", () => resolve("reset"));
    });
    const responded = once(stream, "response") as Promise<[Record<string, unknown>]>;
    let size = 0;
    stream.on("data", (chunk: Buffer) => {
      size += chunk.length;
    });
    if (body) stream.end(body);
    const [{ ":status": status }] = await responded;
    return { status, ends: await ended, size };
  };
  const put = await exchange({ ":method": "PUT", ":path": "/b/k" }, Buffer.alloc(MIB));
  assert.deepEqual([put.status, received[0]?.bytes], [200, MIB]);
  const get = await exchange({ ":method": "GET", ":path": `/b/${MIB}` });
  assert.deepEqual(get, { status: 200, ends: "well", size: MIB });
  await cloud.faults.add({ service: "s3", truncate: { atByte: 1000 } });
  const cut = await exchange({ ":method": "GET", ":path": `/b/${MIB}` });
  assert.deepEqual([cut.status, cut.ends], [200, "reset"]);
  session.destroy();
});
