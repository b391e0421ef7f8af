import assert from "node:assert/strict";
import { test } from "node:test";
import { callAt, sitesAt } from "../../test/explore/sites.ts";
import type { CallRecord } from "../core/bus.ts";
import { faultKinds } from "./fault-kinds.ts";
import { Foreseen } from "./foreseen.ts";
import type { Verdict } from "./judge.ts";
import { type Experiment, planSingles } from "./plan.ts";
import type { Trial } from "./trial.ts";

const SDK = {
  userAgent: "aws-sdk-js/3.1166.0 cfg/retry-mode#standard",
  invocationId: "i-1",
  mostAttempts: 3,
};
const SURVIVED: Verdict = { kind: "survived" };

const planned = (fault: string, ...calls: CallRecord[]): Experiment[] => [
  ...planSingles(sitesAt(...calls), faultKinds(fault)).experiments,
];

const trialOf = (...calls: CallRecord[]): Trial => ({
  exitCode: 0,
  isCut: false,
  tookMs: 1,
  calls,
  struck: new Set(["explore"]),
  world: [],
  gone: new Set(),
  isQuiet: true,
  refuted: [],
  output: "",
});

const PUT = "test > dynamodb.PutItem@orders~1#1";
const DELETE = "test > dynamodb.DeleteItem@orders~2#1";

test("what an SDK tries again by itself once, it tries again at all calls of the service by that program", () => {
  const cases: [
    what: string,
    other: CallRecord,
    attempts: CallRecord[],
    verdict: Verdict,
    isNeedless: boolean,
  ][] = [
    ["another operation", callAt(DELETE, SDK), twice(SDK), SURVIVED, true],
    [
      "it was not survived",
      callAt(DELETE, SDK),
      twice(SDK),
      { kind: "failed-cleanly", why: "exit 1" },
      false,
    ],
    [
      "the program tried again, not its SDK",
      callAt(DELETE, SDK),
      twice({ ...SDK, invocationId: "i-2" }),
      SURVIVED,
      false,
    ],
    ["it was not tried again", callAt(DELETE, SDK), [callAt(PUT, SDK)], SURVIVED, false],
    ["another service", callAt("test > sqs.SendMessage@jobs~1#1", SDK), twice(SDK), SURVIVED, false],
    [
      "another retry mode",
      callAt(DELETE, { ...SDK, userAgent: "aws-sdk-js/3.1166.0 cfg/retry-mode#legacy" }),
      twice(SDK),
      SURVIVED,
      false,
    ],
    ["other attempts", callAt(DELETE, { ...SDK, mostAttempts: 1 }), twice(SDK), SURVIVED, false],
    [
      "another program",
      callAt("test > lambda.Invoke@f~1#1 > dynamodb.PutItem@orders~1#1", SDK),
      twice(SDK),
      SURVIVED,
      false,
    ],
    ["no SDK", callAt(DELETE), twice(SDK), SURVIVED, false],
  ];
  for (const [what, other, attempts, verdict, isNeedless] of cases) {
    const foreseen = new Foreseen();
    const experiments = planned("throttle", callAt(PUT, SDK), other);
    const first = experiments.find(({ strikes }) => strikes[0]?.site.path === PUT);
    const second = experiments.find(({ strikes }) => strikes[0]?.site.path === other.site);
    assert.ok(first && second, what);
    assert.equal(foreseen.reasonToPass(second), undefined);
    foreseen.learn(first, verdict, trialOf(...attempts));
    const reason = foreseen.reasonToPass(second);
    assert.equal(
      reason,
      isNeedless ? "its SDK tries again by itself, as seen at dynamodb.PutItem@orders" : undefined,
      what,
    );
  }
});

function twice(second: Partial<CallRecord>): CallRecord[] {
  return [callAt(PUT, { ...SDK, status: 400 }), callAt(PUT, second)];
}

test("what is a finding at the first call of a loop is not tried at its last", () => {
  const foreseen = new Foreseen();
  const loop = ["1", "2", "3"].map((digest) => callAt(`test > dynamodb.PutItem@orders~${digest}#1`));
  const [first, last] = planned("outage", ...loop) as [Experiment, Experiment];
  foreseen.learn(first, SURVIVED, trialOf());
  assert.equal(foreseen.reasonToPass(last), undefined);
  foreseen.learn(first, { kind: "finding", title: "HANG", story: "", arn: "", differences: [] }, trialOf());
  assert.equal(foreseen.reasonToPass(last), "at the first call of its loop it is a finding already");
});
