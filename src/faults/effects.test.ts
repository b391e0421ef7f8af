import assert from "node:assert/strict";
import { test } from "node:test";
import { AwsError } from "../core/aws-error.ts";
import type { Outcome } from "../core/call.ts";
import { encodeMessage } from "../core/event-message.ts";
import type { FaultRuleInput } from "../core/fault.ts";
import { type HttpResponse, Severed } from "../core/http.ts";
import { Random } from "../core/random.ts";
import { sample } from "./effects/latency.ts";
import { aCall, effects, ending, OK, run, succeed, testEngine } from "./fixture.test.ts";
import { LATENCY_PRESETS } from "./latency-presets.ts";
import { normalizeRule } from "./rules.ts";
import { chunksOf } from "./wire/answer.ts";

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

test("error says when to come back, in milliseconds for SDKs of today and in seconds for all others", async () => {
  const headersFor = async (retryAfterMs: unknown) =>
    (await errorOf({ effect: "error", params: { kind: "throttle", retryAfterMs } })).headers;
  assert.deepEqual(await headersFor(1500), { "x-amz-retry-after": "1500", "retry-after": "2" });
  assert.deepEqual(await headersFor("20ms"), { "x-amz-retry-after": "20", "retry-after": "1" });
  assert.deepEqual(await headersFor(0), { "x-amz-retry-after": "0", "retry-after": "0" });
  refused({ effect: "error", params: { kind: "throttle", retryAfterMs: -1 } }, /retryAfterMs/);
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
  for (const effect of ["error", "error-in-200"]) {
    for (const [wrong, kind] of [
      ["throttel", "throttle"],
      ["throttled", "throttle"],
      ["intern", "internal"],
      ["unavailble", "unavailable"],
    ])
      refused({ [effect]: wrong }, `"${wrong}" is no kind of error: "${kind}" is the nearest.`);
    refused({ effect, params: { code: "throttle" } }, '"throttle" is a kind of error and no code.');
    for (const code of ["Throttle", "Throttling", "oops", "com.example#Own"]) engineWith({ [effect]: code });
  }
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

test("a slow call happens all the same when its client gives up, as at AWS", async () => {
  const { engine, clock } = engineWith({ latency: "1h" });
  const client = new AbortController();
  let calls = 0;
  const ended = run(engine, aCall({ signal: client.signal }), async () => {
    calls++;
    return OK;
  });
  client.abort();
  await clock.advance(3_600_000);
  assert.deepEqual([ending((await ended).outcome), calls], ["output", 1]);
});

test("latency with cancel ends when the client leaves, and the call does not happen", async () => {
  const { engine } = engineWith({ latency: "1h", cancel: true });
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

test("latency is one of five shapes", () => {
  refused(
    { effect: "latency" },
    "Latency needs ms; or min and max; or mean and stddev; or p50 and p99; or a preset.",
  );
  refused({ latency: { min: 1 } }, /^Latency needs ms/);
  refused({ latency: { ms: 1, p50: 1, p99: 2 } }, /: not two of them\.$/);
  refused({ latency: { ms: 1, max: 2 } }, "A fixed latency has no min and max.");
  refused({ latency: { mean: 1 } }, "A normal latency needs mean and stddev.");
  refused({ latency: { p50: 1 } }, "A log-normal latency needs p50 and p99.");
  refused({ latency: { p50: 0, p99: 1 } }, "P50 must be above 0.");
  refused({ latency: { p50: 2, p99: 1 } }, "P99 must not be less than p50.");
  refused({ latency: { preset: "sqs", ms: 1 } }, /: not two of them\.$/);
  refused({ latency: { preset: "sqz" } }, /must be one of dynamodb, .*, not "sqz"\.$/);
  refused({ latency: { ms: 1, spikePercentage: 1 } }, "SpikePercentage needs a spike.");
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

test("every preset has the percentiles that were measured, and a spike comes on top of its share", () => {
  const random = new Random("seed");
  const samples = (params: Parameters<typeof sample>[0]) =>
    Array.from({ length: 20_000 }, (_, n) => sample(params, (salt) => random.draw(`rule-1/${salt}`, n))).sort(
      (a, b) => a - b,
    );
  for (const { name, percentiles } of LATENCY_PRESETS) {
    const drawn = samples({ preset: name });
    for (const [percent, ms] of percentiles) {
      const at = drawn[percent * 200]!;
      assert.ok(Math.abs(at - ms) <= ms * 0.12, `${name} p${percent}: ${at} instead of about ${ms}`);
    }
  }
  const spiked = samples({ ms: 10, spike: 2000, spikePercentage: 5 }).filter((ms) => ms === 2010).length;
  assert.ok(Math.abs(spiked - 1000) < 100, `${spiked} spikes of 20000`);
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

test("a partition lets a call through when the rule is gone, and none of a client that has left", async () => {
  const { engine, clock } = engineWith({ id: "cut", partition: true, until: "2h" });
  const client = new AbortController();
  const gone = run(engine, aCall({ signal: client.signal }));
  client.abort();
  assert.deepEqual((await gone).outcome, { kind: "drop", how: "hang" });
  const ended: string[] = [];
  const waiting = run(engine, aCall()).then(({ outcome }) => ended.push(outcome.kind));
  await clock.advance(3_600_000);
  engine.add({ id: "another", effect: "reset", match: { service: "kinesis" } });
  assert.deepEqual(ended, []);
  await clock.advance(3_600_000);
  await waiting;
  assert.deepEqual(ended, ["output"]);
  assert.equal((await run(engine, aCall())).outcome.kind, "output");
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

/** What a client would get: the head, the body as far as it comes, and whether it ends well. */
async function sent(
  outcome: Outcome,
  answer: HttpResponse,
): Promise<HttpResponse & { text: string; ends: string }> {
  assert.ok(outcome.kind !== "drop" && outcome.bends);
  const bent = outcome.bends.reduce((last, bend) => bend(last), answer);
  let text = "";
  try {
    for await (const chunk of chunksOf(bent.body)) text += Buffer.from(chunk).toString("latin1");
    return { ...bent, text, ends: "well" };
  } catch (error) {
    assert.ok(error instanceof Severed, String(error));
    return { ...bent, text, ends: `severed${error.bytes ? `: ${Buffer.from(error.bytes)}` : ""}` };
  }
}

const TEN: HttpResponse = { status: 200, headers: { "content-length": "10" }, body: "0123456789" };

/** The same in pieces, of a length that nobody says. */
async function* pieces(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text, "latin1");
}

async function bentBy(rule: Record<string, unknown>, answer: HttpResponse = TEN) {
  const { outcome } = await under(rule);
  const { text, ends } = await sent(outcome, answer);
  return [text, ends];
}

test("truncate cuts at a share, at a byte, at a value, or in the middle", async () => {
  assert.deepEqual(await bentBy({ truncate: true }), ["01234", "severed"]);
  assert.deepEqual(await bentBy({ truncate: 0.3 }), ["012", "severed"]);
  assert.deepEqual(await bentBy({ truncate: 1 }), ["0123456789", "severed"]);
  assert.deepEqual(await bentBy({ truncate: { atByte: 0 } }), ["", "severed"]);
  assert.deepEqual(await bentBy({ truncate: { atByte: 9 } }), ["012345678", "severed"]);
  assert.deepEqual(await bentBy({ truncate: { atByte: 10 } }), ["0123456789", "severed"]);
  const json = { status: 200, headers: {}, body: '{"a": [1, {"b\\"": "x"}], "c": true}' };
  assert.deepEqual(await bentBy({ truncate: { atPath: "a[1]" } }, json), ['{"a": [1, ', "severed"]);
  assert.deepEqual(await bentBy({ truncate: { atPath: "c" } }, json), [
    '{"a": [1, {"b\\"": "x"}], "c": ',
    "severed",
  ]);
});

test("a message of an event stream is cut in its middle, wherever the pieces of the stream end", async () => {
  const frames = ["a", "b", "c"].map((text) =>
    Buffer.from(encodeMessage({ headers: { n: text }, payload: Buffer.from(text) })),
  );
  const length = frames[0]!.length;
  const whole = Buffer.concat(frames).toString("latin1");
  const stream = (type: string) => ({
    status: 200,
    headers: { "content-type": type },
    body: pieces(whole.slice(0, 5), whole.slice(5, 40), whole.slice(40)),
  });
  const events = "application/vnd.amazon.eventstream";
  const [text, ends] = await bentBy({ truncate: { atFrame: 2 } }, stream(events));
  assert.deepEqual([text, ends], [whole.slice(0, length + Math.floor(length / 2)), "severed"]);
  const [flipped] = await bentBy({ corrupt: { atFrame: 3 } }, stream(events));
  assert.equal(flipped!.slice(0, 2 * length), whole.slice(0, 2 * length));
  assert.notEqual(flipped, whole);
});

test("a stream is cut as it comes: at a byte of any piece, or at a share of the first", async () => {
  const stream = () => ({ status: 200, headers: {}, body: pieces("0123", "4567", "89") });
  assert.deepEqual(await bentBy({ truncate: { atByte: 5 } }, stream()), ["01234", "severed"]);
  assert.deepEqual(await bentBy({ truncate: { atByte: 8 } }, stream()), ["01234567", "severed"]);
  assert.deepEqual(await bentBy({ truncate: 0.5 }, stream()), ["01", "severed"]);
});

test("what a body does not have strikes at its end or in its middle: a fault never passes unseen", async () => {
  assert.deepEqual(await bentBy({ truncate: { atByte: 11 } }), ["0123456789", "severed"]);
  assert.deepEqual(await bentBy({ truncate: { atFrame: 2 } }), ["0123456789", "severed"]);
  for (const atPath of ["a", "[10]"])
    assert.deepEqual(await bentBy({ truncate: { atPath } }), ["01234", "severed"]);
  const broken = { status: 200, headers: {}, body: '{"a": [[[' };
  assert.deepEqual(await bentBy({ truncate: { atPath: "b" } }, broken), ['{"a"', "severed"]);
});

test("corrupt flips a run of bytes at a place that is drawn, behind the first, and keeps the length", async () => {
  const flipped = async (rule: Record<string, unknown>, answer = TEN) => {
    const [text, ends] = await bentBy(rule, answer);
    assert.equal(ends, "well");
    const bytes = Buffer.from(text!, "latin1");
    return [...bytes].flatMap((byte, at) => (byte === "0123456789".charCodeAt(at) ? [] : [at]));
  };
  const places = new Set<number>();
  for (let n = 0; n < 40; n++) {
    const [place, ...others] = await flipped({ id: `rule-${n}`, corrupt: true });
    assert.ok(place! > 0 && others.length === 0, `${place} ${others}`);
    places.add(place!);
  }
  assert.ok(places.size > 4, "the place is drawn");
  assert.deepEqual(await flipped({ corrupt: { bytes: 3, atByte: 4 } }), [4, 5, 6]);
  assert.deepEqual(await flipped({ corrupt: { bytes: 3, at: 0 } }), [0, 1, 2]);
  assert.deepEqual(await flipped({ corrupt: { bytes: 10 } }), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  const stream = { status: 200, headers: {}, body: pieces("0123", "4567", "89") };
  assert.deepEqual(await flipped({ corrupt: { bytes: 4, atByte: 3 } }, stream), [3, 4, 5, 6]);
});

test("slow-body sends a tenth of a second's worth at a time", async () => {
  const { engine, clock } = engineWith({ "slow-body": 20 });
  const { outcome } = await run(engine);
  let seen = "";
  const startMs = clock.now();
  const reading = (async () => {
    assert.ok(outcome.kind === "output" && outcome.bends);
    for await (const chunk of chunksOf(outcome.bends[0]!(TEN).body))
      seen += `${Buffer.from(chunk)}@${clock.now() - startMs} `;
  })();
  await clock.advance(1000);
  await reading;
  assert.equal(seen, "01@0 23@100 45@200 67@300 89@400 ");
});

test("effects on the wire bend one answer together, the first rule's last", async () => {
  const { engine } = testEngine();
  engine.add({ effect: "truncate", params: { atByte: 4 } });
  engine.add({ effect: "corrupt", params: { atByte: 1 } });
  const { outcome } = await run(engine);
  assert.deepEqual((await sent(outcome, TEN)).text, "0\xce23");
  const error = new AwsError("A", "a");
  const failed = await run(engine, aCall(), async () => ({ kind: "error", error }));
  assert.ok(failed.outcome.kind === "error" && failed.outcome.bends?.length === 2);
});

test("only one place is given, and a path is a path", () => {
  refused({ truncate: { at: 0.5, atByte: 3 } }, "Only one of at, atByte, atFrame and atPath says where.");
  refused({ corrupt: { atPath: "a..b" } }, '"a..b" is not a path like Items[0].id.S.');
  refused({ truncate: { atFrame: 0 } }, /must be at least 1, not 0\.$/);
});

test("broken-chunk has no length and breaks off where a chunk's size belongs", async () => {
  const { outcome } = await under({ "broken-chunk": true });
  const { headers, text, ends } = await sent(outcome, TEN);
  assert.deepEqual([headers, text, ends], [{}, "01234", "severed: no size\r\n"]);
});

test("headers sets, changes and removes headers, and the status", async () => {
  const { outcome } = await under({
    headers: { set: { "X-New": "1", etag: "b" }, remove: ["Date"], status: 202 },
  });
  const answer = { ...TEN, headers: { ...TEN.headers, etag: "a", date: "now" } };
  const { status, headers, text } = await sent(outcome, answer);
  assert.deepEqual(
    [status, headers, text],
    [202, { "content-length": "10", etag: "b", "x-new": "1" }, "0123456789"],
  );
  const { outcome: unsized } = await under({ headers: { remove: ["content-length"] } });
  assert.deepEqual((await sent(unsized, TEN)).headers, {});
  refused({ effect: "headers" }, "Headers needs something to set, to remove, or a status.");
  refused({ headers: { set: { "a b": "c" } } }, '"a b" is not a header that can be sent.');
  refused(
    { headers: { set: { Connection: "close" } } },
    "Connection is of the connection, not of the response.",
  );
});

test("headers beside another effect are what the rule matches, or a parameter of error", () => {
  const { engine } = testEngine();
  assert.deepEqual(engine.add(normalizeRule({ latency: 1, headers: { "x-a": "b" } }, effects)).match, {
    header: { "x-a": "b" },
  });
  assert.deepEqual(engine.add(normalizeRule({ error: "A", headers: { "x-a": "b" } }, effects)).params, {
    code: "A",
    when: "before",
    headers: { "x-a": "b" },
  });
  assert.deepEqual(engine.add(normalizeRule({ headers: { status: 500 } }, effects)).params, { status: 500 });
});

test("error-in-200 is an error that says 200, and no header names it", async () => {
  const { outcome, calls } = await under({ "error-in-200": true });
  assert.ok(outcome.kind === "error");
  assert.deepEqual([outcome.error.code, outcome.error.status, calls], ["InternalFailure", 200, 0]);
  const answer = { status: 200, headers: { "x-amzn-errortype": "InternalFailure", a: "b" }, body: "" };
  assert.deepEqual((await sent(outcome, answer)).headers, { a: "b" });
  const after = await under({ "error-in-200": "SlowDown", when: "after" });
  assert.deepEqual([ending(after.outcome), after.calls], ["SlowDown", 1]);
  refused(
    { "error-in-200": { kind: "internal", code: "A" } },
    "Error-in-200 has a code or a kind, not both.",
  );
});

test("empty-response and garbage-then-close leave no answer, before or after the call", async () => {
  assert.deepEqual(await under({ "empty-response": true }), {
    outcome: { kind: "drop", how: "empty" },
    calls: 0,
  });
  const { outcome, calls } = await under({ "garbage-then-close": 8, when: "after" });
  assert.ok(outcome.kind === "drop" && outcome.how === "garbage");
  assert.deepEqual([outcome.bytes?.length, calls], [8, 1]);
  assert.ok(outcome.bytes![0]! >= 0x80);
  assert.deepEqual((await under({ "garbage-then-close": 8 })).outcome, outcome);
});

test("upload needs something to do, and either stops or is cut", () => {
  refused(
    { effect: "upload" },
    "Upload needs stopAfter, cutAfter, stopAfterFrames, cutAfterFrames, bytesPerSecond or withholdContinue.",
  );
  refused({ upload: { stopAfter: 1, cutAfter: 1 } }, "Upload stops or is cut, at one place.");
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
