import { createHash } from "node:crypto";
import { makeArn } from "../../core/arn.ts";
import { encryptionArgument, invalidEncryptionAlgorithm, invalidRequest } from "./errors.ts";
import type { Encryption, ObjectRecord } from "./object.ts";
import type { OpenBucket } from "./open-buckets.ts";

/** Members of inputs that say how a body is to be kept. */
export interface EncryptionInput {
  readonly ServerSideEncryption?: string;
  readonly SSEKMSKeyId?: string;
  readonly SSEKMSEncryptionContext?: string;
  readonly BucketKeyEnabled?: boolean;
  readonly SSECustomerAlgorithm?: string;
  readonly SSECustomerKey?: string;
  readonly SSECustomerKeyMD5?: string;
}

interface EncryptionRule {
  readonly ApplyServerSideEncryptionByDefault?: {
    readonly SSEAlgorithm?: string;
    readonly KMSMasterKeyID?: string;
  };
  readonly BucketKeyEnabled?: boolean;
  readonly BlockedEncryptionTypes?: { readonly EncryptionType?: readonly string[] };
}

/** What every bucket has that nobody has set up otherwise. */
export const DEFAULT_ENCRYPTION = {
  Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" }, BucketKeyEnabled: false }],
};

const ALGORITHMS = new Set(["AES256", "aws:kms", "aws:kms:dsse", "aws:fsx"]);

/**
 * How a new object is kept: as the input says, else as its bucket does.
 * @throws AwsError for members that contradict each other or are malformed
 */
export function encryptionFor(bucket: OpenBucket, input: EncryptionInput): Encryption {
  const customerKeyMd5 = customerKey(input);
  const { ServerSideEncryption: asked } = input;
  if (customerKeyMd5 !== undefined) {
    if (asked !== undefined) {
      throw encryptionArgument(
        "Server Side Encryption with Customer provided key is incompatible with the encryption method specified",
        asked,
      );
    }
    return { customerKeyMd5 };
  }
  if (asked !== undefined && !ALGORITHMS.has(asked))
    throw encryptionArgument("The encryption method specified is not supported", asked);
  if (asked === "AES256" || (asked === undefined && input.SSEKMSKeyId === undefined)) {
    if (input.SSEKMSKeyId !== undefined)
      throw encryptionArgument("The encryption method specified is not supported", asked);
    return asked === undefined ? defaultOf(bucket) : { algorithm: asked };
  }
  if (asked === undefined)
    throw encryptionArgument(
      "Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms",
    );
  const rule = ruleOf(bucket);
  return {
    algorithm: asked,
    kmsKeyId: keyArn(input.SSEKMSKeyId ?? rule.ApplyServerSideEncryptionByDefault?.KMSMasterKeyID, bucket),
    ...((input.BucketKeyEnabled ?? rule.BucketKeyEnabled) && { bucketKey: true }),
    ...(input.SSEKMSEncryptionContext && { context: input.SSEKMSEncryptionContext }),
  };
}

function defaultOf(bucket: OpenBucket): Encryption {
  const rule = ruleOf(bucket);
  const { SSEAlgorithm: algorithm = "AES256", KMSMasterKeyID: key } =
    rule.ApplyServerSideEncryptionByDefault ?? {};
  if (algorithm === "AES256") return { algorithm };
  return {
    algorithm,
    kmsKeyId: keyArn(key, bucket),
    ...(rule.BucketKeyEnabled && { bucketKey: true }),
  };
}

/** Are keys of clients refused for what is new here? https://docs.aws.amazon.com/AmazonS3/latest/userguide/blocking-unblocking-s3-c-encryption-gpb.html */
export const blocksCustomerKeys = (bucket: OpenBucket): boolean =>
  ruleOf(bucket).BlockedEncryptionTypes?.EncryptionType?.includes("SSE-C") === true;

function ruleOf(bucket: OpenBucket): EncryptionRule {
  const settings = bucket.record.settings["encryption"] as { Rules?: EncryptionRule[] } | undefined;
  return settings?.Rules?.[0] ?? {};
}

/** Keys are given by id, ARN or alias; without one it is the account's own for S3. */
function keyArn(key: string | undefined, bucket: OpenBucket): string {
  const { region, account } = bucket.record;
  if (key === undefined || key === "") return makeArn("kms", region, account, "alias/aws/s3");
  if (key.startsWith("arn:")) return key;
  return makeArn("kms", region, account, key.startsWith("alias/") ? key : `key/${key}`);
}

/**
 * The MD5 of the key that a client brings (SSE-C); undefined when it brings none.
 * @throws AwsError `InvalidArgument`, `InvalidEncryptionAlgorithmError`
 */
export function customerKey(input: EncryptionInput): string | undefined {
  const { SSECustomerAlgorithm: algorithm, SSECustomerKey: key, SSECustomerKeyMD5: md5 } = input;
  if (algorithm === undefined && key === undefined && md5 === undefined) return undefined;
  if (algorithm === undefined) {
    throw encryptionArgument(
      "Requests specifying Server Side Encryption with Customer provided keys must provide a valid encryption algorithm.",
    );
  }
  if (algorithm !== "AES256") throw invalidEncryptionAlgorithm(algorithm);
  if (key === undefined) {
    throw encryptionArgument(
      "Requests specifying Server Side Encryption with Customer provided keys must provide an appropriate secret key.",
    );
  }
  const bytes = Buffer.from(key, "base64");
  if (md5 === undefined || bytes.length !== 32)
    throw encryptionArgument("The secret key was invalid for the specified algorithm.");
  if (createHash("md5").update(bytes).digest("base64") !== md5) {
    throw encryptionArgument("The calculated MD5 hash of the key did not match the hash that was provided.");
  }
  return md5;
}

/**
 * Whoever reads what a client's key keeps must bring that key.
 * @throws AwsError `InvalidRequest`, `AccessDenied`
 */
export function checkCustomerKey({ encryption }: ObjectRecord, input: EncryptionInput): void {
  const given = customerKey(input);
  if (encryption.customerKeyMd5 === undefined) {
    if (given !== undefined)
      throw invalidRequest("The encryption parameters are not applicable to this object.");
    return;
  }
  if (given === undefined) {
    throw invalidRequest(
      "The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.",
    );
  }
  if (given !== encryption.customerKeyMd5) {
    throw invalidRequest("The calculated MD5 hash of the key did not match the hash that was provided.");
  }
}

/** How an answer says how an object is kept. */
export function encryptionMembers(encryption: Encryption) {
  const { algorithm, kmsKeyId, bucketKey, context, customerKeyMd5 } = encryption;
  if (customerKeyMd5 !== undefined)
    return { SSECustomerAlgorithm: "AES256", SSECustomerKeyMD5: customerKeyMd5 };
  return {
    ...(algorithm && { ServerSideEncryption: algorithm as "AES256" }),
    ...(kmsKeyId && { SSEKMSKeyId: kmsKeyId }),
    ...(bucketKey && { BucketKeyEnabled: true }),
    ...(context && { SSEKMSEncryptionContext: context }),
  };
}

/** The MD5 of what is kept plainly is the ETag; what is encrypted by a key of KMS or of the client has one of no meaning. */
export function etagOf(
  md5: string,
  { algorithm, kmsKeyId, customerKeyMd5 }: Encryption,
  salt: string,
): string {
  if (customerKeyMd5 === undefined && (algorithm === undefined || algorithm === "AES256")) return md5;
  return createHash("md5").update(`${md5}/${kmsKeyId}/${customerKeyMd5}/${salt}`).digest("hex");
}
