import { declareService } from "../../aws/declaration.ts";
import { defineResource } from "../../aws/resource.ts";

/** Amazon EKS, of clusters that a kubeconfig names: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelastickubernetesservice.html */
export default declareService({
  name: "eks",
  resources: {
    cluster: defineResource({
      arn: "arn:{partition}:eks:{region}:{account}:cluster/{name}",
      namedBy: { name: true, clusterName: "name" },
    }),
    nodegroup: defineResource({
      arn: "arn:{partition}:eks:{region}:{account}:nodegroup/{clusterName}/{nodegroupName}/{id}",
      namedBy: { clusterName: "clusterName", nodegroupName: "nodegroupName" },
      defaults: { id: "*" },
      insteadOf: "cluster",
    }),
  },
  settings: {
    kubeconfig: {
      description:
        "The kubeconfig whose contexts are EKS's clusters, and which experiments act on: a path, or several as in KUBECONFIG. Without it there is no cluster.",
      type: "string",
      default: "",
      env: ["KUBECONFIG"],
    },
    "remote-clusters": {
      description:
        "Whether clusters are asked, and struck, whose API server is not on this machine: its address is neither loopback nor private.",
      type: "boolean",
      default: false,
    },
  },
});
