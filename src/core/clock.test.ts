import assert from "node:assert/strict";
import { test } from "node:test";
import { Clock } from "./clock.ts";

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
