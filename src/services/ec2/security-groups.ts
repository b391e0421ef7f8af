import { tagList } from "../../aws/tags.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as EC2 from "../../models/generated/ec2.ts";
import { describePage, pageBy } from "./describing.ts";
import {
  cannotDeleteGroup,
  defaultVpcDoesNotExist,
  groupDuplicate,
  groupIsReserved,
  groupNameNotFound,
  hasDependentObject,
  invalidParameterValue,
} from "./errors.ts";
import { type FilterPaths, filtering } from "./filters.ts";
import { find, has, idFor, remove, save } from "./kind.ts";
import { networkInterfaces } from "./network-interface.ts";
import {
  groupArn,
  groupMeant,
  groupsOf,
  type SecurityGroupRecord,
  securityGroups,
} from "./security-group.ts";
import { rulesOf, saveRules, securityGroupRules } from "./security-group-rule.ts";
import { tagsFor } from "./tag-specifications.ts";
import { defaultVpcOf, vpcs } from "./vpc.ts";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html and its neighbours */
export const securityGroupOperations: Handlers<EC2.Operations> = {
  CreateSecurityGroup(input, ctx) {
    const vpc = input.VpcId === undefined ? defaultVpcOf(ctx) : find(vpcs, input.VpcId, ctx);
    if (vpc === undefined) throw defaultVpcDoesNotExist();
    checkName(input, vpc.id, ctx);
    const group: SecurityGroupRecord = {
      id: idFor(securityGroups, ctx),
      tags: tagsFor("security-group", input.TagSpecifications),
      vpcId: vpc.id,
      name: input.GroupName,
      description: input.Description,
    };
    save(securityGroups, group, ctx);
    const id = idFor(securityGroupRules, ctx);
    const everywhere = { IsEgress: true, IpProtocol: "-1", FromPort: -1, ToPort: -1, CidrIpv4: "0.0.0.0/0" };
    saveRules([{ id, tags: {}, groupId: group.id, ...everywhere }], ctx);
    return {
      GroupId: group.id,
      SecurityGroupArn: groupArn(group, ctx),
      ...(Object.keys(group.tags).length > 0 && { Tags: tagList(group.tags) }),
    };
  },

  DescribeSecurityGroups(input, ctx) {
    const { GroupNames = [] } = input;
    const vpcId = defaultVpcOf(ctx)?.id ?? "";
    const known = groupsOf(vpcId, ctx).map(({ name }) => name);
    const unknown = GroupNames.find((name) => !known.includes(name));
    if (unknown !== undefined) throw groupNameNotFound(unknown, vpcId);
    const isNamed = (group: SecurityGroupRecord) => group.vpcId === vpcId && GroupNames.includes(group.name);
    const { items, nextToken } = describePage(
      securityGroups,
      input.GroupIds,
      input,
      ctx,
      (group) => GroupNames.length === 0 || isNamed(group),
    );
    return { SecurityGroups: items, NextToken: nextToken };
  },

  DeleteSecurityGroup(input, ctx) {
    const group = groupMeant(input, ctx);
    if (group.name === "default") throw cannotDeleteGroup(group.id);
    const isOnInterface = has(networkInterfaces, ctx, ({ groups }) =>
      groups.some((one) => one.GroupId === group.id),
    );
    const isReferenced = has(
      securityGroupRules,
      ctx,
      (rule) => rule.groupId !== group.id && rule.ReferencedGroupInfo?.GroupId === group.id,
    );
    if (isOnInterface || isReferenced) throw hasDependentObject(group.id);
    for (const rule of rulesOf(group.id, ctx)) remove(securityGroupRules, rule, ctx);
    remove(securityGroups, group, ctx);
    return { Return: true, GroupId: group.id };
  },

  GetSecurityGroupsForVpc(input, ctx) {
    const vpc = find(vpcs, input.VpcId, ctx);
    const described = groupsOf(vpc.id, ctx)
      .map((group) => describeForVpc(group, ctx.account))
      .filter(filtering(input.Filters, FOR_VPC_FILTERS));
    const { items, nextToken } = pageBy(described, ({ GroupId }) => String(GroupId), input, vpc.id);
    return { SecurityGroupForVpcs: items, NextToken: nextToken };
  },
};

const describeForVpc = (group: SecurityGroupRecord, account: string): EC2.SecurityGroupForVpc => ({
  GroupId: group.id,
  GroupName: group.name,
  Description: group.description,
  OwnerId: account,
  PrimaryVpcId: group.vpcId,
  Tags: tagList(group.tags),
});

const FOR_VPC_FILTERS: FilterPaths<EC2.SecurityGroupForVpc> = {
  "group-id": "GroupId",
  description: "Description",
  "group-name": "GroupName",
  "owner-id": "OwnerId",
  "primary-vpc-id": "PrimaryVpcId",
};

function checkName(
  { GroupName, Description }: Pick<EC2.CreateSecurityGroupRequest, "GroupName" | "Description">,
  vpcId: string,
  ctx: Context,
): void {
  if (GroupName.startsWith("sg-"))
    throw invalidParameterValue(
      `Invalid value '${GroupName}' for groupName. Names may not start with 'sg-'.`,
    );
  if (GroupName === "default") throw groupIsReserved();
  if (Description.length > 255 || GroupName.length > 255)
    throw invalidParameterValue("Character sets beyond ASCII or more than 255 characters are not supported.");
  if (groupsOf(vpcId, ctx).some(({ name }) => name === GroupName)) throw groupDuplicate(GroupName, vpcId);
}
