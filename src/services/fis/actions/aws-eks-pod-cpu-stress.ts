import type { FisAction } from "../action.ts";

const action: FisAction = {
  id: "aws:eks:pod-cpu-stress",
  description: "Run CPU stress on the specified EKS pods.",
  targets: { Pods: "aws:eks:pod" },
  targetQuota: 50,
  parameters: {
    duration: {
      type: "duration",
      description: "How long the action lasts (ISO 8601 duration, PT1M to PT12H).",
      required: true,
    },
    percent: { type: "integer", description: "Target load, in percent (default 100).", min: 0, max: 100 },
    workers: { type: "integer", description: "How many stressors; 0 is one a CPU (default 0).", min: 0 },
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
