import assert from "node:assert/strict";
import { test } from "node:test";
import { Clock } from "../core/clock.ts";
import { Dues, FirstDue } from "./due.ts";

test("the first of all that is due is waited for, and then the next", async () => {
  const clock = new Clock({ rate: 0, startMs: 0 });
  const left = new Set([3000, 1000, 2000]);
  const seen: number[] = [];
  const first = new FirstDue(clock, () => {
    seen.push(clock.now());
    left.delete(clock.now());
    for (const ms of left) first.expect(ms);
  });
  for (const ms of left) first.expect(ms);
  await clock.advance(2500);
  assert.deepEqual(seen, [1000, 2000]);
  first.stop();
  await clock.advance(2500);
  assert.deepEqual(seen, [1000, 2000]);
});

test("each key has one time: a later plan takes the place of the one before", async () => {
  const clock = new Clock({ rate: 0, startMs: 0 });
  const seen: string[] = [];
  const dues = new Dues(clock);
  const plan = (key: string, ms: number) => dues.set(key, ms, () => seen.push(`${key} ${clock.now()}`));
  plan("a", 1000);
  plan("b", 2000);
  plan("a", 3000);
  plan("c", 1000);
  dues.clear("c");
  await clock.advance(2500);
  assert.deepEqual(seen, ["b 2000"]);
  await clock.advance(1000);
  assert.deepEqual(seen, ["b 2000", "a 3000"]);
});
