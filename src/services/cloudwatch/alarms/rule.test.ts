import assert from "node:assert/strict";
import { test } from "node:test";
import type { StateValue } from "./alarm.ts";
import { alarmsIn, isMet, parseRule, RuleError } from "./rule.ts";

const states: Record<string, StateValue> = { cpu: "ALARM", disk: "OK", "a (b)": "INSUFFICIENT_DATA" };
const met = (rule: string) => isMet(parseRule(rule), (name) => states[name]);

test("A rule asks for states, and combines them with AND, OR, NOT and parentheses.", () => {
  assert.equal(met("ALARM(cpu)"), true);
  assert.equal(met("OK(cpu)"), false);
  assert.equal(met('ALARM("cpu") AND OK(disk)'), true);
  assert.equal(met('ALARM(disk) OR INSUFFICIENT_DATA("a (b)")'), true);
  assert.equal(met("NOT ALARM(disk) AND NOT (OK(cpu) OR FALSE)"), true);
  assert.equal(met("TRUE"), true);
  assert.equal(met("FALSE AND TRUE OR TRUE"), true, "AND binds tighter than OR");
  assert.equal(met("alarm(cpu) and not ok(cpu)"), true, "words in any case");
  assert.equal(met("ALARM(arn:aws:cloudwatch:us-east-1:123456789012:alarm:cpu)"), true);
  assert.equal(met("ALARM(nobody)"), false);
});

test("A rule names each of its alarms once.", () => {
  assert.deepEqual(alarmsIn(parseRule("ALARM(a) AND (OK(b) OR NOT ALARM(a)) OR TRUE")), ["a", "b"]);
});

test("What is no rule is refused with the place.", () => {
  for (const [text, position] of [
    ["ALARM(cpu", 9],
    ["ALARM()", 6],
    ["cpu", 0],
    ["ALARM(cpu) AND", 14],
    ["ALARM(cpu) ALARM(disk)", 11],
    ["(TRUE", 5],
  ] as const)
    assert.throws(
      () => parseRule(text),
      (error) => error instanceof RuleError && error.position === position,
      text,
    );
});

test("A rule that is nested without end is refused, not followed.", () => {
  assert.throws(() => parseRule("(".repeat(5000)), RuleError);
  assert.throws(() => parseRule("NOT ".repeat(2000)), RuleError);
});
