import assert from "node:assert/strict";
import { constants, createHash, createPublicKey, publicEncrypt, randomBytes, verify } from "node:crypto";
import { after, test } from "node:test";
import { KMS, KMSInvalidSignatureException, NotFoundException } from "@aws-sdk/client-kms";
import { clientOptions, newAccount, testCloud } from "../../../test/cloud.ts";
import { allCalled } from "../../../test/every-operation.ts";

/** KMS as its SDK sees it: every operation, with what Node's own cryptography says of the answers. */

const cloud = await testCloud();
after(() => cloud.stop());

const clientIn = (account: string, region = "us-east-1") =>
  new KMS({ ...clientOptions(cloud, account), region });
const text = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString();

test("keys come, are described, changed, and go", async () => {
  const kms = clientIn(newAccount());
  const { KeyMetadata } = await kms.createKey({ Description: "one", Tags: [{ TagKey: "a", TagValue: "b" }] });
  const KeyId = KeyMetadata?.KeyId;
  assert.equal(KeyMetadata?.CreationDate instanceof Date, true);
  await kms.updateKeyDescription({ KeyId, Description: "two" });
  assert.equal((await kms.describeKey({ KeyId })).KeyMetadata?.Description, "two");
  assert.deepEqual(
    (await kms.listKeys({})).Keys?.map((key) => key.KeyId),
    [KeyId],
  );
  await kms.tagResource({ KeyId, Tags: [{ TagKey: "c", TagValue: "d" }] });
  await kms.untagResource({ KeyId, TagKeys: ["a"] });
  assert.deepEqual((await kms.listResourceTags({ KeyId })).Tags, [{ TagKey: "c", TagValue: "d" }]);
  await kms.disableKey({ KeyId });
  await assert.rejects(kms.encrypt({ KeyId, Plaintext: Buffer.from("a") }), { name: "DisabledException" });
  await kms.enableKey({ KeyId });
  const { DeletionDate } = await kms.scheduleKeyDeletion({ KeyId, PendingWindowInDays: 7 });
  assert.equal(DeletionDate instanceof Date, true);
  await kms.cancelKeyDeletion({ KeyId });
  await assert.rejects(kms.describeKey({ KeyId: "00000000-0000-0000-0000-000000000000" }), NotFoundException);
});

test("aliases, policies and grants", async () => {
  const account = newAccount();
  const kms = clientIn(account);
  const [one, two] = [await kms.createKey({}), await kms.createKey({})].map(
    ({ KeyMetadata }) => KeyMetadata?.KeyId,
  );
  await kms.createAlias({ AliasName: "alias/app", TargetKeyId: one });
  await kms.updateAlias({ AliasName: "alias/app", TargetKeyId: two });
  const { Aliases } = await kms.listAliases({});
  assert.deepEqual(
    Aliases?.map(({ AliasName, TargetKeyId }) => [AliasName, TargetKeyId]),
    [["alias/app", two]],
  );
  assert.equal((await kms.describeKey({ KeyId: "alias/app" })).KeyMetadata?.KeyId, two);
  await kms.deleteAlias({ AliasName: "alias/app" });

  const { Policy } = await kms.getKeyPolicy({ KeyId: one, PolicyName: "default" });
  await kms.putKeyPolicy({ KeyId: one, PolicyName: "default", Policy });
  assert.deepEqual((await kms.listKeyPolicies({ KeyId: one })).PolicyNames, ["default"]);

  const principal = `arn:aws:iam::${account}:role/worker`;
  const grant = () =>
    kms.createGrant({
      KeyId: one,
      GranteePrincipal: principal,
      RetiringPrincipal: `arn:aws:iam::${account}:root`,
      Operations: ["Encrypt"],
    });
  const { GrantId, GrantToken } = await grant();
  assert.deepEqual(
    (await kms.listGrants({ KeyId: one })).Grants?.map((given) => given.GrantId),
    [GrantId],
  );
  const retirable = await kms.listRetirableGrants({ RetiringPrincipal: `arn:aws:iam::${account}:root` });
  assert.equal(retirable.Grants?.length, 1);
  await kms.retireGrant({ GrantToken });
  const again = await grant();
  await kms.revokeGrant({ KeyId: one, GrantId: again.GrantId });
  assert.equal((await kms.listGrants({ KeyId: one })).Grants?.length, 0);
});

test("what is encrypted is decrypted, by its own key and context alone", async () => {
  const kms = clientIn(newAccount());
  const { KeyMetadata } = await kms.createKey({});
  const other = await kms.createKey({});
  const KeyId = KeyMetadata?.KeyId;
  const EncryptionContext = { app: "shop" };
  const { CiphertextBlob } = await kms.encrypt({
    KeyId,
    Plaintext: Buffer.from("hidden"),
    EncryptionContext,
  });
  const opened = await kms.decrypt({ CiphertextBlob, EncryptionContext });
  assert.deepEqual([text(opened.Plaintext), opened.KeyId], ["hidden", KeyMetadata?.Arn]);
  await assert.rejects(kms.decrypt({ CiphertextBlob }), { name: "InvalidCiphertextException" });
  const moved = await kms.reEncrypt({
    CiphertextBlob,
    SourceEncryptionContext: EncryptionContext,
    DestinationKeyId: other.KeyMetadata?.KeyId,
  });
  assert.equal(text((await kms.decrypt({ CiphertextBlob: moved.CiphertextBlob })).Plaintext), "hidden");

  const dataKey = await kms.generateDataKey({ KeyId, KeySpec: "AES_256" });
  assert.equal(dataKey.Plaintext?.length, 32);
  const reopened = await kms.decrypt({ CiphertextBlob: dataKey.CiphertextBlob });
  assert.deepEqual(Buffer.from(reopened.Plaintext!), Buffer.from(dataKey.Plaintext!));
  const sealed = await kms.generateDataKeyWithoutPlaintext({ KeyId, NumberOfBytes: 24 });
  assert.equal((await kms.decrypt({ CiphertextBlob: sealed.CiphertextBlob })).Plaintext?.length, 24);
  assert.equal((await kms.generateRandom({ NumberOfBytes: 16 })).Plaintext?.length, 16);

  const pair = await kms.generateDataKeyPair({ KeyId, KeyPairSpec: "ECC_NIST_P256" });
  const privateKey = await kms.decrypt({ CiphertextBlob: pair.PrivateKeyCiphertextBlob });
  assert.deepEqual(Buffer.from(privateKey.Plaintext!), Buffer.from(pair.PrivateKeyPlaintext!));
  const without = await kms.generateDataKeyPairWithoutPlaintext({ KeyId, KeyPairSpec: "ECC_NIST_P256" });
  createPublicKey({ key: Buffer.from(without.PublicKey!), format: "der", type: "spki" });

  const used = await kms.getKeyLastUsage({ KeyId });
  assert.equal(used.KeyLastUsage?.Operation, "GenerateDataKeyPairWithoutPlaintext");
  assert.equal(used.TrackingStartDate instanceof Date, true);
});

test("signatures are good by Node's own cryptography, and MACs by KMS", async () => {
  const kms = clientIn(newAccount());
  const Message = Buffer.from("a message");
  for (const [KeySpec, SigningAlgorithm, padding] of [
    ["RSA_2048", "RSASSA_PSS_SHA_256", constants.RSA_PKCS1_PSS_PADDING],
    ["RSA_2048", "RSASSA_PKCS1_V1_5_SHA_256", constants.RSA_PKCS1_PADDING],
    ["ECC_NIST_P256", "ECDSA_SHA_256", undefined],
  ] as const) {
    const { KeyMetadata } = await kms.createKey({ KeySpec, KeyUsage: "SIGN_VERIFY" });
    const KeyId = KeyMetadata?.KeyId;
    const { Signature } = await kms.sign({ KeyId, Message, SigningAlgorithm });
    const { PublicKey } = await kms.getPublicKey({ KeyId });
    const key = createPublicKey({ key: Buffer.from(PublicKey!), format: "der", type: "spki" });
    assert.equal(
      verify("sha256", Message, { key, ...(padding && { padding, saltLength: 32 }) }, Signature!),
      true,
      SigningAlgorithm,
    );
    const digest = createHash("sha256").update(Message).digest();
    const checked = await kms.verify({
      KeyId,
      Message: digest,
      MessageType: "DIGEST",
      Signature,
      SigningAlgorithm,
    });
    assert.equal(checked.SignatureValid, true);
    await assert.rejects(
      kms.verify({ KeyId, Message: Buffer.from("x"), Signature, SigningAlgorithm }),
      KMSInvalidSignatureException,
    );
  }
  const { KeyMetadata } = await kms.createKey({ KeySpec: "HMAC_256", KeyUsage: "GENERATE_VERIFY_MAC" });
  const mac = { KeyId: KeyMetadata?.KeyId, Message, MacAlgorithm: "HMAC_SHA_256" } as const;
  const { Mac } = await kms.generateMac(mac);
  assert.equal((await kms.verifyMac({ ...mac, Mac })).MacValid, true);
  await assert.rejects(kms.verifyMac({ ...mac, Mac: randomBytes(32) }), { name: "KMSInvalidMacException" });
});

test("secrets are agreed on", async () => {
  const kms = clientIn(newAccount());
  const curve = async () =>
    (await kms.createKey({ KeySpec: "ECC_NIST_P256", KeyUsage: "KEY_AGREEMENT" })).KeyMetadata?.KeyId;
  const [mine, yours] = [await curve(), await curve()];
  const derive = async (KeyId: string | undefined, other: string | undefined) => {
    const { PublicKey } = await kms.getPublicKey({ KeyId: other });
    const { SharedSecret } = await kms.deriveSharedSecret({
      KeyId,
      KeyAgreementAlgorithm: "ECDH",
      PublicKey,
    });
    return Buffer.from(SharedSecret!).toString("hex");
  };
  assert.equal(await derive(mine, yours), await derive(yours, mine));
});

test("a secret is encapsulated for a post-quantum key", async () => {
  const kms = clientIn(newAccount());
  const { KeyMetadata } = await kms.createKey({ KeySpec: "ML_KEM_768", KeyUsage: "ENCAPSULATE_DECAPSULATE" });
  const of = { KeyId: KeyMetadata?.KeyId, EncapsulationAlgorithm: "ML_KEM" } as const;
  const { SharedSecret, SharedSecretCiphertextBlob } = await kms.encapsulate(of);
  const opened = await kms.decapsulate({ ...of, SharedSecretCiphertextBlob });
  assert.deepEqual(Buffer.from(opened.SharedSecret!), Buffer.from(SharedSecret!));
});

test("key material is imported, expires, and is deleted", async () => {
  const kms = clientIn(newAccount());
  const { KeyMetadata } = await kms.createKey({ Origin: "EXTERNAL" });
  const KeyId = KeyMetadata?.KeyId;
  assert.equal(KeyMetadata?.KeyState, "PendingImport");
  const { ImportToken, PublicKey } = await kms.getParametersForImport({
    KeyId,
    WrappingAlgorithm: "RSAES_OAEP_SHA_256",
    WrappingKeySpec: "RSA_2048",
  });
  const EncryptedKeyMaterial = publicEncrypt(
    {
      key: createPublicKey({ key: Buffer.from(PublicKey!), format: "der", type: "spki" }),
      padding: constants.RSA_PKCS1_OAEP_PADDING,
      oaepHash: "sha256",
    },
    randomBytes(32),
  );
  await kms.importKeyMaterial({
    KeyId,
    ImportToken,
    EncryptedKeyMaterial,
    ExpirationModel: "KEY_MATERIAL_DOES_NOT_EXPIRE",
  });
  const { CiphertextBlob } = await kms.encrypt({ KeyId, Plaintext: Buffer.from("a") });
  assert.equal(text((await kms.decrypt({ CiphertextBlob })).Plaintext), "a");
  await kms.deleteImportedKeyMaterial({ KeyId });
  await assert.rejects(kms.decrypt({ CiphertextBlob }), { name: "KMSInvalidStateException" });
});

test("keys rotate, and older ciphertexts stay readable", async () => {
  const kms = clientIn(newAccount());
  const KeyId = (await kms.createKey({})).KeyMetadata?.KeyId;
  const { CiphertextBlob } = await kms.encrypt({ KeyId, Plaintext: Buffer.from("old") });
  await kms.enableKeyRotation({ KeyId, RotationPeriodInDays: 90 });
  const status = await kms.getKeyRotationStatus({ KeyId });
  assert.deepEqual([status.KeyRotationEnabled, status.RotationPeriodInDays], [true, 90]);
  await kms.rotateKeyOnDemand({ KeyId });
  const { Rotations } = await kms.listKeyRotations({ KeyId });
  assert.equal(Rotations?.[0]?.RotationType, "ON_DEMAND");
  assert.equal(text((await kms.decrypt({ CiphertextBlob })).Plaintext), "old");
  await kms.disableKeyRotation({ KeyId });
});

test("a multi-region key opens in one region what another has sealed", async () => {
  const account = newAccount();
  const [here, there] = [clientIn(account), clientIn(account, "eu-west-1")];
  const KeyId = (await here.createKey({ MultiRegion: true })).KeyMetadata?.KeyId;
  const { CiphertextBlob } = await here.encrypt({ KeyId, Plaintext: Buffer.from("anywhere") });
  await here.replicateKey({ KeyId, ReplicaRegion: "eu-west-1" });
  assert.equal(text((await there.decrypt({ CiphertextBlob, KeyId })).Plaintext), "anywhere");
  await here.updatePrimaryRegion({ KeyId, PrimaryRegion: "eu-west-1" });
  const { KeyMetadata } = await there.describeKey({ KeyId });
  assert.equal(KeyMetadata?.MultiRegionConfiguration?.MultiRegionKeyType, "PRIMARY");
});

test("custom key stores are not there", async () => {
  const kms = clientIn(newAccount());
  const CustomKeyStoreId = "cks-1234567890abcdef0";
  const missing = { name: "CustomKeyStoreNotFoundException" };
  assert.deepEqual((await kms.describeCustomKeyStores({})).CustomKeyStores, []);
  await assert.rejects(kms.connectCustomKeyStore({ CustomKeyStoreId }), missing);
  await assert.rejects(kms.disconnectCustomKeyStore({ CustomKeyStoreId }), missing);
  await assert.rejects(kms.updateCustomKeyStore({ CustomKeyStoreId }), missing);
  await assert.rejects(kms.deleteCustomKeyStore({ CustomKeyStoreId }), missing);
  await assert.rejects(
    kms.createCustomKeyStore({ CustomKeyStoreName: "own", CloudHsmClusterId: "cluster-2a34b5cdefg" }),
    { name: "CloudHsmClusterNotFoundException" },
  );
});

test("every operation has been called by the SDK", async () => {
  await allCalled(cloud, "kms", [
    "ConnectCustomKeyStore",
    "CreateCustomKeyStore",
    "DeleteCustomKeyStore",
    "DisconnectCustomKeyStore",
    "UpdateCustomKeyStore",
  ]);
});
