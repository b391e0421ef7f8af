import { parseDuration } from "../../../core/clock.ts";
import { readJson } from "../../../core/read-json.ts";
import type { KubernetesCluster } from "../../../kubernetes/cluster.ts";
import { isNotFound, KubernetesError, unlessMissing } from "../../../kubernetes/kubernetes-error.ts";
import type { KubernetesObject } from "../../../kubernetes/objects.ts";
import { ActionFailure, type ActionRun, type FisAction, type Undo } from "../action.ts";
import type { Owed } from "../debts.ts";
import { connectedCluster } from "../eks/clusters.ts";
import { failureCode } from "../eks/failure-code.ts";
import { insist, nameOutside, watchOutside } from "../eks/outside.ts";

const action: FisAction = {
  id: "aws:eks:inject-kubernetes-custom-resource",
  description: "Run a Chaos Mesh or Litmus experiment on the specified EKS cluster.",
  how: "The custom resource is there until it says that it is done, or until the end: what acts is Chaos Mesh or Litmus in the cluster.",
  targets: { Cluster: "aws:eks:cluster" },
  parameters: {
    kubernetesApiVersion: {
      type: "string",
      description: "API version of the custom resource.",
      required: true,
      values: ["chaos-mesh.org/v1alpha1", "litmuschaos.io/v1alpha1"],
    },
    kubernetesKind: { type: "string", description: "Kind of the custom resource.", required: true },
    kubernetesNamespace: { type: "string", description: "Namespace of the custom resource.", required: true },
    kubernetesSpec: { type: "json", description: "Spec of the custom resource, as JSON.", required: true },
    maxDuration: {
      type: "duration",
      description: "How long the custom resource may take (ISO 8601 duration, PT1M to PT12H).",
      required: true,
    },
  },
  lasts: ({ maxDuration }) => parseDuration(maxDuration) ?? 0,
  callsServices: true,
  start: create,
  async settle({ account, cluster: arn, path }: Owed, run) {
    const { region } = run.experiment;
    const cluster = await connectedCluster(String(arn), { account: String(account), region }, run.host);
    await remove(cluster, String(path));
  },
};

export default action;

async function create(run: ActionRun): Promise<Undo> {
  const {
    kubernetesApiVersion = "",
    kubernetesKind = "",
    kubernetesNamespace = "",
    kubernetesSpec = "{}",
  } = run.parameters;
  const [{ arn, account } = { arn: "", account: "" }] = run.targets("Cluster") ?? [];
  const cluster = await connectedCluster(arn, { account, region: run.experiment.region }, run.host);
  const api = `/apis/${kubernetesApiVersion}`;
  const name = nameOutside(run);
  try {
    const list = `${api}/namespaces/${encodeURIComponent(kubernetesNamespace)}/${await resourceOf(cluster, api, kubernetesKind)}`;
    const path = `${list}/${name}`;
    run.owe({ account, cluster: arn, path });
    await cluster.create(list, {
      apiVersion: kubernetesApiVersion,
      kind: kubernetesKind,
      metadata: { name, namespace: kubernetesNamespace },
      spec: readJson(kubernetesSpec) as object,
    });
    return watchOutside(run, {
      look: () => endWhenDone(run, cluster, path),
      undo: () => remove(cluster, path),
    });
  } catch (error) {
    if (!(error instanceof KubernetesError)) throw error;
    // AWS's own words for it are not documented.
    throw new ActionFailure(
      `Unable to create the custom resource: Kubernetes API returned status code ${error.status}. ${error.message}`,
      failureCode(error),
    );
  }
}

const remove = (cluster: KubernetesCluster, path: string): Promise<void> =>
  insist(async () => {
    await unlessMissing(cluster.delete(path));
    return true;
  });

/** What a kind is called in paths. @throws ActionFailure for a kind that the cluster does not have */
async function resourceOf(cluster: KubernetesCluster, api: string, kind: string): Promise<string> {
  const { resources } = await cluster.get<{
    readonly resources: readonly { readonly name: string; readonly kind: string }[];
  }>(api);
  const found = resources.find((one) => one.kind === kind && !one.name.includes("/"));
  if (found === undefined)
    throw new ActionFailure(`The cluster has no kind ${kind} in ${api.slice("/apis/".length)}.`);
  return found.name;
}

/** Ends the action when its resource is done: somebody may have deleted it, too. */
async function endWhenDone(run: ActionRun, cluster: KubernetesCluster, path: string): Promise<void> {
  if ((await cluster.get<Custom>(path).then(isDone, isNotFound)) && !run.signal.aborted) run.complete();
}

interface Custom extends KubernetesObject {
  readonly status?: {
    /** Litmus: https://litmuschaos.github.io/litmus/experiments/concepts/chaos-resources/chaos-engine/contents/ */
    readonly engineStatus?: string;
    /** Chaos Mesh: https://chaos-mesh.org/docs/inspect-chaos-experiments/ */
    readonly experiment?: { readonly desiredPhase?: string };
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

/** One of Chaos Mesh that has a duration is to stop after it, and has recovered everything then. */
function isDone({ status }: Custom): boolean {
  if (status?.engineStatus !== undefined) return /^(?:completed|stopped)$/.test(status.engineStatus);
  const hasRecovered = status?.conditions?.some(
    (one) => one.type === "AllRecovered" && one.status === "True",
  );
  return status?.experiment?.desiredPhase === "Stop" && hasRecovered === true;
}
