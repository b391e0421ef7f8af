import type { Pod } from "../../../kubernetes/objects.ts";
import { ActionFailure, type ActionRun, type FisAction } from "../action.ts";
import { POD_PARAMETERS, SECURITY_POLICY } from "../eks/parameters.ts";
import {
  notInjected,
  obstacle,
  POD_QUOTA,
  POD_TARGETS,
  type PodWorld,
  pathOf,
  podWorld,
  type TargetPod,
  withinBudget,
} from "../eks/pods.ts";

const action: FisAction = {
  id: "aws:eks:pod-delete",
  description: "Delete the specified EKS pods.",
  how: "The pods are deleted, in the name of the service account.",
  targets: POD_TARGETS,
  targetQuota: POD_QUOTA,
  parameters: {
    gracePeriodSeconds: {
      type: "integer",
      description: "Time that a pod gets to end, in seconds; 0 ends it at once.",
      min: 0,
    },
    ...POD_PARAMETERS,
    ...SECURITY_POLICY,
  },
  callsServices: true,
  async start(run) {
    const world = await podWorld(run);
    const tried = await Promise.allSettled(world.pods.map((pod) => remove(run, world, pod)));
    const failures = tried.flatMap((one) => (one.status === "rejected" ? [one.reason as ActionFailure] : []));
    withinBudget(run, failures, world.pods.length);
    return undefined;
  },
};

export default action;

/** @throws ActionFailure */
async function remove(
  run: ActionRun,
  { cluster, asServiceAccount }: PodWorld,
  pod: TargetPod,
): Promise<void> {
  const grace = run.parameters["gracePeriodSeconds"];
  try {
    const wrong = await obstacle(await asServiceAccount.get<Pod>(pathOf(pod)), pod, cluster, false);
    if (wrong !== undefined) throw new ActionFailure(`Unable to inject AWS FIS Pod: ${wrong}.`);
    await asServiceAccount.delete(
      pathOf(pod),
      grace === undefined ? {} : { gracePeriodSeconds: Number(grace) },
    );
  } catch (error) {
    throw notInjected(run, error);
  }
}
