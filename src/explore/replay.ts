import type { KeptFinding } from "./findings-folder.ts";
import { judge, type Verdict } from "./judge.ts";
import type { Strike } from "./plan.ts";
import { runTrial, type TrialSetting } from "./trial.ts";
import { FaultFreeWorld } from "./world.ts";

const MOST_MS = 600_000;

/** One finding again: the command without a fault, twice, and under the finding's rules. */
export async function replay(setting: TrialSetting, finding: KeptFinding): Promise<Verdict> {
  const baseline = [await runTrial(setting, [], MOST_MS), await runTrial(setting, [], MOST_MS)];
  const longest = Math.max(...baseline.map(({ tookMs }) => tookMs));
  const trial = await runTrial(setting, finding.rules, 5 * longest + 60_000);
  const strikes: Strike[] = finding.rules.map(({ match = {}, effect }) => ({
    site: {
      path: String(match.site ?? match.parent ?? ""),
      steps: String(match.site ?? match.parent ?? "").split(" > "),
      service: String(match.service ?? ""),
      operation: String(match.operation ?? ""),
      input: {},
      isInternal: false,
      isRead: false,
      region: "",
      attempts: [],
    },
    kind: {
      name: effect,
      what: finding.story,
      expects: "survived",
      isDefault: false,
      pointlessAt: () => undefined,
      rules: () => [],
    },
  }));
  return judge(
    { strikes, rules: finding.rules, expects: "survived" },
    trial,
    new FaultFreeWorld(baseline.map(({ world }) => world)),
  );
}
