import type * as Route53 from "../../models/generated/route53.ts";
import { invalidInput } from "./errors.ts";
import { POLICY_MEMBERS } from "./record-set.ts";

const POLICIES = Object.keys(POLICY_MEMBERS) as (keyof typeof POLICY_MEMBERS)[];
/** In AWS's order. */
const SAID_POLICIES =
  "Weight, Region, Failover, GeoLocation, MultiValueAnswer, GeoProximityLocation, or CidrRoutingConfig";

/** What members a change must have, and which not together, before anything of it is looked at. @throws InvalidInput */
export function checkShape({ Action, ResourceRecordSet: set }: Route53.Change): void {
  const { Name, Type, SetIdentifier, TTL, ResourceRecords = [], AliasTarget } = set;
  const within = `in Change with [Action=${Action}, Name=${Name}, Type=${Type}, SetIdentifier=${SetIdentifier ?? "null"}]`;
  const sources =
    (AliasTarget ? 1 : 0) +
    (TTL !== undefined && ResourceRecords.length > 0 ? 1 : 0) +
    (set.TrafficPolicyInstanceId === undefined ? 0 : 1);
  if (sources !== 1 || (AliasTarget && (TTL !== undefined || ResourceRecords.length > 0)))
    throw invalidInput(
      `Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId], but found ${sources === 0 ? "none" : "more than one"} ${within}`,
    );
  const policies = POLICIES.filter((member) => set[member] !== undefined && set[member] !== false).length;
  if (SetIdentifier !== undefined && policies !== 1)
    throw invalidInput(
      `Invalid request: Expected exactly one of [${SAID_POLICIES}], but found ${policies === 0 ? "none" : "more than one"} ${within}`,
    );
  if (SetIdentifier === undefined && policies > 0)
    throw invalidInput(`Invalid request: Missing field 'SetIdentifier' ${within}`);
}
