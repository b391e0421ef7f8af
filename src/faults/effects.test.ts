import assert from "node:assert/strict";
import { test } from "node:test";
import { AwsError } from "../core/aws-error.ts";
import type { Outcome } from "../core/call.ts";
import type { FaultRuleInput } from "../core/fault.ts";
import { Random } from "../core/random.ts";
import { sample } from "./effects/latency.ts";
import { aCall, ending, OK, run, succeed, testEngine } from "./fixture.test.ts";

/** An engine with one rule. */
function engineWith(rule: FaultRuleInput | Record<string, unknown>) {
  const made = testEngine();
  made.engine.add(rule as FaultRuleInput);
  return made;
}

/** How a call ends under one rule, and how often it took effect. */
async function under(rule: Record<string, unknown>, call = aCall(), end: Outcome = OK) {
  let calls = 0;
  const { engine } = engineWith(rule);
  const { outcome } = await run(engine, call, async () => {
    calls++;
    return end;
  });
  return { outcome, calls };
}

async function errorOf(rule: Record<string, unknown>, call = aCall()): Promise<AwsError> {
  const { outcome } = await under(rule, call);
  assert.equal(outcome.kind, "error");
  return (outcome as Extract<Outcome, { kind: "error" }>).error;
}

function refused(rule: Record<string, unknown>, message: string | RegExp) {
  assert.throws(() => engineWith(rule), { name: "RuleError", message });
}

test("error answers any code, with a message that names the rule", async () => {
  const { outcome, calls } = await under({ id: "oops", error: "Oops" });
  assert.equal(calls, 0);
  assert.ok(outcome.kind === "error" && outcome.error instanceof AwsError);
  const { code, status, statusIsFixed, message } = outcome.error;
  assert.deepEqual(
    [code, status, statusIsFixed, message],
    ["Oops", 400, false, "Injected by the fault rule oops."],
  );
});

test("error keeps a status that was asked for, and leaves another to the model", async () => {
  const { status, statusIsFixed } = await errorOf({ error: "QueueDoesNotExist", status: 404 });
  assert.deepEqual([status, statusIsFixed], [404, true]);
  assert.equal(
    (await errorOf({ error: "NoSuchKey" }, aCall({ service: "s3", operation: "GetObject" }))).status,
    404,
  );
  assert.equal((await errorOf({ error: "SomethingUnavailableException" })).status, 503);
  assert.equal((await errorOf({ error: "InternalServerException" })).status, 500);
});

test("error carries members and headers", async () => {
  const { members, headers, message } = await errorOf({
    effect: "error",
    params: {
      code: "TransactionCanceledException",
      message: "No.",
      members: { CancellationReasons: [{ Code: "None" }] },
      headers: { "Retry-After": "7" },
    },
  });
  assert.deepEqual(members, { CancellationReasons: [{ Code: "None" }] });
  assert.deepEqual(headers, { "retry-after": "7" });
  assert.equal(message, "No.");
});

test("error after: the call takes effect, and the error hides it", async () => {
  const { outcome, calls } = await under({ error: "internal", when: "after" });
  assert.deepEqual([ending(outcome), calls], ["InternalFailure", 1]);
});

test("error needs a code or a kind that can be sent", () => {
  refused({ effect: "error" }, "Error needs either a code or a kind.");
  refused(
    { effect: "error", params: { code: "A", kind: "throttle" } },
    "Error needs either a code or a kind.",
  );
  refused({ error: "two words" }, '"two words" is not an error code.');
  refused({ error: "A", status: 299 }, /must be from 300 to 599, not 299\.$/);
  refused({ error: "A", status: 600 }, /must be from 300 to 599, not 600\.$/);
  refused({ effect: "error", kind: "slow" }, /must be one of throttle, internal, unavailable, not "slow"\.$/);
  refused({ error: "A", headers: { "x-a": "b\r\nc" } }, '"x-a" is not a header that can be sent.');
});

test("latency waits by the clock, then the call happens", async () => {
  const { engine, clock } = engineWith({ latency: "200ms" });
  let calledAtMs = 0;
  const startMs = clock.now();
  const ended = run(engine, aCall(), async () => {
    calledAtMs = clock.now() - startMs;
    return OK;
  });
  await clock.advance(199);
  assert.equal(calledAtMs, 0);
  await clock.advance(1);
  assert.equal(ending((await ended).outcome), "output");
  assert.equal(calledAtMs, 200);
});

test("latency after: the call happens at once, the answer is late", async () => {
  const { engine, clock } = engineWith({ latency: "200ms", when: "after" });
  const startMs = clock.now();
  const times: number[] = [];
  const ended = run(engine, aCall(), async () => {
    times.push(clock.now() - startMs);
    return OK;
  }).then(() => times.push(clock.now() - startMs));
  await clock.advance(200);
  await ended;
  assert.deepEqual(times, [0, 200]);
});

test("latency ends when the client leaves, and the call does not happen", async () => {
  const { engine } = engineWith({ latency: "1h" });
  const client = new AbortController();
  let calls = 0;
  const ended = run(engine, aCall({ signal: client.signal }), async () => {
    calls++;
    return OK;
  });
  client.abort();
  assert.equal(ending((await ended).outcome), "reset");
  assert.equal(calls, 0);
});

test("latency is one of four shapes", () => {
  refused({ effect: "latency" }, "Latency needs ms; or min and max; or mean and stddev; or p50 and p99.");
  refused({ latency: { min: 1 } }, /^Latency needs ms/);
  refused({ latency: { ms: 1, p50: 1, p99: 2 } }, /: not two of them\.$/);
  refused({ latency: { ms: 1, max: 2 } }, "A fixed latency has no min and max.");
  refused({ latency: { mean: 1 } }, "A normal latency needs mean and stddev.");
  refused({ latency: { p50: 1 } }, "A log-normal latency needs p50 and p99.");
  refused({ latency: { p50: 0, p99: 1 } }, "P50 must be above 0.");
  refused({ latency: { p50: 2, p99: 1 } }, "P99 must not be less than p50.");
  refused({ latency: { min: 2, max: 1 } }, "Max must not be less than min.");
  refused(
    { latency: "soon" },
    /must be a duration \(milliseconds, or text like 200ms, 1\.5s, PT5M\), not "soon"\.$/,
  );
});

test("latencies are distributed as asked", () => {
  const random = new Random("seed");
  const samples = (params: Parameters<typeof sample>[0]) =>
    Array.from({ length: 20_000 }, (_, n) => sample(params, (salt) => random.draw(`rule-1/${salt}`, n))).sort(
      (a, b) => a - b,
    );
  const near = (actual: number, expected: number) =>
    assert.ok(Math.abs(actual - expected) < expected * 0.06, `${actual} instead of about ${expected}`);
  const uniform = samples({ min: 100, max: 300 });
  assert.ok(uniform[0]! >= 100 && uniform.at(-1)! < 300);
  near(uniform[10_000]!, 200);
  const normal = samples({ mean: 100, stddev: 20 });
  near(normal[10_000]!, 100);
  near(normal[16_827]!, 120);
  const logNormal = samples({ p50: 20, p99: 400 });
  near(logNormal[10_000]!, 20);
  near(logNormal[19_800]!, 400);
  const bounded = samples({ mean: 100, stddev: 80, min: 50, max: 150 });
  assert.deepEqual([bounded[0], bounded.at(-1)], [50, 150]);
});

test("reset drops the connection before the call", async () => {
  assert.deepEqual(await under({ reset: true }), { outcome: { kind: "drop", how: "reset" }, calls: 0 });
});

test("hang lasts until the client gives up", async () => {
  const { engine, clock } = engineWith({ hang: true });
  const client = new AbortController();
  let hasEnded = false;
  const ended = run(engine, aCall({ signal: client.signal })).then(({ outcome }) => {
    hasEnded = true;
    return outcome;
  });
  await clock.advance(86_400_000);
  assert.equal(hasEnded, false);
  client.abort();
  assert.deepEqual(await ended, { kind: "drop", how: "hang" });
});

test("lost-reply lets the call take effect and drops the answer, also that of a failed call", async () => {
  assert.deepEqual(await under({ "lost-reply": true }), {
    outcome: { kind: "drop", how: "reset" },
    calls: 1,
  });
  const { engine } = engineWith({ "lost-reply": true });
  const { outcome } = await run(engine, aCall(), () => Promise.reject(new AwsError("A", "a")));
  assert.equal(ending(outcome), "reset");
});

test("truncate, corrupt and slow-body bend the answer on the wire, together if need be", async () => {
  const { engine } = testEngine();
  engine.add({ effect: "truncate" });
  engine.add({ effect: "corrupt", params: { bytes: 3 } });
  engine.add({ effect: "slow-body", params: { bytesPerSecond: 1024 } });
  const delivery = { truncateAt: 0.5, corruptBytes: 3, bytesPerSecond: 1024 };
  assert.deepEqual((await run(engine)).outcome, { ...OK, delivery });
  const error = new AwsError("A", "a");
  assert.deepEqual((await run(engine, aCall(), async () => ({ kind: "error", error }))).outcome, {
    kind: "error",
    error,
    delivery,
  });
});

test("what bends an answer leaves a dropped connection as it is", async () => {
  for (const effect of ["truncate", "corrupt", "error"]) {
    const params = effect === "error" ? { code: "A", when: "after" } : {};
    const { outcome } = await under({ effect, params }, aCall(), { kind: "drop", how: "hang" });
    assert.deepEqual(outcome, { kind: "drop", how: "hang" });
  }
});

test("a share is from 0 to 1 and a speed at least 1", () => {
  refused({ truncate: 1.1 }, /must be from 0 to 1, not 1\.1\.$/);
  refused({ "slow-body": 0 }, /must be at least 1, not 0\.$/);
  refused({ effect: "slow-body" }, /^The effect "slow-body" needs the parameter "bytesPerSecond"/);
  refused({ corrupt: 0 }, /must be from 1 to 65536, not 0\.$/);
});

test("rate-limit lets a burst pass, then a steady rate, and throttles as the service does", async () => {
  const { engine, clock } = engineWith({ "rate-limit": { rate: 2, burst: 3 } });
  const endings = async (calls: number) => {
    const ended: string[] = [];
    for (let i = 0; i < calls; i++) ended.push(ending((await run(engine)).outcome));
    return ended;
  };
  assert.deepEqual(await endings(4), ["output", "output", "output", "RequestThrottled"]);
  await clock.advance(499);
  assert.deepEqual(await endings(1), ["RequestThrottled"]);
  await clock.advance(1);
  assert.deepEqual(await endings(2), ["output", "RequestThrottled"]);
  await clock.advance(60_000);
  assert.deepEqual(await endings(4), ["output", "output", "output", "RequestThrottled"]);
});

test("rate-limit counts as fired only where it throttles", async () => {
  const { engine } = engineWith({ "rate-limit": 1 });
  assert.deepEqual((await run(engine)).fired, []);
  assert.deepEqual((await run(engine)).fired, ["rule-1"]);
  assert.deepEqual(engine.counts("rule-1"), { matched: 2, fired: 1 });
});

test("rate-limit 0 with a burst lets just the burst pass", async () => {
  const { engine, clock } = engineWith({ "rate-limit": { rate: 0, burst: 1 } });
  assert.equal(ending((await run(engine)).outcome), "output");
  await clock.advance(86_400_000);
  assert.equal(ending((await run(engine, aCall(), succeed)).outcome), "RequestThrottled");
});
