import assert from "node:assert/strict";
import { test } from "node:test";
import type { Call } from "../core/call.ts";
import type { FaultRuleInput } from "../core/fault.ts";
import { aCall, ending, run, testEngine } from "./fixture.test.ts";

const OOPS = { effect: "error", params: { code: "Oops" } } as const;
const START_MS = Date.parse("2026-01-01T00:00:00Z");

/** How the n-th attempt of an SDK's call ends: `x` when a rule strikes it. */
type Ask = (fields?: Partial<Call>) => Promise<string>;

function world(rule: Omit<FaultRuleInput, "effect">) {
  const { engine, clock } = testEngine();
  engine.add({ ...OOPS, ...rule });
  const ask: Ask = async (fields) =>
    ending((await run(engine, aCall(fields))).outcome) === "Oops" ? "x" : ".";
  return { engine, clock, ask };
}

async function course(ask: Ask, calls: readonly Partial<Call>[]): Promise<string> {
  let all = "";
  for (const fields of calls) all += await ask(fields);
  return all;
}

const attempt = (invocation: string, n: number): Partial<Call> => ({
  id: `${invocation}-${n}`,
  headers: { "amz-sdk-invocation-id": invocation, "amz-sdk-request": `attempt=${n}; max=3` },
});
const attempts = (invocation: string) => [1, 2, 3].map((n) => attempt(invocation, n));
const by = (accessKeyId: string): Partial<Call> => ({ caller: { ...aCall().caller, accessKeyId } });
const to = (queue: string): Partial<Call> => ({
  input: { QueueUrl: `http://localhost/000000000000/${queue}` },
});

test("a rule counts attempts unless it says what else", async () => {
  const { ask } = world({ times: 2 });
  assert.equal(await course(ask, [...attempts("a"), ...attempts("b")]), "xx....");
});

test("per call, what is decided holds for all attempts", async () => {
  const { ask, engine } = world({ per: "call", skip: 1, times: 1 });
  assert.equal(await course(ask, [...attempts("a"), ...attempts("b"), ...attempts("c")]), "...xxx...");
  assert.deepEqual(engine.counts("rule-1"), { matched: 9, fired: 3 });
});

test("per call, attempts says how many of a struck call's attempts fail", async () => {
  const { ask } = world({ per: "call", attempts: 2, every: 2 });
  assert.equal(await course(ask, ["a", "b", "c", "d"].flatMap(attempts)), "...xx....xx.");
});

test("per call, the attempts of several calls may be mixed", async () => {
  const { ask } = world({ per: "call", sequence: ["pass", "fail"] });
  const [a, b] = [attempts("a"), attempts("b")];
  assert.equal(await course(ask, [a[0]!, b[0]!, b[1]!, a[1]!, b[2]!, a[2]!]), ".xx.x.");
});

test("per call, a percentage is drawn once for a call", async () => {
  const { ask } = world({ per: "call", percentage: 50 });
  const calls = Array.from({ length: 40 }, (_, i) => attempts(String(i)));
  const courses = new Set<string>();
  for (const call of calls) courses.add(await course(ask, call));
  assert.deepEqual([...courses].sort(), ["...", "xxx"]);
});

test("per attempt, a percentage is drawn for each attempt", async () => {
  const { ask } = world({ percentage: 50 });
  const courses = new Set<string>();
  for (let i = 0; i < 60; i++) courses.add(await course(ask, attempts(String(i))));
  assert.equal(courses.size, 8);
});

test("per caller, each has its own count", async () => {
  const { ask } = world({ per: "caller", times: 1 });
  assert.equal(await course(ask, [by("A"), by("B"), by("A"), by("C"), by("B")]), "xx.x.");
});

test("per resource, each has its own count", async () => {
  const { ask } = world({ per: "resource", skip: 1 });
  assert.equal(await course(ask, [to("a"), to("b"), to("a"), to("a"), to("b")]), "..xxx");
});

test("a rate limit per caller has a bucket for each", async () => {
  const { engine, clock } = testEngine();
  engine.add({ effect: "rate-limit", params: { rate: 1 }, per: "caller" });
  const ask: Ask = async (fields) =>
    ending((await run(engine, aCall(fields))).outcome) === "output" ? "." : "x";
  assert.equal(await course(ask, [by("A"), by("A"), by("B"), by("B")]), ".x.x");
  await clock.advance(1000);
  assert.equal(await course(ask, [by("A"), by("B"), by("B")]), "..x");
});

test("a rate limit per call takes one token for all attempts", async () => {
  const { engine } = testEngine();
  engine.add({ effect: "rate-limit", params: { rate: 1, burst: 2 }, per: "call" });
  const ask: Ask = async (fields) =>
    ending((await run(engine, aCall(fields))).outcome) === "output" ? "." : "x";
  assert.equal(await course(ask, ["a", "b", "c"].flatMap(attempts)), "......xxx");
});

test("a sequence that repeats begins again at its end", async () => {
  const { ask } = world({ sequence: ["fail", "pass", "pass"], repeat: true });
  assert.equal(await course(ask, Array(8).fill({})), "x..x..x.");
});

test("times within a window come back when the window has passed over them", async () => {
  const { ask, clock } = world({ times: 2, window: "10s" });
  const asked = [await course(ask, [{}, {}, {}])];
  await clock.advance(9_999);
  asked.push(await ask());
  await clock.advance(1);
  asked.push(await course(ask, [{}, {}, {}]));
  assert.deepEqual(asked, ["xx.", ".", "xx."]);
});

test("a window rolls: what fired later leaves it later", async () => {
  const { ask, clock } = world({ times: 2, window: "10s" });
  const asked = [await ask()];
  await clock.advance(6_000);
  asked.push(await ask(), await ask());
  await clock.advance(4_000);
  asked.push(await ask(), await ask());
  await clock.advance(6_000);
  asked.push(await ask());
  assert.equal(asked.join(""), "xx.x.x");
});

test("a rule begins at its from and is gone at its until", async () => {
  const { ask, clock, engine } = world({ from: "2026-01-01T00:00:10Z", until: "20s" });
  const asked = [await ask()];
  await clock.advance(9_999);
  asked.push(await ask());
  await clock.advance(1);
  asked.push(await ask());
  await clock.advance(9_999);
  asked.push(await ask());
  assert.equal(engine.list().length, 1);
  await clock.advance(1);
  asked.push(await ask());
  assert.equal(asked.join(""), "..xx.");
  assert.equal(engine.list().length, 0);
});

test("a lifetime begins with the rule's effect", () => {
  const { engine } = world({ from: "10s", ttl: "5s" });
  const [rule] = engine.list();
  assert.equal(rule!.startsAt, START_MS + 10_000);
  assert.equal(rule!.expiresAt, START_MS + 15_000);
});

test("a ramp goes from one share to the other in a straight line", async () => {
  const { engine, clock } = testEngine();
  engine.add({ ...OOPS, percentage: 80, ramp: { from: 20, over: "100s" } });
  const share = async () => {
    let struck = 0;
    for (let i = 0; i < 2000; i++)
      if (ending((await run(engine, aCall({ id: String(i) }))).outcome) === "Oops") struck++;
    return struck / 20;
  };
  for (const [afterMs, expected] of [
    [0, 20],
    [50_000, 50],
    [50_000, 80],
    [500_000, 80],
  ] as const) {
    await clock.advance(afterMs);
    const found = await share();
    assert.ok(Math.abs(found - expected) < 5, `${found} % where ${expected} % are meant`);
  }
});

test("a change of a rule keeps when it begins, when it ends and how it grows", async () => {
  const { engine, clock } = testEngine();
  const rule = engine.add({ ...OOPS, from: "10s", until: "60s", ramp: { over: "20s" } });
  await clock.advance(5_000);
  const changed = engine.update(rule.id, { percentage: 50 })!;
  assert.equal(changed.startsAt, rule.startsAt);
  assert.equal(changed.expiresAt, rule.expiresAt);
  assert.deepEqual(changed.ramp, rule.ramp);
  assert.equal(engine.update(rule.id, { ttl: "1s", from: null })!.expiresAt, START_MS + 6_000);
});

test("fields that make no sense without others are refused, and misspelt ones named", () => {
  const { engine } = testEngine();
  const refused = (rule: object, message: RegExp) =>
    assert.throws(() => engine.add({ ...OOPS, ...rule } as never), message);
  refused({ attempts: 1 }, /attempts needs per: "call"/);
  refused({ window: "1s" }, /window needs times/);
  refused({ repeat: true }, /repeat needs sequence/);
  refused({ times: 10_001, window: "1s" }, /at most 10000/);
  refused({ until: "2025-12-31" }, /until is over already/);
  refused({ from: "20s", until: "10s" }, /until is before from/);
  refused({ ttl: "1s", until: "1s" }, /by its ttl or by its until/);
  refused({ per: "calls" }, /per must be one of attempt, call, caller, resource/);
  refused({ from: "tomorrow" }, /from must be a date/);
  refused({ ramp: "5m" }, /ramp must be an object/);
  refused({ ramp: { form: 1, over: "5m" } }, /ramp has no field "form". Did you mean "from"\?/);
  refused({ untill: "5m" }, /Did you mean "until"\?/);
  refused({ match: { sites: "a", pare: "b" } }, /A match has no field "pare"/);
});
