import type { Handlers } from "../../core/service.ts";
import type * as IAM from "../../models/generated/iam.ts";
import { checkBoundary } from "./boundaries.ts";
import { describeRole, describeRoleInList } from "./describe.ts";
import { instanceProfiles, newEntity, ROLE, type RoleRecord, roles } from "./entity.ts";
import {
  mustDeletePolicies,
  mustDetachPolicies,
  mustRemoveRoles,
  policyTooLong,
  unmodifiableRole,
} from "./errors.ts";
import { pageOf } from "./page.ts";
import { checkPolicy, policyLength } from "./policy-document.ts";
import { addTags, readTags, removeTags, tagList } from "./tags.ts";

const DEFAULT_SESSION_SECONDS = 3600;
/** Characters of a trust policy; AWS raises the default of 2,048 to this on request. */
const LONGEST_TRUST_POLICY = 4096;
const SERVICE_PATH = "/aws-service-role/";

export const roleHandlers: Handlers<IAM.Operations> = {
  CreateRole(input, ctx) {
    const all = roles(ctx);
    all.checkNew(input.RoleName);
    checkTrust(input.AssumeRolePolicyDocument);
    checkBoundary(input.PermissionsBoundary, ctx);
    const role: RoleRecord = {
      ...newEntity(ROLE, input.RoleName, input.Path, readTags(input.Tags), ctx),
      attached: [],
      inline: {},
      trust: input.AssumeRolePolicyDocument,
      maxSessionSeconds: input.MaxSessionDuration ?? DEFAULT_SESSION_SECONDS,
      ...(input.Description !== undefined && { description: input.Description }),
      ...(input.PermissionsBoundary && { boundary: input.PermissionsBoundary }),
    };
    all.put(role);
    // How long sessions may last is only said to whom has said it.
    const { MaxSessionDuration: _, ...made } = describeRole(role);
    return { Role: input.MaxSessionDuration === undefined ? made : describeRole(role) };
  },

  GetRole(input, ctx) {
    return { Role: { ...describeRole(roles(ctx).get(input.RoleName)), RoleLastUsed: {} } };
  },

  ListRoles(input, ctx) {
    const { items, page } = pageOf(roles(ctx).list(input.PathPrefix), input, ({ name }) => name);
    return { Roles: items.map(describeRoleInList), ...page };
  },

  UpdateRole(input, ctx) {
    const all = roles(ctx);
    const role = all.get(input.RoleName);
    all.put({
      ...role,
      ...(input.Description !== undefined && { description: input.Description }),
      ...(input.MaxSessionDuration !== undefined && { maxSessionSeconds: input.MaxSessionDuration }),
    });
    return {};
  },

  UpdateRoleDescription(input, ctx) {
    const all = roles(ctx);
    const role = { ...all.get(input.RoleName), description: input.Description };
    all.put(role);
    return { Role: describeRole(role) };
  },

  UpdateAssumeRolePolicy(input, ctx) {
    const all = roles(ctx);
    const role = all.get(input.RoleName);
    checkModifiable(role);
    checkTrust(input.PolicyDocument);
    all.put({ ...role, trust: input.PolicyDocument });
  },

  DeleteRole(input, ctx) {
    const all = roles(ctx);
    const role = all.get(input.RoleName);
    checkModifiable(role);
    const isInProfile = instanceProfiles(ctx)
      .list()
      .some((profile) => profile.roles.includes(role.name));
    if (isInProfile) throw mustRemoveRoles();
    if (role.attached.length > 0) throw mustDetachPolicies();
    if (Object.keys(role.inline).length > 0) throw mustDeletePolicies();
    all.delete(role.name);
  },

  TagRole(input, ctx) {
    const all = roles(ctx);
    const role = all.get(input.RoleName);
    all.put({ ...role, tags: addTags(role.tags, input.Tags) });
  },

  UntagRole(input, ctx) {
    const all = roles(ctx);
    const role = all.get(input.RoleName);
    all.put({ ...role, tags: removeTags(role.tags, input.TagKeys) });
  },

  ListRoleTags(input, ctx) {
    const { items, page } = pageOf(tagList(roles(ctx).get(input.RoleName).tags), input, ({ Key }) => Key);
    return { Tags: items, ...page };
  },
};

export const isServiceLinked = (role: RoleRecord) => role.path.startsWith(SERVICE_PATH);

/** A service-linked role is its service's. @throws AwsError `UnmodifiableEntity` */
export function checkModifiable(role: RoleRecord): void {
  if (isServiceLinked(role)) throw unmodifiableRole(role.name);
}

function checkTrust(document: string): void {
  checkPolicy(document, "trust");
  if (policyLength(document) > LONGEST_TRUST_POLICY)
    throw policyTooLong("ACLSizePerRole", LONGEST_TRUST_POLICY);
}
