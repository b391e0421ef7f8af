import { parseDuration } from "../../../core/clock.ts";
import type { KubernetesCluster } from "../../../kubernetes/cluster.ts";
import type { ActionFailure, ActionRun, FisAction, Undo } from "../action.ts";
import { containerName, type Injections, inject, type PodFault, watch, withdraw } from "./injection.ts";
import { POD_QUOTA, POD_TARGETS, podWorld, withinBudget } from "./pods.ts";

/** How an action on pods makes its fault, of its parameters and the seconds that it lasts. */
type MakeFault = (
  run: ActionRun,
  seconds: number,
  cluster: KubernetesCluster,
) => PodFault | Promise<PodFault>;

/** An action whose fault runs in an ephemeral container of each pod, and ends with the action. */
export const podFault = (
  action: Pick<FisAction, "id" | "description" | "how" | "parameters" | "check">,
  fault: MakeFault,
): FisAction => ({
  ...action,
  targets: POD_TARGETS,
  targetQuota: POD_QUOTA,
  callsServices: true,
  start: (run) => begin(run, fault),
  settle: withdraw,
});

async function begin(run: ActionRun, fault: MakeFault): Promise<Undo> {
  const world = await podWorld(run);
  const seconds = Math.ceil((parseDuration(run.parameters["duration"]) ?? 0) / 1000);
  const made = await fault(run, seconds, world.cluster);
  const { clusterIdentifier = "" } = run.targetParameters("Pods");
  run.owe({ clusterIdentifier, container: containerName(run), pods: world.pods } satisfies Injections);
  const tried = await Promise.allSettled(world.pods.map((pod) => inject(run, world, pod, made)));
  const failures = tried.flatMap((one) => (one.status === "rejected" ? [one.reason as ActionFailure] : []));
  withinBudget(run, failures, world.pods.length);
  const injected = tried.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  return watch(run, world.cluster, injected, failures.length);
}
