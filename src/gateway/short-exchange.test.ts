import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { test } from "node:test";
import { until } from "../../test/until.ts";
import type { AwsError } from "../core/aws-error.ts";
import type { HttpRequest } from "../core/http.ts";
import { wholeBody } from "../core/joined.ts";
import { forward } from "./upstream.ts";

const target = { region: "eu-west-1", signingName: "sqs", endpointPrefix: "sqs" };
const call = (signal = new AbortController().signal) => ({
  service: "sqs",
  operation: "ListQueues",
  input: {},
  signal,
});

interface Answering {
  /** Bytes of the answer to the n-th request of a connection. */
  readonly says: string | ((n: number) => string);
  readonly ends?: boolean;
  /** So many bytes at a time. */
  readonly pieces?: number;
}

/** An upstream that says exactly this, and what it has been asked. */
async function upstream({ says, ends = false, pieces = Number.POSITIVE_INFINITY }: Answering) {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    sockets.add(socket);
    socket.on("error", () => {});
    let text = "";
    let n = 0;
    const answer = async () => {
      const bytes = Buffer.from(typeof says === "string" ? says : says(n++), "latin1");
      for (let at = 0; at < bytes.length; at += pieces) {
        if (at > 0) await new Promise((resolve) => setImmediate(resolve));
        socket.write(bytes.subarray(at, at + pieces));
      }
      if (ends) socket.end();
    };
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
      for (;;) {
        const head = text.indexOf("\r\n\r\n");
        const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
        if (head < 0 || text.length < head + 4 + length) return;
        asked.push(text.slice(0, head + 4 + length));
        text = text.slice(head + 4 + length);
        void answer();
      }
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    sockets,
    connections: () => connections,
    async [Symbol.asyncDispose]() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** @param rawHeaders what a client has sent goes the short way, what Squall asks by itself the long one */
function request(more: Partial<HttpRequest> = {}, isClients = true): HttpRequest {
  const given = { method: "POST", path: "/a%20b", query: "c=d", body: Buffer.from("hello"), ...more };
  const headers = { host: "sqs", "x-amz-target": "é", ...more.headers };
  return { ...given, headers, ...(isClients && { rawHeaders: [] }) };
}

async function outcome(url: string, asked: HttpRequest): Promise<unknown> {
  try {
    const { status, headers, body } = await forward(asked, { url, keepsHost: true }, target, call(), 0);
    const whole = await wholeBody(body as AsyncIterable<Uint8Array>).then(
      (bytes) => Buffer.from(bytes).toString("latin1"),
      () => "broken off",
    );
    return { status, headers: { ...headers }, body: whole };
  } catch (error) {
    const { code, message } = error as AwsError;
    return { code, message: message.replaceAll(url, "URL") };
  }
}

const OK = "HTTP/1.1 200 OK\r\n";
const answers: Readonly<Record<string, Answering & { readonly request?: Partial<HttpRequest> }>> = {
  ordinary: { says: `${OK}Content-Type: text/plain\r\nX-Odd:  a\tb \r\ncontent-length: 3\r\n\r\nabc` },
  "an error": { says: "HTTP/1.1 400 Bad Request\r\ncontent-length: 2\r\n\r\n{}" },
  "no reason": { says: "HTTP/1.1 200\r\ncontent-length: 0\r\n\r\n" },
  "no content": { says: "HTTP/1.1 204 No Content\r\n\r\n" },
  "not modified": { says: "HTTP/1.1 304 Not Modified\r\ncontent-length: 100\r\n\r\n" },
  "to a HEAD": {
    says: `${OK}content-length: 100\r\n\r\n`,
    request: { method: "HEAD", body: Buffer.alloc(0) },
  },
  "to a GET": { says: `${OK}content-length: 1\r\n\r\na`, request: { method: "GET", body: Buffer.alloc(0) } },
  "to a long body": {
    says: `${OK}content-length: 1\r\n\r\na`,
    request: { body: Buffer.alloc(100_000, "x") },
  },
  "letters that are not English": { says: `${OK}x-name: \xe9\r\ncontent-length: 1\r\n\r\n\xe9` },
  "in chunks": { says: `${OK}transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n` },
  "until it closes": { says: `${OK}\r\nabc`, ends: true },
  "and the connection closes": { says: `${OK}connection: close\r\ncontent-length: 3\r\n\r\nabc`, ends: true },
  "of HTTP/1.0": { says: "HTTP/1.0 200 OK\r\ncontent-length: 3\r\n\r\nabc", ends: true },
  "a header twice": {
    says: `${OK}x-a: 1\r\nx-a: 2\r\nset-cookie: a\r\nset-cookie: b\r\ncontent-length: 0\r\n\r\n`,
  },
  "a length twice": { says: `${OK}content-length: 1\r\ncontent-length: 2\r\n\r\nab` },
  "a header of every object": { says: `${OK}constructor: 1\r\ncontent-length: 1\r\n\r\na` },
  "first a notice": { says: `HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n${OK}content-length: 1\r\n\r\na` },
  "a folded header": { says: `${OK}x-a: 1\r\n 2\r\ncontent-length: 1\r\n\r\na` },
  "a long body": { says: `${OK}content-length: 200000\r\n\r\n${"x".repeat(200_000)}` },
  "a long body that breaks off": { says: `${OK}content-length: 200000\r\n\r\nabc`, ends: true },
  "a short body that breaks off": { says: `${OK}content-length: 20\r\n\r\nabc`, ends: true },
  "a head that breaks off": { says: `${OK}content-le`, ends: true },
  "a head without end": { says: `${OK}x-a: ${"x".repeat(200_000)}`, ends: true },
  nothing: { says: "", ends: true },
  "no HTTP": { says: "220 mail.example.com ESMTP\r\n", ends: true },
  "a letter of HTTP": { says: "H", ends: true },
  "another protocol": {
    says: "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\nhello",
  },
  "a bare line feed": { says: "HTTP/1.1 200 OK\ncontent-length: 1\n\na", ends: true },
};

for (const pieces of [Number.POSITIVE_INFINITY, 7])
  for (const [name, { request: asked, ...answering }] of Object.entries(answers))
    test(`the answer "${name}" is the same by the short way as by Node's client${pieces === 7 ? ", in pieces" : ""}`, async () => {
      await using short = await upstream({
        ...answering,
        pieces: pieces * (name.includes("long") ? 1000 : 1),
      });
      await using long = await upstream(answering);
      assert.deepEqual(
        await outcome(short.url, request(asked)),
        await outcome(long.url, request(asked, false)),
      );
      assert.deepEqual(short.asked.map(sorted), long.asked.map(sorted));
    });

/** The order of the headers, and how their names are written, is nobody's affair. */
function sorted(text: string): string[] {
  const [head = "", ...body] = text.split("\r\n\r\n");
  const [first = "", ...lines] = head.split("\r\n");
  return [first, ...lines.map((line) => line.toLowerCase()).sort(), ...body];
}

test("a long answer that is read slowly comes whole, though the upstream has closed, and leaves no connection", async () => {
  await using at = await upstream({
    says: `${OK}content-length: 1000000\r\n\r\n${"x".repeat(1_000_000)}`,
    ends: true,
  });
  await using open = await upstream({
    says: `${OK}content-length: 100000\r\n\r\n${"x".repeat(100_000)}`,
  });
  for (const { url, sockets } of [at, open]) {
    const { body } = await forward(request(), { url, keepsHost: true }, target, call(), 0);
    let bytes = 0;
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      bytes += chunk.length;
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    }
    assert.equal(bytes, url === at.url ? 1_000_000 : 100_000);
    await until(() => [...sockets].every(({ closed }) => closed));
  }
});

test("what either side names as its connection's goes no further", async () => {
  await using at = await upstream({
    says: `${OK}connection: close, X-Hop\r\nx-hop: 1\r\nx-end: 2\r\ncontent-length: 0\r\n\r\n`,
    ends: true,
  });
  const asked = request({ headers: { connection: "keep-alive, x-mine", "x-mine": "3", "x-yours": "4" } });
  const { headers } = await forward(asked, { url: at.url, keepsHost: true }, target, call(), 0);
  assert.deepEqual({ ...headers }, { "x-end": "2", "content-length": "0" });
  assert.doesNotMatch(at.asked[0]!, /x-mine/i);
  assert.match(at.asked[0]!, /x-yours: 4/i);
});

test("what is no plain text is refused, as by Node's client", async () => {
  await using at = await upstream({ says: `${OK}content-length: 0\r\n\r\n` });
  const odd: Partial<HttpRequest>[] = [
    { headers: { "x-a": "1\u010d\u010aevil: 1" } },
    { headers: { "x-a": "1\r\nevil: 1" } },
    { path: "/a b" },
    { path: "/\u010d\u010aevil:1" },
  ];
  for (const each of odd)
    for (const isClients of [true, false])
      await assert.rejects(
        forward(request(each, isClients), { url: at.url }, target, call(), 0),
        /[Ii]nvalid|unescaped/,
      );
  assert.deepEqual(at.asked, []);
});

test("a connection is used again, in turn by all who ask, and by one at a time", async () => {
  await using at = await upstream({ says: (n) => `${OK}content-length: 1\r\n\r\n${n}` });
  const ask = () => outcome(at.url, request()) as Promise<{ body: string }>;
  for (let n = 0; n < 3; n++) assert.equal((await ask()).body, String(n));
  assert.equal(at.connections(), 1);
  const bodies = (await Promise.all([ask(), ask(), ask()])).map(({ body }) => body);
  assert.deepEqual(bodies.sort(), ["0", "0", "3"]);
  assert.equal(at.connections(), 3);
});

test("a connection is not used again that the upstream closes, will close soon, or has said too much on", async () => {
  for (const says of [
    `${OK}content-length: 1\r\nkeep-alive: timeout=1\r\n\r\na`,
    `${OK}content-length: 1\r\n\r\na and more`,
  ]) {
    await using at = await upstream({ says });
    for (let n = 0; n < 2; n++)
      assert.equal((await (outcome(at.url, request()) as Promise<{ body: string }>)).body, "a");
    assert.equal(at.connections(), 2);
  }
  await using at = await upstream({ says: `${OK}content-length: 1\r\n\r\na` });
  await outcome(at.url, request());
  for (const socket of at.sockets) socket.destroy();
  await until(() => [...at.sockets].every(({ closed }) => closed));
  // That it is closed is heard with the next turn.
  await until(async () => {
    const { status } = (await outcome(at.url, request())) as { status?: number };
    return status === 200;
  });
  assert.equal(at.connections(), 2);
});

test("a client that leaves ends its connection and nobody else's", async () => {
  await using at = await upstream({ says: (n) => (n === 0 ? "" : "no one asks twice") });
  const leaving = new AbortController();
  const left = forward(request(), { url: at.url, keepsHost: true }, target, call(leaving.signal), 0);
  await until(() => at.asked.length === 1);
  leaving.abort(new Error("it has left"));
  await assert.rejects(left, /it has left/);
  await until(() => [...at.sockets].every(({ closed }) => closed));
  const early = forward(
    request(),
    { url: at.url, keepsHost: true },
    target,
    call(AbortSignal.abort(new Error("gone"))),
    0,
  );
  await assert.rejects(early, /gone/);
});

test("an upstream that keeps silent, or is not there, is told in words", async () => {
  await using at = await upstream({ says: "" });
  await assert.rejects(
    forward(request(), { url: at.url, keepsHost: true, timeoutMs: 20 }, target, call(), 0),
    {
      code: "GatewayTimeout",
      status: 504,
      message: `The upstream ${at.url} did not answer: it was silent for 20 ms`,
    },
  );
  await using slow = await upstream({ says: `${OK}content-length: 3\r\n\r\na` });
  const begun = await forward(request(), { url: slow.url, timeoutMs: 20 }, target, call(), 0);
  await assert.rejects(wholeBody(begun.body as AsyncIterable<Uint8Array>), /cut off/);
  await assert.rejects(forward(request(), { url: "http://127.0.0.1:1" }, target, call(), 0), {
    code: "ServiceUnavailable",
    message: "The upstream http://127.0.0.1:1 did not answer: ECONNREFUSED",
  });
});
