import type { Context, Handlers } from "../../core/service.ts";
import { sure } from "../../core/sure.ts";
import type * as S3 from "../../models/generated/s3.ts";
import type { Body, WrittenBody } from "./bodies.ts";
import { checkLength } from "./body-length.ts";
import { algorithmOf } from "./checksums/algorithms.ts";
import { copySourceOf } from "./copy-source.ts";
import { customerKey, type EncryptionInput, encryptionMembers, etagOf } from "./encryption.ts";
import { invalidArgument, invalidChecksumHeader, invalidRequest, wrongPartNumber } from "./errors.ts";
import { PART } from "./fault-points.ts";
import { checkWritten, type GivenChecksum, givenChecksum, givenMd5, withTrailer } from "./given-checksum.ts";
import { checkDataKey, withDataKey } from "./kms-keys.ts";
import { planObject } from "./new-object.ts";
import type { OpenBucket, OpenBuckets } from "./open-buckets.ts";
import { rangeOf } from "./range.ts";
import type { UploadRecord } from "./upload.ts";
import { algorithmOfUpload, BucketUploads } from "./uploads.ts";
import { NULL_VERSION } from "./version-id.ts";

const MOST_PARTS = 10_000;

export const multipart = (open: OpenBuckets): Handlers<S3.Operations> => ({
  async CreateMultipartUpload(input, ctx) {
    const bucket = open.of(input, ctx);
    const planned = planObject(input as never, bucket, ctx);
    const checksum = checksumOf(input);
    const plan = await withDataKey(planned, bucket, ctx);
    const upload = new BucketUploads(open.still(bucket)).begin(
      {
        initiatedAtMs: ctx.clock.now(),
        initiator: { account: ctx.account, arn: ctx.caller.arn },
        plan,
        ...(checksum && { checksum }),
      },
      open.host,
    );
    return {
      Bucket: bucket.name,
      Key: input.Key,
      UploadId: upload.id,
      ...(checksum && { ChecksumAlgorithm: checksum.algorithm as "CRC32", ChecksumType: checksum.type }),
      ...encryptionMembers(plan.encryption),
    };
  },

  async UploadPart(input, ctx) {
    const bucket = open.of(input, ctx);
    const upload = uploadFor(bucket, input);
    checkLength(ctx);
    const md5 = givenMd5(input);
    const given = givenChecksum(input, ctx.headers);
    checkAlgorithm(upload, given);
    const { written, part } = await writePart(open, bucket, upload, input.PartNumber, input.Body, ctx, {
      given,
      md5,
    });
    const named = given?.algorithm ?? (upload.checksum && algorithmOfUpload(upload));
    return {
      ETag: `"${part.etag}"`,
      ...(named && { [`Checksum${named.name}`]: written.checksums[named.name] }),
      ...encryptionMembers(upload.plan.encryption),
    };
  },

  async UploadPartCopy(input, ctx) {
    const bucket = open.of(input, ctx);
    const upload = uploadFor(bucket, input);
    const source = copySourceOf(open, input, ctx);
    const { object } = source;
    using _ = open.bodies.hold(object.body);
    await checkDataKey(object, source.bucket, ctx);
    const range = sourceRange(input.CopySourceRange, object.size);
    const body = open.bodies.read(object.body, range.start, range.end);
    const { written, part } = await writePart(open, bucket, upload, input.PartNumber, body, ctx, {});
    const algorithm = upload.checksum && algorithmOfUpload(upload);
    return {
      CopyPartResult: {
        ETag: `"${part.etag}"`,
        LastModified: new Date(part.modifiedAtMs),
        ...(algorithm && { [`Checksum${algorithm.name}`]: written.checksums[algorithm.name] }),
      },
      ...encryptionMembers(upload.plan.encryption),
      ...(object.versionId !== NULL_VERSION && { CopySourceVersionId: object.versionId }),
    };
  },

  AbortMultipartUpload(input, ctx) {
    const bucket = open.of(input, ctx);
    const uploads = new BucketUploads(bucket);
    open.bodies.free(uploads.end(uploads.get(input.Key, input.UploadId)));
    return {};
  },
});

/** @throws AwsError `InvalidRequest` */
function checksumOf(input: S3.CreateMultipartUploadRequest): UploadRecord["checksum"] {
  const name = input.ChecksumAlgorithm?.toUpperCase();
  const type = input.ChecksumType?.toUpperCase();
  if (type !== undefined && type !== "FULL_OBJECT" && type !== "COMPOSITE")
    throw invalidChecksumHeader("x-amz-checksum-type");
  if (name === undefined) {
    if (type !== undefined) {
      throw invalidRequest(
        "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.",
      );
    }
    return undefined;
  }
  const algorithm = algorithmOf(name);
  if (!algorithm) {
    throw invalidRequest(
      "Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]",
    );
  }
  const chosen = type ?? (algorithm.name === "CRC64NVME" ? "FULL_OBJECT" : "COMPOSITE");
  const isPossible =
    chosen === "FULL_OBJECT" ? algorithm.polynomial !== undefined : algorithm.name !== "CRC64NVME";
  if (!isPossible) {
    throw invalidRequest(
      `The ${chosen} checksum type cannot be used with the ${name.toLowerCase()} checksum algorithm.`,
    );
  }
  return { algorithm: algorithm.name, type: chosen };
}

type PartInput = Pick<S3.UploadPartRequest, "Key" | "UploadId" | "PartNumber"> & EncryptionInput;

/** @throws AwsError `NoSuchUpload`, `InvalidArgument`, `InvalidRequest` for another key than the upload was begun with */
function uploadFor(bucket: OpenBucket, input: PartInput): UploadRecord {
  const { PartNumber: number } = input;
  if (!Number.isInteger(number) || number < 1 || number > MOST_PARTS) throw wrongPartNumber(number);
  const upload = new BucketUploads(bucket).get(input.Key, input.UploadId);
  const key = customerKey(input);
  const { customerKeyMd5 } = upload.plan.encryption;
  if ((key === undefined) !== (customerKeyMd5 === undefined)) {
    throw invalidRequest(
      "The multipart upload initiate requested encryption. Subsequent part requests must include the appropriate encryption parameters.",
    );
  }
  if (key !== customerKeyMd5)
    throw invalidRequest("The provided encryption parameters did not match the ones used originally.");
  return upload;
}

/** @throws AwsError `InvalidRequest` */
function checkAlgorithm({ checksum }: UploadRecord, given: GivenChecksum | undefined): void {
  if (!checksum || !given || given.algorithm.name === checksum.algorithm) return;
  throw invalidRequest(
    `Checksum Type mismatch occurred, expected checksum Type: ${checksum.algorithm.toLowerCase()}, actual checksum Type: ${given.algorithm.name.toLowerCase()}`,
  );
}

async function writePart(
  open: OpenBuckets,
  bucket: OpenBucket,
  upload: UploadRecord,
  number: number,
  body: Body,
  ctx: Context,
  { given, md5 }: { given?: GivenChecksum | undefined; md5?: string | undefined },
) {
  const algorithm = algorithmOfUpload(upload);
  const other = given && given.algorithm !== algorithm ? given.algorithm : undefined;
  const written: WrittenBody = await open.bodies.write(body, other ? [algorithm, other] : [algorithm]);
  try {
    checkWritten(written, withTrailer(given, body), md5, "base64");
    const uploads = new BucketUploads(open.still(bucket));
    // It may have been completed or aborted while the part came.
    uploads.get(upload.plan.key, upload.id);
    const part = {
      number,
      size: written.size,
      etag: etagOf(written.md5, upload.plan.encryption, ctx.requestId),
      md5: written.md5,
      modifiedAtMs: Math.floor(ctx.clock.now() / 1000) * 1000,
      body: [written.segment],
      // The upload's own checksum is always among those that were taken.
      checksum: sure(written.checksums[algorithm.name]),
      ...(other && { given: { algorithm: other.name, value: sure(written.checksums[other.name]) } }),
    };
    open.bodies.free(isLost(bucket, upload, number, ctx) ? part.body : uploads.putPart(upload, part));
    return { written, part };
  } catch (error) {
    open.bodies.free([written.segment]);
    throw error;
  }
}

/** Does a rule have it that the part is acknowledged, and gone? */
function isLost(
  bucket: OpenBucket,
  { plan: { key }, id }: UploadRecord,
  number: number,
  ctx: Context,
): boolean {
  const input = { Bucket: bucket.name, Key: key, UploadId: id, PartNumber: number };
  const subject = { resource: `${bucket.arn}/${key}`, operation: "UploadPart", input };
  return ctx.hits(PART, subject).some(({ effect }) => effect === "lose");
}

/** @throws AwsError `InvalidArgument`, `InvalidRange` */
function sourceRange(text: string | undefined, size: number) {
  if (text === undefined) return { start: 0, end: size };
  const match = /^bytes=(\d+)-(\d+)$/.exec(text);
  if (!match) {
    throw invalidArgument(
      "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy",
      "x-amz-copy-source-range",
      text,
    );
  }
  if (Number(match[2]) >= size) {
    throw invalidArgument(
      `Range specified is not valid for source object of size: ${size}`,
      "x-amz-copy-source-range",
      text,
    );
  }
  return rangeOf(text, size) ?? { start: 0, end: size };
}
