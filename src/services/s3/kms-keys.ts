import { isAwsKey } from "../../aws/encryption.ts";
import { AwsError } from "../../core/aws-error.ts";
import type { Context } from "../../core/service.ts";
import type { ObjectPlan } from "./new-object.ts";
import type { Encryption } from "./object.ts";
import type { OpenBucket } from "./open-buckets.ts";

/**
 * Objects under a key of KMS: a data key is asked for when one is written, and is decrypted when it is read, in its client's
 * name. Bodies lie as they are; what a key does not allow is refused as on AWS.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
 */

/**
 * A new object with its data key, and its key by its ARN.
 * @throws AwsError `KMS.DisabledException` and its like
 */
export async function withDataKey(plan: ObjectPlan, bucket: OpenBucket, ctx: Context): Promise<ObjectPlan> {
  const { encryption, key } = plan;
  const { kmsKeyId } = encryption;
  if (kmsKeyId === undefined || !ctx.host.serves("kms")) return plan;
  const { KeyId, CiphertextBlob } = await ask<{ KeyId: string; CiphertextBlob: Uint8Array }>(
    "GenerateDataKey",
    { KeyId: kmsKeyId, KeySpec: "AES_256", EncryptionContext: contextOf(bucket, key, encryption) },
    bucket,
    ctx,
  );
  const dataKey = Buffer.from(CiphertextBlob).toString("base64");
  return { ...plan, encryption: { ...encryption, kmsKeyId: KeyId, dataKey } };
}

/** @throws AwsError for an object whose key does not decrypt any more */
export async function checkDataKey(
  { key, encryption }: { readonly key: string; readonly encryption: Encryption },
  bucket: OpenBucket,
  ctx: Context,
): Promise<void> {
  const { dataKey } = encryption;
  // What was written while KMS was not served has none.
  if (dataKey === undefined || !ctx.host.serves("kms")) return;
  await ask(
    "Decrypt",
    {
      CiphertextBlob: Buffer.from(dataKey, "base64"),
      EncryptionContext: contextOf(bucket, key, encryption),
    },
    bucket,
    ctx,
  );
}

/** With a bucket key one data key serves many objects, and its context is the bucket. */
const contextOf = (bucket: OpenBucket, key: string, { bucketKey }: Encryption) => ({
  "aws:s3:arn": bucketKey ? bucket.arn : `${bucket.arn}/${key}`,
});

async function ask<O>(operation: string, input: object, bucket: OpenBucket, ctx: Context): Promise<O> {
  const { account } = ctx;
  const { region } = bucket.record;
  try {
    const isOfAws = "KeyId" in input && isAwsKey(String(input.KeyId));
    return await ctx.call<O>("kms", operation, input, {
      account,
      region,
      ...(!isOfAws && { as: ctx.caller }),
    });
  } catch (error) {
    throw error instanceof AwsError ? ofKms(error) : error;
  }
}

/** KMS's own errors are passed on under its name; who may not use a key may not have the object. */
function ofKms(error: AwsError): AwsError {
  if (/^AccessDenied/.test(error.code))
    return new AwsError("AccessDenied", error.message, { status: 403, statusIsFixed: true });
  if (error.status >= 500 || error.code === "ConnectionDropped" || /Throttl/.test(error.code)) return error;
  const name = error.code.endsWith("Exception") ? error.code : `${error.code}Exception`;
  return new AwsError(`KMS.${name}`, error.message, { status: 400, statusIsFixed: true });
}
