import { constants, privateDecrypt, publicEncrypt } from "node:crypto";
import type { Context, Handlers } from "../../core/service.ts";
import type * as KMS from "../../models/generated/kms.ts";
import { type EncryptionContext, open, readHead, seal } from "./ciphertext.ts";
import {
  ciphertextOfNoKey,
  dryRun,
  incompatibleAlgorithm,
  incorrectKey,
  invalidCiphertext,
  keyIs,
  unsupported,
  validation,
} from "./errors.ts";
import { type KeyRecord, keyArn } from "./key.ts";
import { algorithmsOf, keySpec } from "./key-spec.ts";
import type { Keys } from "./keys.ts";
import { privateKeyOf, publicKeyOf } from "./material.ts";

const HASHES: Readonly<Record<string, { readonly name: string; readonly bytes: number }>> = {
  RSAES_OAEP_SHA_1: { name: "sha1", bytes: 20 },
  RSAES_OAEP_SHA_256: { name: "sha256", bytes: 32 },
};

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_Encrypt.html and its neighbours */
export const encryption = (keys: Keys): Handlers<KMS.Operations> => ({
  Encrypt(input, ctx) {
    const key = keys.use(input.KeyId, "ENCRYPT_DECRYPT", ctx);
    const { EncryptionAlgorithm: algorithm = "SYMMETRIC_DEFAULT" } = input;
    checkAlgorithm(key, algorithm);
    refuseTooLong(key, algorithm, input.Plaintext);
    if (input.DryRun) throw dryRun();
    return {
      CiphertextBlob: encrypted(keys, key, algorithm, input.Plaintext, input.EncryptionContext),
      KeyId: keyArn(key),
      EncryptionAlgorithm: algorithm,
    };
  },

  Decrypt(input, ctx) {
    refuseRecipient(input);
    const { EncryptionAlgorithm: algorithm = "SYMMETRIC_DEFAULT" } = input;
    const source = {
      blob: blobOf(input.CiphertextBlob),
      keyId: input.KeyId,
      algorithm,
      context: input.EncryptionContext,
    };
    const { key, plaintext, materialId } = decrypted(keys, source, ctx, "Decrypt");
    if (input.DryRun) throw dryRun();
    return {
      KeyId: keyArn(key),
      Plaintext: plaintext,
      EncryptionAlgorithm: algorithm,
      ...(materialId !== undefined && { KeyMaterialId: materialId }),
    };
  },

  ReEncrypt(input, ctx) {
    const {
      SourceEncryptionAlgorithm: from = "SYMMETRIC_DEFAULT",
      DestinationEncryptionAlgorithm: to = "SYMMETRIC_DEFAULT",
    } = input;
    const source = {
      blob: blobOf(input.CiphertextBlob),
      keyId: input.SourceKeyId,
      algorithm: from,
      context: input.SourceEncryptionContext,
    };
    const old = decrypted(keys, source, ctx, "ReEncryptFrom");
    const key = keys.use(input.DestinationKeyId, "ENCRYPT_DECRYPT", ctx, "ReEncryptTo");
    checkAlgorithm(key, to);
    refuseTooLong(key, to, old.plaintext);
    if (input.DryRun) throw dryRun();
    const isSymmetric = to === "SYMMETRIC_DEFAULT";
    return {
      CiphertextBlob: encrypted(keys, key, to, old.plaintext, input.DestinationEncryptionContext),
      SourceKeyId: keyArn(old.key),
      KeyId: keyArn(key),
      SourceEncryptionAlgorithm: from,
      DestinationEncryptionAlgorithm: to,
      ...(old.materialId !== undefined && { SourceKeyMaterialId: old.materialId }),
      ...(isSymmetric && { DestinationKeyMaterialId: keys.currentMaterial(key).id }),
    };
  },
});

/** @throws UnsupportedOperationException: what an attested enclave asks for is for its eyes only */
export function refuseRecipient({ Recipient }: { Recipient?: KMS.RecipientInfo }): void {
  if (Recipient) throw unsupported("Squall encrypts nothing for the recipient of an attestation document.");
}

function blobOf(blob: Uint8Array | undefined): Uint8Array {
  if (!blob)
    throw validation(
      "1 validation error detected: Value null at 'ciphertextBlob' failed to satisfy constraint: Member must not be null",
    );
  return blob;
}

function checkAlgorithm({ spec, usage }: KeyRecord, algorithm: string): void {
  const { EncryptionAlgorithms = [] } = algorithmsOf(spec, usage) as { EncryptionAlgorithms?: string[] };
  if (!EncryptionAlgorithms.includes(algorithm)) throw incompatibleAlgorithm(algorithm, spec);
}

function refuseTooLong({ spec }: KeyRecord, algorithm: string, plaintext: Uint8Array): void {
  const hash = HASHES[algorithm];
  if (!hash) return;
  const most = keySpec(spec).size / 8 - 2 * hash.bytes - 2;
  if (plaintext.length > most)
    throw validation(
      `Algorithm ${algorithm} and key spec ${spec} cannot encrypt data larger than ${most} bytes.`,
    );
}

/** What a symmetric key makes of a plaintext, or an RSA key by OAEP. */
export function encrypted(
  keys: Keys,
  key: KeyRecord,
  algorithm: string,
  plaintext: Uint8Array,
  context: EncryptionContext,
): Buffer {
  const material = keys.currentMaterial(key);
  const hash = HASHES[algorithm];
  if (!hash) return seal({ account: key.account, keyId: key.id }, material, plaintext, context);
  return publicEncrypt(
    { key: publicKeyOf(material), padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: hash.name },
    plaintext,
  );
}

interface Source {
  readonly blob: Uint8Array;
  readonly keyId: string | undefined;
  readonly algorithm: string;
  readonly context: EncryptionContext;
}

function decrypted(keys: Keys, source: Source, ctx: Context, operation: string) {
  const hash = HASHES[source.algorithm];
  if (hash) {
    if (source.keyId === undefined)
      throw validation(`A key ID must be specified for the algorithm ${source.algorithm}.`);
    const key = keys.use(source.keyId, "ENCRYPT_DECRYPT", ctx, operation);
    checkAlgorithm(key, source.algorithm);
    const material = keys.currentMaterial(key);
    try {
      const how = {
        key: privateKeyOf(material),
        padding: constants.RSA_PKCS1_OAEP_PADDING,
        oaepHash: hash.name,
      };
      return { key, plaintext: privateDecrypt(how, source.blob), materialId: undefined };
    } catch {
      throw invalidCiphertext();
    }
  }
  const asked =
    source.keyId === undefined ? undefined : keys.use(source.keyId, "ENCRYPT_DECRYPT", ctx, operation);
  if (asked) checkAlgorithm(asked, source.algorithm);
  const head = readHead(source.blob);
  if (asked && (asked.id !== head.keyId || asked.account !== head.account)) throw incorrectKey();
  const named = asked ?? keys.get(head.keyId, { account: head.account, region: ctx.region });
  if (!named) throw ciphertextOfNoKey();
  const key = asked ?? keys.use(keyArn(named), "ENCRYPT_DECRYPT", ctx, operation);
  const material = keys.materialHolder(key).materials.find(({ id }) => id === head.materialId);
  if (!material) throw invalidCiphertext();
  if (material.goneDigest !== undefined) throw keyIs(keyArn(key), "pending import");
  return { key, plaintext: open(source.blob, material, source.context), materialId: material.id };
}
