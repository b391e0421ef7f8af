import assert from "node:assert/strict";
import { createPublicKey, publicEncrypt } from "node:crypto";
import { test } from "node:test";
import { newAccount, testCloud } from "../../../test/cloud.ts";
import { kmsOf, newKey } from "./fixture.test.ts";

const cloud = await testCloud({ listen: false });
test.after(() => cloud.stop());
const kmsHere = () => kmsOf(cloud.call, newAccount());
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();

test("what was encrypted is decrypted by the key that the ciphertext names, and by no other context", async () => {
  const kms = kmsHere();
  const KeyId = await newKey(kms);
  const EncryptionContext = { purpose: "test", tenant: "a" };
  const { CiphertextBlob } = await kms("Encrypt", {
    KeyId,
    Plaintext: Buffer.from("hello"),
    EncryptionContext,
  });
  const opened = await kms("Decrypt", {
    CiphertextBlob,
    EncryptionContext: { tenant: "a", purpose: "test" },
  });
  assert.equal(text(opened.Plaintext), "hello");
  assert.equal(opened.KeyId, KeyId);
  assert.match(opened.KeyMaterialId, /^[0-9a-f]{64}$/);
  for (const wrong of [undefined, { purpose: "test" }, { ...EncryptionContext, more: "x" }])
    await assert.rejects(kms("Decrypt", { CiphertextBlob, EncryptionContext: wrong }), {
      code: "InvalidCiphertextException",
      message: "",
    });
  const flipped = Buffer.from(CiphertextBlob);
  flipped[flipped.length - 20]! ^= 1;
  await assert.rejects(kms("Decrypt", { CiphertextBlob: flipped, EncryptionContext }), {
    code: "InvalidCiphertextException",
  });
});

test("a key is called by its id, its ARN, its alias and its alias's ARN", async () => {
  const kms = kmsHere();
  const arn = await newKey(kms);
  await kms("CreateAlias", { AliasName: "alias/orders", TargetKeyId: arn });
  const aliasArn = arn.replace(/key\/.*/, "alias/orders");
  for (const KeyId of [arn, arn.split("/")[1], "alias/orders", aliasArn]) {
    const { CiphertextBlob, KeyId: used } = await kms("Encrypt", { KeyId, Plaintext: Buffer.from("x") });
    assert.equal(used, arn);
    assert.equal(text((await kms("Decrypt", { CiphertextBlob, KeyId })).Plaintext), "x");
  }
});

test("what names no key says so in AWS's words", async () => {
  const kms = kmsHere();
  const arn = await newKey(kms);
  const elsewhere = arn.replace("us-east-1", "eu-west-1");
  const cases: [string, string][] = [
    ["fake-key-id", "Invalid keyId 'fake-key-id'"],
    ["134f2428cec14b25a1ae9048164dba47", "Invalid keyId '134f2428cec14b25a1ae9048164dba47'"],
    ["mrk-fake-key-id", "Invalid keyId 'mrk-fake-key-id'"],
    [elsewhere, "Invalid arn eu-west-1"],
    ["alias/none", `Alias ${arn.replace(/key\/.*/, "alias/none")} is not found.`],
    [
      arn.replace(/key\/.{8}/, "key/00000000"),
      `Key '${arn.replace(/key\/.{8}/, "key/00000000")}' does not exist`,
    ],
  ];
  for (const [KeyId, message] of cases)
    await assert.rejects(kms("DescribeKey", { KeyId }), { code: "NotFoundException", message });
});

test("RSA keys encrypt up to what their padding leaves room for", async () => {
  const kms = kmsHere();
  const KeyId = await newKey(kms, { KeySpec: "RSA_2048", KeyUsage: "ENCRYPT_DECRYPT" });
  const algorithm = { EncryptionAlgorithm: "RSAES_OAEP_SHA_256" };
  const { CiphertextBlob } = await kms("Encrypt", { KeyId, Plaintext: Buffer.alloc(190, 7), ...algorithm });
  assert.equal((await kms("Decrypt", { KeyId, CiphertextBlob, ...algorithm })).Plaintext.length, 190);
  await assert.rejects(kms("Encrypt", { KeyId, Plaintext: Buffer.alloc(191), ...algorithm }), {
    code: "ValidationException",
    message: "Algorithm RSAES_OAEP_SHA_256 and key spec RSA_2048 cannot encrypt data larger than 190 bytes.",
  });
  await assert.rejects(kms("Encrypt", { KeyId, Plaintext: Buffer.alloc(1) }), {
    code: "InvalidKeyUsageException",
    message: "Algorithm SYMMETRIC_DEFAULT is incompatible with key spec RSA_2048.",
  });
  // Whoever has the public key encrypts without KMS.
  const { PublicKey } = await kms("GetPublicKey", { KeyId });
  const publicKey = createPublicKey({ key: Buffer.from(PublicKey), format: "der", type: "spki" });
  const outside = publicEncrypt({ key: publicKey, oaepHash: "sha256" }, Buffer.from("from outside"));
  const { Plaintext } = await kms("Decrypt", { KeyId, CiphertextBlob: outside, ...algorithm });
  assert.equal(text(Plaintext), "from outside");
});

test("ReEncrypt moves a ciphertext to another key and context", async () => {
  const kms = kmsHere();
  const [from, to, other] = [await newKey(kms), await newKey(kms), await newKey(kms)];
  const { CiphertextBlob } = await kms("Encrypt", { KeyId: from, Plaintext: Buffer.from("move") });
  const moved = await kms("ReEncrypt", {
    CiphertextBlob,
    DestinationKeyId: to,
    DestinationEncryptionContext: { a: "b" },
  });
  assert.equal(moved.SourceKeyId, from);
  assert.equal(moved.KeyId, to);
  const { Plaintext } = await kms("Decrypt", {
    CiphertextBlob: moved.CiphertextBlob,
    EncryptionContext: { a: "b" },
  });
  assert.equal(text(Plaintext), "move");
  await assert.rejects(kms("ReEncrypt", { CiphertextBlob, SourceKeyId: other, DestinationKeyId: to }), {
    code: "IncorrectKeyException",
    message: "The key ID in the request does not identify a CMK that can perform this operation.",
  });
});

test("data keys come open and sealed, and a dry run makes none", async () => {
  const kms = kmsHere();
  const KeyId = await newKey(kms);
  const both = await kms("GenerateDataKey", { KeyId, KeySpec: "AES_256" });
  assert.equal(both.Plaintext.length, 32);
  assert.deepEqual(
    text((await kms("Decrypt", { CiphertextBlob: both.CiphertextBlob })).Plaintext),
    text(both.Plaintext),
  );
  assert.equal(
    (await kms("GenerateDataKeyWithoutPlaintext", { KeyId, NumberOfBytes: 5 })).Plaintext,
    undefined,
  );
  const pair = await kms("GenerateDataKeyPair", { KeyId, KeyPairSpec: "ECC_NIST_P256" });
  const sealed = await kms("Decrypt", { CiphertextBlob: pair.PrivateKeyCiphertextBlob });
  assert.ok(Buffer.from(sealed.Plaintext).equals(Buffer.from(pair.PrivateKeyPlaintext)));
  for (const input of [{}, { KeySpec: "AES_128", NumberOfBytes: 1 }])
    await assert.rejects(kms("GenerateDataKey", { KeyId, ...input }), {
      message: "Please specify either number of bytes or key spec.",
    });
  const dry = { KeyId, KeyPairSpec: "RSA_2048", DryRun: true };
  await assert.rejects(kms("GenerateDataKeyPairWithoutPlaintext", dry), {
    code: "DryRunOperationException",
    message: "The request would have succeeded, but the DryRun option is set.",
  });
  await assert.rejects(kms("GenerateRandom"), { message: "NumberOfBytes is required." });
  assert.equal((await kms("GenerateRandom", { NumberOfBytes: 1024 })).Plaintext.length, 1024);
});

test("a ciphertext of a key in another region, or of none, cannot be read", async () => {
  const kms = kmsHere();
  const { CiphertextBlob } = await kms("Encrypt", { KeyId: await newKey(kms), Plaintext: Buffer.from("x") });
  await assert.rejects(kms("Decrypt", { CiphertextBlob }, "eu-west-1"), { code: "AccessDeniedException" });
  await assert.rejects(kms("Decrypt", { CiphertextBlob: Buffer.from("nonsense") }), {
    code: "InvalidCiphertextException",
  });
});

test("keys survive being stopped and started again", async (t) => {
  const { mkdtemp, rm } = await import("node:fs/promises");
  const dataDir = await mkdtemp("/tmp/squall-kms-");
  t.after(() => rm(dataDir, { recursive: true, force: true }));
  const account = newAccount();
  const first = await testCloud({ listen: false, dataDir });
  const before = kmsOf(first.call, account);
  const KeyId = await newKey(before);
  const { CiphertextBlob } = await before("Encrypt", { KeyId, Plaintext: Buffer.from("kept") });
  await first.stop();
  const second = await testCloud({ listen: false, dataDir });
  t.after(() => second.stop());
  assert.equal(text((await kmsOf(second.call, account)("Decrypt", { CiphertextBlob })).Plaintext), "kept");
});
