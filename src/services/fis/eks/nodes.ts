import type { KubernetesCluster } from "../../../kubernetes/cluster.ts";
import type { KubernetesNode } from "../../../kubernetes/objects.ts";

/** Kubernetes' labels of a node: its zone's name, and the zone's id on EKS. */
const ZONES = ["topology.kubernetes.io/zone", "topology.k8s.aws/zone-id"];

/** The nodes of an Availability Zone. @param zone its name or id */
export async function nodesIn(zone: string, cluster: KubernetesCluster): Promise<KubernetesNode[]> {
  const nodes = await cluster.list<KubernetesNode>("/api/v1/nodes");
  return nodes.filter(({ metadata }) => ZONES.some((label) => metadata.labels?.[label] === zone));
}
