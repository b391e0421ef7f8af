import { parseArn } from "../../core/arn.ts";
import type { Context, Handlers } from "../../core/service.ts";
import { capitalized } from "../../core/text.ts";
import type * as IAM from "../../models/generated/iam.ts";
import { type Entities, groups, type Identity, roles, users } from "./entity.ts";
import { notAttachable, notAttached, quotaExceeded, validationError } from "./errors.ts";
import { findPolicy, getPolicy, policyNameOf } from "./managed-policy.ts";
import { type PageInput, pageOf } from "./page.ts";
import { checkModifiable } from "./roles.ts";

/** AWS raises the default of 10 to this on request. */
const MOST_ATTACHED = 20;

/** Managed policies at users, groups and roles. */
export const attachments: Handlers<IAM.Operations> = {
  AttachUserPolicy: (input, ctx) => attach(users(ctx), input.UserName, input.PolicyArn, ctx),
  AttachGroupPolicy: (input, ctx) => attach(groups(ctx), input.GroupName, input.PolicyArn, ctx),
  AttachRolePolicy(input, ctx) {
    checkModifiable(roles(ctx).get(input.RoleName));
    attach(roles(ctx), input.RoleName, input.PolicyArn, ctx);
  },

  DetachUserPolicy: (input, ctx) => detach(users(ctx), input.UserName, input.PolicyArn),
  DetachGroupPolicy: (input, ctx) => detach(groups(ctx), input.GroupName, input.PolicyArn),
  DetachRolePolicy(input, ctx) {
    checkModifiable(roles(ctx).get(input.RoleName));
    detach(roles(ctx), input.RoleName, input.PolicyArn);
  },

  ListAttachedUserPolicies: (input, ctx) => list(users(ctx).get(input.UserName), input, ctx),
  ListAttachedGroupPolicies: (input, ctx) => list(groups(ctx).get(input.GroupName), input, ctx),
  ListAttachedRolePolicies: (input, ctx) => list(roles(ctx).get(input.RoleName), input, ctx),
};

/** Attaching again is no error. */
function attach<T extends Identity>(all: Entities<T>, name: string, arn: string, ctx: Context): void {
  const identity = all.get(name);
  if (!parseArn(arn)) throw validationError("Invalid ARN:  Could not be parsed!");
  if (!findPolicy(arn, ctx)) throw notAttachable(arn);
  if (identity.attached.includes(arn)) return;
  if (identity.attached.length >= MOST_ATTACHED) {
    const { label } = all.kind;
    throw quotaExceeded(`PoliciesPer${capitalized(label)}`, MOST_ATTACHED);
  }
  all.put({ ...identity, attached: [...identity.attached, arn] });
}

function detach<T extends Identity>(all: Entities<T>, name: string, arn: string): void {
  const identity = all.get(name);
  if (!identity.attached.includes(arn)) throw notAttached(arn);
  all.put({ ...identity, attached: identity.attached.filter((one) => one !== arn) });
}

function list(identity: Identity, input: PageInput & { readonly PathPrefix?: string }, ctx: Context) {
  const { PathPrefix: prefix = "/" } = input;
  const found = identity.attached.filter((arn) => getPolicy(arn, ctx).path.startsWith(prefix));
  const { items, page } = pageOf(found, input, (arn) => arn);
  return { AttachedPolicies: attachedPolicies(items), ...page };
}

export function attachedPolicies(arns: readonly string[]): IAM.AttachedPolicy[] {
  return arns.map((PolicyArn) => ({ PolicyName: policyNameOf(PolicyArn), PolicyArn }));
}
