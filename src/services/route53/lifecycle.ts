import { defineLifecycle } from "../../aws/lifecycle.ts";

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetChange.html (Status): usually within 60 seconds. */
export const changeLifecycle = defineLifecycle({
  point: "route53:change-state",
  of: "a change of a hosted zone",
  stages: { PENDING: { next: "INSYNC", takesMs: 30_000 } },
});
