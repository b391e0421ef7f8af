import { defineLifecycle } from "../../aws/lifecycle.ts";

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerState.html */
export const balancerLifecycle = defineLifecycle({
  point: "elbv2:load-balancer-state",
  of: "a load balancer",
  stages: { provisioning: { next: "active", takesMs: 120_000, failed: "failed" } },
});
