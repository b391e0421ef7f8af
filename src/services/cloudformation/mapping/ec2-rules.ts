import type { ResourceContext } from "../resource-type.ts";
import { listChanges, listOf } from "./changes.ts";
import { call } from "./ec2.ts";
import type { Properties } from "./mapped.ts";

/* Rules of security groups: flat in templates, by ranges and groups in EC2. */

export type Direction = "Ingress" | "Egress";

/** A rule of a template as EC2 takes it. */
export function permissionOf(rule: Properties): Properties {
  const { Description } = rule;
  const described = (range: Properties) => [{ ...range, ...(Description !== undefined && { Description }) }];
  const group = rule["SourceSecurityGroupId"] ?? rule["DestinationSecurityGroupId"];
  const prefixList = rule["SourcePrefixListId"] ?? rule["DestinationPrefixListId"];
  return {
    IpProtocol: String(rule["IpProtocol"]),
    ...(rule["FromPort"] !== undefined && { FromPort: rule["FromPort"] }),
    ...(rule["ToPort"] !== undefined && { ToPort: rule["ToPort"] }),
    ...(rule["CidrIp"] !== undefined && { IpRanges: described({ CidrIp: rule["CidrIp"] }) }),
    ...(rule["CidrIpv6"] !== undefined && { Ipv6Ranges: described({ CidrIpv6: rule["CidrIpv6"] }) }),
    ...(group !== undefined && { UserIdGroupPairs: described({ GroupId: group }) }),
    ...(rule["SourceSecurityGroupName"] !== undefined && {
      UserIdGroupPairs: described({ GroupName: rule["SourceSecurityGroupName"] }),
    }),
    ...(prefixList !== undefined && { PrefixListIds: described({ PrefixListId: prefixList }) }),
  };
}

export const EVERYWHERE = { IpProtocol: "-1", CidrIp: "0.0.0.0/0" };

/** Brings a group's rules from what a template said to what it says. */
export async function changeRules(
  GroupId: string,
  direction: Direction,
  [before, after]: readonly [before: Properties, after: Properties],
  at: ResourceContext,
): Promise<void> {
  const rules = (from: Properties) => listOf<Properties>(from, `SecurityGroup${direction}`);
  const { added, removed } = listChanges(rules(before), rules(after));
  if (removed.length > 0)
    await call(at, `RevokeSecurityGroup${direction}`, { GroupId, IpPermissions: removed.map(permissionOf) });
  if (added.length > 0)
    await call(at, `AuthorizeSecurityGroup${direction}`, { GroupId, IpPermissions: added.map(permissionOf) });
}
