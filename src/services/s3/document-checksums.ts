import { createHash } from "node:crypto";
import type { Context } from "../../core/service.ts";
import { algorithmOf } from "./checksums/algorithms.ts";
import { badChecksum, badMd5, missingChecksum, missingRequestBody, uncalledForAlgorithm } from "./errors.ts";
import { checkChecksumNames, checkForm, checksumOfHeaders, givenMd5 } from "./given-checksum.ts";
import type { OpenBuckets } from "./open-buckets.ts";

/** What AWS takes only with a checksum of what it says. */
const NEEDS_ONE: ReadonlySet<string> = new Set(["DeleteObjects"]);
/** What says nothing without a body. */
const NEEDS_BODY: ReadonlySet<string> = new Set(["DeleteObjects", "UpdateObjectEncryption"]);
/** Its headers have the checksum of the object that it makes. */
const OF_OBJECTS: ReadonlySet<string> = new Set(["CompleteMultipartUpload"]);

/**
 * Is a document what its client says of it? Bodies that stream are checked as they are written.
 * In AWS's order: https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
 * @throws AwsError `NoSuchBucket`, `InvalidRequest`, `InvalidDigest`, `MissingRequestBodyError`, `BadDigest`
 */
export function checkDocument(
  operation: string,
  input: { readonly Bucket?: string },
  open: OpenBuckets,
  ctx: Context,
): void {
  const { request, headers } = ctx;
  // A call from within has no document.
  if (!request || OF_OBJECTS.has(operation)) return;
  const { body } = request;
  // It comes behind the body, where the body's reader has checked it.
  if (headers["x-amz-trailer"] !== undefined) return;
  if (body.length === 0 && !NEEDS_BODY.has(operation)) return;
  if (operation !== "CreateBucket") open.of(input, ctx);
  checkChecksumNames(headers);
  const checksum = checksumOfHeaders(headers);
  const algorithm = checksum && algorithmOf(checksum.name);
  if (algorithm) checkForm(algorithm, checksum.value);
  const text = headers["content-md5"];
  const md5 = givenMd5(text === undefined ? {} : { ContentMD5: text });
  if (!checksum && md5 === undefined && NEEDS_ONE.has(operation))
    throw headers["x-amz-sdk-checksum-algorithm"] === undefined ? missingChecksum() : uncalledForAlgorithm();
  if (body.length === 0) throw missingRequestBody();
  if (md5 !== undefined) {
    const made = createHash("md5").update(body).digest();
    if (made.toString("hex") !== md5) throw badMd5(text ?? "", made.toString("base64"));
  }
  if (!checksum || !algorithm) return;
  const digest = algorithm.make();
  digest.update(body);
  if (digest.digest().toString("base64") !== checksum.value) throw badChecksum(checksum.name);
}
