import { partitionOf } from "../../core/arn.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as IAM from "../../models/generated/iam.ts";
import { isAwsManaged, knownAwsManagedPolicies } from "./aws-managed-policies.ts";
import { iamArn, makeId, wholeSecond } from "./entity.ts";
import {
  policyExists,
  policyHasVersions,
  policyIsAttached,
  policyTooLong,
  unmodifiablePolicy,
} from "./errors.ts";
import { describePolicy, getPolicy, usageCounts, usesOf } from "./managed-policy.ts";
import { pageOf } from "./page.ts";
import { checkPolicy, policyLength } from "./policy-document.ts";
import { type PolicyRecord, policyRecords } from "./policy-record.ts";
import { addTags, readTags, removeTags, tagList } from "./tags.ts";

const LONGEST_MANAGED_POLICY = 6144;

export const policies: Handlers<IAM.Operations> = {
  CreatePolicy(input, ctx) {
    const all = ctx.store.collection(policyRecords);
    const path = input.Path ?? "/";
    const name = input.PolicyName;
    // A name is taken whatever its path and case.
    if ([...all.values()].some((policy) => policy.name.toLowerCase() === name.toLowerCase())) {
      throw policyExists(name);
    }
    checkManagedDocument(input.PolicyDocument);
    const createdAtMs = wholeSecond(ctx.clock.now());
    const policy: PolicyRecord = {
      name,
      id: makeId("ANPA", ctx),
      path,
      arn: iamArn(ctx, `policy${path}${name}`),
      createdAtMs,
      updatedAtMs: createdAtMs,
      tags: readTags(input.Tags),
      ...(input.Description !== undefined && { description: input.Description }),
      versions: [{ id: "v1", document: input.PolicyDocument, createdAtMs }],
      defaultVersion: "v1",
      versionCount: 1,
    };
    all.put([policy.arn], policy);
    return { Policy: describePolicy(policy, usageCounts(ctx)) };
  },

  GetPolicy(input, ctx) {
    return { Policy: describePolicy(getPolicy(input.PolicyArn, ctx), usageCounts(ctx)) };
  },

  ListPolicies(input, ctx) {
    const { Scope: scope = "All", PathPrefix: prefix = "/", OnlyAttached: onlyAttached } = input;
    const counts = usageCounts(ctx);
    const usage = input.PolicyUsageFilter === "PermissionsBoundary" ? counts.boundaries : counts.attachments;
    const own = scope === "AWS" ? [] : [...ctx.store.collection(policyRecords).values()];
    const found = [...own, ...(scope === "Local" ? [] : awsPolicies(ctx, [...usage.keys()]))]
      .filter(({ path }) => path.startsWith(prefix))
      .filter(({ arn }) => !(onlyAttached || input.PolicyUsageFilter) || usage.has(arn));
    const { items, page } = pageOf(found, input, ({ arn }) => arn);
    // In a list a policy comes without its description and tags.
    const Policies = items.map((policy) => {
      const { Description: _, Tags: __, ...rest } = describePolicy(policy, counts);
      return rest;
    });
    return { Policies, ...page };
  },

  DeletePolicy(input, ctx) {
    const policy = modifiable(input.PolicyArn, ctx);
    const { attachedTo, bounding } = usesOf(policy.arn, ctx);
    if ([...Object.values(attachedTo), ...Object.values(bounding)].some((list) => list.length > 0)) {
      throw policyIsAttached();
    }
    if (policy.versions.length > 1) throw policyHasVersions();
    ctx.store.collection(policyRecords).delete([policy.arn]);
  },

  ListEntitiesForPolicy(input, ctx) {
    const policy = getPolicy(input.PolicyArn, ctx);
    const { attachedTo, bounding } = usesOf(policy.arn, ctx);
    const used = input.PolicyUsageFilter === "PermissionsBoundary" ? { ...bounding, groups: [] } : attachedTo;
    const { EntityFilter: filter, PathPrefix: prefix = "/" } = input;
    const entries = [
      ...used.groups.map((entity) => ({ kind: "Group", entity })),
      ...used.users.map((entity) => ({ kind: "User", entity })),
      ...used.roles.map((entity) => ({ kind: "Role", entity })),
    ].filter(({ kind, entity }) => (!filter || filter === kind) && entity.path.startsWith(prefix));
    const { items, page } = pageOf(entries, input, ({ entity }) => entity.arn);
    const of = (kind: string) => items.filter((item) => item.kind === kind).map(({ entity }) => entity);
    return {
      PolicyGroups: of("Group").map(({ name, id }) => ({ GroupName: name, GroupId: id })),
      PolicyUsers: of("User").map(({ name, id }) => ({ UserName: name, UserId: id })),
      PolicyRoles: of("Role").map(({ name, id }) => ({ RoleName: name, RoleId: id })),
      ...page,
    };
  },

  TagPolicy(input, ctx) {
    const policy = modifiable(input.PolicyArn, ctx);
    putPolicy({ ...policy, tags: addTags(policy.tags, input.Tags) }, ctx);
  },

  UntagPolicy(input, ctx) {
    const policy = modifiable(input.PolicyArn, ctx);
    putPolicy({ ...policy, tags: removeTags(policy.tags, input.TagKeys) }, ctx);
  },

  ListPolicyTags(input, ctx) {
    const { tags } = getPolicy(input.PolicyArn, ctx);
    const { items, page } = pageOf(tagList(tags), input, ({ Key }) => Key);
    return { Tags: items, ...page };
  },
};

/** AWS's policies that are known by name, and those that somebody has attached. */
function awsPolicies(ctx: Context, used: readonly string[]): PolicyRecord[] {
  const known = knownAwsManagedPolicies(partitionOf(ctx.region));
  const arns = new Set(known.map(({ arn }) => arn));
  const others = used.filter((arn) => isAwsManaged(arn) && !arns.has(arn));
  return [...known, ...others.map((arn) => getPolicy(arn, ctx))];
}

/** One of the account's own policies. @throws AwsError `NoSuchEntity`, `AccessDenied` for AWS's */
export function modifiable(arn: string, ctx: Context): PolicyRecord {
  if (isAwsManaged(arn)) throw unmodifiablePolicy(arn);
  return getPolicy(arn, ctx);
}

export function putPolicy(policy: PolicyRecord, ctx: Context): void {
  ctx.store.collection(policyRecords).put([policy.arn], policy);
}

/** @throws AwsError `MalformedPolicyDocument`, `LimitExceeded` */
export function checkManagedDocument(document: string): void {
  checkPolicy(document, "identity");
  if (policyLength(document) > LONGEST_MANAGED_POLICY) {
    throw policyTooLong("PolicySize", LONGEST_MANAGED_POLICY);
  }
}
