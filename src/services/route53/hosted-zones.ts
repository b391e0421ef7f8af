import type { Context, Handlers } from "../../core/service.ts";
import type * as Route53 from "../../models/generated/route53.ts";
import { submitChange } from "./change.ts";
import { findDelegationSet } from "./delegation-set.ts";
import { hostedZoneExists, hostedZoneNotEmpty, invalidDomainName, invalidInput } from "./errors.ts";
import {
  describeDelegation,
  describeZone,
  findZone,
  saveZone,
  type ZoneRecord,
  zoneIdOf,
  zoneRecords,
} from "./hosted-zone.ts";
import { newId } from "./ids.ts";
import { pageSize, stretchOf } from "./listing.ts";
import { newNameServers, PRIVATE_NAME_SERVERS } from "./name-servers.ts";
import { normalName, problemOf, reversedName } from "./names.ts";
import { keyOf, recordSets } from "./record-set.ts";
import { checkNoOther, wholeVpc } from "./vpcs.ts";

const NAME_SERVERS_TTL = 172_800;
const SOA_TTL = 900;

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateHostedZone.html and its neighbours */
export const hostedZones: Handlers<Route53.Operations> = {
  CreateHostedZone(input, ctx) {
    const zones = ctx.store.collection(zoneRecords);
    const problem = problemOf(input.Name);
    if (problem !== undefined) throw invalidDomainName(problem);
    for (const { callerReference } of zones.values())
      if (callerReference === input.CallerReference) throw hostedZoneExists();
    const zone = newZone(input, ctx);
    saveZone(zone, ctx);
    putOwnRecords(zone, ctx);
    return {
      HostedZone: describeZone(zone, ctx),
      ChangeInfo: submitChange(undefined, ctx),
      ...describeDelegation(zone),
      ...(zone.vpcs?.[0] && { VPC: zone.vpcs[0] }),
      Location: `https://route53.amazonaws.com/2013-04-01/hostedzone/${zone.id}`,
    };
  },

  GetHostedZone({ Id }, ctx) {
    const zone = findZone(Id, ctx);
    return {
      HostedZone: describeZone(zone, ctx),
      ...describeDelegation(zone),
      ...(zone.vpcs && { VPCs: [...zone.vpcs] }),
    };
  },

  DeleteHostedZone({ Id }, ctx) {
    const zone = findZone(Id, ctx);
    const sets = ctx.store.collection(recordSets);
    for (const { Name, Type } of sets.values({ prefix: [zone.id] }))
      if (Name !== zone.name || (Type !== "NS" && Type !== "SOA")) throw hostedZoneNotEmpty();
    sets.clear({ prefix: [zone.id] });
    ctx.store.collection(zoneRecords).delete([zone.id]);
    return { ChangeInfo: submitChange(undefined, ctx) };
  },

  UpdateHostedZoneComment({ Id, Comment }, ctx) {
    const { comment: _, ...zone } = findZone(Id, ctx);
    const changed = { ...zone, ...(Comment !== undefined && { comment: Comment }) };
    saveZone(changed, ctx);
    return { HostedZone: describeZone(changed, ctx) };
  },

  GetHostedZoneCount: (_input, ctx) => ({ HostedZoneCount: ctx.store.collection(zoneRecords).count() }),

  ListHostedZones({ Marker, MaxItems, DelegationSetId, HostedZoneType }, ctx) {
    const size = pageSize(MaxItems);
    const delegation = DelegationSetId === undefined ? undefined : findDelegationSet(DelegationSetId, ctx).id;
    const from = Marker ? { from: [zoneIdOf(Marker)] } : {};
    const zones = Iterator.from(ctx.store.collection(zoneRecords).values(from)).filter(
      ({ vpcs, delegationSetId }) =>
        (delegation === undefined || delegationSetId === delegation) &&
        (HostedZoneType === undefined || vpcs !== undefined),
    );
    const { items, next } = stretchOf(zones, size);
    return {
      HostedZones: items.map((zone) => describeZone(zone, ctx)),
      Marker: Marker ?? "",
      IsTruncated: next !== undefined,
      ...(next && { NextMarker: next.id }),
      MaxItems: String(size),
    };
  },

  ListHostedZonesByName({ DNSName, HostedZoneId, MaxItems }, ctx) {
    const size = pageSize(MaxItems);
    if (HostedZoneId !== undefined && DNSName === undefined)
      // The text is inferred.
      throw invalidInput("The DNSName parameter must be specified when the HostedZoneId parameter is.");
    const start = DNSName && [reversedName(normalName(DNSName)), zoneIdOf(HostedZoneId ?? "")];
    const zones = ctx.store
      .collection(zoneRecords)
      .by("name")
      .values(start ? { from: start } : {});
    const { items, next } = stretchOf(zones, size);
    return {
      HostedZones: items.map((zone) => describeZone(zone, ctx)),
      ...(DNSName !== undefined && { DNSName }),
      ...(HostedZoneId !== undefined && { HostedZoneId }),
      IsTruncated: next !== undefined,
      ...(next && { NextDNSName: next.name, NextHostedZoneId: next.id }),
      MaxItems: String(size),
    };
  },
};

function newZone(input: Route53.CreateHostedZoneRequest, ctx: Context): ZoneRecord {
  const { HostedZoneConfig: { Comment, PrivateZone, HostedZoneTier } = {}, VPC, DelegationSetId } = input;
  // The texts are inferred.
  if (PrivateZone && !VPC)
    throw invalidInput("When you're creating a private hosted zone, you must specify a VPC.");
  if (VPC && PrivateZone === false)
    throw invalidInput("When you're creating a public hosted zone, you can't specify a VPC.");
  const delegation = DelegationSetId === undefined ? undefined : findDelegationSet(DelegationSetId, ctx);
  if (VPC) checkNoOther(normalName(input.Name), wholeVpc(VPC), ctx);
  return {
    id: newId("Z", ctx.random),
    name: normalName(input.Name),
    callerReference: input.CallerReference,
    ...(Comment !== undefined && { comment: Comment }),
    ...(HostedZoneTier !== undefined && { tier: HostedZoneTier }),
    ...(VPC && { vpcs: [wholeVpc(VPC)] }),
    ...(delegation && { delegationSetId: delegation.id }),
    nameServers: VPC ? PRIVATE_NAME_SERVERS : (delegation?.nameServers ?? newNameServers(ctx.random)),
    createdMs: ctx.clock.now(),
    tags: {},
  };
}

/** What every zone has from its beginning. */
function putOwnRecords({ id, name, nameServers }: ZoneRecord, ctx: Context): void {
  const sets = ctx.store.collection(recordSets);
  const [first] = nameServers;
  for (const [Type, TTL, values] of [
    ["NS", NAME_SERVERS_TTL, nameServers.map((server) => `${server}.`)],
    ["SOA", SOA_TTL, [`${first}. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400`]],
  ] as const) {
    const set = { Name: name, Type, TTL, ResourceRecords: values.map((Value) => ({ Value })) };
    sets.put(keyOf(id, set), set);
  }
}
