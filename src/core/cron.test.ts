import assert from "node:assert/strict";
import { test } from "node:test";
import { nextOf, parseCron } from "./cron.ts";

const next = (fields: string, after: string) => {
  const cron = parseCron(fields);
  assert.ok(cron, fields);
  const atMs = nextOf(cron, Date.parse(after), "UTC");
  return atMs === undefined ? "never" : new Date(atMs).toISOString().slice(0, 16);
};

const NEXT: readonly (readonly [fields: string, after: string, expected: string])[] = [
  ["0 8 * * ? *", "2026-11-28T07:59:59Z", "2026-11-28T08:00"],
  ["0 8 * * ? *", "2026-11-28T08:00:00Z", "2026-11-29T08:00"],
  ["0/15 * * * ? *", "2026-11-28T08:01:00Z", "2026-11-28T08:15"],
  ["0 8-17/4 ? * MON-FRI *", "2026-11-28T00:00:00Z", "2026-11-30T08:00"],
  ["0 0 1 1,JUL ? *", "2026-11-28T00:00:00Z", "2027-01-01T00:00"],
  ["0 0 L * ? *", "2026-02-01T00:00:00Z", "2026-02-28T00:00"],
  ["0 0 15W * ? *", "2026-11-01T00:00:00Z", "2026-11-16T00:00"],
  ["0 0 ? * 2#1 *", "2026-11-03T00:00:00Z", "2026-12-07T00:00"],
  ["0 0 ? * 6L *", "2026-11-01T00:00:00Z", "2026-11-27T00:00"],
  ["0 0 29 2 ? *", "2026-11-28T00:00:00Z", "2028-02-29T00:00"],
  ["0 0 1 1 ? 2020", "2026-11-28T00:00:00Z", "never"],
];

for (const [fields, after, expected] of NEXT)
  test(`cron(${fields}) comes at ${expected} after ${after}`, () => {
    assert.equal(next(fields, after), expected);
  });

test("what is no schedule is none", () => {
  for (const text of ["* * * * * *", "0 8 ? * ? *", "60 8 * * ? *", "0 8 * * ?", "0 8 32 * ? *"])
    assert.equal(parseCron(text), undefined, text);
});
