import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { test } from "node:test";
import { needs } from "../../../test/needs.ts";
import { until } from "../../../test/until.ts";
import { cacheCloud, say, stay, type Where } from "./fixture.test.ts";

const onValkey = needs("valkey");
const point = "elasticache:connection";

/** Someone who talks to a cache by Valkey's (or Redis') own client, line by line. */
function talk({ Address, Port }: Where) {
  const own = 'exec "$(command -v valkey-cli || command -v redis-cli)" "$@"';
  const child = spawn("sh", ["-c", own, "sh", "-h", Address, "-p", String(Port)]);
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => {
      said += chunk.toString("utf8");
    });
  /** Gives what comes back next, or nothing as long as nothing does. */
  const say = (line: string): (() => string) => {
    const from = said.length;
    child.stdin.write(`${line}\n`);
    return () => said.slice(from).trim();
  };
  return { say, [Symbol.dispose]: () => void child.kill("SIGKILL") };
}

/** What comes back comes in pieces, too. */
async function isTold(where: Where, line: string, wanted: RegExp): Promise<void> {
  using client = talk(where);
  await until(client.say(line), (answer) => wanted.test(answer));
}

/** A group with a replica, someone who is connected to its primary, and a clock that stands. */
async function stage() {
  const lab = await cacheCloud();
  const { primary, reader } = await lab.create("shop");
  const old = talk(primary);
  assert.equal(await until(old.say("SET order 17")), "OK");
  lab.cloud.clock.setRate(0);
  const { clock, faults } = lab.cloud;
  /** How long something takes by that clock. */
  const lasts = async (isOver: () => unknown, stepMs: number): Promise<number> => {
    const fromMs = clock.now();
    await until(async () => {
      if (!isOver()) await clock.advance(stepMs);
      return isOver();
    });
    return clock.now() - fromMs;
  };
  const end = async () => {
    old[Symbol.dispose]();
    await lab[Symbol.asyncDispose]();
  };
  return { lab, primary, reader, old, faults, lasts, [Symbol.asyncDispose]: end };
}

const resource = "replicationgroup:shop";

test(
  "latency is met by who is connected and by who connects, and is gone with the rule",
  onValkey,
  async () => {
    await using at = await stage();
    const rule = await at.faults.add({ point, resource, effect: "latency", params: { ms: "30s" } });
    const answer = at.old.say("GET order");
    assert.ok((await at.lasts(answer, 5_000)) >= 30_000);
    assert.equal(answer(), "17");
    using fresh = talk(at.primary);
    const late = fresh.say("GET order");
    assert.ok((await at.lasts(late, 5_000)) >= 30_000);
    const waiting = at.old.say("GET order");
    await at.faults.remove(rule.id);
    assert.equal(await until(waiting), "17");
    await isTold(at.primary, "GET order", /^17$/);
  },
);

test("in a blackhole a cache is written to, and nobody hears of it before the end", onValkey, async () => {
  await using at = await stage();
  await at.faults.add({
    point,
    resource,
    input: "Endpoint == 'primary'",
    effect: "blackhole",
    params: { direction: "down" },
    ttl: "PT1H",
  });
  const answer = at.old.say("INCR order");
  const node = (await at.lab.node("shop-001"))["CacheNodes"][0].Endpoint as Where;
  await until(async () => (await say(node, "GET order")) === "$2 18");
  assert.ok((await at.lasts(answer, 60_000)) >= 3_600_000);
  assert.equal(answer(), "18");
});

test("a value comes at a rate, and is cut after so many bytes", onValkey, async () => {
  await using at = await stage();
  await until(at.old.say(`SET long ${"x".repeat(10_000)}`));
  const slow = await at.faults.add({ point, resource, effect: "bandwidth", params: { bytesPerSecond: 100 } });
  const answer = at.old.say("GET long");
  assert.ok((await at.lasts(() => answer().length >= 10_000, 1_000)) >= 100_000);
  assert.equal(answer(), "x".repeat(10_000));
  await at.faults.remove(slow.id);
  const cut = await at.faults.add({ point, resource, effect: "cut", params: { bytes: 5_000 } });
  await isTold(at.primary, "GET long", /Server closed the connection/);
  await isTold(at.primary, "GET order", /^17$/);
  await at.faults.remove(cut.id);
  await isTold(at.primary, "GET long", /^x{10000}$/);
});

test("connections are reset, those that are there and those that are made", onValkey, async () => {
  await using at = await stage();
  const session = await stay(at.primary);
  const rule = await at.faults.add({ point, resource, effect: "reset" });
  assert.equal(await session.ended, "ECONNRESET");
  await isTold(at.primary, "GET order", /Connection reset by peer|Server closed|Broken pipe/);
  await at.faults.remove(rule.id);
  await isTold(at.primary, "GET order", /^17$/);
});

test(
  "one node refuses, by its own endpoint and by the reader's, and replication goes on",
  onValkey,
  async () => {
    await using at = await stage();
    const node = (await at.lab.node("shop-002"))["CacheNodes"][0].Endpoint as Where;
    const rule = await at.faults.add({ point, resource: "cluster:shop-002", effect: "refuse" });
    for (const where of [node, at.reader]) await isTold(where, "GET order", /Connection refused/);
    assert.equal(await until(at.old.say("SET order 18")), "OK");
    assert.equal(await until(at.old.say("WAIT 1 0")), "1");
    await at.faults.remove(rule.id);
    await until(async () => (await say(node, "GET order")) === "$2 18");
    await isTold(at.reader, "GET order", /^18$/);
  },
);

test("who is connected where a node fails meanwhile is cut off all the same", onValkey, async () => {
  await using at = await stage();
  const session = await stay(at.primary);
  const rule = await at.faults.add({ point, resource, effect: "blackhole" });
  at.lab.cloud.clock.setRate(1);
  await at.lab.call("TestFailover", { ReplicationGroupId: "shop", NodeGroupId: "0001" });
  assert.equal(await session.ended, "ECONNRESET");
  await until(async () => (await at.lab.primaryOf("shop")) === "shop-002");
  using caught = talk(at.primary);
  const answer = caught.say("GET order");
  await until(async () => at.faults.counts(rule.id)?.fired === 3);
  assert.equal(answer(), "");
  await at.faults.remove(rule.id);
  assert.equal(await until(answer), "17");
});
