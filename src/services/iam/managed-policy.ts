import type { Context } from "../../core/service.ts";
import { sure } from "../../core/sure.ts";
import type * as IAM from "../../models/generated/iam.ts";
import { awsManagedPolicy, isAwsManaged } from "./aws-managed-policies.ts";
import { groups, type Identity, roles, users } from "./entity.ts";
import { noSuchPolicy } from "./errors.ts";
import { type PolicyRecord, policyRecords } from "./policy-record.ts";
import { tagsOf } from "./tags.ts";

/** AWS's own policies and the account's, by ARN. */
export function findPolicy(arn: string, ctx: Pick<Context, "store">): PolicyRecord | undefined {
  return isAwsManaged(arn) ? awsManagedPolicy(arn) : ctx.store.collection(policyRecords).get([arn]);
}

/** @throws AwsError `NoSuchEntity` */
export function getPolicy(arn: string, ctx: Pick<Context, "store">): PolicyRecord {
  const policy = findPolicy(arn, ctx);
  if (!policy) throw noSuchPolicy(arn);
  return policy;
}

export function defaultDocument(policy: PolicyRecord): string {
  const version = policy.versions.find(({ id }) => id === policy.defaultVersion);
  return sure(version).document; // The default version cannot be deleted.
}

/** The name that a policy's ARN ends with. */
export const policyNameOf = (arn: string) => arn.slice(arn.lastIndexOf("/") + 1);

/** Everybody that a policy is attached to, or bounds. */
export function usesOf(arn: string, ctx: Pick<Context, "store">) {
  const is = (identity: Identity) => identity.attached.includes(arn);
  const bounds = (identity: Identity) => identity.boundary === arn;
  const all = { users: users(ctx).list(), groups: groups(ctx).list(), roles: roles(ctx).list() };
  return {
    attachedTo: {
      users: all.users.filter(is),
      groups: all.groups.filter(is),
      roles: all.roles.filter(is),
    },
    bounding: { users: all.users.filter(bounds), roles: all.roles.filter(bounds) },
  };
}

/** How often each policy is attached, and how often it is a boundary: one walk for a whole list. */
export function usageCounts(ctx: Pick<Context, "store">) {
  const attachments = new Map<string, number>();
  const boundaries = new Map<string, number>();
  const add = (map: Map<string, number>, arn: string) => map.set(arn, (map.get(arn) ?? 0) + 1);
  for (const identity of [...users(ctx).list(), ...groups(ctx).list(), ...roles(ctx).list()]) {
    for (const arn of identity.attached) add(attachments, arn);
    if (identity.boundary) add(boundaries, identity.boundary);
  }
  return { attachments, boundaries };
}

export function describePolicy(policy: PolicyRecord, counts: ReturnType<typeof usageCounts>): IAM.Policy {
  return {
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: policy.defaultVersion,
    AttachmentCount: counts.attachments.get(policy.arn) ?? 0,
    PermissionsBoundaryUsageCount: counts.boundaries.get(policy.arn) ?? 0,
    IsAttachable: true,
    ...(policy.description !== undefined && { Description: policy.description }),
    CreateDate: new Date(policy.createdAtMs),
    UpdateDate: new Date(policy.updatedAtMs),
    ...tagsOf(policy.tags),
  };
}
