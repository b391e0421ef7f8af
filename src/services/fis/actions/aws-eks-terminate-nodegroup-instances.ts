import { parseArn } from "../../../core/arn.ts";
import { sure } from "../../../core/sure.ts";
import type { KubernetesCluster } from "../../../kubernetes/cluster.ts";
import { unlessMissing } from "../../../kubernetes/kubernetes-error.ts";
import type { KubernetesNode, Pod } from "../../../kubernetes/objects.ts";
import type { ActionRun, FisAction } from "../action.ts";
import { connectedCluster } from "../eks/clusters.ts";
import { pathOf } from "../eks/pods.ts";
import { select } from "../selection-mode.ts";

const action: FisAction = {
  id: "aws:eks:terminate-nodegroup-instances",
  description: "Terminates a percentage of the underlying EC2 instances in an EKS cluster.",
  how: "Nodes with the node group's label take no more pods, lose theirs at once, and are deleted, as Kubernetes shows an instance that is gone. None comes in their place.",
  targets: { Nodegroups: "aws:eks:nodegroup" },
  targetQuota: 5,
  parameters: {
    instanceTerminationPercentage: {
      type: "integer",
      description: "Share of instances to terminate.",
      required: true,
      min: 1,
      max: 100,
    },
  },
  callsServices: true,
  async start(run) {
    for (const { arn, account } of run.targets("Nodegroups") ?? []) await terminate(run, arn, account);
    return undefined;
  },
};

export default action;

async function terminate(run: ActionRun, arn: string, account: string): Promise<void> {
  const { region } = run.experiment;
  const [, clusterName = "", nodegroupName = ""] = sure(parseArn(arn)).resource.split("/");
  await run.call("eks", "DescribeNodegroup", { clusterName, nodegroupName }, { account });
  const cluster = await connectedCluster(clusterName, { account, region }, run.host);
  const labelSelector = `eks.amazonaws.com/nodegroup=${nodegroupName}`;
  const nodes = await cluster.list<KubernetesNode>("/api/v1/nodes", { labelSelector });
  // How AWS rounds is not documented.
  const n = Math.ceil((nodes.length * Number(run.parameters["instanceTerminationPercentage"])) / 100);
  const draw = (at: number) => run.host.random.draw(`fis/${run.name}/${arn}`, at);
  for (const { metadata } of select(nodes, { kind: "COUNT", n }, draw)) await remove(metadata.name, cluster);
}

/** First it takes no more pods, so that none of those that are deleted comes back to it. */
async function remove(name: string, cluster: KubernetesCluster): Promise<void> {
  const path = `/api/v1/nodes/${encodeURIComponent(name)}`;
  await cluster.merge(path, { spec: { unschedulable: true } });
  const pods = await cluster.list<Pod>("/api/v1/pods", { fieldSelector: `spec.nodeName=${name}` });
  for (const { metadata } of pods) {
    const pod = pathOf({ namespace: metadata.namespace ?? "", name: metadata.name });
    await unlessMissing(cluster.delete(pod, { gracePeriodSeconds: 0 }));
  }
  await unlessMissing(cluster.delete(path));
}
