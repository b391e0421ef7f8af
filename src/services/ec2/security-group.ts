import { tagList } from "../../aws/tags.ts";
import { makeArn } from "../../core/arn.ts";
import { defineCollection } from "../../core/storage.ts";
import type * as EC2 from "../../models/generated/ec2.ts";
import { groupNameNotFound, groupNotFound, malformed, missingParameter, otherNetwork } from "./errors.ts";
import { type At, among, find, type Kept, type Kind } from "./kind.ts";
import { permissionsOf, rulesOf } from "./security-group-rule.ts";
import { defaultVpcOf } from "./vpc.ts";

export interface SecurityGroupRecord extends Kept {
  readonly vpcId: string;
  readonly name: string;
  readonly description: string;
}

export const securityGroups: Kind<SecurityGroupRecord, EC2.SecurityGroup> = {
  type: "security-group",
  prefix: "sg",
  collection: defineCollection<SecurityGroupRecord>({ name: "security-groups" }),
  notFound: groupNotFound,
  malformed: malformed("InvalidGroupId.Malformed", "sg"),
  describe(group, at) {
    const rules = rulesOf(group.id, at);
    return {
      GroupId: group.id,
      GroupName: group.name,
      Description: group.description,
      VpcId: group.vpcId,
      OwnerId: at.account,
      SecurityGroupArn: groupArn(group, at),
      IpPermissions: permissionsOf(rules.filter(({ IsEgress }) => !IsEgress)),
      IpPermissionsEgress: permissionsOf(rules.filter(({ IsEgress }) => IsEgress)),
      Tags: tagList(group.tags),
    };
  },
  filters: {
    description: "Description",
    "egress.ip-permission.cidr": "IpPermissionsEgress.IpRanges.CidrIp",
    "egress.ip-permission.from-port": "IpPermissionsEgress.FromPort",
    "egress.ip-permission.group-id": "IpPermissionsEgress.UserIdGroupPairs.GroupId",
    "egress.ip-permission.ipv6-cidr": "IpPermissionsEgress.Ipv6Ranges.CidrIpv6",
    "egress.ip-permission.prefix-list-id": "IpPermissionsEgress.PrefixListIds.PrefixListId",
    "egress.ip-permission.protocol": "IpPermissionsEgress.IpProtocol",
    "egress.ip-permission.to-port": "IpPermissionsEgress.ToPort",
    "egress.ip-permission.user-id": "IpPermissionsEgress.UserIdGroupPairs.UserId",
    "group-id": "GroupId",
    "group-name": "GroupName",
    "ip-permission.cidr": "IpPermissions.IpRanges.CidrIp",
    "ip-permission.from-port": "IpPermissions.FromPort",
    "ip-permission.group-id": "IpPermissions.UserIdGroupPairs.GroupId",
    "ip-permission.ipv6-cidr": "IpPermissions.Ipv6Ranges.CidrIpv6",
    "ip-permission.prefix-list-id": "IpPermissions.PrefixListIds.PrefixListId",
    "ip-permission.protocol": "IpPermissions.IpProtocol",
    "ip-permission.to-port": "IpPermissions.ToPort",
    "ip-permission.user-id": "IpPermissions.UserIdGroupPairs.UserId",
    "owner-id": "OwnerId",
    "vpc-id": "VpcId",
  },
};

export const groupsOf = (vpcId: string, at: At): SecurityGroupRecord[] =>
  among(securityGroups, at, (group) => group.vpcId === vpcId);

/** The group of a name, which only serves in the default VPC. @throws InvalidGroup.NotFound */
export function groupNamed(name: string, at: At): SecurityGroupRecord {
  const vpcId = defaultVpcOf(at)?.id ?? "";
  const group = groupsOf(vpcId, at).find((one) => one.name === name);
  if (group === undefined) throw groupNameNotFound(name, vpcId);
  return group;
}

/** The group that an input names, by its id or, in the default VPC, by its name. */
export function groupMeant(
  { GroupId, GroupName }: { readonly GroupId?: string; readonly GroupName?: string },
  at: At,
): SecurityGroupRecord {
  if (GroupId !== undefined) return find(securityGroups, GroupId, at);
  if (GroupName === undefined) throw missingParameter("groupId");
  return groupNamed(GroupName, at);
}

/** A group as what is in it tells of it. */
export interface GroupIdentifier {
  readonly GroupId: string;
  readonly GroupName: string;
}

const identifierOf = ({ id, name }: SecurityGroupRecord): GroupIdentifier => ({
  GroupId: id,
  GroupName: name,
});

const groupsWithIds = (ids: readonly string[], at: At): GroupIdentifier[] =>
  ids.map((id) => identifierOf(find(securityGroups, id, at)));

/** Groups of a VPC by their ids. @param subnetId which the request names beside them @throws InvalidParameter for those of another */
export function groupsInVpc(
  ids: readonly string[],
  vpcId: string,
  at: At,
  subnetId?: string,
): GroupIdentifier[] {
  for (const id of ids) if (find(securityGroups, id, at).vpcId !== vpcId) throw otherNetwork(id, subnetId);
  return groupsWithIds(ids, at);
}

/** The groups asked for; nobody asks: the VPC's default one. */
export const groupsFor = (
  ids: readonly string[] | undefined,
  vpcId: string,
  at: At,
  subnetId?: string,
): GroupIdentifier[] =>
  ids?.length
    ? groupsInVpc(ids, vpcId, at, subnetId)
    : groupsOf(vpcId, at)
        .filter(({ name }) => name === "default")
        .map(identifierOf);

export const groupArn = ({ id }: Kept, { account, region }: At): string =>
  makeArn("ec2", region, account, `security-group/${id}`);
