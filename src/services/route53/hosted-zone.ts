import type { Context } from "../../core/service.ts";
import { defineCollection, type Store } from "../../core/storage.ts";
import type * as Route53 from "../../models/generated/route53.ts";
import { noSuchHostedZone } from "./errors.ts";
import { reversedName } from "./names.ts";
import { recordSets } from "./record-set.ts";

/** A hosted zone as it is kept, by its id (`Z0123…`, without `/hostedzone/`). */
export interface ZoneRecord {
  readonly id: string;
  /** Normal: `example.com.` */
  readonly name: string;
  readonly callerReference: string;
  readonly comment?: string;
  readonly tier?: Route53.HostedZoneTier;
  /** VPCs of a private zone; absent for a public one. */
  readonly vpcs?: readonly Required<Route53.VPC>[];
  /** VPCs of other accounts that may be associated. */
  readonly authorizedVpcs?: readonly Required<Route53.VPC>[];
  readonly delegationSetId?: string;
  readonly nameServers: readonly string[];
  readonly createdMs: number;
  readonly tags: Readonly<Record<string, string>>;
}

/** Key: [id]. By name: those of a name stand together, sorted as ListHostedZonesByName lists them. */
export const zoneRecords = defineCollection<ZoneRecord>({
  name: "hosted-zones",
  indexes: { name: ({ name, id }) => [reversedName(name), id] },
});

/** Ids may be given as `/hostedzone/Z0123`, too. */
export const zoneIdOf = (given: string): string => given.replace(/^\/?hostedzone\//, "");

/** @throws NoSuchHostedZone */
export function findZone(given: string, { store }: { readonly store: Store }): ZoneRecord {
  const id = zoneIdOf(given);
  const zone = store.collection(zoneRecords).get([id]);
  if (!zone) throw noSuchHostedZone(id);
  return zone;
}

export function saveZone(zone: ZoneRecord, ctx: Pick<Context, "store">): void {
  ctx.store.collection(zoneRecords).put([zone.id], zone);
}

/** A hosted zone as answers have it. */
export function describeZone(zone: ZoneRecord, { store }: { readonly store: Store }): Route53.HostedZone {
  return {
    Id: `/hostedzone/${zone.id}`,
    Name: zone.name,
    CallerReference: zone.callerReference,
    Config: {
      ...(zone.comment !== undefined && { Comment: zone.comment }),
      PrivateZone: zone.vpcs !== undefined,
      ...(zone.tier !== undefined && { HostedZoneTier: zone.tier }),
    },
    ResourceRecordSetCount: store.collection(recordSets).count({ prefix: [zone.id] }),
  };
}

/** The name servers of a public zone; a private one has none to delegate to, whatever the model requires. */
export const describeDelegation = (zone: ZoneRecord) =>
  (zone.vpcs === undefined && {
    DelegationSet: {
      ...(zone.delegationSetId !== undefined && { Id: `/delegationset/${zone.delegationSetId}` }),
      NameServers: [...zone.nameServers],
    },
  }) as { DelegationSet: Route53.DelegationSet };
