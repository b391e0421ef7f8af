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
