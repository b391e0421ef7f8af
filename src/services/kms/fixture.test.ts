import { createCipheriv, createPublicKey, publicEncrypt, randomBytes } from "node:crypto";
import type { CallService } from "../../core/service.ts";

/** Calls of KMS in an account of a test's own, with outputs as they come. */
// biome-ignore lint/suspicious/noExplicitAny: tests read outputs of every operation
export type Kms = (operation: string, input?: object, region?: string) => Promise<any>;

export const kmsOf =
  (call: CallService, account: string): Kms =>
  (operation, input = {}, region = "us-east-1") =>
    call("kms", operation, input, { account, region, as: `arn:aws:iam::${account}:root` });

export async function newKey(kms: Kms, input: object = {}): Promise<string> {
  return (await kms("CreateKey", input)).KeyMetadata.Arn;
}

/** Gives a key material from outside, wrapped as KMS asks for it. */
export async function importInto(
  kms: Kms,
  KeyId: string,
  secret: Buffer,
  extra: object = {},
  algorithm = "RSAES_OAEP_SHA_256",
) {
  const { PublicKey, ImportToken } = await kms("GetParametersForImport", {
    KeyId,
    WrappingAlgorithm: algorithm,
    WrappingKeySpec: "RSA_2048",
  });
  const key = createPublicKey({ key: Buffer.from(PublicKey), format: "der", type: "spki" });
  const how = { key, oaepHash: algorithm.endsWith("SHA_1") ? "sha1" : "sha256" };
  let EncryptedKeyMaterial = Buffer.alloc(0);
  if (algorithm.startsWith("RSA_AES")) {
    const inner = randomBytes(32);
    const cipher = createCipheriv("id-aes256-wrap-pad", inner, Buffer.from("a65959a6", "hex"));
    EncryptedKeyMaterial = Buffer.concat([publicEncrypt(how, inner), cipher.update(secret), cipher.final()]);
  } else EncryptedKeyMaterial = publicEncrypt(how, secret);
  const model = { ExpirationModel: "KEY_MATERIAL_DOES_NOT_EXPIRE", ...extra };
  return kms("ImportKeyMaterial", { KeyId, ImportToken, EncryptedKeyMaterial, ...model });
}
