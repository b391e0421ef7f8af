import assert from "node:assert/strict";
import {
  constants,
  createHash,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  verify,
} from "node:crypto";
import { test } from "node:test";
import { newAccount, testCloud } from "../../../test/cloud.ts";
import { kmsOf, newKey } from "./fixture.test.ts";

const cloud = await testCloud({ listen: false });
test.after(() => cloud.stop());
const kmsHere = () => kmsOf(cloud.call, newAccount());
const Message = Buffer.from("to be signed");

const SIGNERS: readonly [spec: string, algorithms: readonly string[]][] = [
  [
    "RSA_2048",
    ["PSS", "PKCS1_V1_5"].flatMap((scheme) =>
      ["256", "384", "512"].map((bits) => `RSASSA_${scheme}_SHA_${bits}`),
    ),
  ],
  ["ECC_NIST_P256", ["ECDSA_SHA_256"]],
  ["ECC_NIST_P384", ["ECDSA_SHA_384"]],
  ["ECC_NIST_P521", ["ECDSA_SHA_512"]],
  ["ECC_SECG_P256K1", ["ECDSA_SHA_256"]],
];

for (const [KeySpec, algorithms] of SIGNERS) {
  test(`${KeySpec} signs messages and digests alike, and OpenSSL agrees`, async () => {
    const kms = kmsHere();
    const KeyId = await newKey(kms, { KeySpec, KeyUsage: "SIGN_VERIFY" });
    const { PublicKey } = await kms("GetPublicKey", { KeyId });
    const key = createPublicKey({ key: Buffer.from(PublicKey), format: "der", type: "spki" });
    for (const SigningAlgorithm of algorithms) {
      const hash = `sha${SigningAlgorithm.slice(-3)}`;
      const how = SigningAlgorithm.includes("PSS")
        ? {
            key,
            padding: constants.RSA_PKCS1_PSS_PADDING,
            saltLength: Number(SigningAlgorithm.slice(-3)) / 8,
          }
        : { key };
      const digest = {
        KeyId,
        SigningAlgorithm,
        MessageType: "DIGEST",
        Message: createHash(hash).update(Message).digest(),
      };
      const raw = { KeyId, SigningAlgorithm, Message };
      for (const [signed, checked] of [
        [raw, digest],
        [digest, raw],
      ] as const) {
        const { Signature } = await kms("Sign", signed);
        assert.ok(verify(hash, Message, how, Signature), `OpenSSL on ${SigningAlgorithm}`);
        assert.equal((await kms("Verify", { ...checked, Signature })).SignatureValid, true);
        const Bad = Buffer.from(Signature);
        Bad[Bad.length - 1]! ^= 1;
        await assert.rejects(kms("Verify", { ...checked, Signature: Bad }), {
          code: "KMSInvalidSignatureException",
          message: "",
        });
      }
      await assert.rejects(kms("Sign", { ...digest, Message: Buffer.from("short") }), {
        code: "ValidationException",
        message: `Digest is invalid length for algorithm ${SigningAlgorithm}.`,
      });
    }
  });
}

test("Ed25519 and ML-DSA sign messages", async () => {
  const kms = kmsHere();
  for (const [KeySpec, SigningAlgorithm] of [
    ["ECC_NIST_EDWARDS25519", "ED25519_SHA_512"],
    ["ML_DSA_44", "ML_DSA_SHAKE_256"],
  ]) {
    const KeyId = await newKey(kms, { KeySpec, KeyUsage: "SIGN_VERIFY" });
    const { Signature } = await kms("Sign", { KeyId, Message, SigningAlgorithm });
    const { PublicKey } = await kms("GetPublicKey", { KeyId });
    const key = createPublicKey({ key: Buffer.from(PublicKey), format: "der", type: "spki" });
    assert.ok(verify(null, Message, key, Signature));
    assert.equal((await kms("Verify", { KeyId, Message, SigningAlgorithm, Signature })).SignatureValid, true);
  }
});

test("Ed25519 has one algorithm for messages and one for digests, and neither takes the other's", async () => {
  const kms = kmsHere();
  const KeyId = await newKey(kms, { KeySpec: "ECC_NIST_EDWARDS25519", KeyUsage: "SIGN_VERIFY" });
  const digest = createHash("sha512").update(Message).digest();
  const ph = { KeyId, SigningAlgorithm: "ED25519_PH_SHA_512", MessageType: "DIGEST", Message: digest };
  const { Signature } = await kms("Sign", ph);
  assert.equal((await kms("Verify", { ...ph, Signature })).SignatureValid, true);
  const other = { ...ph, Message: createHash("sha512").update("other").digest() };
  await assert.rejects(kms("Verify", { ...other, Signature }), { code: "KMSInvalidSignatureException" });
  const refused: [object, string][] = [
    [{ MessageType: "RAW" }, "Algorithm ED25519_PH_SHA_512 takes a digest: MessageType must be DIGEST."],
    [{ Message }, "Digest is invalid length for algorithm ED25519_PH_SHA_512."],
    [{ SigningAlgorithm: "ED25519_SHA_512" }, "Algorithm ED25519_SHA_512 does not take a digest."],
  ];
  for (const [given, message] of refused)
    await assert.rejects(kms("Sign", { ...ph, ...given }), { code: "ValidationException", message });
});

test("MACs are verified by the key that made them", async () => {
  const kms = kmsHere();
  for (const bits of [224, 256, 384, 512]) {
    const KeyId = await newKey(kms, { KeySpec: `HMAC_${bits}`, KeyUsage: "GENERATE_VERIFY_MAC" });
    const MacAlgorithm = `HMAC_SHA_${bits}`;
    const { Mac } = await kms("GenerateMac", { KeyId, Message, MacAlgorithm });
    assert.equal(Mac.length, bits / 8);
    assert.equal((await kms("VerifyMac", { KeyId, Message, MacAlgorithm, Mac })).MacValid, true);
    const other = Buffer.from("another message");
    await assert.rejects(kms("VerifyMac", { KeyId, Message: other, MacAlgorithm, Mac }), {
      code: "KMSInvalidMacException",
    });
  }
});

test("two sides derive the same secret", async () => {
  const kms = kmsHere();
  const KeyId = await newKey(kms, { KeySpec: "ECC_NIST_P256", KeyUsage: "KEY_AGREEMENT" });
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const derived = await kms("DeriveSharedSecret", {
    KeyId,
    KeyAgreementAlgorithm: "ECDH",
    PublicKey: publicKey.export({ format: "der", type: "spki" }),
  });
  const theirs = createPublicKey({
    key: Buffer.from((await kms("GetPublicKey", { KeyId })).PublicKey),
    format: "der",
    type: "spki",
  });
  assert.ok(diffieHellman({ privateKey, publicKey: theirs }).equals(Buffer.from(derived.SharedSecret)));
  await assert.rejects(
    kms("DeriveSharedSecret", { KeyId, KeyAgreementAlgorithm: "ECDH", PublicKey: Buffer.from("x") }),
    {
      code: "ValidationException",
    },
  );
});

test("a key is for what it was made for", async () => {
  const kms = kmsHere();
  const KeyId = await newKey(kms, { KeySpec: "ECC_NIST_P256", KeyUsage: "SIGN_VERIFY" });
  await assert.rejects(kms("Encrypt", { KeyId, Plaintext: Message }), {
    code: "InvalidKeyUsageException",
    message: `${KeyId} key usage is SIGN_VERIFY which is not valid for Encrypt.`,
  });
  await assert.rejects(kms("Sign", { KeyId, Message, SigningAlgorithm: "ECDSA_SHA_512" }), {
    message: "Algorithm ECDSA_SHA_512 is incompatible with key spec ECC_NIST_P256.",
  });
});
