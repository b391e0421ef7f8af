import { parseDuration } from "../../../core/clock.ts";
import type { KubernetesCluster } from "../../../kubernetes/cluster.ts";
import type { ActionRun, FisAction, Undo } from "../action.ts";
import { heartbeat, type Injections, inject, type PodFault, withdraw } from "./injection.ts";
import { nameOutside, watchOutside } from "./outside.ts";
import { inEach, POD_QUOTA, POD_TARGETS, podWorld } from "./pods.ts";

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
  const { account, pods } = world;
  const injections: Injections = { account, clusterIdentifier, container: nameOutside(run), pods };
  run.owe({ ...injections });
  const { done, failed } = await inEach(run, pods, (pod) => inject(run, world, pod, made));
  return watchOutside(run, {
    look: () => heartbeat(run, world.cluster, done, failed),
    undo: () => withdraw({ ...injections }, run),
  });
}
