import type { FisAction } from "../action.ts";

const action: FisAction = {
  id: "aws:eks:pod-network-blackhole-port",
  description: "Drop traffic of a port in the specified EKS pods.",
  targets: { Pods: "aws:eks:pod" },
  targetQuota: 50,
  parameters: {
    duration: {
      type: "duration",
      description: "How long the action lasts (ISO 8601 duration, PT1M to PT12H).",
      required: true,
    },
    protocol: {
      type: "string",
      description: "Protocol of the traffic.",
      required: true,
      values: ["tcp", "udp"],
    },
    trafficType: {
      type: "string",
      description: "Direction of the traffic.",
      required: true,
      values: ["ingress", "egress"],
    },
    port: { type: "integer", description: "Port number.", required: true, min: 0, max: 65535 },
    kubernetesServiceAccount: {
      type: "string",
      description: "Kubernetes service account that FIS acts with.",
      required: true,
    },
    fisPodContainerImage: { type: "string", description: "Image of the pod that injects the fault." },
    maxErrorsPercent: {
      type: "integer",
      description: "Share of targets that may fail before the action fails (default 0).",
      min: 0,
      max: 100,
    },
    fisPodLabels: { type: "string", description: "Labels of the pod that injects the fault." },
    fisPodAnnotations: { type: "string", description: "Annotations of the pod that injects the fault." },
  },
};

export default action;
