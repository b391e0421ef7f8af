import type { ActionRun, FisAction } from "../action.ts";
import { POD_PARAMETERS, SECURITY_POLICY } from "../eks/parameters.ts";
import {
  checkedPod,
  inEach,
  notInjected,
  POD_QUOTA,
  POD_TARGETS,
  type PodWorld,
  pathOf,
  podWorld,
  type TargetPod,
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
    await inEach(run, world.pods, (pod) => remove(run, world, pod));
    return undefined;
  },
};

export default action;

/** @throws ActionFailure */
async function remove(run: ActionRun, world: PodWorld, pod: TargetPod): Promise<void> {
  const grace = run.parameters["gracePeriodSeconds"];
  try {
    await checkedPod(world, pod, false);
    const options = grace === undefined ? {} : { gracePeriodSeconds: Number(grace) };
    await world.asServiceAccount.delete(pathOf(pod), options);
  } catch (error) {
    throw notInjected(run, error);
  }
}
