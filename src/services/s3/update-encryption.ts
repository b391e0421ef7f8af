import { parseArn } from "../../core/arn.ts";
import type { Handlers } from "../../core/service.ts";
import type * as S3 from "../../models/generated/s3.ts";
import { invalidRequest, malformedXml, noSuchKeyIn } from "./errors.ts";
import { withDataKey } from "./kms-keys.ts";
import type { Encryption, ObjectRecord } from "./object.ts";
import type { OpenBucket, OpenBuckets } from "./open-buckets.ts";
import { markerless, versionFor } from "./version-for.ts";

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/update-sse-encryption.html, refusals as AWS gave them in September 2026. */
export const updatingEncryption = (open: OpenBuckets): Handlers<S3.Operations> => ({
  async UpdateObjectEncryption(input, ctx) {
    const bucket = open.of(input, ctx);
    if (ctx.headers["authorization"]?.startsWith("AWS ")) throw needsVersion4();
    const target = (input.ObjectEncryption ?? {}) as S3.ObjectEncryption;
    // SSE-S3 is none of the model's members.
    const isPlain = /<SSE-S3\s*\/?>/.test(Buffer.from(ctx.request?.body ?? "").toString());
    if (!isPlain && target.SSEKMS?.KMSKeyArn === undefined) throw malformedXml();
    const object = objectOf(bucket, input);
    if (isPlain || !target.SSEKMS) throw invalidRequest("Target encryption type 'SSE-S3' is not supported.");
    checkKeyArn(target.SSEKMS.KMSKeyArn);
    checkSource(object.encryption);
    const encryption: Encryption = {
      algorithm: "aws:kms",
      kmsKeyId: target.SSEKMS.KMSKeyArn,
      ...(target.SSEKMS.BucketKeyEnabled && { bucketKey: true }),
    };
    const changed = await withDataKey({ ...object, encryption }, bucket, ctx);
    // It may be another one by now, or gone.
    const there = open.still(bucket);
    there.objects.replace({ ...objectOf(there, input, object), encryption: changed.encryption });
    return {};
  },
});

/** @throws AwsError `NoSuchKey`, `MethodNotAllowed` */
function objectOf(
  bucket: OpenBucket,
  input: S3.UpdateObjectEncryptionRequest,
  before?: ObjectRecord,
): ObjectRecord {
  const { Key: key, VersionId: id = before?.versionId } = input;
  if (id === undefined && !bucket.objects.newest(key)) throw noSuchKeyIn(bucket.name, key);
  const found = versionFor(bucket, { Key: key, ...(id !== undefined && { VersionId: id }) });
  return markerless(found, "PUT");
}

/** Inferred: AWS says of itself only which kinds it changes. */
function checkSource({ algorithm, customerKeyMd5 }: Encryption): void {
  const kind = customerKeyMd5 !== undefined ? "SSE-C" : algorithm === "aws:kms:dsse" ? "DSSE-KMS" : undefined;
  if (kind !== undefined) throw invalidRequest(`Source encryption type '${kind}' is not supported.`);
}

const needsVersion4 = () =>
  invalidRequest("Requests modifying object encryption configuration require AWS Signature Version 4.");

const NEEDS = "Requests modifying object encryption configuration to SSE-KMS require a";

/** What is missing of an ARN that ends behind so many of its parts. */
const MISSING = [
  "no AWS partition specified",
  "no service specified",
  "no AWS region partition specified",
  "no AWS account specified",
];

/** @throws AwsError `InvalidRequest` */
function checkKeyArn(arn: string): void {
  if (arn === "") throw invalidRequest(`${NEEDS} target kms key arn.`);
  const fault = faultOf(arn);
  if (fault !== undefined) throw invalidRequest(`${NEEDS} valid target kms key arn: ${fault}`);
  const { service, resource } = parseArn(arn) ?? {};
  if (service !== "kms" || !resource?.startsWith("key/")) {
    throw invalidRequest(
      "Invalid KMS Key ARN format. You must provide the full KMS Key ARN to make an UpdateObjectEncryption request",
    );
  }
}

function faultOf(arn: string): string | undefined {
  if (!arn.startsWith("arn:")) return "Malformed ARN - doesn't start with 'arn:'";
  const [, ...parts] = arn.split(":");
  const missing = MISSING[parts.length - 1];
  if (missing !== undefined) return `Malformed ARN - ${missing}`;
  const resource = parts.slice(4).join(":");
  if (resource === "") return "Malformed ARN - no resource specified";
  return resource.endsWith("/") ? "resource cannot be empty" : undefined;
}
