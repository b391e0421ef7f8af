import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, test } from "node:test";
import { MOST, passes } from "../bench/ci.ts";
import { clients } from "../bench/clients.ts";
import { spread } from "../bench/comparison.ts";
import type { Generator } from "../bench/load.ts";
import { oha } from "../bench/oha.ts";
import { markdownOf, reportOf } from "../bench/report.ts";
import { commitOf } from "../bench/side.ts";
import { load, serve } from "../bench/tools.ts";
import { wrk } from "../bench/wrk.ts";
import { needs } from "./needs.ts";

/** A server that remembers what it was sent, and answers every `failsEvery`-th request with an error. */
async function listener(failsEvery = Number.POSITIVE_INFINITY) {
  const bodies: string[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    bodies.push(body);
    response.statusCode = bodies.length % failsEvery === 0 ? 503 : 200;
    response.end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const requests = [
    { head: `POST /a HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n`, body: '{"n":"{number}","q":"\\"é\\n"}' },
  ];
  return { bodies, port, requests, [Symbol.asyncDispose]: async () => void server.close() };
}

const generators: readonly (readonly [Generator, object])[] = [
  [clients, {}],
  [wrk, needs("wrk")],
];
for (const [generator, options] of generators) {
  describe(generator.name, options, () => {
    test("sends whole requests with a number of their own each, and counts them", async () => {
      await using server = await listener();
      const sent = await generator.run({
        ...server,
        connections: 4,
        warmupMs: 0,
        durationMs: 1000,
        firstNumber: 70,
      });
      assert.ok(sent.requests > 0 && sent.failed === 0, JSON.stringify(sent));
      assert.ok(sent.p50Ms > 0 && sent.p50Ms <= sent.p99Ms);
      const read = server.bodies.map((body) => JSON.parse(body) as { n: string; q: string });
      assert.ok(read.every(({ q }) => q === '"é\n'));
      const numbers = read.map(({ n }) => n);
      assert.equal(new Set(numbers).size, numbers.length);
      // wrk asks its script for a request before it begins.
      assert.ok(["00000070", "00000071"].includes(numbers.toSorted()[0]!));
    });

    test("wraps its numbers where it is told to", async () => {
      await using server = await listener();
      await generator.run({ ...server, connections: 2, warmupMs: 0, durationMs: 1000, numbers: 3 });
      const numbers = new Set(server.bodies.map((body) => (JSON.parse(body) as { n: string }).n));
      assert.deepEqual([...numbers].sort(), ["00000000", "00000001", "00000002"]);
    });

    test("says how many answers were errors", async () => {
      await using server = await listener(2);
      const { requests, failed } = await generator.run({
        ...server,
        connections: 1,
        warmupMs: 0,
        durationMs: 1000,
      });
      assert.ok(Math.abs(failed - requests / 2) <= 1, `${failed} of ${requests}`);
    });
  });
}

test("oha is not asked to send running numbers, which it has none of", () => {
  const request = (body: string) => ({
    port: 1,
    requests: [{ head: "POST / HTTP/1.1\r\n", body }],
    connections: 1,
    warmupMs: 0,
    durationMs: 1,
  });
  assert.equal(oha.sends(request("{}")), true);
  assert.equal(oha.sends(request("{number}")), false);
});

test("a load says what its server took of the processor", async () => {
  await using bare = await serve("bare");
  const head = `POST / HTTP/1.1\r\nhost: 127.0.0.1:${bare.port}\r\nx-amz-target: DynamoDB_20120810.PutItem\r\n`;
  const requests = [{ head, body: "{}" }];
  const result = await load({ port: bare.port, requests, connections: 2, warmupMs: 0, durationMs: 1000 });
  assert.equal(result.failed, 0);
  assert.ok(result.cpuMicros > 1 && result.cpuMicros < 1_000_000, String(result.cpuMicros));
});

test("the short form lets a call take 15 % more, and no more, and none that fails", () => {
  const slices = { cpuMicros: [1, 1], halves: [1, 1], failed: 0 } as const;
  assert.equal(passes({ ...slices, ratio: MOST }), true);
  assert.equal(passes({ ...slices, ratio: MOST + 0.01 }), false);
  assert.equal(passes({ ...slices, ratio: 1, failed: 1 }), false);
});

test("another commit is refused by name when there is none", () => {
  assert.throws(() => commitOf("no-such-branch"), /no-such-branch is no commit here/);
  assert.match(commitOf("HEAD"), /^[0-9a-f]{40}$/);
});

test("a report's table has the ratios to every other side", () => {
  const one = { perSecond: spread([10, 30, 20]), cpuMicros: spread([1.1, 0.9, 1]) };
  const figures = { ...one, p50Ms: spread([1]), p99Ms: spread([2]), failed: 0 };
  const call = { name: "PutItem", sides: { now: figures, bare: figures }, ratios: { bare: one } };
  const markdown = markdownOf(reportOf({ rounds: 3, seconds: 1 }, [call]));
  assert.match(
    markdown,
    /\| call \| calls a second \| CPU a call \| p50 \| p99 \| calls \/ bare \| CPU \/ bare \|/,
  );
  assert.match(
    markdown,
    /\| PutItem \| 20 \| 1 µs \| 1\.00 ms \| 2\.00 ms \| 20\.00 \(10\.00–30\.00\) \| 1\.00 \(0\.90–1\.10\) \|/,
  );
});
