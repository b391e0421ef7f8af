import type { FaultRuleInput } from "../core/fault.ts";
import type { Finding } from "./finding.ts";
import type { Experiment } from "./plan.ts";
import type { Fired, Result } from "./result.ts";

/**
 * The same finding with as few attempts failing as it takes: of an outage that lasts, how many failures in a row bring it
 * about. Its faults are as few as can be already: two are only tried together where neither shows it alone.
 * @param first the run that has shown it
 */
export async function fewestAttempts(
  finding: Finding,
  { fired }: Pick<Result, "fired">,
  run: (experiment: Experiment) => Promise<Pick<Result, "verdict">>,
  isOver: () => boolean,
): Promise<Experiment> {
  let smallest = finding.experiment;
  for (const { id, times, point } of finding.experiment.rules) {
    const struck = id === undefined ? undefined : fired.get(id);
    if (times !== undefined || point !== undefined || struck === undefined) continue;
    let most = struck.attempts;
    let least = leastOf(struck);
    while (least < most && !isOver()) {
      const middle = Math.floor((least + most) / 2);
      const { verdict } = await run(withTimes(smallest, id, middle));
      if (verdict.kind === "finding" && verdict.title === finding.title && verdict.arn === finding.arn)
        most = middle;
      else least = middle + 1;
    }
    smallest = withTimes(smallest, id, most);
  }
  return smallest;
}

/** What an SDK has tried again by itself it would have tried again after fewer failures, too, and nobody would have noticed. */
const leastOf = ({ attempts, ofFirst }: Fired): number => (ofFirst > 1 ? Math.min(ofFirst, attempts) : 1);

function withTimes(experiment: Experiment, id: string | undefined, times: number): Experiment {
  const rules = experiment.rules.map((rule): FaultRuleInput => (rule.id === id ? { ...rule, times } : rule));
  return { ...experiment, rules };
}
