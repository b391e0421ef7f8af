import { tagList } from "../../aws/tags.ts";
import { makeArn } from "../../core/arn.ts";
import { defineCollection } from "../../core/storage.ts";
import type * as EC2 from "../../models/generated/ec2.ts";
import { groupNotFound, malformed } from "./errors.ts";
import { type At, among, type Kept, type Kind } from "./kind.ts";
import { permissionsOf, rulesOf } from "./security-group-rule.ts";

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

export const groupArn = ({ id }: Kept, { account, region }: At): string =>
  makeArn("ec2", region, account, `security-group/${id}`);
