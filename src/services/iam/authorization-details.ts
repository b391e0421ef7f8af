import type { Context, Handlers } from "../../core/service.ts";
import type * as IAM from "../../models/generated/iam.ts";
import { attachedPolicies } from "./attachments.ts";
import { isAwsManaged } from "./aws-managed-policies.ts";
import { boundaryOf, describeGroup, describeRole, describeUser } from "./describe.ts";
import {
  type GroupRecord,
  groups,
  type Identity,
  instanceProfiles,
  type RoleRecord,
  roles,
  type UserRecord,
  users,
} from "./entity.ts";
import { inList } from "./instance-profiles.ts";
import { describePolicy, getPolicy, usageCounts } from "./managed-policy.ts";
import { pageOf } from "./page.ts";
import { encodePolicy } from "./policy-document.ts";
import { type PolicyRecord, policyRecords } from "./policy-record.ts";
import { tagList } from "./tags.ts";

/** In the order in which they are told. */
const KINDS: readonly string[] = ["User", "Group", "Role", "LocalManagedPolicy", "AWSManagedPolicy"];

type Detail =
  | { readonly kind: "User"; readonly record: UserRecord }
  | { readonly kind: "Group"; readonly record: GroupRecord }
  | { readonly kind: "Role"; readonly record: RoleRecord }
  | { readonly kind: "LocalManagedPolicy" | "AWSManagedPolicy"; readonly record: PolicyRecord };

export const authorizationDetails: Handlers<IAM.Operations> = {
  GetAccountAuthorizationDetails(input, ctx) {
    const counts = usageCounts(ctx);
    const used = [...counts.attachments.keys()].filter(isAwsManaged).sort();
    const all: Detail[] = [
      ...users(ctx)
        .list()
        .map((record) => ({ kind: "User" as const, record })),
      ...groups(ctx)
        .list()
        .map((record) => ({ kind: "Group" as const, record })),
      ...roles(ctx)
        .list()
        .map((record) => ({ kind: "Role" as const, record })),
      ...[...ctx.store.collection(policyRecords).values()].map((record) => ({
        kind: "LocalManagedPolicy" as const,
        record,
      })),
      ...used.map((arn) => ({ kind: "AWSManagedPolicy" as const, record: getPolicy(arn, ctx) })),
    ];
    const kinds = input.Filter ?? [];
    const wanted = kinds.length > 0 ? all.filter(({ kind }) => kinds.includes(kind)) : all;
    const { items, page } = pageOf(wanted, input, ({ kind, record }) => [KINDS.indexOf(kind), record.arn]);
    return {
      UserDetailList: items.flatMap((item) => (item.kind === "User" ? [userDetail(item.record)] : [])),
      GroupDetailList: items.flatMap((item) => (item.kind === "Group" ? [groupDetail(item.record)] : [])),
      RoleDetailList: items.flatMap((item) => (item.kind === "Role" ? [roleDetail(item.record, ctx)] : [])),
      Policies: items.flatMap((item) =>
        item.kind === "LocalManagedPolicy" || item.kind === "AWSManagedPolicy"
          ? [policyDetail(item.record, counts)]
          : [],
      ),
      ...page,
    };
  },
};

function inlineOf(identity: Identity): IAM.PolicyDetail[] {
  return Object.entries(identity.inline).map(([PolicyName, document]) => ({
    PolicyName,
    PolicyDocument: encodePolicy(document),
  }));
}

function userDetail(user: UserRecord): IAM.UserDetail {
  return {
    ...describeUser(user),
    UserPolicyList: inlineOf(user),
    GroupList: [...user.groups],
    AttachedManagedPolicies: attachedPolicies(user.attached),
    Tags: tagList(user.tags),
  };
}

function groupDetail(group: GroupRecord): IAM.GroupDetail {
  return {
    ...describeGroup(group),
    GroupPolicyList: inlineOf(group),
    AttachedManagedPolicies: attachedPolicies(group.attached),
  };
}

function roleDetail(role: RoleRecord, ctx: Context): IAM.RoleDetail {
  const { Description: _, MaxSessionDuration: __, ...described } = describeRole(role);
  const profiles = instanceProfiles(ctx)
    .list()
    .filter((profile) => profile.roles.includes(role.name));
  return {
    ...described,
    InstanceProfileList: profiles.map((profile) => inList(profile, ctx)),
    RolePolicyList: inlineOf(role),
    AttachedManagedPolicies: attachedPolicies(role.attached),
    ...boundaryOf(role),
    Tags: tagList(role.tags),
    RoleLastUsed: {},
  };
}

function policyDetail(policy: PolicyRecord, counts: ReturnType<typeof usageCounts>): IAM.ManagedPolicyDetail {
  const { Tags: _, ...described } = describePolicy(policy, counts);
  return {
    ...described,
    PolicyVersionList: [...policy.versions].reverse().map(({ id, document, createdAtMs }) => ({
      Document: encodePolicy(document),
      VersionId: id,
      IsDefaultVersion: id === policy.defaultVersion,
      CreateDate: new Date(createdAtMs),
    })),
  };
}
