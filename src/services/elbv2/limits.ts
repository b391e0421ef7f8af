import type { Handlers } from "../../core/service.ts";
import type * as ELB from "../../models/generated/elbv2.ts";
import { pageBy } from "./pages.ts";

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Limit.html with the quotas of https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html */
const LIMITS: Readonly<Record<string, number>> = {
  "target-groups": 3000,
  "targets-per-application-load-balancer": 1000,
  "listeners-per-application-load-balancer": 50,
  "rules-per-application-load-balancer": 100,
  "network-load-balancers": 50,
  "targets-per-network-load-balancer": 3000,
  "targets-per-availability-zone-per-network-load-balancer": 500,
  "listeners-per-network-load-balancer": 50,
  "condition-values-per-alb-rule": 5,
  "condition-wildcards-per-alb-rule": 6,
  "target-groups-per-application-load-balancer": 100,
  "target-groups-per-action-on-application-load-balancer": 5,
  "target-groups-per-action-on-network-load-balancer": 1,
  "certificates-per-application-load-balancer": 25,
  "certificates-per-network-load-balancer": 25,
  "targets-per-target-group": 1000,
  "target-id-registrations-per-application-load-balancer": 1000,
  "application-load-balancers": 50,
};

export const limitHandlers: Handlers<ELB.Operations> = {
  DescribeAccountLimits(input, ctx) {
    const all = Object.entries(LIMITS).map(([Name, Max]) => ({ Name, Max: String(Max) }));
    const { items, NextMarker } = pageBy(all, ({ Name }) => Name, input, ctx.operation);
    return { Limits: items, NextMarker };
  },
};
