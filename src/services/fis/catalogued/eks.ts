import type { ActionParameter, FisAction } from "../action.ts";
import {
  DELAY_MILLISECONDS,
  DURATION,
  ECS_PERCENT,
  ECS_WORKERS,
  FLOWS_PERCENT,
  JITTER_MILLISECONDS,
  LOSS_PERCENT,
  PERCENT,
  PORT,
  SOURCES,
  TRAFFIC_TYPE,
  WORKERS,
} from "./parameters.ts";

const KUBERNETES_SERVICE_ACCOUNT = {
  type: "string",
  description: "Kubernetes service account that FIS acts with.",
  required: true,
} as const satisfies ActionParameter;
const FIS_POD_CONTAINER_IMAGE = {
  type: "string",
  description: "Image of the pod that injects the fault.",
} as const satisfies ActionParameter;
const MAX_ERRORS_PERCENT = {
  type: "integer",
  description: "Share of targets that may fail before the action fails (default 0).",
  min: 0,
  max: 100,
} as const satisfies ActionParameter;
const FIS_POD_LABELS = {
  type: "string",
  description: "Labels of the pod that injects the fault.",
} as const satisfies ActionParameter;
const FIS_POD_ANNOTATIONS = {
  type: "string",
  description: "Annotations of the pod that injects the fault.",
} as const satisfies ActionParameter;
const FIS_POD_SECURITY_POLICY = {
  type: "string",
  description: "Kubernetes security policy of the pod that injects the fault.",
  values: ["privileged", "baseline", "restricted"],
} as const satisfies ActionParameter;
const INTERFACE = {
  type: "string",
  description: "Network interface (default DEFAULT).",
} as const satisfies ActionParameter;

/** Actions on pods and nodes of EKS that do not act here yet. */
export const eks: readonly FisAction[] = [
  {
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
      kubernetesNamespace: {
        type: "string",
        description: "Namespace of the custom resource.",
        required: true,
      },
      kubernetesSpec: { type: "json", description: "Spec of the custom resource, as JSON.", required: true },
      maxDuration: {
        type: "duration",
        description: "How long the custom resource may take (ISO 8601 duration, PT1M to PT12H).",
        required: true,
      },
    },
  },
  {
    id: "aws:eks:pod-cpu-stress",
    description: "Run CPU stress on the specified EKS pods.",
    targets: { Pods: "aws:eks:pod" },
    targetQuota: 50,
    parameters: {
      duration: DURATION,
      percent: PERCENT,
      workers: WORKERS,
      kubernetesServiceAccount: KUBERNETES_SERVICE_ACCOUNT,
      fisPodContainerImage: FIS_POD_CONTAINER_IMAGE,
      maxErrorsPercent: MAX_ERRORS_PERCENT,
      fisPodLabels: FIS_POD_LABELS,
      fisPodAnnotations: FIS_POD_ANNOTATIONS,
      fisPodSecurityPolicy: FIS_POD_SECURITY_POLICY,
    },
  },
  {
    id: "aws:eks:pod-delete",
    description: "Delete the specified EKS pods.",
    targets: { Pods: "aws:eks:pod" },
    targetQuota: 50,
    parameters: {
      gracePeriodSeconds: {
        type: "integer",
        description: "Time that a pod gets to end, in seconds; 0 ends it at once.",
        min: 0,
      },
      kubernetesServiceAccount: KUBERNETES_SERVICE_ACCOUNT,
      fisPodContainerImage: FIS_POD_CONTAINER_IMAGE,
      maxErrorsPercent: MAX_ERRORS_PERCENT,
      fisPodLabels: FIS_POD_LABELS,
      fisPodAnnotations: FIS_POD_ANNOTATIONS,
      fisPodSecurityPolicy: FIS_POD_SECURITY_POLICY,
    },
  },
  {
    id: "aws:eks:pod-io-stress",
    description: "Run I/O stress on the specified EKS pods.",
    targets: { Pods: "aws:eks:pod" },
    targetQuota: 50,
    parameters: {
      duration: DURATION,
      workers: ECS_WORKERS,
      percent: ECS_PERCENT,
      kubernetesServiceAccount: KUBERNETES_SERVICE_ACCOUNT,
      fisPodContainerImage: FIS_POD_CONTAINER_IMAGE,
      maxErrorsPercent: MAX_ERRORS_PERCENT,
      fisPodLabels: FIS_POD_LABELS,
      fisPodAnnotations: FIS_POD_ANNOTATIONS,
      fisPodSecurityPolicy: FIS_POD_SECURITY_POLICY,
    },
  },
  {
    id: "aws:eks:pod-memory-stress",
    description: "Run memory stress on the specified EKS pods.",
    targets: { Pods: "aws:eks:pod" },
    targetQuota: 50,
    parameters: {
      duration: DURATION,
      workers: ECS_WORKERS,
      percent: {
        type: "integer",
        description: "Share of memory that is used, in percent (default 80).",
        min: 0,
        max: 100,
      },
      kubernetesServiceAccount: KUBERNETES_SERVICE_ACCOUNT,
      fisPodContainerImage: FIS_POD_CONTAINER_IMAGE,
      maxErrorsPercent: MAX_ERRORS_PERCENT,
      fisPodLabels: FIS_POD_LABELS,
      fisPodAnnotations: FIS_POD_ANNOTATIONS,
      fisPodSecurityPolicy: FIS_POD_SECURITY_POLICY,
    },
  },
  {
    id: "aws:eks:pod-network-blackhole-port",
    description: "Drop traffic of a port in the specified EKS pods.",
    targets: { Pods: "aws:eks:pod" },
    targetQuota: 50,
    parameters: {
      duration: DURATION,
      protocol: {
        type: "string",
        description: "Protocol of the traffic.",
        required: true,
        values: ["tcp", "udp"],
      },
      trafficType: TRAFFIC_TYPE,
      port: PORT,
      kubernetesServiceAccount: KUBERNETES_SERVICE_ACCOUNT,
      fisPodContainerImage: FIS_POD_CONTAINER_IMAGE,
      maxErrorsPercent: MAX_ERRORS_PERCENT,
      fisPodLabels: FIS_POD_LABELS,
      fisPodAnnotations: FIS_POD_ANNOTATIONS,
    },
  },
  {
    id: "aws:eks:pod-network-latency",
    description: "Add latency to the network of the specified EKS pods.",
    targets: { Pods: "aws:eks:pod" },
    targetQuota: 50,
    parameters: {
      duration: DURATION,
      interface: INTERFACE,
      delayMilliseconds: DELAY_MILLISECONDS,
      jitterMilliseconds: JITTER_MILLISECONDS,
      flowsPercent: FLOWS_PERCENT,
      sources: SOURCES,
      kubernetesServiceAccount: KUBERNETES_SERVICE_ACCOUNT,
      fisPodContainerImage: FIS_POD_CONTAINER_IMAGE,
      maxErrorsPercent: MAX_ERRORS_PERCENT,
      fisPodLabels: FIS_POD_LABELS,
      fisPodAnnotations: FIS_POD_ANNOTATIONS,
    },
  },
  {
    id: "aws:eks:pod-network-packet-loss",
    description: "Lose packets in the network of the specified EKS pods.",
    targets: { Pods: "aws:eks:pod" },
    targetQuota: 50,
    parameters: {
      duration: DURATION,
      interface: INTERFACE,
      lossPercent: LOSS_PERCENT,
      flowsPercent: FLOWS_PERCENT,
      sources: SOURCES,
      kubernetesServiceAccount: KUBERNETES_SERVICE_ACCOUNT,
      fisPodContainerImage: FIS_POD_CONTAINER_IMAGE,
      maxErrorsPercent: MAX_ERRORS_PERCENT,
      fisPodLabels: FIS_POD_LABELS,
      fisPodAnnotations: FIS_POD_ANNOTATIONS,
    },
  },
  {
    id: "aws:eks:terminate-nodegroup-instances",
    description: "Terminates a percentage of the underlying EC2 instances in an EKS cluster.",
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
  },
];
