import { page } from "../../aws/page.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as Route53 from "../../models/generated/route53.ts";
import { submitChange } from "./change.ts";
import {
  conflictingDomain,
  invalidInput,
  lastVpc,
  publicZone,
  vpcNotAssociated,
  vpcNotAuthorized,
} from "./errors.ts";
import { findZone, saveZone, type ZoneRecord, zoneRecords } from "./hosted-zone.ts";
import { pageSize } from "./listing.ts";
import { reversedName } from "./names.ts";

type Vpc = Required<Route53.VPC>;

const MOST_AUTHORIZATIONS = 50;

/** VPCs of private zones: https://docs.aws.amazon.com/Route53/latest/APIReference/API_AssociateVPCWithHostedZone.html and its neighbours */
export const vpcs: Handlers<Route53.Operations> = {
  AssociateVPCWithHostedZone({ HostedZoneId, VPC, Comment }, ctx) {
    const zone = findPrivate(HostedZoneId, ctx);
    const vpc = wholeVpc(VPC);
    checkNoOther(zone.name, vpc, ctx);
    saveZone({ ...zone, vpcs: [...zone.vpcs, vpc] }, ctx);
    return { ChangeInfo: submitChange(Comment, ctx) };
  },

  DisassociateVPCFromHostedZone({ HostedZoneId, VPC, Comment }, ctx) {
    const zone = findPrivate(HostedZoneId, ctx);
    const vpc = wholeVpc(VPC);
    if (!zone.vpcs.some(isSame(vpc))) throw vpcNotAssociated(vpc.VPCId, zone.id);
    if (zone.vpcs.length === 1) throw lastVpc();
    saveZone({ ...zone, vpcs: zone.vpcs.filter((other) => !isSame(vpc)(other)) }, ctx);
    return { ChangeInfo: submitChange(Comment, ctx) };
  },

  ListHostedZonesByVPC({ VPCId, VPCRegion, MaxItems, NextToken }, ctx) {
    const size = pageSize(MaxItems);
    const isOfIt = isSame({ VPCId, VPCRegion });
    const zones = Iterator.from(ctx.store.collection(zoneRecords).values()).filter(({ vpcs = [] }) =>
      vpcs.some(isOfIt),
    );
    const { items, nextToken } = page(zones, ({ id }) => [id], {
      size,
      token: NextToken,
      query: [VPCId, VPCRegion],
      refuse: invalidToken,
    });
    return {
      HostedZoneSummaries: items.map(({ id, name }) => ({
        HostedZoneId: id,
        Name: name,
        Owner: { OwningAccount: ctx.account },
      })),
      MaxItems: String(size),
      ...(nextToken !== undefined && { NextToken: nextToken }),
    };
  },

  CreateVPCAssociationAuthorization({ HostedZoneId, VPC }, ctx) {
    const zone = findPrivate(HostedZoneId, ctx);
    const vpc = wholeVpc(VPC);
    const others = (zone.authorizedVpcs ?? []).filter((other) => !isSame(vpc)(other));
    saveZone({ ...zone, authorizedVpcs: [...others, vpc] }, ctx);
    return { HostedZoneId: zone.id, VPC: vpc };
  },

  DeleteVPCAssociationAuthorization({ HostedZoneId, VPC }, ctx) {
    const zone = findPrivate(HostedZoneId, ctx);
    const { authorizedVpcs = [] } = zone;
    const vpc = wholeVpc(VPC);
    if (!authorizedVpcs.some(isSame(vpc))) throw vpcNotAuthorized(vpc.VPCId);
    saveZone({ ...zone, authorizedVpcs: authorizedVpcs.filter((other) => !isSame(vpc)(other)) }, ctx);
    return {};
  },

  ListVPCAssociationAuthorizations({ HostedZoneId, MaxResults, NextToken }, ctx) {
    const zone = findZone(HostedZoneId, ctx);
    const { items, nextToken } = page(zone.authorizedVpcs ?? [], (vpc) => [vpc.VPCRegion, vpc.VPCId], {
      size: pageSize(MaxResults, MOST_AUTHORIZATIONS, MOST_AUTHORIZATIONS),
      token: NextToken,
      query: zone.id,
      refuse: invalidToken,
    });
    return {
      HostedZoneId: zone.id,
      VPCs: items,
      ...(nextToken !== undefined && { NextToken: nextToken }),
    };
  },
};

/** A VPC sees one private zone of a name. @throws ConflictingDomainExists */
export function checkNoOther(name: string, vpc: Vpc, { store }: Pick<Context, "store">): void {
  const ofName = store
    .collection(zoneRecords)
    .by("name")
    .values({ prefix: [reversedName(name)] });
  for (const { vpcs = [] } of ofName) if (vpcs.some(isSame(vpc))) throw conflictingDomain(vpc.VPCId, name);
}

/** The text is inferred. @throws InvalidInput for one that lacks its id or its region */
export function wholeVpc({ VPCId, VPCRegion }: Route53.VPC): Vpc {
  if (VPCId === undefined || VPCRegion === undefined)
    throw invalidInput("Both VPCId and VPCRegion must be specified.");
  return { VPCRegion, VPCId };
}

const isSame =
  ({ VPCId, VPCRegion }: Vpc) =>
  (other: Vpc) =>
    other.VPCId === VPCId && other.VPCRegion === VPCRegion;

const invalidToken = () => invalidInput("The pagination token is invalid.");

/** @throws NoSuchHostedZone, PublicZoneVPCAssociation */
function findPrivate(id: string, ctx: Context): ZoneRecord & Required<Pick<ZoneRecord, "vpcs">> {
  const zone = findZone(id, ctx);
  const { vpcs } = zone;
  if (!vpcs) throw publicZone();
  return { ...zone, vpcs };
}
