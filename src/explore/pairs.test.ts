import assert from "node:assert/strict";
import { test } from "node:test";
import { callAt, sitesAt } from "../../test/explore/sites.ts";
import { faultKinds } from "./fault-kinds.ts";
import type { Verdict } from "./judge.ts";
import { pairsOfSupports } from "./pairs.ts";
import { single } from "./plan.ts";
import type { Result } from "./result.ts";

const SURVIVED: Verdict = { kind: "survived" };
const CLEAN: Verdict = { kind: "failed-cleanly", why: "exit 1" };

/** Two functions write the same invoice, a third writes another one. */
const writes = [
  ["test > lambda.Invoke@biller#1 > dynamodb.PutItem@invoices~1a#1", "o1"],
  ["test > lambda.Invoke@auditor#1 > dynamodb.PutItem@invoices~1a#1", "o1"],
  ["test > lambda.Invoke@biller#1 > dynamodb.PutItem@invoices~2b#1", "o2"],
] as const;

const sites = sitesAt(
  ...writes.map(([site, order]) =>
    callAt(site, { input: { TableName: "invoices", Item: { order: { S: order } } } }),
  ),
);

function resultsOf(fault: string, ...verdicts: readonly Verdict[]): Result[] {
  const [kind] = faultKinds(fault);
  return sites.map((site, at) => ({
    experiment: single(site, kind!),
    verdict: verdicts[at] ?? SURVIVED,
    ...{ exitCode: 0, tookMs: 1, output: "", attempts: [], fired: new Map(), leadsTo: [] },
  }));
}

const said = (results: readonly Result[]) =>
  pairsOfSupports(results).map(({ strikes }) =>
    strikes.map(({ site, kind }) => `${site.steps[1]} × ${kind.name}`),
  );

test("two calls that bring about the same fail together, where each alone was survived", () => {
  assert.deepEqual(said(resultsOf("outage")), [
    ["lambda.Invoke@biller × outage", "lambda.Invoke@auditor × outage"],
  ]);
  assert.deepEqual(said(resultsOf("outage", SURVIVED, CLEAN)), []);
});

test("what fails once comes again by itself: nothing else has to stand in for it", () => {
  assert.deepEqual(said(resultsOf("transient")), []);
});
