import type { FisAction } from "../action.ts";

const action: FisAction = {
  id: "aws:eks:pod-network-packet-loss",
  description: "Lose packets in the network of the specified EKS pods.",
  targets: { Pods: "aws:eks:pod" },
  targetQuota: 50,
  parameters: {
    duration: {
      type: "duration",
      description: "How long the action lasts (ISO 8601 duration, PT1M to PT12H).",
      required: true,
    },
    interface: { type: "string", description: "Network interface (default DEFAULT)." },
    lossPercent: {
      type: "integer",
      description: "Share of packets that are lost, in percent (default 7).",
      min: 0,
      max: 100,
    },
    flowsPercent: {
      type: "integer",
      description: "Share of connections that are affected, in percent (default 100).",
      min: 0,
      max: 100,
    },
    sources: {
      type: "list",
      description:
        "Peers whose traffic is affected: IPv4 addresses, CIDR blocks, domain names, Availability Zones, ALL, DYNAMODB or S3 (default ALL).",
    },
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
