import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as realTime } from "node:timers/promises";
import { Clock, parseDuration } from "./clock.ts";

test("what a timer's work throws is heard, and the timers behind it have their turn", async () => {
  const clock = new Clock({ startMs: 0, rate: 0 });
  const heard: unknown[] = [];
  const fired: string[] = [];
  clock.failed = (error) => heard.push(error);
  const full = new Error("database or disk is full");
  clock.setTimer(10, () => {
    throw full;
  });
  clock.setTimer(20, () => fired.push("advanced"));
  await clock.advance(30);
  assert.deepEqual([heard, fired, clock.now()], [[full], ["advanced"], 30]);

  clock.setRate(1000);
  clock.setTimer(1, () => {
    throw full;
  });
  await new Promise<void>((resolve) => clock.setTimer(2, resolve));
  assert.equal(heard.length, 2);
  clock.stop();
});

test("the clock ends with the year 9999, and nothing can be waited for without an end", async () => {
  const clock = new Clock({ rate: 0, startMs: Date.UTC(2026, 0) });
  const every = () => clock.setTimer(60_000, every);
  every();
  for (const ms of [1e308, Number.MAX_SAFE_INTEGER, Date.UTC(10_000, 0) - clock.now()])
    await assert.rejects(clock.advance(ms), { name: "RangeError", message: /ends with the year 9999/ });
  assert.equal(clock.now(), Date.UTC(2026, 0));
  const calm = new Clock({ rate: 0, startMs: Date.UTC(2026, 0) });
  await calm.advance(Date.UTC(9999, 11, 31) - calm.now());
  assert.equal(new Date(calm.now()).toISOString(), "9999-12-31T00:00:00.000Z");
  for (const text of [`${"9".repeat(400)}d`, `PT${"9".repeat(400)}H`])
    assert.equal(parseDuration(text), undefined);
});

test("an advance stays where it has come while it is held, but for no longer than a second", async () => {
  const clock = new Clock({ rate: 0, startMs: 0 });
  const moments: number[] = [];
  clock.setTimer(1000, async () => {
    using _ = clock.hold();
    await realTime(20);
    clock.setTimer(1000, () => moments.push(clock.now()));
  });
  await clock.advance(86_400_000);
  assert.deepEqual(moments, [2000]);
  const held = clock.hold();
  const sinceMs = performance.now();
  await clock.advance(86_400_000);
  assert.ok(performance.now() - sinceMs > 900);
  clock.setTimer(1000, () => moments.push(clock.now()));
  // Whoever has been waited for in vain is not waited for again.
  await clock.advance(2000);
  assert.ok(performance.now() - sinceMs < 1900);
  assert.equal(moments.length, 2);
  held[Symbol.dispose]();
});

test("who leaves while the clock is advanced leaves it where it has come", async () => {
  const clock = new Clock({ rate: 0, startMs: 0 });
  const left = new AbortController();
  let fired = 0;
  const every = () => {
    if (++fired === 10) left.abort();
    clock.setTimer(1000, every);
  };
  clock.setTimer(1000, every);
  await clock.advance(86_400_000 * 3650, left.signal);
  assert.equal(fired, 10);
  assert.equal(clock.now(), 10_000);
});
