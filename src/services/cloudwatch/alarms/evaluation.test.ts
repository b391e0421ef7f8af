import assert from "node:assert/strict";
import { test } from "node:test";
import { type Criteria, judge } from "./evaluation.ts";

const TREATMENTS = ["missing", "ignore", "breaching", "notBreaching"] as const;

/** `0 X - X`: oldest first; X breaches, 0 does not, - is missing. */
function verdicts(places: string, datapointsToAlarm: number): string[] {
  const range = places
    .split(" ")
    .map((place, i) => (place === "-" ? undefined : { atMs: i, value: place === "X" ? 1 : 0 }));
  return TREATMENTS.map((treatMissing) => {
    const criteria: Criteria = {
      evaluationPeriods: 3,
      datapointsToAlarm,
      treatMissing,
      breaches: ({ value }) => value === 1,
    };
    return judge(range, criteria).state ?? "retain";
  });
}

test("Three out of three: AWS's table of missing data holds.", () => {
  assert.deepEqual(verdicts("0 - X - X", 3), ["OK", "OK", "OK", "OK"]);
  assert.deepEqual(verdicts("0 - - - -", 3), ["OK", "OK", "OK", "OK"]);
  assert.deepEqual(verdicts("- - - - -", 3), ["INSUFFICIENT_DATA", "retain", "ALARM", "OK"]);
  assert.deepEqual(verdicts("0 X X - X", 3), ["ALARM", "ALARM", "ALARM", "ALARM"]);
  assert.deepEqual(verdicts("- - X - -", 3), ["ALARM", "retain", "ALARM", "OK"]);
});

test("Two out of three: AWS's table of missing data holds.", () => {
  assert.deepEqual(verdicts("0 - X - X", 2), ["ALARM", "ALARM", "ALARM", "ALARM"]);
  assert.deepEqual(verdicts("0 0 X 0 X", 2), ["ALARM", "ALARM", "ALARM", "ALARM"]);
  assert.deepEqual(verdicts("0 - X - -", 2), ["OK", "OK", "ALARM", "OK"]);
  assert.deepEqual(verdicts("- - - - 0", 2), ["OK", "OK", "ALARM", "OK"]);
  assert.deepEqual(verdicts("- - - X -", 2), ["ALARM", "retain", "ALARM", "OK"]);
});

test("One breaching datapoint of three does not alarm before its time.", () => {
  assert.deepEqual(verdicts("- - - - X", 3), ["retain", "retain", "ALARM", "OK"]);
});
