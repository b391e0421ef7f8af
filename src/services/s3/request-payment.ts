import type { Context } from "../../core/service.ts";
import { sourceOf } from "./copy-source.ts";
import { accessDenied } from "./errors.ts";
import type { OpenBuckets } from "./open-buckets.ts";
import { isAnonymous } from "./public-access.ts";

/** What is paid for by whoever asks: all that has `x-amz-request-payer` in AWS's model. */
const CHARGED: ReadonlySet<string> = new Set(
  `AbortMultipartUpload CompleteMultipartUpload CopyObject CreateMultipartUpload DeleteObject DeleteObjects
   GetBucketAccelerateConfiguration GetObject GetObjectAcl GetObjectAttributes GetObjectLegalHold GetObjectRetention
   GetObjectTagging GetObjectTorrent HeadObject ListMultipartUploads ListObjectVersions ListObjects ListObjectsV2
   ListParts PutObject PutObjectAcl PutObjectLegalHold PutObjectLockConfiguration PutObjectRetention
   PutObjectTagging RestoreObject UpdateObjectEncryption UploadPart UploadPartCopy`.split(/\s+/),
);

interface Input {
  readonly Bucket?: string;
  readonly CopySource?: string;
  readonly RequestPayer?: string;
}

/**
 * Does the requester pay? Nobody but a bucket's owner reads or writes where requesters pay without saying that they do:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/RequesterPaysBuckets.html
 * @throws AwsError `AccessDenied`
 */
export function isCharged(open: OpenBuckets, operation: string, input: Input, ctx: Context): boolean {
  if (!ctx.request || !CHARGED.has(operation)) return false;
  const isUnknown = isAnonymous(ctx) && !open.host.setting<boolean>("allow-anonymous");
  const { Bucket: name, CopySource: source, RequestPayer: payer } = input;
  const names = [name, source && sourceOf(source).bucket].filter((one) => one !== undefined);
  const isStrange = names.some((one) => {
    const bucket = open.find(open.meant(one, ctx).name)?.record;
    const payment = bucket?.settings["requestPayment"] as { readonly Payer?: string } | undefined;
    return payment?.Payer === "Requester" && (isUnknown || bucket?.account !== ctx.account);
  });
  if (isStrange && (payer !== "requester" || isUnknown)) throw accessDenied();
  return isStrange;
}
