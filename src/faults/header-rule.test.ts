import assert from "node:assert/strict";
import { test } from "node:test";
import { aCall, effects, ending, run, testEngine } from "./fixture.test.ts";
import { INJECT_HEADER, parseInjectHeader } from "./header-rule.ts";

const parsed = (header: string) => parseInjectHeader(header, effects).map(({ owner: _, ...rule }) => rule);
const asking = (header: string) => aCall({ headers: { [INJECT_HEADER]: header } });

test("an error with a status", () => {
  assert.deepEqual(parsed("error=ThrottlingException; status=400"), [
    { effect: "error", params: { code: "ThrottlingException", status: "400" } },
  ]);
});

test("several faults, with commas between them", () => {
  assert.deepEqual(parsed("latency=200ms, reset; percentage=10,error=throttle"), [
    { effect: "latency", params: { ms: "200ms" } },
    { effect: "reset", percentage: 10 },
    { effect: "error", params: { kind: "throttle" } },
  ]);
});

test("params of an effect without a value of its own", () => {
  assert.deepEqual(parsed("latency; p50=20; p99=400"), [
    { effect: "latency", params: { p50: "20", p99: "400" } },
  ]);
});

test("a text with commas and semicolons in double quotes", () => {
  assert.deepEqual(parsed('error=Oops; message="No, not now; later = never"'), [
    { effect: "error", params: { code: "Oops", message: "No, not now; later = never" } },
  ]);
});

test("a fault in the header strikes the call that carries it, and no other", async () => {
  const { engine } = testEngine();
  const { outcome, decisions } = await run(engine, asking("error=throttle"));
  assert.equal(ending(outcome), "RequestThrottled");
  const decision = {
    ruleId: "header-1",
    owner: "header",
    effect: "error",
    point: "api",
    match: 1,
    fired: true,
  };
  assert.deepEqual(decisions, [decision]);
  assert.equal(ending((await run(engine)).outcome), "output");
  assert.deepEqual(engine.list(), []);
});

test("the header's faults stand around those of the table, and an error spares the table's counts", async () => {
  const { engine } = testEngine();
  engine.add({ effect: "error", params: { code: "Table" }, times: 1 });
  assert.equal(ending((await run(engine, asking("error=Header"))).outcome), "Header");
  assert.equal(ending((await run(engine, asking("lost-reply"))).outcome), "reset");
  assert.deepEqual(engine.counts("rule-1"), { matched: 1, fired: 1 });
});

test("a percentage in the header draws anew for each call", async () => {
  const { engine } = testEngine();
  const endings = new Set<string>();
  for (let i = 0; i < 32; i++)
    endings.add(ending((await run(engine, asking("reset; percentage=50"))).outcome));
  assert.deepEqual([...endings].sort(), ["output", "reset"]);
});

test("a header that is not understood answers 400 and says why, and the call does not happen", async () => {
  for (const [header, message] of [
    ["eror=X", /^x-squall-inject: There is no effect "eror"\. Did you mean "error"\?/],
    ["", /^x-squall-inject: a fault is missing before or after a comma\.$/],
    ["reset,", /^x-squall-inject: a fault is missing before or after a comma\.$/],
    ["error", /Error needs either a code or a kind\.$/],
    ["latency=soon", /must be a duration .*, not "soon"\.$/],
    ["error=X; statos=3", /has no parameter "statos"\. Did you mean "status"\?$/],
    ["error=X; status", /"status" needs a value: status=\.\.\.$/],
    ["error=X; status=999", /must be from 300 to 599, not "999"\.$/],
    ['error="X', /a double quote is not closed\.$/],
    ["reset; times=1", /has no parameter "times"/],
  ] as const) {
    const { engine } = testEngine();
    const { outcome } = await run(engine, asking(header), () => assert.fail("the call happened"));
    assert.ok(outcome.kind === "error", header);
    assert.deepEqual([outcome.error.code, outcome.error.status], ["InvalidFaultHeader", 400]);
    assert.match(outcome.error.message, message);
  }
});
