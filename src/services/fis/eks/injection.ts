import { setTimeout as pause } from "node:timers/promises";
import type { KubernetesCluster } from "../../../kubernetes/cluster.ts";
import { exec } from "../../../kubernetes/exec.ts";
import { isNotFound, KubernetesError, unlessMissing } from "../../../kubernetes/kubernetes-error.ts";
import type { ContainerStatus, Pod } from "../../../kubernetes/objects.ts";
import { ActionFailure, type ActionRun } from "../action.ts";
import type { Owed } from "../debts.ts";
import { connectedCluster } from "./clusters.ts";
import { insist, nameOutside } from "./outside.ts";
import { areTooMany, checkedPod, notInjected, type PodWorld, pathOf, type TargetPod } from "./pods.ts";
import { END } from "./scripts.ts";

/** What runs in an ephemeral container of each pod. */
export interface PodFault {
  readonly script: string;
  /** It wants to be root, and to change the network. */
  readonly onNetwork: boolean;
}

/** A pod with its ephemeral container. */
export interface Injected {
  readonly pod: TargetPod;
  readonly container: string;
}

const LOOK_AGAIN_MS = 500;
const CONFLICT = 409;
/** So often may others change the pod at the same moment. */
const TRIES = 5;
/** Of a container that is not going to run. */
const HOPELESS =
  /^(?:ErrImagePull|ImagePullBackOff|InvalidImageName|CreateContainer(?:Config)?Error|RunContainerError)$/;
/** AWS's own image holds FIS's program, and none of the tools. */
const AWS_IMAGE = /(?:^|\/)aws-fis-pod(?:[:@]|$)/;

/** The image that the fault runs in: the template's, unless that is AWS's own. */
function imageOf(run: ActionRun): string {
  const given = run.parameters["fisPodContainerImage"];
  return given === undefined || AWS_IMAGE.test(given) ? run.host.setting<string>("pod-image") : given;
}

/**
 * Adds the fault's container to a pod, and waits until it runs.
 * @throws ActionFailure
 */
export async function inject(
  run: ActionRun,
  world: PodWorld,
  pod: TargetPod,
  fault: PodFault,
): Promise<Injected> {
  const container = nameOutside(run);
  try {
    for (let tries = 1; ; tries++) {
      const kept = await checkedPod(world, pod, fault.onNetwork);
      try {
        await world.asServiceAccount.replace(
          `${pathOf(pod)}/ephemeralcontainers`,
          withContainer(kept, run, pod, fault),
        );
        break;
      } catch (error) {
        if (!(error instanceof KubernetesError) || error.status !== CONFLICT || tries === TRIES) throw error;
      }
    }
    await whenRunning(run, world.cluster, { pod, container });
    return { pod, container };
  } catch (error) {
    throw notInjected(run, error);
  }
}

const withContainer = (kept: Pod, run: ActionRun, pod: TargetPod, { script, onNetwork }: PodFault) => ({
  ...kept,
  spec: {
    ...kept.spec,
    ephemeralContainers: [
      ...(kept.spec.ephemeralContainers ?? []),
      {
        name: nameOutside(run),
        image: imageOf(run),
        command: ["sh", "-c", script],
        targetContainerName: pod.container,
        ...(onNetwork && { securityContext: { capabilities: { add: ["NET_ADMIN", "NET_RAW"] } } }),
      },
    ],
  },
});

async function whenRunning(run: ActionRun, cluster: KubernetesCluster, injected: Injected): Promise<void> {
  while (!run.signal.aborted) {
    const state = await stateOf(cluster, injected);
    if (state?.running !== undefined) return;
    if (state?.terminated !== undefined) throw new ActionFailure(FAILED);
    const { reason = "", message = "" } = state?.waiting ?? {};
    if (HOPELESS.test(reason)) throw new Error(`${reason}: ${message}`);
    await pause(LOOK_AGAIN_MS, undefined, { signal: run.signal, ref: false }).catch(() => {});
  }
}

const FAILED = "Unable to heartbeat FIS Pod: Max failed sidecar containers reached";

/** Fails the action when more pods have no fault (any more) than may. @param already so many have not got one */
export async function heartbeat(
  run: ActionRun,
  cluster: KubernetesCluster,
  injected: readonly Injected[],
  already: number,
): Promise<void> {
  const failed = await Promise.all(injected.map((one) => hasFailed(cluster, one)));
  const count = already + failed.filter(Boolean).length;
  if (areTooMany(run, count, injected.length + already) && !run.signal.aborted)
    run.fail(new ActionFailure(FAILED, "DependentServiceFailure"));
}

/** A cluster that cannot be asked just now says nothing of the fault. */
async function hasFailed(cluster: KubernetesCluster, injected: Injected): Promise<boolean> {
  try {
    const state = await stateOf(cluster, injected);
    return (state?.terminated?.exitCode ?? 0) !== 0;
  } catch (error) {
    return isNotFound(error);
  }
}

async function stateOf(
  cluster: KubernetesCluster,
  { pod, container }: Injected,
): Promise<ContainerStatus["state"]> {
  const { status } = await cluster.get<Pod>(pathOf(pod));
  return status?.ephemeralContainerStatuses?.find(({ name }) => name === container)?.state;
}

/** What is to be ended: in some of the pods it may never have begun. */
export interface Injections {
  readonly account: string;
  readonly clusterIdentifier: string;
  readonly container: string;
  readonly pods: readonly TargetPod[];
}

/**
 * Ends the fault in every pod, and waits until it has ended: an ephemeral container stays where it is, and has terminated then.
 * @throws Error where it goes on until its time is over
 */
export async function withdraw(owed: Owed, run: ActionRun): Promise<void> {
  const { account, clusterIdentifier, container, pods } = owed as unknown as Injections;
  const { region } = run.experiment;
  const cluster = await connectedCluster(clusterIdentifier, { account, region }, run.host);
  const ended = await Promise.allSettled(pods.map((pod) => end(cluster, { pod, container })));
  const failed = ended.find((one) => one.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}

async function end(cluster: KubernetesCluster, injected: Injected): Promise<void> {
  const { pod, container } = injected;
  await insist(() => hasEnded(cluster, injected)).catch(({ message }: Error) => {
    throw new Error(
      `The container ${container} of the pod ${pod.namespace}/${pod.name} goes on until its time is over: ${message}.`,
    );
  });
}

/** Tells it to end when it has not: it may have begun a moment ago, and not have said yet who is to be told. */
async function hasEnded(cluster: KubernetesCluster, { pod, container }: Injected): Promise<boolean> {
  const kept = await unlessMissing(cluster.get<Pod>(pathOf(pod)));
  // It has gone, or has never got the container.
  if (!kept?.spec.ephemeralContainers?.some(({ name }) => name === container)) return true;
  const state = kept.status?.ephemeralContainerStatuses?.find(({ name }) => name === container)?.state;
  if (state?.running !== undefined) await exec(cluster, pathOf(pod), container, END);
  return state?.terminated !== undefined;
}
