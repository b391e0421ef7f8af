import { tagList } from "../../aws/tags.ts";
import { defineCollection } from "../../core/storage.ts";
import type * as EC2 from "../../models/generated/ec2.ts";
import { malformed, notFound } from "./errors.ts";
import { type At, all, among, type Kept, type Kind, save } from "./kind.ts";

export interface NetworkAclRecord extends Kept {
  readonly vpcId: string;
  readonly isDefault: boolean;
  readonly entries: readonly EC2.NetworkAclEntry[];
  /** Ids of the associations, by subnet. */
  readonly subnets: Readonly<Record<string, string>>;
}

/** The entry that ends every list: what no other has allowed is denied. */
const LAST_RULE = 32767;

export const networkAcls: Kind<NetworkAclRecord, EC2.NetworkAcl> = {
  type: "network-acl",
  prefix: "acl",
  collection: defineCollection<NetworkAclRecord>({ name: "network-acls" }),
  notFound: notFound("InvalidNetworkAclID.NotFound", "networkAcl"),
  malformed: malformed("InvalidNetworkAclId.Malformed", "acl"),
  describe: ({ id, tags, vpcId, isDefault, entries, subnets }, { account }) => ({
    NetworkAclId: id,
    VpcId: vpcId,
    OwnerId: account,
    IsDefault: isDefault,
    Entries: [true, false].flatMap((Egress) => [
      ...entries
        .filter((entry) => entry.Egress === Egress)
        .sort((a, b) => (a.RuleNumber ?? 0) - (b.RuleNumber ?? 0)),
      { CidrBlock: "0.0.0.0/0", Egress, Protocol: "-1", RuleAction: "deny", RuleNumber: LAST_RULE },
    ]),
    Associations: Object.entries(subnets).map(([SubnetId, NetworkAclAssociationId]) => ({
      NetworkAclAssociationId,
      NetworkAclId: id,
      SubnetId,
    })),
    Tags: tagList(tags),
  }),
  filters: {
    "association.association-id": "Associations.NetworkAclAssociationId",
    "association.network-acl-id": "Associations.NetworkAclId",
    "association.subnet-id": "Associations.SubnetId",
    default: "IsDefault",
    "entry.cidr": "Entries.CidrBlock",
    "entry.egress": "Entries.Egress",
    "entry.icmp.code": "Entries.IcmpTypeCode.Code",
    "entry.icmp.type": "Entries.IcmpTypeCode.Type",
    "entry.ipv6-cidr": "Entries.Ipv6CidrBlock",
    "entry.port-range.from": "Entries.PortRange.From",
    "entry.port-range.to": "Entries.PortRange.To",
    "entry.protocol": "Entries.Protocol",
    "entry.rule-action": "Entries.RuleAction",
    "entry.rule-number": "Entries.RuleNumber",
    "network-acl-id": "NetworkAclId",
    "owner-id": "OwnerId",
    "vpc-id": "VpcId",
  },
};

export const aclsOf = (vpcId: string, at: At): NetworkAclRecord[] =>
  among(networkAcls, at, (acl) => acl.vpcId === vpcId);

/** A new subnet is under its VPC's default ACL. @param associationId the association's */
export function associateWithDefault(subnetId: string, vpcId: string, associationId: string, at: At): void {
  const acl = aclsOf(vpcId, at).find(({ isDefault }) => isDefault);
  if (acl) save(networkAcls, { ...acl, subnets: { ...acl.subnets, [subnetId]: associationId } }, at);
}

/** A subnet that is gone has no ACL. */
export function dissociate(subnetId: string, at: At): void {
  for (const acl of all(networkAcls, at)) {
    if (!(subnetId in acl.subnets)) continue;
    const { [subnetId]: _gone, ...subnets } = acl.subnets;
    save(networkAcls, { ...acl, subnets }, at);
  }
}
