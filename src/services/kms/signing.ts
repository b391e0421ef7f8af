import { createHash, createHmac, type KeyObject, sign, timingSafeEqual, verify } from "node:crypto";
import type { Context, Handlers } from "../../core/service.ts";
import type * as KMS from "../../models/generated/kms.ts";
import { signDigest, verifyDigest } from "./ecdsa.ts";
import { signPrehashed, verifyPrehashed } from "./ed25519ph.ts";
import { dryRun, incompatibleAlgorithm, invalidMac, invalidSignature, validation } from "./errors.ts";
import { type KeyRecord, keyArn } from "./key.ts";
import { keySpec } from "./key-spec.ts";
import type { Keys } from "./keys.ts";
import { privateKeyOf, publicKeyOf, symmetricKeyOf } from "./material.ts";
import { MU_BYTES, signMu, verifyMu } from "./ml-dsa.ts";
import { signPkcs1, signPss, verifyPkcs1, verifyPss } from "./rsa-signature.ts";

const MOST_RAW_BYTES = 4096;

interface Signer {
  sign(key: KeyObject): Buffer;
  verify(signature: Uint8Array, key: KeyObject): boolean;
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html and its neighbours */
export const signing = (keys: Keys): Handlers<KMS.Operations> => {
  const signerOf = (input: KMS.SignRequest | KMS.VerifyRequest, ctx: Context) => {
    const key = keys.use(input.KeyId, "SIGN_VERIFY", ctx);
    const signer = signerFor(key, input);
    if (input.DryRun) throw dryRun();
    return { key, signer, material: keys.currentMaterial(key) };
  };
  const macOf = (input: KMS.GenerateMacRequest | KMS.VerifyMacRequest, ctx: Context) => {
    const key = keys.use(input.KeyId, "GENERATE_VERIFY_MAC", ctx);
    const { MacAlgorithm: algorithm } = input;
    if (!keySpec(key.spec).macs?.includes(algorithm)) throw incompatibleAlgorithm(algorithm, key.spec);
    if (input.DryRun) throw dryRun();
    const hash = algorithm.replace("HMAC_SHA_", "sha");
    return {
      key,
      mac: createHmac(hash, symmetricKeyOf(keys.currentMaterial(key)))
        .update(input.Message)
        .digest(),
    };
  };

  return {
    Sign(input, ctx) {
      const { key, signer, material } = signerOf(input, ctx);
      const Signature = signer.sign(privateKeyOf(material));
      return { KeyId: keyArn(key), Signature, SigningAlgorithm: input.SigningAlgorithm };
    },

    Verify(input, ctx) {
      const { key, signer, material } = signerOf(input, ctx);
      if (!signer.verify(input.Signature, publicKeyOf(material))) throw invalidSignature();
      return { KeyId: keyArn(key), SignatureValid: true, SigningAlgorithm: input.SigningAlgorithm };
    },

    GenerateMac(input, ctx) {
      const { key, mac } = macOf(input, ctx);
      return { KeyId: keyArn(key), Mac: mac, MacAlgorithm: input.MacAlgorithm };
    },

    VerifyMac(input, ctx) {
      const { key, mac } = macOf(input, ctx);
      if (input.Mac.length !== mac.length || !timingSafeEqual(input.Mac, mac)) throw invalidMac();
      return { KeyId: keyArn(key), MacValid: true, MacAlgorithm: input.MacAlgorithm };
    },
  };
};

function signerFor({ spec }: KeyRecord, input: KMS.SignRequest | KMS.VerifyRequest): Signer {
  const { SigningAlgorithm: algorithm, MessageType: type = "RAW", Message: message } = input;
  const { kind, signing: algorithms = [], curve = "" } = keySpec(spec);
  if (!algorithms.includes(algorithm)) throw incompatibleAlgorithm(algorithm, spec);
  // https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html says where it may be used and how long it is; the words are inferred.
  if (type === "EXTERNAL_MU" && kind !== "ml-dsa")
    throw validation(`Algorithm ${algorithm} does not take an external mu.`);
  if (type === "EXTERNAL_MU" && message.length !== MU_BYTES)
    throw validation(`Digest is invalid length for algorithm ${algorithm}.`);
  if (type === "RAW" && message.length > MOST_RAW_BYTES)
    throw validation(
      `1 validation error detected: Value at 'message' failed to satisfy constraint: Member must have length less than or equal to ${MOST_RAW_BYTES}`,
    );
  if (algorithm === "ED25519_PH_SHA_512") {
    // The message types of Ed25519's two algorithms cannot be used interchangeably: https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html
    if (type !== "DIGEST")
      throw validation(`Algorithm ${algorithm} takes a digest: MessageType must be DIGEST.`);
    if (message.length !== 64) throw validation(`Digest is invalid length for algorithm ${algorithm}.`);
    return {
      sign: (key) => signPrehashed(message, key),
      verify: (signature, key) => verifyPrehashed(message, signature, key),
    };
  }
  if (type === "EXTERNAL_MU")
    return {
      sign: (key) => signMu(message, key, curve),
      verify: (signature, key) => verifyMu(message, signature, key, curve),
    };
  if (kind === "ed25519" || kind === "ml-dsa") {
    if (type === "DIGEST") throw validation(`Algorithm ${algorithm} does not take a digest.`);
    return {
      sign: (key) => sign(null, message, key),
      verify: (signature, key) => verify(null, message, key, signature),
    };
  }
  const hash = `sha${algorithm.slice(-3)}`;
  const digest = type === "DIGEST" ? message : createHash(hash).update(message).digest();
  if (digest.length !== Number(algorithm.slice(-3)) / 8)
    throw validation(`Digest is invalid length for algorithm ${algorithm}.`);
  if (kind === "ec")
    return {
      sign: (key) => signDigest(digest, key, curve),
      verify: (signature, key) => verifyDigest(digest, signature, key, curve),
    };
  const [signs, verifies] = algorithm.startsWith("RSASSA_PSS")
    ? [signPss, verifyPss]
    : [signPkcs1, verifyPkcs1];
  return {
    sign: (key) => signs(hash, digest, key),
    verify: (signature, key) => verifies(hash, digest, signature, key),
  };
}
