import { runBaseline } from "./baseline.ts";
import type { Expectation } from "./fault-kinds.ts";
import type { KeptFinding, KeptStrike } from "./findings-folder.ts";
import { judge, type Verdict } from "./judge.ts";
import type { Strike } from "./plan.ts";
import { hasNoCalls, patienceAfter, runTrial, type TrialSetting } from "./trial.ts";

/** The command does not succeed without a fault: nothing can be said of the finding. */
export class BaselineFails extends Error {}

/**
 * One finding again: the command without a fault, twice, and under the finding's rules.
 * @throws BaselineFails
 */
export async function replay(setting: TrialSetting, finding: KeptFinding): Promise<Verdict> {
  const baseline = await runBaseline(setting, 1);
  if (baseline.trials.every(hasNoCalls)) return { kind: "not-reached" };
  if (baseline.failure !== undefined) throw new BaselineFails(baseline.failure);
  const trial = await runTrial(setting, finding.rules, patienceAfter(baseline.trials));
  const { rules, expects } = finding;
  const strikes = finding.strikes.map((kept) => strikeOf(kept, expects));
  return judge({ strikes, rules, expects }, trial, baseline.world);
}

/** As much of it as a verdict needs. */
function strikeOf({ site, fault, what }: KeptStrike, expects: Expectation): Strike {
  return {
    site: {
      path: site,
      steps: site.split(" > "),
      service: "",
      operation: "",
      input: {},
      isInternal: false,
      isRead: false,
      region: "",
      attempts: [],
    },
    kind: { name: fault, what, expects, isDefault: false, pointlessAt: () => undefined, rules: () => [] },
  };
}
