import type { Context } from "../../core/service.ts";
import type * as S3 from "../../models/generated/s3.ts";
import { type AclInput, aclOfHeaders, checkAclIsTaken } from "./acl.ts";
import { blocksCustomerKeys, type EncryptionInput, encryptionFor } from "./encryption.ts";
import { customerKeysBlocked, invalidArgument, invalidStorageClass, keyTooLong } from "./errors.ts";
import { lockOfInput } from "./lock.ts";
import { userMetadata } from "./metadata.ts";
import type { SystemMetadata } from "./object.ts";
import type { NewObject } from "./objects.ts";
import type { OpenBucket } from "./open-buckets.ts";
import { checkPublicGrants } from "./public-access.ts";
import { tagsOfHeader } from "./tagging.ts";

const LONGEST_KEY_BYTES = 1024;
const STORAGE_CLASSES = new Set([
  "STANDARD",
  "REDUCED_REDUNDANCY",
  "STANDARD_IA",
  "ONEZONE_IA",
  "INTELLIGENT_TIERING",
  "GLACIER",
  "DEEP_ARCHIVE",
  "GLACIER_IR",
]);
/** What is kept there must be restored before it is read. */
export const ARCHIVES: ReadonlySet<string> = new Set(["GLACIER", "DEEP_ARCHIVE"]);

/** Members that PutObject, CopyObject, CreateMultipartUpload and browsers' POSTs share. */
export type NewObjectInput = Pick<
  S3.PutObjectRequest,
  | "Key"
  | "CacheControl"
  | "ContentDisposition"
  | "ContentEncoding"
  | "ContentLanguage"
  | "ContentType"
  | "Expires"
  | "Metadata"
  | "StorageClass"
  | "WebsiteRedirectLocation"
  | "Tagging"
  | "ObjectLockMode"
  | "ObjectLockRetainUntilDate"
  | "ObjectLockLegalHoldStatus"
> &
  AclInput &
  EncryptionInput;

/** All of a new object that its request says, before any of its body has come. */
export type ObjectPlan = Omit<NewObject, "size" | "etag" | "body" | "checksum" | "parts">;

/** @throws AwsError for whatever is wrong with it */
export function planObject(input: NewObjectInput, bucket: OpenBucket, ctx: Context): ObjectPlan {
  checkKey(input.Key);
  checkAclIsTaken(bucket, input);
  const storageClass = storageClassOf(input.StorageClass);
  const { WebsiteRedirectLocation: redirect } = input;
  if (redirect !== undefined && !/^(?:\/|https?:\/\/)/.test(redirect)) {
    throw invalidArgument(
      "The website redirect location must have a prefix of 'http://' or 'https://' or '/'.",
      "x-amz-website-redirect-location",
      redirect,
    );
  }
  const tags = tagsOfHeader(input.Tagging);
  const grants = aclOfHeaders(input, ctx.account);
  checkPublicGrants(bucket, grants, "s3:PutObjectAcl", ctx);
  const encryption = encryptionFor(bucket, input);
  if (encryption.customerKeyMd5 !== undefined && blocksCustomerKeys(bucket))
    throw customerKeysBlocked(
      ctx.caller.arn,
      ctx.operation === "CopyObject" ? "s3:CopyObject" : "s3:PutObject",
      `${bucket.arn}/${input.Key}`,
    );
  const lock = lockOfInput(input, bucket, ctx.clock.now());
  return {
    key: input.Key,
    owner: ctx.account,
    system: systemMetadata(input),
    metadata: userMetadata(input.Metadata, ctx.request !== undefined),
    storageClass,
    encryption,
    ...(tags && { tags }),
    ...(redirect !== undefined && { redirect }),
    ...(grants && { grants }),
    ...(lock && { lock }),
  };
}

/** @throws AwsError `KeyTooLongError` */
export function checkKey(key: string): void {
  const size = key.length > LONGEST_KEY_BYTES / 4 ? Buffer.byteLength(key) : key.length;
  if (size > LONGEST_KEY_BYTES) throw keyTooLong(size);
}

function storageClassOf(given: string | undefined): string {
  if (given !== undefined && !STORAGE_CLASSES.has(given)) throw invalidStorageClass(given);
  return given ?? "STANDARD";
}

function systemMetadata(input: SystemMetadata): SystemMetadata {
  const { CacheControl, ContentDisposition, ContentEncoding, ContentLanguage, ContentType, Expires } = input;
  return {
    ...(CacheControl && { CacheControl }),
    ...(ContentDisposition && { ContentDisposition }),
    ...(ContentEncoding && { ContentEncoding }),
    ...(ContentLanguage && { ContentLanguage }),
    ...(ContentType && { ContentType }),
    ...(Expires && { Expires }),
  };
}
