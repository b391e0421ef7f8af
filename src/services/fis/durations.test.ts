import assert from "node:assert/strict";
import { test } from "node:test";
import { CourseOfCalls } from "./course.ts";
import { Durations } from "./durations.ts";

test("a percentile is right within a tenth, from no time at all to hours", () => {
  for (const ms of [0, 1, 2, 17, 99, 1000, 65_000, 7_200_000]) {
    const durations = new Durations();
    for (let call = 0; call < 99; call++) durations.add(ms);
    durations.add(ms * 50);
    for (const share of [0.5, 0.99])
      assert.ok(Math.abs(durations.percentile(share) - ms) <= Math.max(1, ms / 10), `${ms}`);
    assert.ok(durations.percentile(1) >= ms * 45);
  }
  assert.equal(new Durations().percentile(0.5), 0);
});

test("a course keeps every call, in ever longer pieces", () => {
  const course = new CourseOfCalls();
  const SECONDS = 5000;
  for (let second = 0; second < SECONDS; second++) {
    course.add({ startedAt: second * 1000, status: 200 }, false);
    course.add({ startedAt: second * 1000 + 1, status: 500 }, second % 2 === 0);
  }
  const { pieceMs, pieces } = course.course;
  assert.ok(pieces.length <= 240);
  assert.equal(pieceMs, 32_000);
  const sum = (of: "calls" | "errors" | "struck") => pieces.reduce((total, piece) => total + piece[of], 0);
  assert.deepEqual([sum("calls"), sum("errors"), sum("struck")], [2 * SECONDS, SECONDS / 2, SECONDS / 2]);
  assert.deepEqual(
    pieces.map(({ atMs }) => atMs),
    pieces.map((_, index) => index * pieceMs),
  );
});
