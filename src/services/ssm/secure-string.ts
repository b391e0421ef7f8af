import { createCipheriv, createDecipheriv } from "node:crypto";
import { isAwsKey } from "../../aws/encryption.ts";
import { AwsError } from "../../core/aws-error.ts";
import { secretKey } from "../../core/secret-key.ts";
import type { Context } from "../../core/service.ts";
import { refusalOfKms } from "./errors.ts";
import type { Tier, VersionRecord } from "./parameter.ts";

/**
 * SecureString: KMS encrypts a standard parameter's value itself, and the data key of an advanced one, in the client's name,
 * with the parameter's ARN as the context. https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html
 */

export const DEFAULT_KEY = "alias/aws/ssm";

export type Sealed = Pick<VersionRecord, "value" | "dataKey">;

/** @throws AwsError `InvalidKeyId` and its like, in KMS's words */
export async function seal(
  value: string,
  { arn, keyId, tier }: { readonly arn: string; readonly keyId: string; readonly tier: Tier },
  ctx: Context,
): Promise<Sealed> {
  const named = { KeyId: keyId, EncryptionContext: { PARAMETER_ARN: arn } };
  if (tier === "Standard") {
    const { CiphertextBlob } = await kms<{ CiphertextBlob: Uint8Array }>(
      "Encrypt",
      { ...named, Plaintext: Buffer.from(value) },
      ctx,
    );
    return { value: base64(CiphertextBlob) };
  }
  const { CiphertextBlob, Plaintext } = await kms<{ CiphertextBlob: Uint8Array; Plaintext: Uint8Array }>(
    "GenerateDataKey",
    { ...named, KeySpec: "AES_256" },
    ctx,
  );
  const iv = Buffer.from(ctx.random.uuid().replaceAll("-", "").slice(0, 24), "hex");
  const cipher = createCipheriv("aes-256-gcm", secretKey(Plaintext), iv);
  const body = Buffer.concat([cipher.update(value, "utf8"), cipher.final()]);
  return { value: base64(Buffer.concat([iv, cipher.getAuthTag(), body])), dataKey: base64(CiphertextBlob) };
}

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** @throws AwsError `InvalidKeyId` and its like, in KMS's words */
export async function unseal({ value, dataKey }: Sealed, arn: string, ctx: Context): Promise<string> {
  const { Plaintext } = await kms<{ Plaintext: Uint8Array }>(
    "Decrypt",
    { CiphertextBlob: Buffer.from(dataKey ?? value, "base64"), EncryptionContext: { PARAMETER_ARN: arn } },
    ctx,
  );
  if (dataKey === undefined) return Buffer.from(Plaintext).toString("utf8");
  const sealed = Buffer.from(value, "base64");
  const decipher = createDecipheriv("aes-256-gcm", secretKey(Plaintext), sealed.subarray(0, IV_BYTES));
  decipher.setAuthTag(sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  const body = sealed.subarray(IV_BYTES + TAG_BYTES);
  return Buffer.concat([decipher.update(body), decipher.final()]).toString("utf8");
}

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");

async function kms<O>(operation: string, input: object, ctx: Context): Promise<O> {
  try {
    const isOfAws = "KeyId" in input && isAwsKey(String(input.KeyId));
    return await ctx.call<O>("kms", operation, input, isOfAws ? {} : { as: ctx.caller });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw refusalOfKms(error, { resource: "" });
  }
}
