import type { Key } from "../../core/key.ts";
import { defineCollection } from "../../core/storage.ts";
import type * as Route53 from "../../models/generated/route53.ts";
import { reversedName } from "./names.ts";

/** A record set as it is kept: its names are normal. */
export type RecordSet = Route53.ResourceRecordSet;

/** Key: [zone, reversed name, type, set identifier or nothing], the order in which record sets are listed. */
export const recordSets = defineCollection<RecordSet>({ name: "record-sets" });

export const keyOf = (zoneId: string, { Name, Type, SetIdentifier = "" }: RecordSet): Key => [
  zoneId,
  reversedName(Name),
  Type,
  SetIdentifier,
];

/** How a record set is told apart from others of its name and type. */
export type Policy =
  | "simple"
  | "weighted"
  | "latency"
  | "failover"
  | "geolocation"
  | "geoproximity"
  | "multivalue"
  | "cidr";

/** The member that makes a record set one of a policy. */
export const POLICY_MEMBERS = {
  Weight: "weighted",
  Region: "latency",
  Failover: "failover",
  GeoLocation: "geolocation",
  MultiValueAnswer: "multivalue",
  GeoProximityLocation: "geoproximity",
  CidrRoutingConfig: "cidr",
} as const satisfies Partial<Record<keyof RecordSet, Policy>>;

export function policyOf(set: RecordSet): Policy {
  for (const [member, policy] of Object.entries(POLICY_MEMBERS))
    if (set[member as keyof typeof POLICY_MEMBERS] !== undefined) return policy;
  return "simple";
}
