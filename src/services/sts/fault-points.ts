import type { FaultPoint } from "../../core/fault.ts";

export const SESSION = "sts:session";

/** Where rules can strike in STS. */
export const faultPoints: Readonly<Record<string, FaultPoint>> = {
  [SESSION]: {
    description:
      "Temporary credentials are made: AssumeRole and its kin, GetSessionToken, GetFederationToken. `resource` is the role, else who they are for.",
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
