import type { FaultPoint } from "../../core/fault.ts";

export const PROBE = "route53:health-check";

/** Where rules can strike in Route 53, beside the states of changes. */
export const probePoint: FaultPoint = {
  description: "A health check looks at its endpoint or alarm. `resource` is the health check's ARN.",
  effects: {
    fail: {
      description: "What it looks at is found unhealthy.",
      parameters: {
        reason: {
          type: "string",
          description: "The reason given",
          default: "Failure: A fault was injected.",
        },
      },
    },
    succeed: { description: "What it looks at is found healthy, whatever it is.", parameters: {} },
  },
};
