import { tagList } from "../../aws/tags.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as EC2 from "../../models/generated/ec2.ts";
import { describePage } from "./describing.ts";
import {
  invalidParameterCombination,
  invalidParameterValue,
  missingParameter,
  permissionDuplicate,
  permissionNotFound,
  rulesLimitExceeded,
} from "./errors.ts";
import {
  canonical,
  isSameRule,
  type Permissions,
  portsOf,
  type RuleWish,
  rulesMeant,
  ruleText,
} from "./ip-permissions.ts";
import { find, idFor, remove, save } from "./kind.ts";
import { groupMeant, securityGroups } from "./security-group.ts";
import { rulesOf, type SecurityGroupRuleRecord, securityGroupRules } from "./security-group-rule.ts";
import { tagsFor } from "./tag-specifications.ts";

/** https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-security-groups: in and out each */
const MOST_RULES = 60;

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html and its neighbours */
export const securityGroupRuleOperations: Handlers<EC2.Operations> = {
  AuthorizeSecurityGroupIngress: (input, ctx) => authorize(input, false, ctx),
  AuthorizeSecurityGroupEgress: (input, ctx) => authorize(input, true, ctx),
  RevokeSecurityGroupIngress: (input, ctx) => revoke(input, false, ctx),
  RevokeSecurityGroupEgress: (input, ctx) => revoke(input, true, ctx),

  DescribeSecurityGroupRules(input, ctx) {
    const { items, nextToken } = describePage(securityGroupRules, input.SecurityGroupRuleIds, input, ctx);
    return { SecurityGroupRules: items, NextToken: nextToken };
  },

  ModifySecurityGroupRules({ GroupId, SecurityGroupRules }, ctx) {
    const group = find(securityGroups, GroupId, ctx);
    for (const { SecurityGroupRuleId, SecurityGroupRule } of SecurityGroupRules) {
      const rule = find(securityGroupRules, SecurityGroupRuleId, ctx);
      if (rule.groupId !== group.id)
        throw invalidParameterValue(
          `The security group rule '${SecurityGroupRuleId}' does not belong to the security group '${GroupId}'`,
        );
      if (SecurityGroupRule) save(securityGroupRules, changed(rule, SecurityGroupRule, ctx), ctx);
    }
    return { Return: true };
  },

  UpdateSecurityGroupRuleDescriptionsIngress: (input, ctx) => describe(input, false, ctx),
  UpdateSecurityGroupRuleDescriptionsEgress: (input, ctx) => describe(input, true, ctx),
};

function authorize(
  input: Permissions & { readonly GroupId?: string; readonly GroupName?: string } & Pick<
      EC2.AuthorizeSecurityGroupIngressRequest,
      "TagSpecifications"
    >,
  isEgress: boolean,
  ctx: Context,
): EC2.AuthorizeSecurityGroupIngressResult {
  const group = groupMeant(input, ctx);
  const tags = tagsFor("security-group-rule", input.TagSpecifications);
  const there = rulesOf(group.id, ctx);
  const made: SecurityGroupRuleRecord[] = [];
  for (const wish of rulesMeant(input, isEgress, ctx)) {
    if ([...there, ...made].some((rule) => isSameRule(rule, wish))) throw permissionDuplicate(ruleText(wish));
    made.push({ ...wish, id: idFor(securityGroupRules, ctx), tags, groupId: group.id });
  }
  const alike = there.filter(({ IsEgress }) => IsEgress === isEgress);
  if (alike.length + made.length > MOST_RULES) throw rulesLimitExceeded();
  for (const rule of made) save(securityGroupRules, rule, ctx);
  return { Return: true, SecurityGroupRules: made.map((rule) => describeMade(rule, ctx)) };
}

/** Tags that nobody gave are left out. */
function describeMade(rule: SecurityGroupRuleRecord, ctx: Context): EC2.SecurityGroupRule {
  const { Tags: _tags, ...described } = securityGroupRules.describe(rule, ctx);
  return Object.keys(rule.tags).length > 0 ? { ...described, Tags: tagList(rule.tags) } : described;
}

function revoke(
  input: Permissions & {
    readonly GroupId?: string;
    readonly GroupName?: string;
    readonly SecurityGroupRuleIds?: readonly string[];
  },
  isEgress: boolean,
  ctx: Context,
): EC2.RevokeSecurityGroupIngressResult {
  const group = groupMeant(input, ctx);
  const there = rulesOf(group.id, ctx).filter(({ IsEgress }) => IsEgress === isEgress);
  const { SecurityGroupRuleIds: ids = [] } = input;
  if (ids.length > 0 && input.IpPermissions?.length)
    throw invalidParameterCombination(
      "The parameter ipPermissions may not be used with securityGroupRuleIds",
    );
  const gone =
    ids.length > 0
      ? ids.map((id) => find(securityGroupRules, id, ctx))
      : rulesMeant(input, isEgress, ctx).map((wish) => {
          const rule = there.find((one) => isSameRule(one, wish));
          if (rule === undefined) throw permissionNotFound();
          return rule;
        });
  for (const rule of gone) {
    if (rule.groupId !== group.id || rule.IsEgress !== isEgress) throw permissionNotFound();
    remove(securityGroupRules, rule, ctx);
  }
  return { Return: true, RevokedSecurityGroupRules: gone.map(describeRevoked) };
}

function describeRevoked(rule: SecurityGroupRuleRecord): EC2.RevokedSecurityGroupRule {
  const { id, tags: _tags, groupId, ReferencedGroupInfo, ...rest } = rule;
  return {
    ...rest,
    SecurityGroupRuleId: id,
    GroupId: groupId,
    ...(ReferencedGroupInfo?.GroupId !== undefined && { ReferencedGroupId: ReferencedGroupInfo.GroupId }),
  };
}

function changed(
  rule: SecurityGroupRuleRecord,
  request: EC2.SecurityGroupRuleRequest,
  ctx: Context,
): SecurityGroupRuleRecord {
  const { CidrIpv4, CidrIpv6, PrefixListId, ReferencedGroupId, Description } = request;
  const { id, tags, groupId, IsEgress } = rule;
  const peer =
    CidrIpv4 !== undefined
      ? { CidrIpv4: canonical(CidrIpv4, "CidrIpv4") }
      : CidrIpv6 !== undefined
        ? { CidrIpv6: canonical(CidrIpv6, "CidrIpv6") }
        : PrefixListId !== undefined
          ? { PrefixListId }
          : ReferencedGroupId !== undefined
            ? {
                ReferencedGroupInfo: {
                  GroupId: find(securityGroups, ReferencedGroupId, ctx).id,
                  UserId: ctx.account,
                },
              }
            : undefined;
  if (peer === undefined) throw missingParameter("SecurityGroupRule.CidrIpv4");
  return {
    ...{ id, tags, groupId, IsEgress, ...portsOf(request), ...peer },
    ...(Description !== undefined && { Description }),
  };
}

function describe(
  input: EC2.UpdateSecurityGroupRuleDescriptionsIngressRequest,
  isEgress: boolean,
  ctx: Context,
): EC2.UpdateSecurityGroupRuleDescriptionsIngressResult {
  const group = groupMeant(input, ctx);
  for (const { SecurityGroupRuleId, Description } of input.SecurityGroupRuleDescriptions ?? []) {
    const { Description: _before, ...rule } = find(securityGroupRules, String(SecurityGroupRuleId), ctx);
    save(securityGroupRules, { ...rule, ...(Description !== undefined && { Description }) }, ctx);
  }
  const there = rulesOf(group.id, ctx);
  const meant: RuleWish[] = input.IpPermissions?.length ? rulesMeant(input, isEgress, ctx) : [];
  for (const wish of meant) {
    const rule = there.find((one) => isSameRule(one, wish));
    if (rule === undefined) throw permissionNotFound();
    const { Description: _before, ...rest } = rule;
    save(
      securityGroupRules,
      { ...rest, ...(wish.Description !== undefined && { Description: wish.Description }) },
      ctx,
    );
  }
  return { Return: true };
}
