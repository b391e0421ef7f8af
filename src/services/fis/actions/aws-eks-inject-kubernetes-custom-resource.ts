import type { FisAction } from "../action.ts";

const action: FisAction = {
  id: "aws:eks:inject-kubernetes-custom-resource",
  description: "Run a Chaos Mesh or Litmus experiment on the specified EKS cluster.",
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
};

export default action;
