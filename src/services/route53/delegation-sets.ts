import type { Context, Handlers } from "../../core/service.ts";
import type * as Route53 from "../../models/generated/route53.ts";
import {
  type DelegationSetRecord,
  delegationSetRecords,
  describeDelegationSet,
  findDelegationSet,
} from "./delegation-set.ts";
import {
  delegationSetExists,
  delegationSetHostedZone,
  delegationSetInUse,
  delegationSetReusable,
} from "./errors.ts";
import { saveZone, type ZoneRecord, zoneIdOf, zoneRecords } from "./hosted-zone.ts";
import { newId } from "./ids.ts";
import { pageSize, stretchOf } from "./listing.ts";
import { newNameServers } from "./name-servers.ts";

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateReusableDelegationSet.html and its neighbours */
export const delegationSets: Handlers<Route53.Operations> = {
  CreateReusableDelegationSet({ CallerReference, HostedZoneId }, ctx) {
    const sets = ctx.store.collection(delegationSetRecords);
    for (const { callerReference } of sets.values())
      if (callerReference === CallerReference) throw delegationSetExists();
    const zone = HostedZoneId === undefined ? undefined : zoneWithOwnSet(HostedZoneId, ctx);
    const set: DelegationSetRecord = {
      id: newId("N", ctx.random),
      callerReference: CallerReference,
      nameServers: zone?.nameServers ?? newNameServers(ctx.random),
    };
    sets.put([set.id], set);
    if (zone) saveZone({ ...zone, delegationSetId: set.id }, ctx);
    return {
      DelegationSet: describeDelegationSet(set),
      Location: `https://route53.amazonaws.com/2013-04-01/delegationset/${set.id}`,
    };
  },

  GetReusableDelegationSet: ({ Id }, ctx) => ({
    DelegationSet: describeDelegationSet(findDelegationSet(Id, ctx)),
  }),

  DeleteReusableDelegationSet({ Id }, ctx) {
    const { id } = findDelegationSet(Id, ctx);
    if (zonesOf(id, ctx).next().value) throw delegationSetInUse();
    ctx.store.collection(delegationSetRecords).delete([id]);
    return {};
  },

  ListReusableDelegationSets({ Marker, MaxItems }, ctx) {
    const size = pageSize(MaxItems);
    const from = Marker ? { from: [Marker.replace(/^\/?delegationset\//, "")] } : {};
    const { items, next } = stretchOf(ctx.store.collection(delegationSetRecords).values(from), size);
    return {
      DelegationSets: items.map(describeDelegationSet),
      Marker: Marker ?? "",
      IsTruncated: next !== undefined,
      ...(next && { NextMarker: next.id }),
      MaxItems: String(size),
    };
  },
};

/** The zones that have a delegation set's name servers. */
export const zonesOf = (id: string, ctx: Pick<Context, "store">) =>
  Iterator.from(ctx.store.collection(zoneRecords).values()).filter(
    ({ delegationSetId }) => delegationSetId === id,
  );

/** A zone whose own name servers become reusable. @throws HostedZoneNotFound, DelegationSetAlreadyReusable */
function zoneWithOwnSet(given: string, ctx: Context): ZoneRecord {
  const zone = ctx.store.collection(zoneRecords).get([zoneIdOf(given)]);
  if (!zone || zone.vpcs) throw delegationSetHostedZone(zoneIdOf(given));
  if (zone.delegationSetId !== undefined) throw delegationSetReusable();
  return zone;
}
