import assert from "node:assert/strict";
import { test } from "node:test";
import type * as SecretsManager from "../../models/generated/secretsmanager.ts";
import { endOfWindow, nextRotation } from "./schedule.ts";

type Rules = SecretsManager.RotationRulesType;

/**
 * Of a secret that was rotated on Tuesday, 3 February 2026, at 17:42:24 UTC: when the next rotation is, and the end of its window. The
 * first row is of AWS, as DescribeSecret says it (rotated in days, NextRotationDate a month later at 23:59:59 UTC); the others are
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html.
 */
const ROTATED = "2026-02-03T17:42:24Z";
const ROWS: readonly (readonly [rules: Rules, next: string, end: string])[] = [
  [{ AutomaticallyAfterDays: 30 }, "2026-03-05T17:42:24Z", "2026-03-05T23:59:59Z"],
  [{ AutomaticallyAfterDays: 1, Duration: "24h" }, "2026-02-04T17:42:24Z", "2026-02-04T23:59:59Z"],
  [{ AutomaticallyAfterDays: 1, Duration: "2h" }, "2026-02-04T00:00:00Z", "2026-02-04T02:00:00Z"],
  [{ ScheduleExpression: "rate(10 days)" }, "2026-02-13T17:42:24Z", "2026-02-13T23:59:59Z"],
  [{ ScheduleExpression: "rate(10 days)", Duration: "3h" }, "2026-02-13T00:00:00Z", "2026-02-13T03:00:00Z"],
  [{ ScheduleExpression: "rate(4 hours)" }, "2026-02-03T21:42:24Z", "2026-02-03T22:00:00Z"],
  [{ ScheduleExpression: "cron(0 8 1 * ? *)" }, "2026-03-01T08:00:00Z", "2026-03-01T23:59:59Z"],
  [
    { ScheduleExpression: "cron(0 16 1,15 * ? *)", Duration: "2h" },
    "2026-02-15T16:00:00Z",
    "2026-02-15T18:00:00Z",
  ],
  [{ ScheduleExpression: "cron(0 /8 * * ? *)" }, "2026-02-04T00:00:00Z", "2026-02-04T01:00:00Z"],
];

for (const [rules, next, end] of ROWS) {
  test(`${JSON.stringify(rules)} is due on ${next}, within a window up to ${end}`, () => {
    const nextMs = nextRotation(rules, Date.parse(ROTATED));
    assert.equal(new Date(nextMs ?? 0).toISOString(), next.replace("Z", ".000Z"));
    assert.equal(new Date(endOfWindow(rules, nextMs ?? 0)).toISOString(), end.replace("Z", ".000Z"));
  });
}

/** The examples of that page. */
const EXAMPLES = [
  ["cron(0 8/8 * * ? *)", "2026-02-04T08:00:00Z"],
  ["cron(0 2/10 * * ? *)", "2026-02-03T22:00:00Z"],
  ["cron(0 10 * * ? *)", "2026-02-04T10:00:00Z"],
  ["cron(0 18 ? * SAT *)", "2026-02-07T18:00:00Z"],
  ["cron(0 1 ? 1/3 SUN#1 *)", "2026-04-05T01:00:00Z"],
  ["cron(0 17 L * ? *)", "2026-02-28T17:00:00Z"],
  ["cron(0 8 ? * MON-FRI *)", "2026-02-04T08:00:00Z"],
  ["cron(0 0 ? * SUN#1 *)", "2026-03-01T00:00:00Z"],
  ["cron(0 4/12 * * ? *)", "2026-02-04T04:00:00Z"],
] as const;

for (const [expression, next] of EXAMPLES) {
  test(`${expression} is due on ${next}`, () => {
    const nextMs = nextRotation({ ScheduleExpression: expression }, Date.parse(ROTATED));
    assert.equal(new Date(nextMs ?? 0).toISOString(), next.replace("Z", ".000Z"));
  });
}

const NOT: readonly Rules[] = [
  { AutomaticallyAfterDays: 1001 },
  { AutomaticallyAfterDays: 1, ScheduleExpression: "rate(1 day)" },
  { ScheduleExpression: "rate(3 hours)" },
  { ScheduleExpression: "rate(1001 days)" },
  // A window that lasts into the next UTC day, or into the next window.
  { AutomaticallyAfterDays: 1, Duration: "25h" },
  { ScheduleExpression: "cron(0 8 1 * ? *)", Duration: "17h" },
  { ScheduleExpression: "cron(0 2/10 * * ? *)", Duration: "3h" },
  { ScheduleExpression: "rate(4 hours)", Duration: "5h" },
  { ScheduleExpression: "rate(1 day)", Duration: "0h" },
];

for (const rules of NOT) {
  test(`${JSON.stringify(rules)} is refused`, () => {
    assert.throws(() => nextRotation(rules, Date.parse(ROTATED)), { code: "InvalidParameterException" });
  });
}
