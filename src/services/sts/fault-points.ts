import { SESSION } from "../../aws/session-lifetime.ts";
import type { FaultPoint } from "../../core/fault.ts";

/** Where rules can strike in STS. */
export const faultPoints: Readonly<Record<string, FaultPoint>> = {
  [SESSION]: {
    description:
      "Temporary credentials are made: AssumeRole and its kin, GetSessionToken, GetFederationToken, and what a container or an instance is given of its role. `resource` is the role, else who they are for.",
    effects: {
      "expires-early": {
        description:
          "They expire before the time that was asked for, and their `Expiration` says so: as metadata give credentials that are about to expire, or have.",
        parameters: {
          after: {
            type: "duration",
            unit: "ms",
            description: "How long they live. Default: they have expired already.",
            min: 0,
            default: 0,
          },
        },
      },
    },
  },
};
