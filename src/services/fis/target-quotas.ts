import type { FisAction } from "./action.ts";
import type { Experiment, ResolvedTarget } from "./experiment.ts";
import { TargetFailure } from "./target-failure.ts";

/**
 * Checks how many resources each action of an experiment acts on, in all its targets together: once each, however often they were
 * picked. Resources that a template names by their ARNs count for few actions only.
 * https://docs.aws.amazon.com/fis/latest/userguide/fis-quotas.html
 * @param actions by the ids that the experiment uses
 * @param quota for every action in place of its own; 0: its own
 * @throws TargetFailure when there are too many
 */
export function checkTargetQuotas(
  experiment: Experiment,
  actions: ReadonlyMap<string, FisAction>,
  resolved: readonly ResolvedTarget[],
  quota: number,
): void {
  // An id below another is the same action: `aws:ssm:send-command/AWSFIS-Run-CPU-Stress`.
  const used = Map.groupBy(
    Object.values(experiment.actions),
    ({ actionId }) => actions.get(actionId)?.id.split("/")[0] ?? actionId,
  );
  for (const [id, uses] of used) {
    const { targetQuota, quotaCountsArns = false } = actions.get(uses[0]?.actionId ?? "") ?? {};
    if (targetQuota === undefined) continue;
    const names = new Set(uses.flatMap(({ targets = {} }) => Object.values(targets)));
    const counted = resolved.filter(
      ({ targetName }) => names.has(targetName) && (quotaCountsArns || !isByArn(experiment, targetName)),
    );
    const count = new Set(counted.map(({ arn }) => arn)).size;
    const most = quota || targetQuota;
    if (count > most)
      throw new TargetFailure(
        `Target resolution returned ${count} resources; the quota of ${id} is ${most}.`,
        "QuotaExceededFailure",
      );
  }
}

function isByArn({ targets }: Experiment, name: string): boolean {
  return (targets[name]?.resourceArns ?? []).length > 0;
}
