import assert from "node:assert/strict";
import { Resolver } from "node:dns/promises";
import { test } from "node:test";
import fc from "fast-check";
import { Clock } from "../core/clock.ts";
import { Log } from "../core/log.ts";
import { answerTo, DnsServer } from "./dns.ts";

const log = new Log({ level: "ERROR", write: () => {}, nowMs: () => 0 });
const loopback = Uint8Array.of(127, 0, 0, 1);

test("this machine's names are answered, others are refused", async () => {
  const server = new DnsServer({ log, clock: new Clock() });
  try {
    const port = await server.listen("127.0.0.1", [0]);
    const resolver = new Resolver();
    resolver.setServers([`127.0.0.1:${port}`]);
    assert.deepEqual(await resolver.resolve4("12345.execute-api.localhost.localstack.cloud"), ["127.0.0.1"]);
    assert.deepEqual(await resolver.resolve4("a.localhost"), ["127.0.0.1"]);
    await assert.rejects(resolver.resolve6("localhost.localstack.cloud"), { code: "ENODATA" });
    await assert.rejects(resolver.resolve4("example.com"), { code: "EREFUSED" });
    await assert.rejects(resolver.resolve4("evillocalhost.localstack.cloud"), { code: "EREFUSED" });
  } finally {
    server.close();
  }
});

test("no message makes it fail", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      const answer = answerTo(bytes, loopback);
      assert.ok(answer === undefined || answer.length >= 12);
    }),
    { numRuns: 2000 },
  );
});
