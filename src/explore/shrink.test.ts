import assert from "node:assert/strict";
import { test } from "node:test";
import { callAt, sitesAt } from "../../test/explore/sites.ts";
import type { CallRecord } from "../core/bus.ts";
import { faultKinds } from "./fault-kinds.ts";
import { makeFinding } from "./finding.ts";
import type { Verdict } from "./judge.ts";
import { type Experiment, single } from "./plan.ts";
import { firedIn } from "./result.ts";
import { fewestAttempts } from "./shrink.ts";

const PUT = "test > dynamodb.PutItem@orders~1a#1";
const LOST = {
  kind: "finding",
  title: "LOST EFFECT",
  story: "",
  arn: "arn:orders",
  differences: [],
} as const;
const SURVIVED: Verdict = { kind: "survived" };

/** Attempts that failed under the rule, by the SDK's call that they were of. */
const struck = (...invocationIds: readonly string[]): CallRecord[] =>
  invocationIds.map((invocationId) =>
    callAt(PUT, {
      invocationId,
      decisions: [{ ruleId: "explore", fired: true } as CallRecord["decisions"][number]],
    }),
  );

/** The outage of a call, shrunk where it takes so many failures to show it. */
async function shrunk(calls: readonly CallRecord[], takes: number, fault = "outage") {
  const [site] = sitesAt(PUT);
  const [kind] = faultKinds(fault);
  const finding = makeFinding(single(site!, kind!), LOST, ["true"]);
  const tried: (number | undefined)[] = [];
  const run = async ({ rules: [rule] }: Experiment) => {
    tried.push(rule?.times);
    return { verdict: (rule?.times ?? Number.POSITIVE_INFINITY) >= takes ? LOST : SURVIVED };
  };
  const { rules } = await fewestAttempts(finding, { fired: firedIn(calls) }, run, () => false);
  return { times: rules[0]?.times, tried };
}

test("an outage is shrunk to the failures that one SDK call makes up its mind by, without a further run", async () => {
  assert.deepEqual(await shrunk(struck("a", "a", "a"), 3), { times: 3, tried: [] });
});

test("of a program that calls again by itself the fewest failures are found by halving", async () => {
  const eight = struck("a", "b", "c", "d", "e", "f", "g", "h");
  assert.deepEqual(await shrunk(eight, 3), { times: 3, tried: [4, 2, 3] });
  assert.deepEqual(await shrunk(eight, 8), { times: 8, tried: [4, 6, 7] });
  assert.deepEqual(await shrunk(eight, 1), { times: 1, tried: [4, 2, 1] });
  assert.deepEqual(await shrunk(struck("a", "a", "b", "b"), 4), { times: 4, tried: [3] });
});

test("what strikes once is as small as it can be", async () => {
  assert.deepEqual(await shrunk(struck("a"), 1, "transient"), { times: 1, tried: [] });
});
