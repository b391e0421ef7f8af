import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Ajv } from "ajv";
import { parse } from "yaml";
import { effects } from "./fixture.test.ts";
import { MATCH_FIELDS } from "./rule-fields.ts";
import type { FaultRuleInput } from "./rule-input.ts";
import { normalizeRule } from "./rules.ts";

/** Rules in every form, as TypeScript takes them. */
const RIGHT: readonly FaultRuleInput[] = [
  { effect: "error", params: { kind: "throttle" }, match: { service: "dynamodb" }, times: 2 },
  { service: "dynamodb", operation: ["GetItem", "Query"], latency: { p50: "20ms", p99: 400 } },
  { latency: 200 },
  { latency: "1.5s", when: "after" },
  { error: "throttle", percentage: 5, ramp: { from: 0, over: "5m" } },
  { error: "ThrottlingException", status: 400 },
  { reset: true, header: { "x-tenant": "blue-*" } },
  { effect: "rate-limit", rate: 10, burst: 20, per: "caller" },
  { "rate-limit": 10, per: "resource" },
  { "event-stream": "bad-crc", service: "lambda" },
  { hang: true, site: "lambda.Invoke@worker > sqs.SendMessage@jobs", per: "call", attempts: 1 },
  { "lost-reply": true, from: "2026-11-28T12:00:00Z", until: "PT5M", note: "the outage" },
  { reset: true, sequence: ["fail", "pass"], repeat: true },
  { point: "sqs:deliver", effect: "duplicate", params: { copies: 2 } },
  { point: "sqs:deliver", effect: "duplicate", copies: 2, match: { resource: "jobs" } },
  { point: "esm:poll", effect: "error", params: { kind: "internal" } },
  { point: "lambda:invoke", effect: "error", params: { errorMessage: "no" } },
];

const WRONG: readonly FaultRuleInput[] = [
  // @ts-expect-error
  { effect: "latncy", params: { ms: 200 } },
  // @ts-expect-error
  { latncy: 200 },
  // @ts-expect-error
  { effect: "latency", params: { millis: 200 } },
  // @ts-expect-error
  { latency: { p5O: 20 } },
  // @ts-expect-error
  { effect: "error", params: { kind: "throtle" } },
  // @ts-expect-error
  { reset: true, servce: "sqs" },
  // @ts-expect-error
  { reset: true, match: { opration: "GetItem" } },
  // @ts-expect-error
  { reset: true, per: "calls" },
  // @ts-expect-error
  { reset: true, times: "twice" },
  // @ts-expect-error
  { reset: true, sequence: ["fail", "skip"] },
  // @ts-expect-error
  { point: "sqs:deliver", effect: "duplicate", params: { copys: 2 } },
  // @ts-expect-error
  { point: "lambda:invoke", effect: "error", params: { kind: "internal" } },
  // @ts-expect-error
  { service: "sqs" },
];

const schema = JSON.parse(
  readFileSync(new URL("../../docs/rules.schema.json", import.meta.url), "utf8"),
) as object;
const validate = new Ajv({ allowUnionTypes: true, strictTypes: false }).compile(schema);

test("what TypeScript takes, the schema of rules files takes, too", () => {
  for (const rule of RIGHT) {
    assert.ok(validate([rule]), `${JSON.stringify(rule)}: ${JSON.stringify(validate.errors)}`);
    assert.ok(validate({ seed: "storm", rules: [rule] }));
    normalizeRule(rule, effects);
  }
});

test("what does not compile, the schema refuses, too", () => {
  for (const rule of WRONG) assert.ok(!validate([rule]), JSON.stringify(rule));
});

test("the rules files of the documentation fit the schema", () => {
  for (const page of ["docs/guide/faults.md", "README.md"]) {
    const text = readFileSync(new URL(`../../${page}`, import.meta.url), "utf8");
    for (const [, yaml] of text.matchAll(/```yaml\n([\s\S]*?)```/g)) {
      const content: unknown = parse(yaml!);
      if (!yaml!.includes("rules:")) continue;
      assert.ok(validate(content), `${page}: ${JSON.stringify(validate.errors)}`);
    }
  }
});

test("the schema takes every field of a match in the rule and in its match", () => {
  for (const name of Object.keys(MATCH_FIELDS)) {
    const value = name === "header" ? { a: "b" } : "x";
    assert.ok(validate([{ reset: true, [name]: value }]), name);
    assert.ok(validate([{ reset: true, match: { [name]: value } }]), name);
  }
});
