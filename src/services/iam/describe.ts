import type * as IAM from "../../models/generated/iam.ts";
import type { GroupRecord, Identity, InstanceProfileRecord, RoleRecord, UserRecord } from "./entity.ts";
import { encodePolicy } from "./policy-document.ts";
import { tagsOf } from "./tags.ts";

/** Records as IAM answers them. */

export function describeUser(user: UserRecord): IAM.User {
  return {
    Path: user.path,
    UserName: user.name,
    UserId: user.id,
    Arn: user.arn,
    CreateDate: new Date(user.createdAtMs),
    ...boundaryOf(user),
    ...tagsOf(user.tags),
  };
}

export function describeGroup(group: GroupRecord): IAM.Group {
  return {
    Path: group.path,
    GroupName: group.name,
    GroupId: group.id,
    Arn: group.arn,
    CreateDate: new Date(group.createdAtMs),
  };
}

export function describeRole(role: RoleRecord): IAM.Role {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: role.arn,
    CreateDate: new Date(role.createdAtMs),
    AssumeRolePolicyDocument: encodePolicy(role.trust),
    ...(role.description !== undefined && { Description: role.description }),
    MaxSessionDuration: role.maxSessionSeconds,
    ...boundaryOf(role),
    ...tagsOf(role.tags),
  };
}

/** In a list a role comes without its tags and boundary. */
export function describeRoleInList(role: RoleRecord): IAM.Role {
  const { Tags: _, PermissionsBoundary: __, ...rest } = describeRole(role);
  return rest;
}

/** In a list a user comes without tags and boundary. */
export function describeUserInList(user: UserRecord): IAM.User {
  const { Tags: _, PermissionsBoundary: __, ...rest } = describeUser(user);
  return rest;
}

export function describeInstanceProfile(
  profile: InstanceProfileRecord,
  roles: readonly RoleRecord[],
): IAM.InstanceProfile {
  return {
    Path: profile.path,
    InstanceProfileName: profile.name,
    InstanceProfileId: profile.id,
    Arn: profile.arn,
    CreateDate: new Date(profile.createdAtMs),
    Roles: roles.map(describeRoleInList),
    ...tagsOf(profile.tags),
  };
}

export function boundaryOf(identity: Identity): { PermissionsBoundary?: IAM.AttachedPermissionsBoundary } {
  if (identity.boundary === undefined) return {};
  return {
    PermissionsBoundary: {
      PermissionsBoundaryType: "PermissionsBoundaryPolicy",
      PermissionsBoundaryArn: identity.boundary,
    },
  };
}
