import { behindLast } from "../../../core/text.ts";
import type { KubernetesCluster } from "../../../kubernetes/cluster.ts";
import { isNotFound, KubernetesError } from "../../../kubernetes/kubernetes-error.ts";
import type { KubernetesNode, Pod } from "../../../kubernetes/objects.ts";
import { ActionFailure, type ActionRun, type TargetResource } from "../action.ts";
import { connectedCluster } from "./clusters.ts";
import { failureCode } from "./failure-code.ts";

/** What the actions on pods have in common: https://docs.aws.amazon.com/fis/latest/userguide/eks-pod-actions.html */
export const POD_TARGETS = { Pods: "aws:eks:pod" } as const;
export const POD_QUOTA = 50;

/** A pod that an action is used on. */
export interface TargetPod {
  readonly namespace: string;
  readonly name: string;
  /** The container whose namespaces a fault shares. */
  readonly container: string;
}

/** The cluster of an action's pods, and who acts there. */
export interface PodWorld {
  readonly account: string;
  readonly cluster: KubernetesCluster;
  /** The same, in the name of the service account: what that may not do fails as on AWS. */
  readonly asServiceAccount: KubernetesCluster;
  readonly pods: readonly TargetPod[];
}

/**
 * What an action on pods acts on.
 * @throws ActionFailure where the service account is not there, or the cluster is not to be had
 */
export async function podWorld(run: ActionRun): Promise<PodWorld> {
  const { clusterIdentifier = "", namespace = "" } = run.targetParameters("Pods");
  const targets = run.targets("Pods") ?? [];
  const account = targets[0]?.account ?? run.experiment.account;
  const name = behindLast("/", clusterIdentifier);
  // FIS asks EKS where the cluster is: the experiment's role has to be allowed to.
  await run.call("eks", "DescribeCluster", { name }, { account });
  const cluster = await connectedCluster(
    clusterIdentifier,
    { account, region: run.experiment.region },
    run.host,
  );
  const serviceAccount = run.parameters["kubernetesServiceAccount"] ?? "";
  await checkServiceAccount(run, cluster, namespace, serviceAccount);
  return {
    account,
    cluster,
    asServiceAccount: cluster.asServiceAccount(namespace, serviceAccount),
    pods: targets.map(targetPod),
  };
}

const targetPod = ({ information = {} }: TargetResource): TargetPod => ({
  namespace: information["namespace"] ?? "",
  name: information["pod_name"] ?? "",
  container: information["target_container_name"] ?? "",
});

export const pathOf = ({ namespace, name }: Pick<TargetPod, "namespace" | "name">): string =>
  `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}`;

/** Kubernetes forbids a pod with a service account that is not there, and FIS's pod with it. */
async function checkServiceAccount(
  run: ActionRun,
  cluster: KubernetesCluster,
  namespace: string,
  name: string,
): Promise<void> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/serviceaccounts/${encodeURIComponent(name)}`;
  try {
    await cluster.get(path);
  } catch (error) {
    const missing = new KubernetesError(
      403,
      "Forbidden",
      `The service account ${namespace}/${name} is not there.`,
    );
    throw notInjected(run, isNotFound(error) ? missing : error);
  }
}

/** AWS's words, which name the status alone: the log has the rest. */
export function notInjected(run: ActionRun, error: unknown): ActionFailure {
  if (error instanceof ActionFailure) return error;
  const { message } = error as Error;
  run.log.warn(`${run.experiment.id}: action "${run.name}": ${message}`);
  if (!(error instanceof KubernetesError))
    return new ActionFailure(`Unable to inject AWS FIS Pod: ${message}`, "DependentServiceFailure");
  return new ActionFailure(
    `Unable to inject AWS FIS Pod: Kubernetes API returned status code ${error.status}. Check Amazon EKS logs for more details`,
    failureCode(error),
  );
}

/**
 * A pod, as the service account gets it.
 * @param onNetwork does the fault change the pod's network?
 * @throws ActionFailure for one that cannot have the fault, KubernetesError
 */
export async function checkedPod(
  { cluster, asServiceAccount }: PodWorld,
  target: TargetPod,
  onNetwork: boolean,
): Promise<Pod> {
  const pod = await asServiceAccount.get<Pod>(pathOf(target));
  const wrong = await obstacle(pod, target, cluster, onNetwork);
  if (wrong !== undefined) throw new ActionFailure(`Unable to inject AWS FIS Pod: ${wrong}.`);
  return pod;
}

/** Why a pod cannot have the fault; undefined when it can. What the reasons are is documented, their words are inferred. */
async function obstacle(
  pod: Pod,
  target: TargetPod,
  cluster: KubernetesCluster,
  onNetwork: boolean,
): Promise<string | undefined> {
  const { spec } = pod;
  const container = spec.containers.find(({ name }) => name === target.container);
  if (container === undefined) return `the pod ${target.name} has no container ${target.container}`;
  if (container.securityContext?.readOnlyRootFilesystem === true)
    return `the securityContext of the pod ${target.name} has readOnlyRootFilesystem: true`;
  if (!onNetwork) return undefined;
  // Its network is the node's: the node would be cut off, with every other pod on it.
  if (spec.hostNetwork === true)
    return `the pod ${target.name} has the network of its node (hostNetwork: true)`;
  const { runAsUser, runAsNonRoot } = spec.securityContext ?? {};
  if (runAsNonRoot === true || (runAsUser ?? 0) !== 0)
    return `the securityContext of the pod ${target.name} does not let an ephemeral container be root`;
  return (await isOnFargate(spec.nodeName, cluster)) ? `the pod ${target.name} is on AWS Fargate` : undefined;
}

async function isOnFargate(node: string | undefined, cluster: KubernetesCluster): Promise<boolean> {
  if (node === undefined) return false;
  try {
    const { metadata } = await cluster.get<KubernetesNode>(`/api/v1/nodes/${encodeURIComponent(node)}`);
    return metadata.labels?.["eks.amazonaws.com/compute-type"] === "fargate";
  } catch (error) {
    // Whoever may not see nodes is not kept from acting on pods.
    if (error instanceof KubernetesError) return false;
    throw error;
  }
}

/**
 * Does something to every pod.
 * @returns what came of it where it could be done, and in how many it could not
 * @throws the first failure when it could not in more of them than may fail
 */
export async function inEach<T>(
  run: ActionRun,
  pods: readonly TargetPod[],
  act: (pod: TargetPod) => Promise<T>,
): Promise<{ readonly done: readonly T[]; readonly failed: number }> {
  const tried = await Promise.allSettled(pods.map(act));
  const done = tried.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  const failures = tried.flatMap((one) => (one.status === "rejected" ? [one.reason as ActionFailure] : []));
  if (areTooMany(run, failures.length, pods.length)) throw failures[0];
  return { done, failed: failures.length };
}

/** Is it more than the share of the targets that may fail? */
export function areTooMany(run: ActionRun, failed: number, of: number): boolean {
  return (failed / of) * 100 > Number(run.parameters["maxErrorsPercent"] ?? "0");
}
