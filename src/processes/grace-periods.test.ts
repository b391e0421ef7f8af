import assert from "node:assert/strict";
import { test } from "node:test";
import { Clock } from "../core/clock.ts";
import { GracePeriods } from "./grace-periods.ts";

const TARGET = {
  group: "arn:aws:elasticloadbalancing:us-east-1:1:targetgroup/a/1",
  id: "127.0.0.1",
  port: 1,
};

function periods() {
  const clock = new Clock({ rate: 0 });
  const graces = new GracePeriods(clock);
  const startMs = clock.now();
  const over: number[] = [];
  const note = (state: "initial" | "healthy" | "unhealthy" | undefined, port = 1) =>
    graces.note("web", { ...TARGET, port }, state, 10_000, () => over.push(clock.now() - startMs));
  return { clock, graces, over, note };
}

test("a target that comes and goes has one look when its time is over", async () => {
  const { clock, over, note } = periods();
  note("initial");
  for (const state of ["healthy", "unhealthy", "healthy", undefined] as const) {
    await clock.advance(1000);
    note(state);
  }
  note("initial", 2);
  await clock.advance(60_000);
  assert.deepEqual(over, [10_000, 14_000]);
  note("unhealthy");
  await clock.advance(60_000);
  assert.equal(over.length, 3);
});

test("a target that begins anew has its whole time anew, and none when all stops", async () => {
  const { clock, graces, over, note } = periods();
  note("initial");
  await clock.advance(4000);
  note("initial");
  await clock.advance(60_000);
  assert.deepEqual(over, [14_000]);
  note("initial");
  graces.stop();
  assert.equal(clock.nextTimerMs, undefined);
});
