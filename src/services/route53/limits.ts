import type { Context, Handlers } from "../../core/service.ts";
import type * as Route53 from "../../models/generated/route53.ts";
import { delegationSetRecords, findDelegationSet } from "./delegation-set.ts";
import { zonesOf } from "./delegation-sets.ts";
import { notPrivate } from "./errors.ts";
import { healthCheckRecords } from "./health-check.ts";
import { findZone, zoneRecords } from "./hosted-zone.ts";
import { recordSets } from "./record-set.ts";

/** An account's limits and how much of each it has used: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html */
const ACCOUNT_LIMITS = {
  MAX_HEALTH_CHECKS_BY_OWNER: {
    value: 200,
    count: ({ store }) => store.collection(healthCheckRecords).count(),
  },
  MAX_HOSTED_ZONES_BY_OWNER: { value: 500, count: ({ store }) => store.collection(zoneRecords).count() },
  MAX_REUSABLE_DELEGATION_SETS_BY_OWNER: {
    value: 100,
    count: ({ store }) => store.collection(delegationSetRecords).count(),
  },
  MAX_TRAFFIC_POLICIES_BY_OWNER: { value: 50, count: () => 0 },
  MAX_TRAFFIC_POLICY_INSTANCES_BY_OWNER: { value: 5, count: () => 0 },
  MAX_HEALTH_CHECK_SOURCES_BY_OWNER: { value: 100, count: () => 0 },
} as const satisfies Readonly<Record<string, { readonly value: number; count(ctx: Context): number }>>;
const MOST_RECORD_SETS = 10_000;
const MOST_VPCS = 300;
const MOST_ZONES_OF_A_DELEGATION_SET = 100;

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetAccountLimit.html and its neighbours */
export const limits: Handlers<Route53.Operations> = {
  GetAccountLimit({ Type }, ctx) {
    // The model has let no other pass.
    const { value, count } = ACCOUNT_LIMITS[Type as keyof typeof ACCOUNT_LIMITS];
    return { Limit: { Type, Value: value }, Count: count(ctx) };
  },

  GetHostedZoneLimit({ Type, HostedZoneId }, ctx) {
    const { id, vpcs } = findZone(HostedZoneId, ctx);
    if (Type === "MAX_RRSETS_BY_ZONE")
      return {
        Limit: { Type, Value: MOST_RECORD_SETS },
        Count: ctx.store.collection(recordSets).count({ prefix: [id] }),
      };
    if (!vpcs) throw notPrivate();
    return { Limit: { Type, Value: MOST_VPCS }, Count: vpcs.length };
  },

  GetReusableDelegationSetLimit({ Type, DelegationSetId }, ctx) {
    const { id } = findDelegationSet(DelegationSetId, ctx);
    const Count = zonesOf(id, ctx).reduce((count) => count + 1, 0);
    return { Limit: { Type, Value: MOST_ZONES_OF_A_DELEGATION_SET }, Count };
  },
};
