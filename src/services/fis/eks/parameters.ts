import type { ActionParameter, ParameterValues } from "../action.ts";

/** Parameters of all actions on pods. */
export const POD_PARAMETERS = {
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
} as const satisfies Record<string, ActionParameter>;

/** Those of actions that are not on the network: these want `privileged`. */
export const SECURITY_POLICY = {
  fisPodSecurityPolicy: {
    type: "string",
    description: "Kubernetes security policy of the pod that injects the fault.",
    values: ["privileged", "baseline", "restricted"],
  },
} as const satisfies Record<string, ActionParameter>;

export const INTERFACE = {
  type: "string",
  description: "Network interfaces, with commas between them; ALL, or DEFAULT (default DEFAULT).",
} as const satisfies ActionParameter;

/** They stand in a command. */
export const checkInterfaces = ({
  interface: interfaces = "DEFAULT",
}: ParameterValues): string | undefined =>
  /^[\w.@-]+(?:,[\w.@-]+)*$/.test(interfaces)
    ? undefined
    : "interface must be names of interfaces, ALL or DEFAULT";
