import assert from "node:assert/strict";
import { test } from "node:test";
import type { FaultRule } from "../core/fault.ts";
import { Limits } from "./limits.ts";

const rule = (expiresAt?: number) =>
  ({ id: "r", ...(expiresAt !== undefined && { expiresAt }) }) as FaultRule;

test("so many faults strike, and no more", () => {
  const limits = new Limits({ most: 2 });
  assert.deepEqual(
    [1, 2, 3].map(() => limits.allows(0)),
    [true, true, false],
  );
  assert.equal(limits.state.struck, 2);
});

test("a share is never passed, and is that of the last minute", () => {
  const limits = new Limits({ share: 25 });
  const strikes = (nowMs: number) => {
    limits.sees(nowMs);
    return limits.allows(nowMs);
  };
  const struck = Array.from({ length: 100 }, (_, i) => strikes(i * 100)).filter(Boolean).length;
  assert.equal(struck, 25);
  const fourth = [false, false, false, true];
  assert.deepEqual(
    fourth.map(() => strikes(200_000)),
    fourth,
    "what is longer ago does not count",
  );
});

test("a rule without an end gets one, and one that wants to live longer is refused", () => {
  const limits = new Limits({ longestMs: 60_000 });
  assert.equal(limits.limited(rule(), 1000).expiresAt, 61_000);
  assert.equal(limits.limited(rule(61_000), 1000).expiresAt, 61_000);
  assert.throws(() => limits.limited(rule(61_001), 1000), /No rule may live longer than 60 s here/);
});
