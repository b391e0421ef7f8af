import type { Context, Handlers } from "../../core/service.ts";
import type * as IAM from "../../models/generated/iam.ts";
import { type Entities, type Identity, roles, users } from "./entity.ts";
import { noSuchBoundary, notAttachable } from "./errors.ts";
import { findPolicy } from "./managed-policy.ts";

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html */
export const boundaries: Handlers<IAM.Operations> = {
  PutUserPermissionsBoundary: (input, ctx) => put(users(ctx), input.UserName, input.PermissionsBoundary, ctx),
  PutRolePermissionsBoundary: (input, ctx) => put(roles(ctx), input.RoleName, input.PermissionsBoundary, ctx),
  DeleteUserPermissionsBoundary: (input, ctx) => remove(users(ctx), input.UserName),
  DeleteRolePermissionsBoundary: (input, ctx) => remove(roles(ctx), input.RoleName),
};

function put<T extends Identity>(all: Entities<T>, name: string, arn: string, ctx: Context): void {
  const identity = all.get(name);
  checkBoundary(arn, ctx);
  all.put({ ...identity, boundary: arn });
}

function remove<T extends Identity>(all: Entities<T>, name: string): void {
  const identity = all.get(name);
  if (identity.boundary === undefined) throw noSuchBoundary(name);
  const { boundary: _, ...rest } = identity;
  all.put(rest as T);
}

/** @throws AwsError `NoSuchEntity` when the policy is not there */
export function checkBoundary(arn: string | undefined, ctx: Context): void {
  if (arn !== undefined && !findPolicy(arn, ctx)) throw notAttachable(arn);
}
