import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { describeRule, effectsTable } from "./describe.ts";
import { effects, testEngine } from "./fixture.test.ts";

test("a rule is said in one line", () => {
  const { engine } = testEngine();
  const said = (rule: object) => describeRule(engine.add(rule as never));
  assert.equal(said({ reset: true }), "rule-1: reset on *.* (user)");
  assert.equal(
    said({
      service: "dynamodb",
      operation: ["PutItem", "Get*"],
      resource: "orders",
      error: "throttle",
      times: 2,
    }),
    "rule-2: error(kind=throttle, when=before) on dynamodb.PutItem|Get* where resource=orders, 2 times (user)",
  );
  assert.equal(
    said({
      point: "sqs:deliver",
      effect: "duplicate",
      percentage: 5,
      every: 2,
      skip: 1,
      ttl: "1m",
      id: "twice",
    }),
    "twice: duplicate(copies=1) at sqs:deliver, after 1, every 2, 5 %, until 2026-01-01T00:01:00.000Z (user)",
  );
});

test("the guide has the table of effects as they are", async () => {
  const guide = await readFile(new URL("../../docs/guide/faults.md", import.meta.url), "utf8");
  assert.ok(
    guide.includes(effectsTable(effects)),
    `docs/guide/faults.md should have:\n${effectsTable(effects)}`,
  );
});

test("what a rule counts and when it is in force is said, too", () => {
  const { engine } = testEngine();
  const rule = engine.add({
    effect: "reset",
    per: "call",
    attempts: 1,
    times: 2,
    window: "10s",
    percentage: 50,
    ramp: { over: "1m" },
    from: "2026-02-01T00:00:00Z",
    match: { site: "lambda.Invoke@worker > sqs.SendMessage@jobs" },
  });
  assert.equal(
    describeRule(rule),
    "rule-1: reset on *.* where site=lambda.Invoke@worker > sqs.SendMessage@jobs, from 0 to 50 % within 60000 ms, 2 times, within 10000 ms, per call, 1 attempt each, from 2026-02-01T00:00:00.000Z (user)",
  );
});
