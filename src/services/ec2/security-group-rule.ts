import { tagList } from "../../aws/tags.ts";
import { makeArn } from "../../core/arn.ts";
import { defineCollection } from "../../core/storage.ts";
import type * as EC2 from "../../models/generated/ec2.ts";
import { groupRuleNotFound, malformed } from "./errors.ts";
import { type At, type Kept, type Kind, save } from "./kind.ts";

/** One rule of a security group: one peer, one range of ports. */
export interface SecurityGroupRuleRecord
  extends Kept,
    Pick<
      EC2.SecurityGroupRule,
      "CidrIpv4" | "CidrIpv6" | "PrefixListId" | "ReferencedGroupInfo" | "Description"
    > {
  readonly groupId: string;
  readonly IsEgress: boolean;
  readonly IpProtocol: string;
  readonly FromPort: number;
  readonly ToPort: number;
}

export const securityGroupRules: Kind<SecurityGroupRuleRecord, EC2.SecurityGroupRule> = {
  type: "security-group-rule",
  prefix: "sgr",
  collection: defineCollection<SecurityGroupRuleRecord>({
    name: "security-group-rules",
    indexes: { group: ({ groupId }) => [groupId] },
  }),
  notFound: groupRuleNotFound,
  malformed: malformed("InvalidSecurityGroupRuleId.Malformed", "sgr"),
  describe: ({ id, tags, groupId, ...rule }, { account, region }) => ({
    ...rule,
    SecurityGroupRuleId: id,
    SecurityGroupRuleArn: makeArn("ec2", region, account, `security-group-rule/${id}`),
    GroupId: groupId,
    GroupOwnerId: account,
    Tags: tagList(tags),
  }),
  filters: { "group-id": "GroupId", "security-group-rule-id": "SecurityGroupRuleId" },
};

export const rulesOf = (groupId: string, { store }: At): SecurityGroupRuleRecord[] => [
  ...store
    .collection(securityGroupRules.collection)
    .by("group")
    .values({ prefix: [groupId] }),
];

export function saveRules(rules: readonly SecurityGroupRuleRecord[], at: At): void {
  for (const rule of rules) save(securityGroupRules, rule, at);
}

/** Rules as DescribeSecurityGroups has them: those with the same protocol and ports together. */
export function permissionsOf(rules: readonly SecurityGroupRuleRecord[]): EC2.IpPermission[] {
  const groups = new Map<string, SecurityGroupRuleRecord[]>();
  for (const rule of rules) {
    const key = `${rule.IpProtocol} ${rule.FromPort} ${rule.ToPort}`;
    groups.set(key, [...(groups.get(key) ?? []), rule]);
  }
  return [...groups.values()].map(permissionOf);
}

function permissionOf(rules: readonly SecurityGroupRuleRecord[]): EC2.IpPermission {
  const [first] = rules;
  const permission = {
    IpProtocol: first?.IpProtocol ?? "-1",
    ...(first && first.IpProtocol !== "-1" && { FromPort: first.FromPort, ToPort: first.ToPort }),
    IpRanges: [] as EC2.IpRange[],
    Ipv6Ranges: [] as EC2.Ipv6Range[],
    PrefixListIds: [] as EC2.PrefixListId[],
    UserIdGroupPairs: [] as EC2.UserIdGroupPair[],
  };
  for (const { CidrIpv4, CidrIpv6, PrefixListId, ReferencedGroupInfo, Description } of rules) {
    const said = Description === undefined ? {} : { Description };
    if (CidrIpv4 !== undefined) permission.IpRanges.push({ CidrIp: CidrIpv4, ...said });
    if (CidrIpv6 !== undefined) permission.Ipv6Ranges.push({ CidrIpv6, ...said });
    if (PrefixListId !== undefined) permission.PrefixListIds.push({ PrefixListId, ...said });
    if (ReferencedGroupInfo) permission.UserIdGroupPairs.push({ ...ReferencedGroupInfo, ...said });
  }
  return permission;
}
