import type { FisAction } from "../action.ts";

const action: FisAction = {
  id: "aws:eks:pod-memory-stress",
  description: "Run memory stress on the specified EKS pods.",
  targets: { Pods: "aws:eks:pod" },
  targetQuota: 50,
  parameters: {
    duration: {
      type: "duration",
      description: "How long the action lasts (ISO 8601 duration, PT1M to PT12H).",
      required: true,
    },
    workers: { type: "integer", description: "How many workers (default 1).", min: 1 },
    percent: {
      type: "integer",
      description: "Share of memory that is used, in percent (default 80).",
      min: 0,
      max: 100,
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
    fisPodSecurityPolicy: {
      type: "string",
      description: "Kubernetes security policy of the pod that injects the fault.",
      values: ["privileged", "baseline", "restricted"],
    },
  },
};

export default action;
