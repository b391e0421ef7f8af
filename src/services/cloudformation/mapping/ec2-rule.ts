import { defineType, type ResourceContext, type ResourceType } from "../resource-type.ts";
import { call } from "./ec2.ts";
import { type Direction, permissionOf } from "./ec2-rules.ts";
import { found, gone, type Properties } from "./mapped.ts";
import { shown } from "./shown.ts";

/** One rule of a security group, as a resource of its own. */
export function ec2Rule(
  direction: Direction,
  replacedBy: readonly string[],
  required: readonly string[],
): ResourceType {
  const ruleOf = async (id: string, at: ResourceContext): Promise<Properties | undefined> => {
    const output = await found(call(at, "DescribeSecurityGroupRules", { SecurityGroupRuleIds: [id] }));
    return (output?.["SecurityGroupRules"] as Properties[] | undefined)?.[0];
  };
  return defineType({
    type: `AWS::EC2::SecurityGroup${direction}`,
    replacedBy,
    required,
    async create(properties, at) {
      const { GroupId, GroupName } = properties;
      const { SecurityGroupRules } = await call(at, `AuthorizeSecurityGroup${direction}`, {
        ...(GroupId === undefined ? { GroupName } : { GroupId }),
        IpPermissions: [permissionOf(properties)],
      });
      const [rule] = SecurityGroupRules as Properties[];
      const id = String(rule?.["SecurityGroupRuleId"]);
      return { id, attributes: { Id: id } };
    },
    async update(existing, { Description }, at) {
      const rule = await ruleOf(existing.id, at);
      await call(at, "ModifySecurityGroupRules", {
        GroupId: rule?.["GroupId"],
        SecurityGroupRules: [
          {
            SecurityGroupRuleId: existing.id,
            SecurityGroupRule: { ...flat(rule ?? {}), Description: Description ?? "" },
          },
        ],
      });
      return existing;
    },
    async delete({ id }, at) {
      const rule = await ruleOf(id, at);
      if (!rule) return;
      await gone(
        call(at, `RevokeSecurityGroup${direction}`, { GroupId: rule["GroupId"], SecurityGroupRuleIds: [id] }),
      );
    },
    async read({ id, properties }, at) {
      const rule = await ruleOf(id, at);
      return shown(properties, rule && { ...rule, CidrIp: rule["CidrIpv4"] });
    },
  });
}

/** A rule as it is changed: the group that it names by its id alone. */
function flat(rule: Properties): Properties {
  const { IpProtocol, FromPort, ToPort, CidrIpv4, CidrIpv6, PrefixListId, ReferencedGroupInfo } = rule;
  const ReferencedGroupId = (ReferencedGroupInfo as Properties | undefined)?.["GroupId"];
  return { IpProtocol, FromPort, ToPort, CidrIpv4, CidrIpv6, PrefixListId, ReferencedGroupId };
}
