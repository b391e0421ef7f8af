import { entropy } from "../../core/entropy.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as KMS from "../../models/generated/kms.ts";
import { encrypted, refuseRecipient } from "./encryption.ts";
import { dryRun, keyUsage, unsupported, validation } from "./errors.ts";
import { type KeyRecord, keyArn } from "./key.ts";
import { KEY_SPECS } from "./key-spec.ts";
import type { Keys } from "./keys.ts";
import { newKeyPair } from "./material.ts";

const BYTES: Readonly<Record<string, number>> = { AES_256: 32, AES_128: 16 };

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKey.html and its neighbours */
export const dataKeys = (keys: Keys): Handlers<KMS.Operations> => {
  const wrapping = (input: { KeyId: string }, ctx: Context) => {
    const key = keys.use(input.KeyId, "ENCRYPT_DECRYPT", ctx);
    if (key.spec !== "SYMMETRIC_DEFAULT") throw keyUsage(keyArn(key), key.usage, ctx.operation);
    return key;
  };
  const wrap = (key: KeyRecord, bytes: Uint8Array, context: Record<string, string> | undefined) => ({
    CiphertextBlob: encrypted(keys, key, "SYMMETRIC_DEFAULT", bytes, context),
    KeyId: keyArn(key),
    KeyMaterialId: keys.currentMaterial(key).id,
  });

  const dataKey = (input: KMS.GenerateDataKeyRequest, ctx: Context) => {
    refuseRecipient(input);
    const key = wrapping(input, ctx);
    const { NumberOfBytes, KeySpec } = input;
    const bytes = NumberOfBytes ?? BYTES[KeySpec ?? ""];
    if (bytes === undefined || (NumberOfBytes !== undefined && KeySpec !== undefined))
      throw validation("Please specify either number of bytes or key spec.");
    if (input.DryRun) throw dryRun();
    const Plaintext = entropy(bytes);
    return { ...wrap(key, Plaintext, input.EncryptionContext), Plaintext };
  };

  const keyPair = async (input: KMS.GenerateDataKeyPairRequest, ctx: Context) => {
    refuseRecipient(input);
    const key = wrapping(input, ctx);
    const spec = KEY_SPECS[input.KeyPairSpec];
    if (!spec) throw unsupported(`Squall makes no key pairs of the key spec ${input.KeyPairSpec}.`);
    if (input.DryRun) throw dryRun();
    const { privateKey, publicKey } = await newKeyPair(spec);
    const { CiphertextBlob, ...rest } = wrap(key, privateKey, input.EncryptionContext);
    return {
      ...rest,
      KeyPairSpec: input.KeyPairSpec,
      PublicKey: publicKey,
      PrivateKeyCiphertextBlob: CiphertextBlob,
      PrivateKeyPlaintext: privateKey,
    };
  };

  return {
    GenerateDataKey: dataKey,

    GenerateDataKeyWithoutPlaintext(input, ctx) {
      const { Plaintext, ...sealed } = dataKey(input, ctx);
      return sealed;
    },

    GenerateDataKeyPair: keyPair,

    async GenerateDataKeyPairWithoutPlaintext(input, ctx) {
      const { PrivateKeyPlaintext, ...sealed } = await keyPair(input, ctx);
      return sealed;
    },

    GenerateRandom(input) {
      refuseRecipient(input);
      if (input.CustomKeyStoreId !== undefined) throw unsupported("Squall has no custom key stores.");
      if (input.NumberOfBytes === undefined) throw validation("NumberOfBytes is required.");
      return { Plaintext: entropy(input.NumberOfBytes) };
    },
  };
};
