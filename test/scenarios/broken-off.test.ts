import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { callUpstream } from "../../src/gateway/upstream.ts";
import type { CloudOptions } from "../../src/index.ts";
import { testCloud } from "../cloud.ts";

const root = mkdtempSync(join(tmpdir(), "squall-broken-off-"));
after(() => rmSync(root, { recursive: true }));

const LARGE_BYTES = 4 * 1024 * 1024;
/** Writes what there is of an answer, then the connection ends as if its process had been killed. */
const breakOff = (response: ServerResponse, part: string) => response.write(part, () => response.destroy());

/** How an endpoint begins an answer that it never ends. */
const BEGINNINGS: Readonly<Record<string, (response: ServerResponse) => void>> = {
  short: (response) => {
    response.writeHead(200, { "content-length": "100", "content-type": "text/plain" });
    breakOff(response, "the first");
  },
  large: (response) => {
    response.writeHead(200, { "content-length": String(LARGE_BYTES), "content-type": "text/plain" });
    breakOff(response, "the first".repeat(10_000));
  },
  chunked: (response) => {
    response.writeHead(200, { "content-type": "text/plain" });
    breakOff(response, "the first");
  },
  bare: (response) => {
    response.writeHead(200, { "content-length": "100" });
    response.flushHeaders();
    setImmediate(() => response.destroy());
  },
  whole: (response) => response.end("the first"),
};

/** An endpoint that answers each path in its own way. */
async function endpoint() {
  const server = createServer((incoming, response) => {
    const [, , key = ""] = (incoming.url ?? "").split(/[/?]/);
    incoming.resume();
    incoming.once("end", () => (BEGINNINGS[key] ?? BEGINNINGS["short"])?.(response));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const behind = (url: string, options: CloudOptions = {}) =>
  testCloud({
    isGateway: true,
    services: [],
    upstreams: { "*": { url, keepsHost: true } },
    ...options,
  });

/** What a client gets of an object: its head, its bytes, and whether they were all. */
function get(url: string, key: string) {
  return new Promise<{ status: number; length: string | undefined; bytes: number; isWhole: boolean }>(
    (resolve, reject) => {
      const asked = request(`${url}/bucket/${key}`, { timeout: 20_000 }, (response) => {
        let bytes = 0;
        response.on("data", (chunk: Buffer) => {
          bytes += chunk.length;
        });
        response.on("error", () => {});
        response.on("close", () =>
          resolve({
            status: response.statusCode ?? 0,
            length: response.headers["content-length"],
            bytes,
            isWhole: response.complete,
          }),
        );
      });
      asked.on("timeout", () => asked.destroy(new Error("There was no end to the answer.")));
      asked.on("error", reject);
      asked.end();
    },
  );
}

test("an answer that its upstream breaks off ends so for the client, and is an outcome of its own everywhere", async () => {
  await using upstream = await endpoint();
  const lines: string[] = [];
  await using front = await behind(upstream.url, {
    logLevel: "INFO",
    log: ({ message }) => lines.push(message),
  });
  const metrics = async () => await (await fetch(`${front.url}/_squall/metrics`)).text();
  await metrics(); // Calls are counted from the first time that somebody asks.
  for (const [key, bytes] of [
    ["short", 9],
    ["large", 90_000],
    ["chunked", 9],
    ["bare", 0],
  ] as const) {
    const recorded = front.calls.all().length;
    const seen = await get(front.url, key);
    assert.deepEqual([seen.status, seen.isWhole], [200, false], key);
    assert.ok(seen.bytes <= bytes, key);
    const calls = front.calls.all().slice(recorded);
    assert.deepEqual(
      calls.map(({ operation, status, dropped }) => [operation, status, dropped]),
      [["GetObject", 0, "broken-off"]],
      key,
    );
  }
  assert.equal((await get(front.url, "short")).bytes, 9, "what came of a short one is passed on");
  const whole = await get(front.url, "whole");
  assert.deepEqual([whole.isWhole, front.calls.all().at(-1)?.status], [true, 200]);
  assert.equal(front.calls.all().at(-1)?.dropped, undefined);

  const said = lines.filter((line) => line.startsWith("AWS s3.GetObject"));
  assert.deepEqual(
    said.map((line) => line.split(" on ")[0]),
    [...Array(5).fill("AWS s3.GetObject => broken-off"), "AWS s3.GetObject => 200"],
  );
  const counted = await metrics();
  assert.match(
    counted,
    /squall_calls_total\{service="s3",operation="GetObject",outcome="broken-off",rule=""\} 5/,
  );
  assert.match(counted, /squall_calls_total\{service="s3",operation="GetObject",outcome="ok",rule=""\} 1/);
});

test("a client that leaves in the middle breaks nothing off", async () => {
  const left = Promise.withResolvers<void>();
  const server = createServer((_incoming, response) => {
    response.writeHead(200, { "content-length": String(LARGE_BYTES) });
    response.write(Buffer.alloc(70_000));
    response.once("close", () => left.resolve());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  try {
    const recorded = Promise.withResolvers<void>();
    await using front = await behind(`http://127.0.0.1:${port}`, {
      logLevel: "INFO",
      log: ({ message }) => message.startsWith("AWS ") && recorded.resolve(),
    });
    await new Promise<void>((resolve, reject) => {
      const asked = request(`${front.url}/bucket/key`, (response) => {
        response.once("data", () => response.destroy());
        response.once("close", resolve);
        response.on("error", () => {});
      });
      asked.on("error", reject);
      asked.end();
    });
    await Promise.all([left.promise, recorded.promise]);
    assert.deepEqual(
      front.calls.all().map(({ status, dropped }) => [status, dropped]),
      [[200, undefined]],
    );
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test("a cassette keeps that an answer was broken off, and plays it so", async () => {
  await using upstream = await endpoint();
  const folder = join(root, "cassette");
  const seen: unknown[] = [];
  {
    await using front = await behind(upstream.url, { cassette: { folder, mode: "record" } });
    for (const key of ["short", "chunked", "whole"]) seen.push(await get(front.url, key));
    assert.equal(front.cassette?.recorded, 3);
  }
  const files = readdirSync(folder).filter((file) => file.endsWith(".yaml"));
  assert.match(
    readFileSync(join(folder, files[0] ?? ""), "utf8"),
    /answer:\n {2}brokenOff:\n {4}status: 200\n {4}headers:\n {6}content-length: "100"/,
  );
  await using front = await behind("http://127.0.0.1:1", { cassette: { folder, mode: "replay" } });
  const short = await get(front.url, "short");
  assert.deepEqual([short.status, short.length, short.isWhole], [200, "100", false]);
  assert.equal((await get(front.url, "chunked")).isWhole, false);
  assert.deepEqual(await get(front.url, "whole"), seen[2]);
  assert.deepEqual(
    front.calls.all().map(({ dropped }) => dropped),
    ["broken-off", "broken-off", undefined],
  );
});

test("a service that calls an upstream which breaks off its answer hears that it is unavailable", async () => {
  await using upstream = await endpoint();
  const call = { service: "sqs", operation: "ListQueues", input: {}, signal: new AbortController().signal };
  const target = { region: "us-east-1", signingName: "sqs", endpointPrefix: "sqs" };
  await assert.rejects(callUpstream(call, { url: upstream.url }, target, 0), {
    code: "ServiceUnavailable",
    message: `The upstream ${upstream.url} broke off its answer.`,
  });
});
