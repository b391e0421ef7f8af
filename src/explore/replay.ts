import type { Expectation } from "./fault-kinds.ts";
import type { KeptFinding, KeptStrike } from "./findings-folder.ts";
import { judge, type Verdict } from "./judge.ts";
import type { Strike } from "./plan.ts";
import { patienceAfter, runTrial, type Trial, type TrialSetting } from "./trial.ts";
import { FaultFreeWorld } from "./world.ts";

const MOST_MS = 600_000;
const BASELINES = 2;

/** One finding again: the command without a fault, twice, and under the finding's rules. */
export async function replay(setting: TrialSetting, finding: KeptFinding): Promise<Verdict> {
  const baseline: Trial[] = [];
  for (let n = 0; n < BASELINES; n++) baseline.push(await runTrial(setting, [], { mostMs: MOST_MS }));
  const trial = await runTrial(setting, finding.rules, patienceAfter(baseline));
  const { rules, expects } = finding;
  const strikes = finding.strikes.map((kept) => strikeOf(kept, expects));
  return judge(
    { strikes, rules, expects },
    trial,
    new FaultFreeWorld(
      baseline.map(({ world }) => world),
      baseline[0]?.calls,
    ),
  );
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
