import type { Handlers } from "../../core/service.ts";
import type * as IAM from "../../models/generated/iam.ts";
import { wholeSecond } from "./entity.ts";
import { defaultVersionStays, noSuchPolicyVersion, tooManyVersions } from "./errors.ts";
import { getPolicy } from "./managed-policy.ts";
import { pageOf } from "./page.ts";
import { checkManagedDocument, modifiable, putPolicy } from "./policies.ts";
import { encodePolicy } from "./policy-document.ts";
import type { PolicyRecord, PolicyVersionRecord } from "./policy-record.ts";

const MOST_VERSIONS = 5;

export const policyVersions: Handlers<IAM.Operations> = {
  CreatePolicyVersion(input, ctx) {
    const policy = modifiable(input.PolicyArn, ctx);
    checkManagedDocument(input.PolicyDocument);
    if (policy.versions.length >= MOST_VERSIONS) throw tooManyVersions();
    const createdAtMs = wholeSecond(ctx.clock.now());
    const versionCount = policy.versionCount + 1;
    const version = { id: `v${versionCount}`, document: input.PolicyDocument, createdAtMs };
    const changed: PolicyRecord = {
      ...policy,
      versions: [...policy.versions, version],
      versionCount,
      defaultVersion: input.SetAsDefault ? version.id : policy.defaultVersion,
      updatedAtMs: createdAtMs,
    };
    putPolicy(changed, ctx);
    return { PolicyVersion: describe(changed, version) };
  },

  GetPolicyVersion(input, ctx) {
    const policy = getPolicy(input.PolicyArn, ctx);
    const version = versionOf(policy, input.VersionId);
    return { PolicyVersion: { Document: encodePolicy(version.document), ...describe(policy, version) } };
  },

  ListPolicyVersions(input, ctx) {
    const policy = getPolicy(input.PolicyArn, ctx);
    const { items, page } = pageOf(policy.versions, input, ({ id }) => [Number(id.slice(1))], "descending");
    return { Versions: items.map((version) => describe(policy, version)), ...page };
  },

  SetDefaultPolicyVersion(input, ctx) {
    const policy = modifiable(input.PolicyArn, ctx);
    const version = versionOf(policy, input.VersionId);
    putPolicy({ ...policy, defaultVersion: version.id, updatedAtMs: wholeSecond(ctx.clock.now()) }, ctx);
  },

  DeletePolicyVersion(input, ctx) {
    const policy = modifiable(input.PolicyArn, ctx);
    const version = versionOf(policy, input.VersionId);
    if (version.id === policy.defaultVersion) throw defaultVersionStays();
    putPolicy({ ...policy, versions: policy.versions.filter((one) => one.id !== version.id) }, ctx);
  },
};

function versionOf(policy: PolicyRecord, id: string): PolicyVersionRecord {
  const version = policy.versions.find((one) => one.id === id);
  if (!version) throw noSuchPolicyVersion(policy.arn, id);
  return version;
}

function describe(policy: PolicyRecord, version: PolicyVersionRecord): IAM.PolicyVersion {
  return {
    VersionId: version.id,
    IsDefaultVersion: version.id === policy.defaultVersion,
    CreateDate: new Date(version.createdAtMs),
  };
}
