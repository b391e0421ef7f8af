import { parseArn } from "../../core/arn.ts";
import { readJson } from "../../core/read-json.ts";
import type { Handlers } from "../../core/service.ts";
import type * as KMS from "../../models/generated/kms.ts";
import { dryRun, grantNotFound, invalidGrantToken, invalidPrincipal, validation } from "./errors.ts";
import { type Grant, type KeyRecord, keyArn, keyRecords } from "./key.ts";
import type { Keys } from "./keys.ts";
import { marked } from "./marked.ts";

/** https://docs.aws.amazon.com/kms/latest/developerguide/grants.html */
export const grants = (keys: Keys): Handlers<KMS.Operations> => {
  const remove = (key: KeyRecord, grantId: string, isDryRun: boolean | undefined) => {
    if (!key.grants.some(({ id }) => id === grantId)) throw grantNotFound(grantId, keyArn(key));
    if (isDryRun) throw dryRun();
    keys.put({ ...key, grants: key.grants.filter(({ id }) => id !== grantId) });
  };

  return {
    CreateGrant(input, ctx) {
      const key = keys.find(input.KeyId, ctx);
      keys.refuseManaged(key);
      keys.refuseUnusable(key);
      const grantee = input.GranteePrincipal ?? input.GranteeServicePrincipal;
      const retiring = input.RetiringPrincipal ?? input.RetiringServicePrincipal;
      if (grantee === undefined) throw validation("GranteePrincipal is required.");
      for (const principal of [grantee, retiring])
        if (principal !== undefined && !PRINCIPAL.test(principal)) throw invalidPrincipal(principal);
      refuseUnfit(key, input);
      const asked = {
        ...(input.Name !== undefined && { name: input.Name }),
        grantee,
        ...(retiring !== undefined && { retiring }),
        operations: input.Operations,
        ...(input.Constraints && { constraints: input.Constraints }),
      };
      if (input.DryRun) throw dryRun();
      // The same grant by the same name is one grant, with a token of its own each time.
      const same = input.Name === undefined ? undefined : key.grants.find((grant) => isSame(grant, asked));
      if (same) return { GrantId: same.id, GrantToken: same.token };
      const id = ctx.random.hex(64);
      const token = Buffer.from(JSON.stringify([keyArn(key), id])).toString("base64url");
      const grant: Grant = {
        ...asked,
        id,
        token,
        createdAtMs: ctx.clock.now(),
        issuingAccount: `arn:aws:iam::${ctx.caller.account}:root`,
      };
      keys.put({ ...key, grants: [...key.grants, grant] });
      return { GrantId: id, GrantToken: token };
    },

    ListGrants(input, ctx) {
      const key = keys.find(input.KeyId, ctx);
      const grantee = input.GranteePrincipal ?? input.GranteeServicePrincipal;
      const all = key.grants.filter(
        (grant) => (input.GrantId ?? grant.id) === grant.id && (grantee ?? grant.grantee) === grant.grantee,
      );
      const { items, ...rest } = marked(all, ({ createdAtMs, id }) => [createdAtMs, id], input, 50);
      return { Grants: items.map((grant) => describeGrant(grant, key)), ...rest };
    },

    ListRetirableGrants(input, ctx) {
      const retiring = input.RetiringPrincipal ?? input.RetiringServicePrincipal;
      const all = [...ctx.store.collection(keyRecords).values()].flatMap((key) =>
        key.grants
          .filter((grant) => grant.retiring !== undefined && grant.retiring === retiring)
          .map((grant) => ({ key, grant })),
      );
      const { items, ...rest } = marked(all, ({ grant }) => [grant.createdAtMs, grant.id], input, 50);
      return { Grants: items.map(({ grant, key }) => describeGrant(grant, key)), ...rest };
    },

    RevokeGrant(input, ctx) {
      remove(keys.find(input.KeyId, ctx), input.GrantId, input.DryRun);
    },

    RetireGrant(input, ctx) {
      const { keyId, grantId } = named(input);
      remove(keys.find(keyId, ctx), grantId, input.DryRun);
    },
  };
};

/** An account, a user, a role and its like, or a service. */
const PRINCIPAL =
  /^(?:\d{12}|arn:[\w-]+:(?:iam|sts)::\d{12}:.+|[\w-]+(?:\.[\w-]+)*\.amazonaws\.com(?:\.cn)?)$/;

/** What a grant for any key may allow, and what one for a key of a usage: https://docs.aws.amazon.com/kms/latest/developerguide/grants.html#terms-grant-operations */
const FOR_ALL = ["CreateGrant", "DescribeKey", "RetireGrant"];
const FOR_USAGE: Readonly<Record<string, readonly string[]>> = {
  ENCRYPT_DECRYPT: ["Decrypt", "Encrypt", "GetPublicKey", "ReEncryptFrom", "ReEncryptTo"],
  SIGN_VERIFY: ["GetPublicKey", "Sign", "Verify"],
  GENERATE_VERIFY_MAC: ["GenerateMac", "VerifyMac"],
  KEY_AGREEMENT: ["DeriveSharedSecret", "GetPublicKey"],
  ENCAPSULATE_DECAPSULATE: ["Decapsulate", "Encapsulate", "GetPublicKey"],
};
const FOR_SYMMETRIC = [
  "Decrypt",
  "Encrypt",
  "GenerateDataKey",
  "GenerateDataKeyPair",
  "GenerateDataKeyPairWithoutPlaintext",
  "GenerateDataKeyWithoutPlaintext",
  "ReEncryptFrom",
  "ReEncryptTo",
];

/** @throws ValidationException for what the key cannot do, in words that are inferred */
function refuseUnfit({ spec, usage }: KeyRecord, { Operations, Constraints }: KMS.CreateGrantRequest): void {
  const isSymmetric = spec === "SYMMETRIC_DEFAULT";
  const fit = [...FOR_ALL, ...(isSymmetric ? FOR_SYMMETRIC : (FOR_USAGE[usage] ?? []))];
  const unfit = Operations.filter((operation) => !fit.includes(operation));
  if (unfit.length > 0)
    throw validation(
      `Operations [${unfit.join(", ")}] are not valid for a KMS key with key spec ${spec} and key usage ${usage}.`,
    );
  const isOfContext = Constraints?.EncryptionContextEquals ?? Constraints?.EncryptionContextSubset;
  if (isOfContext && !isSymmetric)
    throw validation("Encryption context constraints are valid for symmetric encryption KMS keys only.");
}

const isSame = (grant: Grant, asked: Partial<Grant>) =>
  JSON.stringify([grant.name, grant.grantee, grant.retiring, grant.operations, grant.constraints]) ===
  JSON.stringify([asked.name, asked.grantee, asked.retiring, asked.operations, asked.constraints]);

/** By its token, or by its key and id. @throws InvalidGrantTokenException */
function named({ GrantToken, KeyId, GrantId }: KMS.RetireGrantRequest): { keyId: string; grantId: string } {
  if (GrantToken !== undefined) {
    try {
      const [keyId, grantId] = readJson(Buffer.from(GrantToken, "base64url").toString()) as unknown[];
      if (typeof keyId === "string" && typeof grantId === "string" && parseArn(keyId))
        return { keyId, grantId };
    } catch {
      // Refused below.
    }
    throw invalidGrantToken();
  }
  if (KeyId === undefined || GrantId === undefined)
    throw validation("Must specify either GrantToken or both KeyId and GrantId.");
  return { keyId: KeyId, grantId: GrantId };
}

function describeGrant(grant: Grant, key: KeyRecord): KMS.GrantListEntry {
  return {
    KeyId: keyArn(key),
    GrantId: grant.id,
    Name: grant.name ?? "",
    CreationDate: new Date(grant.createdAtMs),
    GranteePrincipal: grant.grantee,
    ...(grant.retiring !== undefined && { RetiringPrincipal: grant.retiring }),
    IssuingAccount: grant.issuingAccount,
    Operations: [...grant.operations],
    ...(grant.constraints && { Constraints: grant.constraints }),
  };
}
