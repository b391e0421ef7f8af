import type { Handlers } from "../../core/service.ts";
import type * as IAM from "../../models/generated/iam.ts";
import { type Entities, groups, type Identity, roles, users } from "./entity.ts";
import { inlinePoliciesTooLong, noSuchInlinePolicy } from "./errors.ts";
import { type PageInput, pageOf } from "./page.ts";
import { checkPolicy, encodePolicy, policyLength } from "./policy-document.ts";
import { checkModifiable } from "./roles.ts";

/** Characters of all inline policies of an identity together. */
const LIMITS = { user: 2048, group: 5120, role: 10_240, "instance-profile": 0 } as const;

/** Policies that are part of a user, group or role. */
export const inlinePolicies: Handlers<IAM.Operations> = {
  PutUserPolicy: (input, ctx) => put(users(ctx), input.UserName, input),
  PutGroupPolicy: (input, ctx) => put(groups(ctx), input.GroupName, input),
  PutRolePolicy(input, ctx) {
    checkModifiable(roles(ctx).get(input.RoleName));
    put(roles(ctx), input.RoleName, input);
  },

  GetUserPolicy(input, ctx) {
    const user = users(ctx).get(input.UserName);
    return { UserName: user.name, ...get("user", user, input.PolicyName) };
  },
  GetGroupPolicy(input, ctx) {
    const group = groups(ctx).get(input.GroupName);
    return { GroupName: group.name, ...get("group", group, input.PolicyName) };
  },
  GetRolePolicy(input, ctx) {
    const role = roles(ctx).get(input.RoleName);
    return { RoleName: role.name, ...get("role", role, input.PolicyName) };
  },

  DeleteUserPolicy: (input, ctx) => remove(users(ctx), input.UserName, input.PolicyName),
  DeleteGroupPolicy: (input, ctx) => remove(groups(ctx), input.GroupName, input.PolicyName),
  DeleteRolePolicy(input, ctx) {
    checkModifiable(roles(ctx).get(input.RoleName));
    remove(roles(ctx), input.RoleName, input.PolicyName);
  },

  ListUserPolicies: (input, ctx) => list(users(ctx).get(input.UserName), input),
  ListGroupPolicies: (input, ctx) => list(groups(ctx).get(input.GroupName), input),
  ListRolePolicies: (input, ctx) => list(roles(ctx).get(input.RoleName), input),
};

function put<T extends Identity>(
  all: Entities<T>,
  name: string,
  { PolicyName, PolicyDocument }: { readonly PolicyName: string; readonly PolicyDocument: string },
): void {
  const identity = all.get(name);
  checkPolicy(PolicyDocument, "identity");
  const inline = { ...identity.inline, [PolicyName]: PolicyDocument };
  const { label } = all.kind;
  const size = Object.values(inline).reduce((sum, document) => sum + policyLength(document), 0);
  if (size > LIMITS[label]) {
    throw inlinePoliciesTooLong(LIMITS[label], label, name);
  }
  all.put({ ...identity, inline });
}

function get(kind: string, identity: Identity, policyName: string) {
  const document = Object.hasOwn(identity.inline, policyName) ? identity.inline[policyName] : undefined;
  if (document === undefined) throw noSuchInlinePolicy(kind, policyName);
  return { PolicyName: policyName, PolicyDocument: encodePolicy(document) };
}

function remove<T extends Identity>(all: Entities<T>, name: string, policyName: string): void {
  const identity = all.get(name);
  if (!Object.hasOwn(identity.inline, policyName)) throw noSuchInlinePolicy(all.kind.label, policyName);
  const { [policyName]: _, ...inline } = identity.inline;
  all.put({ ...identity, inline });
}

function list(identity: Identity, input: PageInput) {
  const { items, page } = pageOf(Object.keys(identity.inline).sort(), input, (name) => name);
  return { PolicyNames: items, ...page };
}
