import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { createHash, createPrivateKey, createPublicKey, verify } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { ed25519, ed25519ph } from "@noble/curves/ed25519.js";
import { p256, p384, p521 } from "@noble/curves/nist.js";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { shake256 } from "@noble/hashes/sha3.js";
import { ml_dsa44, ml_dsa65, ml_dsa87 } from "@noble/post-quantum/ml-dsa.js";
import { ml_kem512, ml_kem768, ml_kem1024 } from "@noble/post-quantum/ml-kem.js";
import { newAccount, testCloud } from "../../../test/cloud.ts";
import { needs } from "../../../test/needs.ts";
import { verifyPrehashed } from "./ed25519ph.ts";
import { importInto, type Kms, kmsOf, newKey } from "./fixture.test.ts";
import { verifyMu } from "./ml-dsa.ts";

/*
 * KMS signs by OpenSSL, and by arithmetic of our own where OpenSSL has no door. Here others check it that share no code with either:
 * noble, in JavaScript, and the JDK's own providers for RSA. Keys are made on both sides: those of others are imported.
 */

const cloud = await testCloud({ listen: false });
test.after(() => cloud.stop());
const kmsHere = () => kmsOf(cloud.call, newAccount());
const Message = Buffer.from("to be signed, and checked by somebody else");
const invalid = { code: "KMSInvalidSignatureException" };

const rawPublicKey = async (kms: Kms, KeyId: string, bytes: number): Promise<Uint8Array> => {
  const { PublicKey } = await kms("GetPublicKey", { KeyId });
  return Uint8Array.from(Buffer.from(PublicKey).subarray(-bytes));
};

/** A key of KMS's with material from outside. */
async function importedKey(kms: Kms, KeySpec: string, pkcs8: Buffer, KeyUsage = "SIGN_VERIFY") {
  const KeyId = await newKey(kms, { KeySpec, KeyUsage, Origin: "EXTERNAL" });
  await importInto(kms, KeyId, pkcs8, {}, "RSA_AES_KEY_WRAP_SHA_256");
  return KeyId;
}

const turned = (signature: Uint8Array): Buffer => {
  const bad = Buffer.from(signature);
  bad[bad.length - 1]! ^= 1;
  return bad;
};

const CURVES = [
  ["ECC_NIST_P256", p256, "P-256", 256],
  ["ECC_NIST_P384", p384, "P-384", 384],
  ["ECC_NIST_P521", p521, "P-521", 512],
  ["ECC_SECG_P256K1", secp256k1, "secp256k1", 256],
] as const;

type Curve = (typeof CURVES)[number][1];

/** Only its form is made by OpenSSL: PKCS #8. */
function pkcs8Of(curve: Curve, crv: string, secretKey: Uint8Array): Buffer {
  const point = Buffer.from(curve.getPublicKey(secretKey, false)).subarray(1);
  const [x, y] = [point.subarray(0, point.length / 2), point.subarray(point.length / 2)];
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64url");
  const key = { kty: "EC", crv, x: base64(x), y: base64(y), d: base64(secretKey) };
  return createPrivateKey({ key, format: "jwk" }).export({ type: "pkcs8", format: "der" });
}

for (const [KeySpec, curve, crv, bits] of CURVES) {
  const SigningAlgorithm = `ECDSA_SHA_${bits}`;
  const digest = createHash(`sha${bits}`).update(Message).digest();
  const how = { prehash: false, lowS: false, format: "der" } as const;

  test(`noble verifies what ${KeySpec} signs, and KMS what noble signs`, async () => {
    const kms = kmsHere();
    const { secretKey, publicKey } = curve.keygen();
    const own = await newKey(kms, { KeySpec, KeyUsage: "SIGN_VERIFY" });
    const theirs = await importedKey(kms, KeySpec, pkcs8Of(curve, crv, secretKey));
    const keys = [
      [own, await rawPublicKey(kms, own, curve.getPublicKey(secretKey, false).length)],
      [theirs, publicKey],
    ] as const;
    const messages = [
      { MessageType: "RAW", Message },
      { MessageType: "DIGEST", Message: digest },
    ];
    for (const [KeyId, point] of keys)
      for (const message of messages) {
        const { Signature } = await kms("Sign", { KeyId, SigningAlgorithm, ...message });
        assert.ok(curve.verify(Signature, digest, point, how), message.MessageType);
        const other = Buffer.from(digest).fill(1, 0, 1);
        assert.ok(!curve.verify(Signature, other, point, how));
      }
    const Signature = curve.sign(digest, secretKey, how);
    for (const message of messages) {
      const input = { KeyId: theirs, SigningAlgorithm, ...message };
      assert.equal((await kms("Verify", { ...input, Signature })).SignatureValid, true);
      await assert.rejects(kms("Verify", { ...input, Signature: turned(Signature) }), invalid);
    }
  });

  if (KeySpec === "ECC_SECG_P256K1") continue; // It is for no agreement.
  test(`noble and ${KeySpec} derive the same secret`, async () => {
    const kms = kmsHere();
    const { secretKey: mine } = curve.keygen();
    const { secretKey: imported, publicKey: ofImported } = curve.keygen();
    const own = await newKey(kms, { KeySpec, KeyUsage: "KEY_AGREEMENT" });
    const theirs = await importedKey(kms, KeySpec, pkcs8Of(curve, crv, imported), "KEY_AGREEMENT");
    const pem = createPublicKey({
      key: pkcs8Of(curve, crv, mine),
      format: "der",
      type: "pkcs8",
    } as unknown as Parameters<typeof createPublicKey>[0]);
    const PublicKey = pem.export({ type: "spki", format: "der" });
    for (const [KeyId, point] of [
      [own, await rawPublicKey(kms, own, curve.getPublicKey(mine, false).length)],
      [theirs, ofImported],
    ] as const) {
      const input = { KeyId, KeyAgreementAlgorithm: "ECDH", PublicKey };
      const { SharedSecret } = await kms("DeriveSharedSecret", input);
      // The first byte of what noble gives says the sign of y; the secret is x.
      assert.deepEqual(
        Buffer.from(SharedSecret),
        Buffer.from(curve.getSharedSecret(mine, point).subarray(1)),
      );
    }
  });
}

test("noble verifies what Ed25519 signs, messages and digests, and our own arithmetic what noble signs", async () => {
  const kms = kmsHere();
  const KeyId = await newKey(kms, { KeySpec: "ECC_NIST_EDWARDS25519", KeyUsage: "SIGN_VERIFY" });
  const point = await rawPublicKey(kms, KeyId, 32);
  const digest = createHash("sha512").update(Message).digest();
  for (const [scheme, how] of [
    [ed25519, { SigningAlgorithm: "ED25519_SHA_512", MessageType: "RAW", Message }],
    [ed25519ph, { SigningAlgorithm: "ED25519_PH_SHA_512", MessageType: "DIGEST", Message: digest }],
  ] as const) {
    const { Signature } = await kms("Sign", { KeyId, ...how });
    assert.ok(scheme.verify(Signature, Message, point, { zip215: false }), how.SigningAlgorithm);
    assert.ok(!scheme.verify(Signature, digest, point));
  }
  // Keys on this curve are not imported.
  const { secretKey, publicKey } = ed25519.keygen();
  const key = publicKeyOf("302a300506032b6570032100", publicKey);
  const signature = ed25519ph.sign(Message, secretKey);
  assert.ok(verifyPrehashed(digest, signature, key));
  assert.ok(!verifyPrehashed(digest, turned(signature), key));
});

const publicKeyOf = (head: string, bytes: Uint8Array) =>
  createPublicKey({ key: Buffer.concat([Buffer.from(head, "hex"), bytes]), format: "der", type: "spki" });

const LATTICES = [
  ["ML_DSA_44", ml_dsa44, "30820532300b06096086480165030403110382052100"],
  ["ML_DSA_65", ml_dsa65, "308207b2300b0609608648016503040312038207a100"],
  ["ML_DSA_87", ml_dsa87, "30820a32300b060960864801650304031303820a2100"],
] as const;

const representativeOf = (publicKey: Uint8Array): Uint8Array =>
  shake256(Buffer.concat([shake256(publicKey, { dkLen: 64 }), Buffer.of(0, 0), Message]), { dkLen: 64 });

for (const [KeySpec, scheme, head] of LATTICES)
  test(`noble verifies what ${KeySpec} signs, messages and representatives, and our own arithmetic what noble signs`, async () => {
    const kms = kmsHere();
    const KeyId = await newKey(kms, { KeySpec, KeyUsage: "SIGN_VERIFY" });
    const SigningAlgorithm = "ML_DSA_SHAKE_256";
    const point = await rawPublicKey(kms, KeyId, scheme.lengths.publicKey ?? 0);
    const mu = representativeOf(point);
    const raw = { KeyId, SigningAlgorithm, MessageType: "RAW", Message };
    const representative = { KeyId, SigningAlgorithm, MessageType: "EXTERNAL_MU", Message: mu };
    // What is signed one way is verified the other.
    for (const [signed, checked] of [
      [raw, representative],
      [representative, raw],
      [representative, representative],
    ] as const) {
      const { Signature } = await kms("Sign", signed);
      assert.ok(scheme.verify(Signature, Message, point), signed.MessageType);
      assert.equal((await kms("Verify", { ...checked, Signature })).SignatureValid, true);
      for (const at of [0, 100, Signature.length - 1]) {
        const bad = Buffer.from(Signature);
        bad[at]! ^= 1;
        await assert.rejects(kms("Verify", { ...checked, Signature: bad }), invalid, `byte ${at}`);
      }
      await assert.rejects(kms("Verify", { ...checked, Signature: Signature.subarray(1) }), invalid);
    }
    const refused = [
      [
        { ...representative, Message: mu.subarray(1) },
        `Digest is invalid length for algorithm ${SigningAlgorithm}.`,
      ],
      [{ ...raw, MessageType: "DIGEST" }, `Algorithm ${SigningAlgorithm} does not take a digest.`],
    ] as const;
    for (const [input, message] of refused)
      await assert.rejects(kms("Sign", input), { code: "ValidationException", message });
    // Keys of this kind are not imported.
    for (let round = 0; round < 10; round++) {
      const { secretKey, publicKey } = scheme.keygen();
      const key = publicKeyOf(head, publicKey);
      const theirs = representativeOf(publicKey);
      const signature = scheme.internal.sign(theirs, secretKey, { externalMu: true });
      assert.ok(verifyMu(theirs, signature, key, KeySpec.toLowerCase().replaceAll("_", "-")));
      assert.ok(verify(null, Message, key, signature));
      assert.ok(!verifyMu(mu, signature, key, KeySpec.toLowerCase().replaceAll("_", "-")));
    }
  });

for (const [KeySpec, scheme, bytes] of [
  ["ML_KEM_512", ml_kem512, 800],
  ["ML_KEM_768", ml_kem768, 1184],
  ["ML_KEM_1024", ml_kem1024, 1568],
] as const)
  test(`${KeySpec} opens what noble encapsulates`, async () => {
    const kms = kmsHere();
    const KeyId = await newKey(kms, { KeySpec, KeyUsage: "ENCAPSULATE_DECAPSULATE" });
    const { cipherText, sharedSecret } = scheme.encapsulate(await rawPublicKey(kms, KeyId, bytes));
    const opened = await kms("Decapsulate", {
      KeyId,
      EncapsulationAlgorithm: "ML_KEM",
      SharedSecretCiphertextBlob: cipherText,
    });
    assert.deepEqual(Buffer.from(opened.SharedSecret), Buffer.from(sharedSecret));
  });

/** The program of the JDK: a line asks, and a line answers. */
async function theJdk(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), "squall-rsa-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const source = fileURLToPath(new URL("independent/Rsa.java", import.meta.url));
  const compiled = spawnSync("javac", ["-d", folder, source], { encoding: "utf8" });
  assert.equal(compiled.status, 0, compiled.stderr);
  const program = spawn("java", ["-cp", folder, "Rsa"], { stdio: ["pipe", "pipe", "inherit"] });
  t.after(() => program.kill());
  const lines = createInterface({ input: program.stdout })[Symbol.asyncIterator]();
  const text = (word: string | Uint8Array) =>
    typeof word === "string" ? word : Buffer.from(word).toString("base64");
  return async (...words: readonly (string | Uint8Array)[]): Promise<string> => {
    program.stdin.write(`${words.map(text).join(" ")}\n`);
    return String((await lines.next()).value);
  };
}

test(
  "the JDK verifies what RSA keys sign, opens what they encrypt, and KMS the reverse",
  needs("javac"),
  async (t) => {
    const kms = kmsHere();
    const java = await theJdk(t);
    const made = (await java("make")).split(" ").map((word) => Buffer.from(word, "base64"));
    const [privateDer = Buffer.alloc(0), publicDer = Buffer.alloc(0)] = made;
    const theirs = await importedKey(kms, "RSA_2048", privateDer);
    const signers = [theirs];
    for (const KeySpec of ["RSA_2048", "RSA_3072", "RSA_4096"])
      signers.push(await newKey(kms, { KeySpec, KeyUsage: "SIGN_VERIFY" }));
    const algorithms = ["PSS", "PKCS1_V1_5"].flatMap((scheme) =>
      [256, 384, 512].map((bits) => [`RSASSA_${scheme}_SHA_${bits}`, scheme, bits] as const),
    );
    for (const KeyId of signers) {
      const { PublicKey } = await kms("GetPublicKey", { KeyId });
      for (const [SigningAlgorithm, scheme, bits] of algorithms)
        for (const message of [
          { MessageType: "RAW", Message },
          { MessageType: "DIGEST", Message: createHash(`sha${bits}`).update(Message).digest() },
        ]) {
          const { Signature } = await kms("Sign", { KeyId, SigningAlgorithm, ...message });
          const verified = (signature: Uint8Array) =>
            java("verify", scheme, String(bits), PublicKey, Message, signature);
          assert.equal(await verified(Signature), "true", `${SigningAlgorithm} of a ${message.MessageType}`);
          assert.equal(await verified(turned(Signature)), "false");
        }
    }
    for (const [SigningAlgorithm, scheme, bits] of algorithms) {
      const Signature = Buffer.from(await java("sign", scheme, String(bits), privateDer, Message), "base64");
      const input = { KeyId: theirs, SigningAlgorithm, Message };
      assert.equal((await kms("Verify", { ...input, Signature })).SignatureValid, true, SigningAlgorithm);
      await assert.rejects(kms("Verify", { ...input, Signature: turned(Signature) }), invalid);
    }
    const box = await importedKey(kms, "RSA_2048", privateDer, "ENCRYPT_DECRYPT");
    for (const bits of ["1", "256"]) {
      const EncryptionAlgorithm = `RSAES_OAEP_SHA_${bits}`;
      const CiphertextBlob = Buffer.from(await java("encrypt", bits, publicDer, Message), "base64");
      const { Plaintext } = await kms("Decrypt", { KeyId: box, EncryptionAlgorithm, CiphertextBlob });
      assert.deepEqual(Buffer.from(Plaintext), Message);
      const ours = await kms("Encrypt", { KeyId: box, EncryptionAlgorithm, Plaintext: Message });
      const opened = await java("decrypt", bits, privateDer, ours.CiphertextBlob);
      assert.equal(opened, Message.toString("base64"));
    }
  },
);
