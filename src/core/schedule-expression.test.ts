import assert from "node:assert/strict";
import { test } from "node:test";
import { isRateInRightNumber, nextDue, parseSchedule } from "./schedule-expression.ts";

function nexts(text: string, after: string, count: number, timeZone = "UTC"): string[] {
  const schedule = parseSchedule(text);
  assert.ok(schedule, text);
  const found: string[] = [];
  let at = Date.parse(after);
  while (found.length < count) {
    const due = nextDue(schedule, at, { anchorMs: Date.parse(after), timeZone });
    if (due === undefined) return [...found, "never"];
    found.push(new Date(due).toISOString().slice(0, 16));
    at = due;
  }
  return found;
}

const DUE: readonly (readonly [expression: string, after: string, due: readonly string[], zone?: string])[] =
  [
    ["rate(5 minutes)", "2026-01-01T00:00Z", ["2026-01-01T00:05", "2026-01-01T00:10"]],
    ["rate(1 day)", "2026-01-01T07:00Z", ["2026-01-02T07:00"]],
    ["at(2026-03-01T12:00:00)", "2026-01-01T00:00Z", ["2026-03-01T12:00", "never"]],
    ["at(2026-07-01T12:00:00)", "2026-01-01T00:00Z", ["2026-07-01T10:00"], "Europe/Berlin"],
    ["cron(0/15 9 ? * MON-FRI *)", "2026-01-02T09:40Z", ["2026-01-02T09:45", "2026-01-05T09:00"]],
    ["cron(0 8 L * ? *)", "2028-02-01T00:00Z", ["2028-02-29T08:00", "2028-03-31T08:00"]],
    // 1 February 2026 is a Sunday, 15 March too, 28 February a Saturday.
    ["cron(0 8 1W * ? *)", "2026-01-31T00:00Z", ["2026-02-02T08:00"]],
    ["cron(0 8 15W 3 ? *)", "2026-01-31T00:00Z", ["2026-03-16T08:00"]],
    ["cron(0 8 28W 2 ? *)", "2026-01-31T00:00Z", ["2026-02-27T08:00"]],
    ["cron(15 10 ? * 6L 2026)", "2026-11-01T00:00Z", ["2026-11-27T10:15", "2026-12-25T10:15", "never"]],
    ["cron(0 2 ? * SAT#3 *)", "2026-01-01T00:00Z", ["2026-01-17T02:00"]],
    ["cron(0 0 29 2 ? *)", "2026-03-01T00:00Z", ["2028-02-29T00:00", "2032-02-29T00:00"]],
    ["cron(0 10 * * ? *)", "2026-06-01T00:00Z", ["2026-06-01T14:00"], "America/New_York"],
    // Berlin's clocks jump from 02:00 to 03:00 on 29 March 2026 and back from 03:00 to 02:00 on 25 October.
    ["cron(30 2 * * ? *)", "2026-03-28T12:00Z", ["2026-03-30T00:30"], "Europe/Berlin"],
    ["cron(30 2 * * ? *)", "2026-10-24T12:00Z", ["2026-10-25T00:30", "2026-10-26T01:30"], "Europe/Berlin"],
    ["cron(0 0 * * ? 2020)", "2026-01-01T00:00Z", ["never"]],
  ];
for (const [expression, after, due, zone] of DUE) {
  test(`${expression} after ${after} is due ${due.join(", ")}${zone ? ` in ${zone}` : ""}`, () =>
    assert.deepEqual(nexts(expression, after, due.length, zone), due));
}

for (const expression of [
  "rate(0 minutes)",
  "rate( 5 minutes)",
  " rate(5 minutes)",
  "rate(5 weeks)",
  "rate()",
  "cron()",
  "cron(* * * * * *)",
  "cron(0 0 ? * ? *)",
  "cron(71 8 1 * ? *)",
  "cron(0 25 1 * ? *)",
  "cron(0 8 1 13 ? *)",
  "cron(0 8 32 * ? *)",
  "cron(0 8 ? * 8 *)",
  "cron(0 8 ? * MON)",
  "cron(5-1 8 1 * ? *)",
  "at(2026-01-01)",
  "at(2026-01-01T00:00:00Z)",
  "at(2026-13-01T00:00:00)",
  "at(2026-06-31T00:00:00)",
  "at(2026-02-29T00:00:00)",
  "at(2026-06-03T24:00:00)",
]) {
  test(`${expression} is no schedule`, () => assert.equal(parseSchedule(expression), undefined));
}

test("EventBridge wants a rate's unit in the right number", () => {
  assert.ok(isRateInRightNumber("rate(1 minute)"));
  assert.ok(isRateInRightNumber("rate(2 minutes)"));
  assert.ok(!isRateInRightNumber("rate(1 minutes)"));
  assert.ok(!isRateInRightNumber("rate(2 minute)"));
});
