import { createPublicKey, decapsulate, diffieHellman, encapsulate, type KeyObject } from "node:crypto";
import type { Handlers } from "../../core/service.ts";
import type * as KMS from "../../models/generated/kms.ts";
import { refuseRecipient } from "./encryption.ts";
import { dryRun, invalidCiphertext, unsupported, validation } from "./errors.ts";
import { keyArn } from "./key.ts";
import { algorithmsOf, keySpec } from "./key-spec.ts";
import type { Keys } from "./keys.ts";
import { privateKeyOf, publicDerOf, publicKeyOf } from "./material.ts";

/** Public keys, and secrets that two sides come to share: https://docs.aws.amazon.com/kms/latest/APIReference/API_DeriveSharedSecret.html */
export const agreement = (keys: Keys): Handlers<KMS.Operations> => ({
  GetPublicKey(input, ctx) {
    const key = keys.findByAny(input.KeyId, ctx);
    const { kind } = keySpec(key.spec);
    keys.refuseUnusable(key);
    if (kind === "symmetric" || kind === "hmac")
      throw unsupported(`You cannot get a public key from the symmetric KMS key ${keyArn(key)}.`);
    return {
      KeyId: keyArn(key),
      PublicKey: publicDerOf(keys.currentMaterial(key)),
      CustomerMasterKeySpec: key.spec,
      KeySpec: key.spec,
      KeyUsage: key.usage,
      ...algorithmsOf(key.spec, key.usage),
    };
  },

  DeriveSharedSecret(input, ctx) {
    refuseRecipient(input);
    const key = keys.use(input.KeyId, "KEY_AGREEMENT", ctx);
    const SharedSecret = agreed(privateKeyOf(keys.currentMaterial(key)), input.PublicKey);
    if (input.DryRun) throw dryRun();
    return {
      KeyId: keyArn(key),
      SharedSecret,
      KeyAgreementAlgorithm: input.KeyAgreementAlgorithm,
      KeyOrigin: key.origin,
    };
  },

  Encapsulate(input, ctx) {
    const key = keys.use(input.KeyId, "ENCAPSULATE_DECAPSULATE", ctx);
    if (input.DryRun) throw dryRun();
    const { sharedKey, ciphertext } = encapsulate(publicKeyOf(keys.currentMaterial(key)));
    return {
      KeyId: keyArn(key),
      SharedSecret: sharedKey,
      SharedSecretCiphertextBlob: ciphertext,
      EncapsulationAlgorithm: input.EncapsulationAlgorithm,
    };
  },

  Decapsulate(input, ctx) {
    const key = keys.use(input.KeyId, "ENCAPSULATE_DECAPSULATE", ctx);
    if (input.DryRun) throw dryRun();
    const privateKey = privateKeyOf(keys.currentMaterial(key));
    try {
      const SharedSecret = decapsulate(privateKey, input.SharedSecretCiphertextBlob);
      return { KeyId: keyArn(key), SharedSecret, EncapsulationAlgorithm: input.EncapsulationAlgorithm };
    } catch {
      throw invalidCiphertext();
    }
  },
});

/** @throws ValidationException for a key that is none, or is on another curve */
function agreed(privateKey: KeyObject, der: Uint8Array): Buffer {
  try {
    const publicKey = createPublicKey({ key: Buffer.from(der), format: "der", type: "spki" });
    return diffieHellman({ privateKey, publicKey });
  } catch {
    throw validation("The public key is invalid or is not on the curve of the KMS key.");
  }
}
