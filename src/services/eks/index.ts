import type { ServiceFactory } from "../../core/service.ts";
import { setKubernetesClusters } from "../../kubernetes/clusters.ts";
import { clusterHandlers } from "./clusters.ts";
import { nodegroupHandlers } from "./nodegroups.ts";

/** Amazon EKS's clusters and node groups, as a kubeconfig and its clusters have them: https://docs.aws.amazon.com/eks/latest/APIReference/ */
const eks: ServiceFactory = (host) => {
  setKubernetesClusters(host, {
    kubeconfig: host.setting<string>("kubeconfig"),
    reachesOut: host.setting<boolean>("remote-clusters"),
  });
  return { name: "eks", operations: { ...clusterHandlers, ...nodegroupHandlers } };
};

export default eks;
