import type { Context } from "../../core/service.ts";
import type * as EC2 from "../../models/generated/ec2.ts";
import { formatCidr } from "./cidr.ts";
import { invalidParameterValue, missingParameter } from "./errors.ts";
import { find } from "./kind.ts";
import { prefixLists } from "./prefix-list.ts";
import { groupNamed, securityGroups } from "./security-group.ts";
import type { SecurityGroupRuleRecord } from "./security-group-rule.ts";
import { readBlock } from "./vpc-blocks.ts";

/** A rule that is not yet one: all but its id, group and tags. */
export type RuleWish = Omit<SecurityGroupRuleRecord, "id" | "tags" | "groupId">;

/** The members in which Authorize and Revoke say what is allowed, today's and those of the first years. */
export type Permissions = Pick<
  EC2.AuthorizeSecurityGroupIngressRequest,
  "CidrIp" | "FromPort" | "ToPort" | "IpProtocol" | "IpPermissions" | "SourceSecurityGroupName"
>;

const PROTOCOLS: Readonly<Record<string, string>> = {
  "1": "icmp",
  "6": "tcp",
  "17": "udp",
  "58": "icmpv6",
  all: "-1",
};

/** Every rule that an input means: one a peer. */
export function rulesMeant(input: Permissions, IsEgress: boolean, ctx: Context): RuleWish[] {
  const { IpPermissions, CidrIp, SourceSecurityGroupName, IpProtocol, FromPort, ToPort } = input;
  if (IpPermissions?.length) return IpPermissions.flatMap((permission) => rulesOf(permission, IsEgress, ctx));
  const legacy: EC2.IpPermission = {
    ...(IpProtocol !== undefined && { IpProtocol }),
    ...(FromPort !== undefined && { FromPort }),
    ...(ToPort !== undefined && { ToPort }),
    ...(CidrIp !== undefined && { IpRanges: [{ CidrIp }] }),
    ...(SourceSecurityGroupName !== undefined && {
      UserIdGroupPairs: [{ GroupName: SourceSecurityGroupName }],
    }),
  };
  if (Object.keys(legacy).length === 0) throw missingParameter("ipPermissions");
  return rulesOf(legacy, IsEgress, ctx);
}

function rulesOf(permission: EC2.IpPermission, IsEgress: boolean, ctx: Context): RuleWish[] {
  const { IpRanges = [], Ipv6Ranges = [], PrefixListIds = [], UserIdGroupPairs = [] } = permission;
  const ports = portsOf(permission);
  const said = ({ Description }: { Description?: string }) =>
    Description === undefined ? {} : { Description };
  return [
    ...IpRanges.map((range) => ({ CidrIpv4: canonical(range.CidrIp, "CidrIp"), ...said(range) })),
    ...Ipv6Ranges.map((range) => ({ CidrIpv6: canonical(range.CidrIpv6, "CidrIpv6"), ...said(range) })),
    ...PrefixListIds.map((list) => ({
      PrefixListId: find(prefixLists, String(list.PrefixListId), ctx).id,
      ...said(list),
    })),
    ...UserIdGroupPairs.map((pair) => ({ ReferencedGroupInfo: referenced(pair, ctx), ...said(pair) })),
  ].map((peer) => ({ ...ports, ...peer, IsEgress }));
}

/** Protocol and ports, as AWS keeps them. */
export function portsOf({
  IpProtocol,
  FromPort,
  ToPort,
}: EC2.IpPermission): Pick<SecurityGroupRuleRecord, "IpProtocol" | "FromPort" | "ToPort"> {
  if (IpProtocol === undefined) throw missingParameter("ipProtocol");
  // In capitals as well (inferred: AWS's own runbooks have `TCP`).
  const name = IpProtocol.toLowerCase();
  const protocol = PROTOCOLS[name] ?? name;
  if (!["-1", "tcp", "udp", "icmp", "icmpv6"].includes(protocol) && !/^\d{1,3}$/.test(protocol))
    throw invalidParameterValue(`Invalid value '${IpProtocol}' for IP protocol. Unknown protocol.`);
  if (protocol === "-1" || /^\d+$/.test(protocol)) return { IpProtocol: protocol, FromPort: -1, ToPort: -1 };
  if (protocol === "icmpv6" && FromPort === undefined)
    return { IpProtocol: protocol, FromPort: -1, ToPort: -1 };
  if (FromPort === undefined || ToPort === undefined)
    throw invalidParameterValue(
      "Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.",
    );
  const isPort = (port: number) => port >= -1 && port <= 65_535;
  if (
    !isPort(FromPort) ||
    !isPort(ToPort) ||
    (protocol !== "icmp" && protocol !== "icmpv6" && FromPort > ToPort)
  )
    throw invalidParameterValue(`Invalid TCP/UDP port range (${FromPort}:${ToPort})`);
  return { IpProtocol: protocol, FromPort, ToPort };
}

/** A block without what lies behind its length: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpRange.html */
export const canonical = (text: string | undefined, parameter: string): string =>
  formatCidr(readBlock(text, parameter));

function referenced(pair: EC2.UserIdGroupPair, ctx: Context): EC2.ReferencedSecurityGroup {
  const { GroupId, GroupName, UserId = ctx.account, VpcId, VpcPeeringConnectionId } = pair;
  const id = GroupId ?? groupNamed(String(GroupName), ctx).id;
  // A group of another account is behind a peering connection.
  if (UserId === ctx.account && VpcPeeringConnectionId === undefined) find(securityGroups, id, ctx);
  return {
    GroupId: id,
    UserId,
    ...(VpcId !== undefined && { VpcId }),
    ...(VpcPeeringConnectionId !== undefined && { VpcPeeringConnectionId, PeeringStatus: "active" }),
  };
}

/** Do two rules allow the same? What is said of them does not count. */
export const isSameRule = (a: RuleWish, b: RuleWish): boolean =>
  a.IsEgress === b.IsEgress &&
  a.IpProtocol === b.IpProtocol &&
  a.FromPort === b.FromPort &&
  a.ToPort === b.ToPort &&
  peerOf(a) === peerOf(b);

const peerOf = ({ CidrIpv4, CidrIpv6, PrefixListId, ReferencedGroupInfo }: RuleWish): string =>
  CidrIpv4 ?? CidrIpv6 ?? PrefixListId ?? ReferencedGroupInfo?.GroupId ?? "";

/** "peer: 0.0.0.0/0, TCP, from port: 22, to port: 22, ALLOW" */
export function ruleText(rule: RuleWish): string {
  const protocol = rule.IpProtocol === "-1" ? "ALL" : rule.IpProtocol.toUpperCase();
  const ports = rule.FromPort === -1 ? "" : `, from port: ${rule.FromPort}, to port: ${rule.ToPort}`;
  return `peer: ${peerOf(rule)}, ${protocol}${ports}, ALLOW`;
}
