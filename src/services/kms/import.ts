import { constants, createDecipheriv, createPrivateKey, privateDecrypt } from "node:crypto";
import type { Handlers } from "../../core/service.ts";
import { defineCollection } from "../../core/storage.ts";
import type * as KMS from "../../models/generated/kms.ts";
import {
  expiredImportToken,
  incorrectKeyMaterial,
  invalidCiphertext,
  invalidImportToken,
  originNotValid,
  unsupported,
  validation,
} from "./errors.ts";
import { type KeyRecord, keyArn } from "./key.ts";
import { type KeySpec, keySpec } from "./key-spec.ts";
import { gone, type Keys, without } from "./keys.ts";
import { isSecret, type Material, materialOf, newKeyPair } from "./material.ts";

const TOKEN_LASTS_MS = 86_400_000;
const IV = Buffer.from("a65959a6", "hex");

/** A wrapping key that waits for its material. */
interface WrappingKey {
  readonly algorithm: string;
  readonly privateKey: string;
  readonly untilMs: number;
  readonly bits: number;
}

/** Key: [key id, token]. */
const wrappingKeys = defineCollection<WrappingKey>({ name: "wrapping-keys" });

/** Keys whose material comes from outside: https://docs.aws.amazon.com/kms/latest/developerguide/importing-keys.html */
export const imports = (keys: Keys): Handlers<KMS.Operations> => ({
  async GetParametersForImport(input, ctx) {
    const key = imported(input.KeyId, keys, ctx);
    const { WrappingAlgorithm: algorithm, WrappingKeySpec: spec } = input;
    if (spec === "SM2" || algorithm === "SM2PKE") throw unsupported("Squall has no SM2 keys.");
    if (algorithm === "RSAES_PKCS1_V1_5")
      throw unsupported("RSAES_PKCS1_V1_5 is no longer supported by AWS KMS.");
    const { privateKey, publicKey } = await newKeyPair(keySpec(spec));
    const token = ctx.random.hex(32);
    const untilMs = ctx.clock.now() + TOKEN_LASTS_MS;
    ctx.store.collection(wrappingKeys).put([key.id, token], {
      algorithm,
      privateKey: privateKey.toString("base64"),
      untilMs,
      bits: keySpec(spec).size,
    });
    return {
      KeyId: keyArn(key),
      ImportToken: Buffer.from(token),
      PublicKey: publicKey,
      ParametersValidTo: new Date(untilMs),
    };
  },

  ImportKeyMaterial(input, ctx) {
    const key = imported(input.KeyId, keys, ctx);
    const { ExpirationModel: model = "KEY_MATERIAL_EXPIRES", ValidTo } = input;
    const validToMs = model === "KEY_MATERIAL_EXPIRES" ? ValidTo?.getTime() : undefined;
    if (model === "KEY_MATERIAL_EXPIRES" && validToMs === undefined)
      throw validation("A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES");
    if (validToMs !== undefined && validToMs <= ctx.clock.now())
      throw validation("The validTo date must be in the future.");
    const wrapping = ctx.store
      .collection(wrappingKeys)
      .get([key.id, Buffer.from(input.ImportToken).toString("latin1")]);
    if (!wrapping) throw invalidImportToken();
    if (wrapping.untilMs <= ctx.clock.now()) throw expiredImportToken();
    const secret = unwrapped(wrapping, input.EncryptedKeyMaterial);
    refuseUnfit(key.spec, secret);
    const material: Material = {
      ...materialOf(secret, key.id),
      ...(validToMs !== undefined && { validToMs }),
      ...(input.KeyMaterialDescription !== undefined && { description: input.KeyMaterialDescription }),
    };
    keys.put({ ...key, ...placed(key, material, input), expirationModel: model });
    return { KeyId: keyArn(key), ...(key.spec === "SYMMETRIC_DEFAULT" && { KeyMaterialId: material.id }) };
  },

  DeleteImportedKeyMaterial(input, ctx) {
    const key = imported(input.KeyId, keys, ctx);
    const id = input.KeyMaterialId ?? key.currentMaterialId;
    if (!key.materials.some((one) => one.id === id)) throw incorrectKeyMaterial();
    const materials = key.materials.map((one) => (one.id === id ? gone(one) : one));
    keys.put(without({ ...key, materials }, "expirationModel"));
    return {
      KeyId: keyArn(key),
      ...(key.spec === "SYMMETRIC_DEFAULT" && id !== undefined && { KeyMaterialId: id }),
    };
  },
});

function imported(keyId: string, keys: Keys, ctx: Parameters<Keys["find"]>[1]): KeyRecord {
  const key = keys.find(keyId, ctx);
  keys.refuseDeleted(key);
  if (key.origin !== "EXTERNAL") throw originNotValid(keyArn(key), key.origin);
  return key;
}

/** Where new material goes: the first, the next one, or one that was there before. */
function placed(key: KeyRecord, material: Material, input: KMS.ImportKeyMaterialRequest) {
  const { materials, currentMaterialId } = key;
  const before = materials.find(({ id }) => id === material.id);
  if (before) {
    const { goneDigest, secret, validToMs, ...kept } = before;
    const again = { ...kept, ...material };
    return { materials: materials.map((one) => (one.id === material.id ? again : one)) };
  }
  if (materials.length === 0) return { materials: [material], currentMaterialId: material.id };
  const isNext = input.ImportType === "NEW_KEY_MATERIAL" && key.spec === "SYMMETRIC_DEFAULT";
  // Material that was there once is the only one that can come back.
  if (!isNext) throw incorrectKeyMaterial();
  const others = materials.filter(({ isPending }) => !isPending);
  return { materials: [...others, { ...material, isPending: true as const }], currentMaterialId };
}

/** @throws InvalidCiphertextException when it was not wrapped by this key and algorithm */
function unwrapped({ algorithm, privateKey, bits }: WrappingKey, bytes: Uint8Array): Buffer {
  const key = createPrivateKey({ key: Buffer.from(privateKey, "base64"), format: "der", type: "pkcs8" });
  const how = {
    key,
    padding: constants.RSA_PKCS1_OAEP_PADDING,
    oaepHash: algorithm.endsWith("SHA_1") ? "sha1" : "sha256",
  };
  try {
    if (!algorithm.startsWith("RSA_AES")) return privateDecrypt(how, bytes);
    const inner = privateDecrypt(how, bytes.subarray(0, bits / 8));
    const cipher = createDecipheriv(`id-aes${inner.length * 8}-wrap-pad`, inner, IV);
    return Buffer.concat([cipher.update(bytes.subarray(bits / 8)), cipher.final()]);
  } catch {
    throw invalidCiphertext();
  }
}

/** @throws IncorrectKeyMaterialException for material of another kind or length than the key's */
function refuseUnfit(spec: string, secret: Buffer): void {
  const kind = keySpec(spec);
  if (isSecret(kind)) {
    if (secret.length !== kind.size) throw incorrectKeyMaterial();
    return;
  }
  if (!isPrivateKeyOf(kind, secret)) throw incorrectKeyMaterial();
}

function isPrivateKeyOf({ kind, size, curve }: KeySpec, pkcs8: Buffer): boolean {
  try {
    const key = createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" });
    const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
    if (kind === "rsa") return type === "rsa" && details?.modulusLength === size;
    if (kind === "ec") return type === "ec" && details?.namedCurve === curve;
    return type === (curve ?? kind);
  } catch {
    return false;
  }
}
