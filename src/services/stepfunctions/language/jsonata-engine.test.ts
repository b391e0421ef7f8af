import assert from "node:assert/strict";
import { createHook } from "node:async_hooks";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { LimitExceeded } from "../../../core/limited.ts";
import { type Evaluated, evaluateWithin } from "./jsonata-engine.ts";

const given = (expression: string) => ({
  expression,
  bindings: '{"states":{"n":[1,2]}}',
  nowMs: 0,
  seed: "s",
});
const valueIn = (evaluated: Evaluated) => ("value" in evaluated ? evaluated.value : evaluated);

test("what takes too long in place ends itself: whoever uses async hooks in this process goes on", async () => {
  const hook = createHook({ init() {}, after() {} }).enable();
  try {
    for (let round = 0; round < 20; round++) {
      await setImmediate();
      assert.throws(
        () => evaluateWithin(5, given(`($f := function($x) { $f($x) }; $f(${round}))`), true),
        LimitExceeded,
      );
    }
    assert.equal(valueIn(evaluateWithin(1000, given("$sum($states.n)"), true)), "3");
  } finally {
    hook.disable();
  }
});

test("a pattern, which looks at no clock, is late at once where others wait", () => {
  const pattern = given("$sum($states.n[$contains($string($), /[12]/)])");
  assert.throws(() => evaluateWithin(1000, pattern, true), LimitExceeded);
  assert.equal(valueIn(evaluateWithin(1000, pattern)), "3");
});

/** Functions of the library that lean on the machine that it runs on, which is not there. */
const LEANING: readonly (readonly [expression: string, value: unknown])[] = [
  ["$base64encode('héllo ✓')", "aMOpbGxvIOKckw=="],
  ["$base64decode('aMOpbGxvIOKckw==')", "héllo ✓"],
  ["$encodeUrl('https://a.b/ä?x=1 2')", "https://a.b/%C3%A4?x=1%202"],
  ["$encodeUrlComponent('ä&=')", "%C3%A4%26%3D"],
  ["$decodeUrl('https://a.b/%C3%A4')", "https://a.b/ä"],
  ["$decodeUrlComponent('%C3%A4%26')", "ä&"],
  ["$fromMillis(0, '[Y0001]-[M01]-[D01]')", "1970-01-01"],
  ["$toMillis('1970-01-02T00:00:00Z')", 86_400_000],
  ["$formatNumber(1234.5, '#,##0.00')", "1,234.50"],
  ["$formatInteger(12, 'w')", "twelve"],
  ["$formatBase(255, 16)", "ff"],
  ["$now()", "1970-01-01T00:00:00.000Z"],
];

test("no function of the library lacks what it leans on", () => {
  for (const [expression, value] of LEANING)
    assert.equal(valueIn(evaluateWithin(1000, given(expression))), JSON.stringify(value), expression);
  assert.ok("error" in evaluateWithin(1000, given("$base64encode(1)")));
});
