import { tagList } from "../../aws/tags.ts";
import { defineCollection } from "../../core/storage.ts";
import type * as EC2 from "../../models/generated/ec2.ts";
import { malformed, notFound } from "./errors.ts";
import { type At, all, type Kept, type Kind } from "./kind.ts";

/** A block of addresses of a VPC or subnet, under the id of its association. */
export interface CidrAssociation {
  readonly id: string;
  readonly cidr: string;
}

export interface VpcRecord extends Kept {
  /** Of IPv4; the first is the one that it was made with. */
  readonly blocks: readonly CidrAssociation[];
  readonly ipv6Blocks: readonly CidrAssociation[];
  readonly dhcpOptionsId: string;
  readonly tenancy: EC2.Tenancy;
  readonly isDefault: boolean;
  readonly dnsSupport: boolean;
  readonly dnsHostnames: boolean;
  readonly networkAddressUsageMetrics: boolean;
}

export const vpcs: Kind<VpcRecord, EC2.Vpc> = {
  type: "vpc",
  prefix: "vpc",
  collection: defineCollection<VpcRecord>({ name: "vpcs" }),
  notFound: notFound("InvalidVpcID.NotFound", "vpc"),
  malformed: malformed("InvalidVpcId.Malformed", "vpc"),
  describe: ({ id, tags, blocks, ipv6Blocks, dhcpOptionsId, tenancy, isDefault }, { account, region }) => ({
    VpcId: id,
    OwnerId: account,
    State: "available",
    CidrBlock: blocks[0]?.cidr ?? "",
    CidrBlockAssociationSet: blocks.map(describeBlock),
    Ipv6CidrBlockAssociationSet: ipv6Blocks.map((block) => describeIpv6Block(block, region)),
    DhcpOptionsId: dhcpOptionsId,
    InstanceTenancy: tenancy,
    IsDefault: isDefault,
    Tags: tagList(tags),
  }),
  filters: {
    cidr: "CidrBlock",
    cidrBlock: "CidrBlock",
    "cidr-block": "CidrBlock",
    "cidr-block-association.association-id": "CidrBlockAssociationSet.AssociationId",
    "cidr-block-association.cidr-block": "CidrBlockAssociationSet.CidrBlock",
    "cidr-block-association.state": "CidrBlockAssociationSet.CidrBlockState.State",
    "dhcp-options-id": "DhcpOptionsId",
    "ipv6-cidr-block-association.association-id": "Ipv6CidrBlockAssociationSet.AssociationId",
    "ipv6-cidr-block-association.ipv6-cidr-block": "Ipv6CidrBlockAssociationSet.Ipv6CidrBlock",
    "ipv6-cidr-block-association.ipv6-pool": "Ipv6CidrBlockAssociationSet.Ipv6Pool",
    "ipv6-cidr-block-association.state": "Ipv6CidrBlockAssociationSet.Ipv6CidrBlockState.State",
    "is-default": "IsDefault",
    isDefault: "IsDefault",
    "owner-id": "OwnerId",
    state: "State",
    "vpc-id": "VpcId",
  },
};

export const describeBlock = ({ id, cidr }: CidrAssociation): EC2.VpcCidrBlockAssociation => ({
  AssociationId: id,
  CidrBlock: cidr,
  CidrBlockState: { State: "associated" },
});

export const describeIpv6Block = (
  { id, cidr }: CidrAssociation,
  region: string,
): EC2.VpcIpv6CidrBlockAssociation => ({
  AssociationId: id,
  Ipv6CidrBlock: cidr,
  Ipv6CidrBlockState: { State: "associated" },
  NetworkBorderGroup: region,
  Ipv6Pool: "Amazon",
  Ipv6AddressAttribute: "public",
  IpSource: "amazon",
});

export const defaultVpcOf = (at: At): VpcRecord | undefined =>
  all(vpcs, at).find(({ isDefault }) => isDefault);
