import { zoneOf } from "../../aws/regions.ts";
import { tagList } from "../../aws/tags.ts";
import { makeArn } from "../../core/arn.ts";
import { defineCollection } from "../../core/storage.ts";
import type * as EC2 from "../../models/generated/ec2.ts";
import { parseCidr, sizeOf } from "./cidr.ts";
import { invalidParameterValue, malformed, notFound } from "./errors.ts";
import { type At, all, among, find, type Kept, type Kind } from "./kind.ts";
import { interfacesIn } from "./network-interface.ts";
import type { CidrAssociation } from "./vpc.ts";

export interface SubnetRecord extends Kept {
  readonly vpcId: string;
  readonly cidr: string;
  readonly ipv6Blocks: readonly CidrAssociation[];
  /** The zone's name. */
  readonly zone: string;
  readonly isDefault: boolean;
  readonly mapPublicIpOnLaunch: boolean;
  readonly assignIpv6AddressOnCreation: boolean;
  readonly enableDns64: boolean;
  readonly isIpv6Native: boolean;
  readonly privateDnsNames: EC2.PrivateDnsNameOptionsOnLaunch;
}

/** Of every subnet AWS keeps five addresses: https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html */
const RESERVED_ADDRESSES = 5;

export const subnets: Kind<SubnetRecord, EC2.Subnet> = {
  type: "subnet",
  prefix: "subnet",
  collection: defineCollection<SubnetRecord>({ name: "subnets" }),
  notFound: notFound("InvalidSubnetID.NotFound", "subnet"),
  malformed: malformed("InvalidSubnetId.Malformed", "subnet"),
  describe(subnet, at) {
    const { account, region } = at;
    return {
      SubnetId: subnet.id,
      SubnetArn: makeArn("ec2", region, account, `subnet/${subnet.id}`),
      VpcId: subnet.vpcId,
      OwnerId: account,
      State: "available",
      CidrBlock: subnet.cidr,
      Ipv6CidrBlockAssociationSet: subnet.ipv6Blocks.map(describeSubnetIpv6Block),
      AvailabilityZone: subnet.zone,
      AvailabilityZoneId: zoneOf(region, subnet.zone)?.id ?? "",
      AvailableIpAddressCount: freeAddresses(subnet, at),
      DefaultForAz: subnet.isDefault,
      MapPublicIpOnLaunch: subnet.mapPublicIpOnLaunch,
      MapCustomerOwnedIpOnLaunch: false,
      AssignIpv6AddressOnCreation: subnet.assignIpv6AddressOnCreation,
      EnableDns64: subnet.enableDns64,
      Ipv6Native: subnet.isIpv6Native,
      PrivateDnsNameOptionsOnLaunch: subnet.privateDnsNames,
      Tags: tagList(subnet.tags),
    };
  },
  filters: {
    "availability-zone": "AvailabilityZone",
    availabilityZone: "AvailabilityZone",
    "availability-zone-id": "AvailabilityZoneId",
    availabilityZoneId: "AvailabilityZoneId",
    "available-ip-address-count": "AvailableIpAddressCount",
    cidr: "CidrBlock",
    cidrBlock: "CidrBlock",
    "cidr-block": "CidrBlock",
    "default-for-az": "DefaultForAz",
    defaultForAz: "DefaultForAz",
    "enable-dns64": "EnableDns64",
    "ipv6-cidr-block-association.ipv6-cidr-block": "Ipv6CidrBlockAssociationSet.Ipv6CidrBlock",
    "ipv6-cidr-block-association.association-id": "Ipv6CidrBlockAssociationSet.AssociationId",
    "ipv6-cidr-block-association.state": "Ipv6CidrBlockAssociationSet.Ipv6CidrBlockState.State",
    "ipv6-native": "Ipv6Native",
    "map-public-ip-on-launch": "MapPublicIpOnLaunch",
    "outpost-arn": "OutpostArn",
    "owner-id": "OwnerId",
    state: "State",
    "subnet-arn": "SubnetArn",
    "subnet-id": "SubnetId",
    "vpc-id": "VpcId",
  },
};

export const describeSubnetIpv6Block = ({
  id,
  cidr,
}: CidrAssociation): EC2.SubnetIpv6CidrBlockAssociation => ({
  AssociationId: id,
  Ipv6CidrBlock: cidr,
  Ipv6CidrBlockState: { State: "associated" },
  Ipv6AddressAttribute: "public",
  IpSource: "amazon",
});

export const subnetsIn = (vpcId: string, at: At): SubnetRecord[] =>
  among(subnets, at, (subnet) => subnet.vpcId === vpcId);

/** @throws InvalidParameterValue for a subnet of another VPC */
export function checkSubnets(ids: readonly string[], vpcId: string, at: At): void {
  for (const id of ids)
    if (find(subnets, id, at).vpcId !== vpcId)
      throw invalidParameterValue(`Subnet ${id} does not belong to VPC ${vpcId}`);
}

/** The default subnet of each zone that has one, by the zone's name. */
export const defaultSubnets = (at: At): ReadonlyMap<string, SubnetRecord> =>
  new Map(
    all(subnets, at)
      .filter(({ isDefault }) => isDefault)
      .map((subnet) => [subnet.zone, subnet]),
  );

/** How many addresses nobody has. */
export function freeAddresses({ id, cidr }: SubnetRecord, at: At): number {
  const block = parseCidr(cidr);
  if (block === undefined) return 0;
  let free = Number(sizeOf(block)) - RESERVED_ADDRESSES;
  for (const { addresses } of interfacesIn(id, at)) free -= addresses.length;
  return free;
}
