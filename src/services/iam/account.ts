import type { Handlers } from "../../core/service.ts";
import { defineCollection } from "../../core/storage.ts";
import type * as IAM from "../../models/generated/iam.ts";
import { groups, instanceProfiles, roles, users } from "./entity.ts";
import { noSuchAlias } from "./errors.ts";
import { mfaDevices } from "./mfa-device-record.ts";
import { oidcProviders } from "./oidc-provider-record.ts";
import { policyRecords } from "./policy-record.ts";
import { samlProviders } from "./saml-provider-record.ts";
import { serverCertificates } from "./server-certificate-record.ts";

const aliases = defineCollection<string>({ name: "alias", codec: "text" });
const KEY = ["alias"];
/** Which tokens the global endpoint of STS gives out, as a number; kept, and without effect. */
const tokenVersions = defineCollection<number>({ name: "token-version" });
const TOKEN_KEY = ["version"];

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const QUOTAS = {
  UsersQuota: 5000,
  GroupsQuota: 300,
  RolesQuota: 1000,
  PoliciesQuota: 1500,
  InstanceProfilesQuota: 1000,
  ServerCertificatesQuota: 20,
  AccessKeysPerUserQuota: 2,
  GroupsPerUserQuota: 10,
  SigningCertificatesPerUserQuota: 2,
  AttachedPoliciesPerGroupQuota: 10,
  AttachedPoliciesPerRoleQuota: 10,
  AttachedPoliciesPerUserQuota: 10,
  UserPolicySizeQuota: 2048,
  GroupPolicySizeQuota: 5120,
  RolePolicySizeQuota: 10_240,
  AssumeRolePolicySizeQuota: 2048,
  PolicySizeQuota: 6144,
  PolicyVersionsInUseQuota: 10_000,
  VersionsPerPolicyQuota: 5,
};

export const accountHandlers: Handlers<IAM.Operations> = {
  /** An account has one alias: a new one takes the place of the old. */
  CreateAccountAlias(input, ctx) {
    ctx.store.collection(aliases).put(KEY, input.AccountAlias);
  },

  DeleteAccountAlias(input, ctx) {
    const all = ctx.store.collection(aliases);
    if (all.get(KEY) !== input.AccountAlias) throw noSuchAlias(input.AccountAlias);
    all.delete(KEY);
  },

  ListAccountAliases(_input, ctx) {
    const alias = ctx.store.collection(aliases).get(KEY);
    return { AccountAliases: alias === undefined ? [] : [alias], IsTruncated: false };
  },

  SetSecurityTokenServicePreferences(input, ctx) {
    const version = input.GlobalEndpointTokenVersion === "v2Token" ? 2 : 1;
    ctx.store.collection(tokenVersions).put(TOKEN_KEY, version);
  },

  GetAccountSummary(_input, ctx) {
    const { store } = ctx;
    const devices = [...store.collection(mfaDevices).values()];
    const versions = [...store.collection(policyRecords).values()].map((policy) => policy.versions.length);
    return {
      SummaryMap: {
        ...QUOTAS,
        Users: users(ctx).count,
        Groups: groups(ctx).count,
        Roles: roles(ctx).count,
        Policies: versions.length,
        PolicyVersionsInUse: versions.reduce((sum, count) => sum + count, 0),
        InstanceProfiles: instanceProfiles(ctx).count,
        ServerCertificates: store.collection(serverCertificates).count(),
        Providers: store.collection(oidcProviders).count() + store.collection(samlProviders).count(),
        MFADevices: devices.length,
        MFADevicesInUse: devices.filter(({ userName }) => userName !== undefined).length,
        GlobalEndpointTokenVersion: store.collection(tokenVersions).get(TOKEN_KEY) ?? 1,
        AccountMFAEnabled: 0,
        AccountAccessKeysPresent: 0,
        AccountPasswordPresent: 1,
        AccountSigningCertificatesPresent: 0,
      },
    };
  },
};
