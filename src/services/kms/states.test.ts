import assert from "node:assert/strict";
import { test } from "node:test";
import { newAccount, testCloud } from "../../../test/cloud.ts";
import { loadModel } from "../../models/model.ts";
import { type Kms, kmsOf, newKey } from "./fixture.test.ts";

/**
 * What each state of a key says to each operation that names a key: https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html.
 * A row has Enabled, Disabled, PendingImport and PendingDeletion: `✓` it is done, `-` there is no such key, else what refuses it.
 */
const REFUSALS: Readonly<Record<string, { readonly code: string; readonly message: RegExp }>> = {
  disabled: { code: "DisabledException", message: /^arn:aws:kms:[^ ]+ is disabled\.$/ },
  deletion: { code: "KMSInvalidStateException", message: /^arn:aws:kms:[^ ]+ is pending deletion\.$/ },
  notDeletion: { code: "KMSInvalidStateException", message: /^arn:aws:kms:[^ ]+ is not pending deletion\.$/ },
  import: { code: "KMSInvalidStateException", message: /^arn:aws:kms:[^ ]+ is pending import\.$/ },
  origin: {
    code: "UnsupportedOperationException",
    message: /origin is (?:EXTERNAL|AWS_KMS) which is not valid/,
  },
  replicas: {
    code: "KMSInvalidStateException",
    message: /^arn:aws:kms:[^ ]+ is pending replica deletion\.$/,
  },
  token: { code: "InvalidImportTokenException", message: /^$/ },
  noMaterial: { code: "IncorrectKeyMaterialException", message: /^$/ },
};

type Made = Readonly<Record<string, unknown>>;

interface Row {
  readonly says: readonly [enabled: string, disabled: string, pendingImport: string, pendingDeletion: string];
  /** What the key is made with; a symmetric one else. */
  readonly key?: object;
  /** While the key can be used: what the operation needs of it. */
  readonly before?: (kms: Kms, KeyId: string) => Promise<Made>;
  readonly input?: (made: Made, KeyId: string) => object;
}

const USES = ["✓", "disabled", "import", "deletion"] as const;
const ALWAYS = ["✓", "✓", "✓", "✓"] as const;
const bytes = Buffer.from("bytes");
const SIGNS = { KeySpec: "ECC_NIST_P256", KeyUsage: "SIGN_VERIFY" };
const MACS = { KeySpec: "HMAC_256", KeyUsage: "GENERATE_VERIFY_MAC" };
const AGREES = { KeySpec: "ECC_NIST_P256", KeyUsage: "KEY_AGREEMENT" };
const ENCAPSULATES = { KeySpec: "ML_KEM_512", KeyUsage: "ENCAPSULATE_DECAPSULATE" };
const NO_IMPORT = ["✓", "disabled", "-", "deletion"] as const;
const sealed = async (kms: Kms, KeyId: string) => ({
  blob: (await kms("Encrypt", { KeyId, Plaintext: bytes })).CiphertextBlob,
});
const granted = async (kms: Kms, KeyId: string) =>
  await kms("CreateGrant", {
    KeyId,
    GranteePrincipal: "arn:aws:iam::123456789012:role/reader",
    Operations: ["Decrypt"],
  });

const ROWS: Readonly<Record<string, Row>> = {
  CancelKeyDeletion: { says: ["notDeletion", "notDeletion", "notDeletion", "✓"] },
  CreateAlias: {
    says: ["✓", "✓", "✓", "deletion"],
    input: (_, KeyId) => ({ AliasName: `alias/${KeyId.slice(-12)}`, TargetKeyId: KeyId }),
  },
  CreateGrant: {
    says: USES,
    input: () => ({ GranteePrincipal: "arn:aws:iam::123456789012:role/reader", Operations: ["Decrypt"] }),
  },
  Decapsulate: {
    says: NO_IMPORT,
    key: ENCAPSULATES,
    before: (kms, KeyId) => kms("Encapsulate", { KeyId, EncapsulationAlgorithm: "ML_KEM" }),
    input: (made) => ({
      EncapsulationAlgorithm: "ML_KEM",
      SharedSecretCiphertextBlob: made["SharedSecretCiphertextBlob"],
    }),
  },
  Decrypt: { says: USES, before: sealed, input: ({ blob = bytes }) => ({ CiphertextBlob: blob }) },
  DeleteImportedKeyMaterial: { says: ["origin", "origin", "noMaterial", "deletion"] },
  DeriveSharedSecret: {
    says: USES,
    key: AGREES,
    before: (kms, KeyId) => kms("GetPublicKey", { KeyId }),
    input: ({ PublicKey = bytes }) => ({ KeyAgreementAlgorithm: "ECDH", PublicKey }),
  },
  DescribeKey: { says: ALWAYS },
  DisableKey: { says: ["✓", "✓", "import", "deletion"] },
  DisableKeyRotation: { says: ["✓", "disabled", "origin", "deletion"] },
  EnableKey: { says: ["✓", "✓", "import", "deletion"] },
  EnableKeyRotation: { says: ["✓", "disabled", "origin", "deletion"] },
  Encapsulate: { says: NO_IMPORT, key: ENCAPSULATES, input: () => ({ EncapsulationAlgorithm: "ML_KEM" }) },
  Encrypt: { says: USES, input: () => ({ Plaintext: bytes }) },
  GenerateDataKey: { says: USES, input: () => ({ KeySpec: "AES_256" }) },
  GenerateDataKeyPair: { says: USES, input: () => ({ KeyPairSpec: "ECC_NIST_P256" }) },
  GenerateDataKeyPairWithoutPlaintext: { says: USES, input: () => ({ KeyPairSpec: "ECC_NIST_P256" }) },
  GenerateDataKeyWithoutPlaintext: { says: USES, input: () => ({ NumberOfBytes: 16 }) },
  GenerateMac: { says: USES, key: MACS, input: () => ({ Message: bytes, MacAlgorithm: "HMAC_SHA_256" }) },
  GetKeyLastUsage: { says: ALWAYS },
  GetKeyPolicy: { says: ALWAYS },
  GetKeyRotationStatus: { says: ALWAYS },
  GetParametersForImport: {
    says: ["origin", "origin", "✓", "deletion"],
    input: () => ({ WrappingAlgorithm: "RSAES_OAEP_SHA_256", WrappingKeySpec: "RSA_2048" }),
  },
  GetPublicKey: { says: USES, key: SIGNS },
  ImportKeyMaterial: {
    says: ["origin", "origin", "token", "deletion"],
    input: () => ({
      ImportToken: bytes,
      EncryptedKeyMaterial: bytes,
      ExpirationModel: "KEY_MATERIAL_DOES_NOT_EXPIRE",
    }),
  },
  ListAliases: { says: ALWAYS },
  ListGrants: { says: ALWAYS },
  ListKeyPolicies: { says: ALWAYS },
  ListKeyRotations: { says: ALWAYS },
  ListResourceTags: { says: ALWAYS },
  PutKeyPolicy: {
    says: ALWAYS,
    before: (kms, KeyId) => kms("GetKeyPolicy", { KeyId }),
    input: ({ Policy }) => ({ Policy }),
  },
  ReEncrypt: {
    says: USES,
    before: sealed,
    input: ({ blob = bytes }, KeyId) => ({
      CiphertextBlob: blob,
      SourceKeyId: KeyId,
      DestinationKeyId: KeyId,
    }),
  },
  ReplicateKey: {
    says: ["✓", "✓", "✓", "deletion"],
    key: { MultiRegion: true },
    input: () => ({ ReplicaRegion: "eu-west-1" }),
  },
  RetireGrant: { says: ["✓", "✓", "-", "✓"], before: granted, input: ({ GrantId }) => ({ GrantId }) },
  RevokeGrant: { says: ["✓", "✓", "-", "✓"], before: granted, input: ({ GrantId }) => ({ GrantId }) },
  RotateKeyOnDemand: { says: USES },
  ScheduleKeyDeletion: { says: ["✓", "✓", "✓", "deletion"] },
  Sign: { says: USES, key: SIGNS, input: () => ({ Message: bytes, SigningAlgorithm: "ECDSA_SHA_256" }) },
  TagResource: {
    says: ["✓", "✓", "✓", "deletion"],
    input: () => ({ Tags: [{ TagKey: "a", TagValue: "b" }] }),
  },
  UntagResource: { says: ["✓", "✓", "✓", "deletion"], input: () => ({ TagKeys: ["a"] }) },
  UpdateAlias: {
    says: ["✓", "✓", "✓", "deletion"],
    async before(kms, KeyId) {
      const AliasName = `alias/${KeyId.slice(-12)}`;
      await kms("CreateAlias", { AliasName, TargetKeyId: await newKey(kms) });
      return { AliasName };
    },
    input: ({ AliasName }, KeyId) => ({ AliasName, TargetKeyId: KeyId }),
  },
  UpdateKeyDescription: { says: ["✓", "✓", "✓", "deletion"], input: () => ({ Description: "other" }) },
  UpdatePrimaryRegion: {
    says: ["✓", "✓", "✓", "replicas"],
    key: { MultiRegion: true },
    before: (kms, KeyId) => kms("ReplicateKey", { KeyId, ReplicaRegion: "eu-west-1" }),
    input: () => ({ PrimaryRegion: "eu-west-1" }),
  },
  Verify: {
    says: USES,
    key: SIGNS,
    before: (kms, KeyId) => kms("Sign", { KeyId, Message: bytes, SigningAlgorithm: "ECDSA_SHA_256" }),
    input: ({ Signature = bytes }) => ({ Message: bytes, SigningAlgorithm: "ECDSA_SHA_256", Signature }),
  },
  VerifyMac: {
    says: USES,
    key: MACS,
    before: (kms, KeyId) => kms("GenerateMac", { KeyId, Message: bytes, MacAlgorithm: "HMAC_SHA_256" }),
    input: ({ Mac = bytes }) => ({ Message: bytes, MacAlgorithm: "HMAC_SHA_256", Mac }),
  },
};

const cloud = await testCloud({ listen: false });
test.after(() => cloud.stop());

/** How a key comes to be in each state, in the order of a row. */
const STATES: readonly (readonly [string, (kms: Kms, KeyId: string) => Promise<unknown>])[] = [
  ["Enabled", async () => undefined],
  ["Disabled", (kms, KeyId) => kms("DisableKey", { KeyId })],
  ["PendingImport", async () => undefined],
  ["PendingDeletion", (kms, KeyId) => kms("ScheduleKeyDeletion", { KeyId })],
];

for (const [operation, { says, key = {}, before, input }] of Object.entries(ROWS)) {
  test(`${operation}: what each state of a key says`, async () => {
    for (const [at, [state, bring]] of STATES.entries()) {
      const said = says[at] ?? "";
      if (said === "-") continue;
      const kms = kmsOf(cloud.call, newAccount());
      const isImported = state === "PendingImport";
      const KeyId = await newKey(kms, { ...key, ...(isImported && { Origin: "EXTERNAL" }) });
      // What has no material yet has nothing sealed, signed or shown.
      const made = before === undefined || (isImported && said !== "✓") ? {} : await before(kms, KeyId);
      await bring(kms, KeyId);
      const call = kms(operation, {
        ...(!/Alias$/.test(operation) && operation !== "ReEncrypt" && { KeyId }),
        ...input?.(made, KeyId),
      });
      if (said === "✓") await assert.doesNotReject(call, state);
      else await assert.rejects(call, REFUSALS[said] ?? /no such refusal/, state);
    }
  });
}

/** https://docs.aws.amazon.com/kms/latest/developerguide/alias-using.html, and each action's page. */
const BY_ALIAS =
  /^(?:DescribeKey|GetPublicKey|GetKeyLastUsage|Encrypt|Decrypt|ReEncrypt|GenerateDataKey\w*|Sign|Verify|GenerateMac|VerifyMac|DeriveSharedSecret|Encapsulate|Decapsulate)$/;

for (const [operation, { key = {}, before, input }] of Object.entries(ROWS)) {
  if (/Alias$/.test(operation)) continue;
  const takes = BY_ALIAS.test(operation);
  test(`${operation} ${takes ? "takes" : "refuses"} an alias in the place of a key`, async () => {
    const kms = kmsOf(cloud.call, newAccount());
    const arn = await newKey(kms, key);
    await kms("CreateAlias", { AliasName: "alias/other-name", TargetKeyId: arn });
    const made = (await before?.(kms, arn)) ?? {};
    for (const KeyId of ["alias/other-name", `${arn.split(":key/")[0]}:alias/other-name`]) {
      const call = kms(operation, {
        ...(operation !== "ReEncrypt" && { KeyId }),
        ...input?.(made, KeyId),
      });
      if (takes) await assert.doesNotReject(call);
      else
        await assert.rejects(call, {
          code: "InvalidArnException",
          message: "Key Aliases are not supported for this operation.",
        });
    }
  });
}

test("no operation that names a key is left out", () => {
  const { operations = {}, shapes = {} } = loadModel("kms") ?? {};
  const naming = Object.values(operations).filter(({ input }) => {
    const { members = {} } = shapes[input?.shape ?? ""] ?? {};
    return ["KeyId", "TargetKeyId", "DestinationKeyId"].some((name) => Object.hasOwn(members, name));
  });
  assert.deepEqual(Object.keys(ROWS).sort(), naming.map(({ name }) => name).sort());
});
