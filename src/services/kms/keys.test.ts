import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { newAccount, testCloud } from "../../../test/cloud.ts";
import { importInto, type Kms, kmsOf, newKey } from "./fixture.test.ts";

const cloud = await testCloud({ listen: false });
test.after(() => cloud.stop());
const kmsHere = () => kmsOf(cloud.call, newAccount());
const DAY_MS = 86_400_000;
const encrypt = (kms: Kms, KeyId: string) => kms("Encrypt", { KeyId, Plaintext: Buffer.from("x") });
const stateOf = async (kms: Kms, KeyId: string, region?: string) =>
  (await kms("DescribeKey", { KeyId }, region)).KeyMetadata.KeyState;

test("a key is described as AWS describes one", async () => {
  const kms = kmsHere();
  const { KeyMetadata } = await kms("CreateKey", {
    Description: "mine",
    Tags: [{ TagKey: "a", TagValue: "b" }],
  });
  const { KeyId, Arn, CreationDate, CurrentKeyMaterialId, AWSAccountId, ...rest } = KeyMetadata;
  assert.equal(Arn, `arn:aws:kms:us-east-1:${AWSAccountId}:key/${KeyId}`);
  assert.match(CurrentKeyMaterialId, /^[0-9a-f]{64}$/);
  assert.ok(CreationDate instanceof Date);
  assert.deepEqual(rest, {
    CustomerMasterKeySpec: "SYMMETRIC_DEFAULT",
    Description: "mine",
    Enabled: true,
    EncryptionAlgorithms: ["SYMMETRIC_DEFAULT"],
    KeyManager: "CUSTOMER",
    KeySpec: "SYMMETRIC_DEFAULT",
    KeyState: "Enabled",
    KeyUsage: "ENCRYPT_DECRYPT",
    MultiRegion: false,
    Origin: "AWS_KMS",
  });
  assert.deepEqual((await kms("ListResourceTags", { KeyId })).Tags, [{ TagKey: "a", TagValue: "b" }]);
  await assert.rejects(kms("CreateKey", { Tags: [{ TagKey: "AWS:x", TagValue: "y" }] }), {
    code: "TagException",
    message: "Tags beginning with aws: are reserved",
  });
});

test("a key has one spec, by its new name or by its old one", async () => {
  const kms = kmsOf(cloud.call, newAccount());
  const old = await kms("CreateKey", { CustomerMasterKeySpec: "HMAC_256", KeyUsage: "GENERATE_VERIFY_MAC" });
  assert.equal(old.KeyMetadata.KeySpec, "HMAC_256");
  await assert.rejects(
    kms("CreateKey", { KeySpec: "RSA_2048", CustomerMasterKeySpec: "RSA_2048", KeyUsage: "SIGN_VERIFY" }),
    { code: "ValidationException", message: /^You cannot specify KeySpec and CustomerMasterKeySpec/ },
  );
});

test("what a state forbids is said in AWS's words", async () => {
  const kms = kmsHere();
  const KeyId = await newKey(kms);
  await kms("DisableKey", { KeyId });
  await assert.rejects(encrypt(kms, KeyId), { code: "DisabledException", message: `${KeyId} is disabled.` });
  await kms("EnableKey", { KeyId });
  await encrypt(kms, KeyId);
  const { DeletionDate } = await kms("ScheduleKeyDeletion", { KeyId, PendingWindowInDays: 7 });
  assert.equal(Math.round((DeletionDate.getTime() - cloud.clock.now()) / DAY_MS), 7);
  const pending = { code: "KMSInvalidStateException", message: `${KeyId} is pending deletion.` };
  await assert.rejects(encrypt(kms, KeyId), pending);
  await assert.rejects(kms("EnableKey", { KeyId }), pending);
  await assert.rejects(kms("CreateAlias", { AliasName: "alias/late", TargetKeyId: KeyId }), pending);
  await kms("CancelKeyDeletion", { KeyId });
  assert.equal(await stateOf(kms, KeyId), "Disabled");
  await assert.rejects(kms("CancelKeyDeletion", { KeyId }), { message: `${KeyId} is not pending deletion.` });
});

test("a key is gone, with its aliases, when its window has passed by the clock", async () => {
  const kms = kmsHere();
  const KeyId = await newKey(kms);
  await kms("CreateAlias", { AliasName: "alias/doomed", TargetKeyId: KeyId });
  await kms("ScheduleKeyDeletion", { KeyId, PendingWindowInDays: 7 });
  await cloud.clock.advance(6 * DAY_MS);
  assert.equal(await stateOf(kms, KeyId), "PendingDeletion");
  await cloud.clock.advance(DAY_MS);
  await assert.rejects(kms("DescribeKey", { KeyId }), { message: `Key '${KeyId}' does not exist` });
  assert.deepEqual((await kms("ListAliases")).Aliases, []);
  assert.deepEqual((await kms("ListKeys")).Keys, []);
});

test("aliases have names of their own, and AWS's are AWS's", async () => {
  const kms = kmsHere();
  const TargetKeyId = await newKey(kms);
  await assert.rejects(kms("CreateAlias", { AliasName: "orders", TargetKeyId }), {
    message:
      'Alias must start with the prefix "alias/". Please see https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html',
  });
  await assert.rejects(kms("CreateAlias", { AliasName: "alias/aws/mine", TargetKeyId }), {
    code: "NotAuthorizedException",
  });
  await assert.rejects(kms("CreateAlias", { AliasName: "alias/", TargetKeyId }), {
    code: "ValidationException",
  });
  await kms("CreateAlias", { AliasName: "alias/a", TargetKeyId });
  await assert.rejects(kms("CreateAlias", { AliasName: "alias/a", TargetKeyId }), {
    code: "AlreadyExistsException",
    message: `An alias with the name ${TargetKeyId.replace(/key\/.*/, "alias/a")} already exists`,
  });
  const other = await newKey(kms);
  await kms("UpdateAlias", { AliasName: "alias/a", TargetKeyId: other });
  assert.equal((await kms("DescribeKey", { KeyId: "alias/a" })).KeyMetadata.Arn, other);
});

test("the key that AWS manages for a service is there when somebody asks for it", async () => {
  const kms = kmsHere();
  const { KeyMetadata } = await kms("DescribeKey", { KeyId: "alias/aws/secretsmanager" });
  assert.equal(KeyMetadata.KeyManager, "AWS");
  const about = "Default key that protects my Secrets Manager data when no other key is defined";
  assert.equal(KeyMetadata.Description, about);
  await encrypt(kms, "alias/aws/secretsmanager");
  await assert.rejects(kms("DisableKey", { KeyId: KeyMetadata.KeyId }), {
    code: "UnsupportedOperationException",
  });
});

test("rotation goes by the clock and on demand; what older material sealed stays readable", async () => {
  const kms = kmsHere();
  const KeyId = await newKey(kms);
  const first = (await encrypt(kms, KeyId)).CiphertextBlob;
  await kms("EnableKeyRotation", { KeyId, RotationPeriodInDays: 90 });
  assert.equal((await kms("GetKeyRotationStatus", { KeyId })).RotationPeriodInDays, 90);
  const before = (await kms("DescribeKey", { KeyId })).KeyMetadata.CurrentKeyMaterialId;
  await cloud.clock.advance(91 * DAY_MS);
  const after = (await kms("DescribeKey", { KeyId })).KeyMetadata.CurrentKeyMaterialId;
  assert.notEqual(after, before);
  await kms("RotateKeyOnDemand", { KeyId });
  const { Rotations } = await kms("ListKeyRotations", { KeyId });
  assert.deepEqual(
    Rotations.map(({ RotationType }: { RotationType: string }) => RotationType),
    ["AUTOMATIC", "ON_DEMAND"],
  );
  const opened = await kms("Decrypt", { CiphertextBlob: first });
  assert.equal(opened.KeyMaterialId, before);
  const rsa = await newKey(kms, { KeySpec: "RSA_2048", KeyUsage: "SIGN_VERIFY" });
  await assert.rejects(kms("EnableKeyRotation", { KeyId: rsa }), { code: "UnsupportedOperationException" });
});

test("a key of imported material waits for it, loses it and takes only the same back", async () => {
  const kms = kmsHere();
  const KeyId = await newKey(kms, { Origin: "EXTERNAL" });
  const waiting = { code: "KMSInvalidStateException", message: `${KeyId} is pending import.` };
  await assert.rejects(encrypt(kms, KeyId), waiting);
  const secret = randomBytes(32);
  await assert.rejects(importInto(kms, KeyId, secret, { ExpirationModel: "KEY_MATERIAL_EXPIRES" }), {
    message: "A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES",
  });
  await importInto(kms, KeyId, secret, {}, "RSA_AES_KEY_WRAP_SHA_256");
  const { CiphertextBlob } = await encrypt(kms, KeyId);
  assert.equal(
    (await kms("DescribeKey", { KeyId })).KeyMetadata.ExpirationModel,
    "KEY_MATERIAL_DOES_NOT_EXPIRE",
  );
  await kms("DeleteImportedKeyMaterial", { KeyId });
  await assert.rejects(encrypt(kms, KeyId), waiting);
  await assert.rejects(kms("Decrypt", { CiphertextBlob }), waiting);
  await assert.rejects(importInto(kms, KeyId, randomBytes(32)), { code: "IncorrectKeyMaterialException" });
  const ValidTo = new Date(cloud.clock.now() + DAY_MS);
  await importInto(kms, KeyId, secret, { ExpirationModel: "KEY_MATERIAL_EXPIRES", ValidTo });
  assert.equal(Buffer.from((await kms("Decrypt", { CiphertextBlob })).Plaintext).toString(), "x");
  await cloud.clock.advance(DAY_MS);
  await assert.rejects(encrypt(kms, KeyId), waiting);
});

test("new material of an imported key is used from its rotation on", async () => {
  const kms = kmsHere();
  const KeyId = await newKey(kms, { Origin: "EXTERNAL" });
  await assert.rejects(kms("RotateKeyOnDemand", { KeyId }), { message: `${KeyId} is pending import.` });
  const first = await importInto(kms, KeyId, randomBytes(32));
  await assert.rejects(kms("RotateKeyOnDemand", { KeyId }), {
    message: `No available key material pending rotation for the key: ${KeyId}.`,
  });
  const next = await importInto(kms, KeyId, randomBytes(32), { ImportType: "NEW_KEY_MATERIAL" });
  const current = async () => (await kms("DescribeKey", { KeyId })).KeyMetadata.CurrentKeyMaterialId;
  assert.equal(await current(), first.KeyMaterialId);
  await kms("RotateKeyOnDemand", { KeyId });
  assert.equal(await current(), next.KeyMaterialId);
  await assert.rejects(
    kms("GetParametersForImport", {
      KeyId: await newKey(kms),
      WrappingAlgorithm: "RSAES_OAEP_SHA_1",
      WrappingKeySpec: "RSA_2048",
    }),
    {
      code: "UnsupportedOperationException",
      message: /^arn:.* origin is AWS_KMS which is not valid for this operation\.$/,
    },
  );
});

test("a multi-region key's replica opens what its primary sealed, and can become the primary", async () => {
  const kms = kmsHere();
  const KeyId = await newKey(kms, { MultiRegion: true });
  assert.match(KeyId, /key\/mrk-[0-9a-f]{32}$/);
  const id = KeyId.split("/")[1]!;
  const { ReplicaKeyMetadata } = await kms("ReplicateKey", { KeyId, ReplicaRegion: "eu-west-1" });
  assert.equal(ReplicaKeyMetadata.KeyState, "Creating");
  assert.equal(await stateOf(kms, id, "eu-west-1"), "Enabled");
  const { CiphertextBlob } = await encrypt(kms, KeyId);
  const opened = await kms("Decrypt", { CiphertextBlob }, "eu-west-1");
  assert.equal(opened.KeyId, KeyId.replace("us-east-1", "eu-west-1"));
  await assert.rejects(
    kms("ReplicateKey", { KeyId: opened.KeyId, ReplicaRegion: "us-west-2" }, "eu-west-1"),
    {
      message: `${opened.KeyId} is not a multi-region primary key.`,
    },
  );
  await kms("UpdatePrimaryRegion", { KeyId, PrimaryRegion: "eu-west-1" });
  const { MultiRegionConfiguration } = (await kms("DescribeKey", { KeyId })).KeyMetadata;
  assert.equal(MultiRegionConfiguration.MultiRegionKeyType, "REPLICA");
  assert.equal(MultiRegionConfiguration.PrimaryKey.Region, "eu-west-1");
  assert.equal(Buffer.from((await kms("Decrypt", { CiphertextBlob })).Plaintext).toString(), "x");
  assert.equal(await stateOf(kms, id), "Enabled");
});

test("a primary waits with its deletion for its replicas", async () => {
  const kms = kmsHere();
  const KeyId = await newKey(kms, { MultiRegion: true });
  await kms("ReplicateKey", { KeyId, ReplicaRegion: "eu-west-1" });
  assert.equal(
    (await kms("ScheduleKeyDeletion", { KeyId, PendingWindowInDays: 7 })).KeyState,
    "PendingReplicaDeletion",
  );
  const replica = KeyId.replace("us-east-1", "eu-west-1");
  await kms("ScheduleKeyDeletion", { KeyId: replica, PendingWindowInDays: 7 }, "eu-west-1");
  await cloud.clock.advance(8 * DAY_MS);
  await assert.rejects(kms("DescribeKey", { KeyId: replica }, "eu-west-1"), { code: "NotFoundException" });
  assert.equal(await stateOf(kms, KeyId), "PendingDeletion");
});

test("a policy under which nobody could put another is refused", async () => {
  const kms = kmsHere();
  const KeyId = await newKey(kms);
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [] });
  await assert.rejects(kms("PutKeyPolicy", { KeyId, Policy }), {
    code: "MalformedPolicyDocumentException",
    message: "The new key policy will not allow you to update the key policy in the future.",
  });
  await kms("PutKeyPolicy", { KeyId, Policy, BypassPolicyLockoutSafetyCheck: true });
  assert.equal((await kms("GetKeyPolicy", { KeyId })).Policy, Policy);
});

test("a Deny in the key's policy bites whoever uses the key, by whatever name", async () => {
  const kms = kmsHere();
  const KeyId = await newKey(kms);
  await kms("CreateAlias", { AliasName: "alias/denied", TargetKeyId: KeyId });
  const { CiphertextBlob } = await encrypt(kms, KeyId);
  const Policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Principal: "*", Action: "kms:*", Resource: "*" },
      {
        Effect: "Deny",
        Principal: "*",
        Action: ["kms:Encrypt", "kms:Decrypt"],
        Resource: "*",
        Condition: { StringNotEquals: { "kms:EncryptionContext:a": "b" } },
      },
    ],
  });
  await kms("PutKeyPolicy", { KeyId, Policy });
  await assert.rejects(encrypt(kms, KeyId), { code: "AccessDeniedException", message: /explicit deny/ });
  await assert.rejects(encrypt(kms, "alias/denied"), {
    code: "AccessDeniedException",
    message: /explicit deny/,
  });
  await assert.rejects(kms("Decrypt", { CiphertextBlob }), {
    code: "AccessDeniedException",
    message: /explicit deny/,
  });
  await kms("Encrypt", { KeyId, Plaintext: Buffer.from("x"), EncryptionContext: { a: "b" } });
});

test("a grant lets a role in that no policy lets in, for its operations and context alone", async (t) => {
  const strict = await testCloud({ listen: false, iam: "enforce" });
  t.after(() => strict.stop());
  const account = newAccount();
  const root = kmsOf(strict.call, account);
  const KeyId = await newKey(root);
  const iam = (operation: string, input: object) =>
    strict.call("iam", operation, input, { account, as: `arn:aws:iam::${account}:root` });
  await iam("CreateRole", {
    RoleName: "reader",
    AssumeRolePolicyDocument: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" }],
    }),
  });
  const role = `arn:aws:iam::${account}:role/reader`;
  const asRole = (operation: string, input: object) =>
    strict.call<{ CiphertextBlob: Uint8Array }>("kms", operation, input, { account, as: role });
  const input = { KeyId, Plaintext: Buffer.from("x"), EncryptionContext: { tenant: "a" } };
  await assert.rejects(asRole("Encrypt", input), { code: "AccessDeniedException" });
  const grant = {
    KeyId,
    GranteePrincipal: role,
    Operations: ["Encrypt"],
    Constraints: { EncryptionContextSubset: { tenant: "a" } },
  };
  const { GrantId } = await root("CreateGrant", grant);
  const { CiphertextBlob } = await asRole("Encrypt", input);
  await assert.rejects(asRole("Encrypt", { ...input, EncryptionContext: { tenant: "b" } }), {
    code: "AccessDeniedException",
  });
  await assert.rejects(asRole("Decrypt", { CiphertextBlob, EncryptionContext: { tenant: "a" } }), {
    code: "AccessDeniedException",
  });
  await root("RevokeGrant", { KeyId, GrantId });
  await assert.rejects(asRole("Encrypt", input), { code: "AccessDeniedException" });
});

test("a grant is to a principal, for what its key can do", async () => {
  const kms = kmsHere();
  const keys = {
    symmetric: await newKey(kms),
    signing: await newKey(kms, { KeySpec: "ECC_NIST_P256", KeyUsage: "SIGN_VERIFY" }),
    mac: await newKey(kms, { KeySpec: "HMAC_256", KeyUsage: "GENERATE_VERIFY_MAC" }),
  };
  const role = "arn:aws:iam::123456789012:role/reader";
  const grant = (key: keyof typeof keys, Operations: string[], more: object = {}) =>
    kms("CreateGrant", { KeyId: keys[key], GranteePrincipal: role, Operations, ...more });
  await grant("symmetric", ["Decrypt", "GenerateDataKeyPair", "DescribeKey", "RetireGrant"]);
  await grant("signing", ["Sign", "GetPublicKey", "CreateGrant"]);
  await grant("mac", ["VerifyMac"]);
  await grant("symmetric", ["Decrypt"], { GranteePrincipal: "123456789012" });
  for (const [key, operation] of [
    ["symmetric", "Sign"],
    ["symmetric", "GetPublicKey"],
    ["signing", "Decrypt"],
    ["mac", "GenerateDataKey"],
  ] as const)
    await assert.rejects(grant(key, ["DescribeKey", operation]), { code: "ValidationException" }, operation);
  const Constraints = { EncryptionContextEquals: { a: "b" } };
  await assert.rejects(grant("signing", ["Sign"], { Constraints }), { code: "ValidationException" });
  for (const member of ["GranteePrincipal", "RetiringPrincipal"])
    await assert.rejects(grant("symmetric", ["Decrypt"], { [member]: "somebody" }), {
      code: "InvalidArnException",
      message: "ARN does not refer to a valid principal: somebody",
    });
});

test("grants of one name and content are one; a token retires its grant", async () => {
  const kms = kmsHere();
  const KeyId = await newKey(kms);
  const input = {
    KeyId,
    GranteePrincipal: "arn:aws:iam::123456789012:role/r",
    Operations: ["Decrypt"],
    Name: "once",
  };
  const one = await kms("CreateGrant", input);
  assert.equal((await kms("CreateGrant", input)).GrantId, one.GrantId);
  await kms("RetireGrant", { GrantToken: one.GrantToken });
  assert.deepEqual((await kms("ListGrants", { KeyId })).Grants, []);
  await assert.rejects(kms("RevokeGrant", { KeyId, GrantId: one.GrantId }), { code: "NotFoundException" });
});

test("a rule at kms:use fails one key for everybody who uses it", async () => {
  const kms = kmsHere();
  const [ill, well] = [await newKey(kms), await newKey(kms)];
  const faults = [
    ["disabled", "DisabledException"],
    ["pending-deletion", "KMSInvalidStateException"],
    ["unavailable", "KeyUnavailableException"],
    ["throttled", "ThrottlingException"],
  ] as const;
  for (const [effect, code] of faults) {
    const rule = await cloud.faults.add({ point: "kms:use", effect, match: { resource: ill } });
    await assert.rejects(encrypt(kms, ill), { code });
    await encrypt(kms, well);
    await cloud.faults.remove(rule.id);
    await encrypt(kms, ill);
  }
});
