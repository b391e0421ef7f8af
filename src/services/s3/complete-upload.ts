import { createHash } from "node:crypto";
import type { Context, Handlers } from "../../core/service.ts";
import { sure } from "../../core/sure.ts";
import type * as S3 from "../../models/generated/s3.ts";
import { Combiner } from "./checksums/combine.ts";
import { checkWriteConditions, unquoted } from "./conditions.ts";
import { encryptionMembers } from "./encryption.ts";
import {
  badChecksum,
  conditionalRequestConflict,
  entityTooSmall,
  invalidPart,
  invalidPartOrder,
  invalidRequest,
  noSuchUpload,
  notAllowedOf,
} from "./errors.ts";
import { objectWritten } from "./events.ts";
import { urlEncoded } from "./listing.ts";
import type { Checksum, ObjectRecord } from "./object.ts";
import { checksumMembers } from "./object-description.ts";
import type { OpenBucket, OpenBuckets } from "./open-buckets.ts";
import { versionIdOf } from "./tagging.ts";
import type { PartRecord, UploadRecord } from "./upload.ts";
import { algorithmOfUpload, BucketUploads } from "./uploads.ts";

const SMALLEST_PART_BYTES = 5 * 1024 * 1024;

export const completingUploads = (open: OpenBuckets): Handlers<S3.Operations> => ({
  CompleteMultipartUpload(input, ctx) {
    // A POST to a key that says nothing of what it wants is read as this.
    if (input.UploadId === undefined) throw notAllowedOf("POST", "OBJECT");
    const bucket = open.of(input, ctx);
    const uploads = new BucketUploads(bucket);
    const upload = uploads.find(input.Key, input.UploadId);
    if (!upload) return answer(completedBefore(bucket, input), bucket, ctx);
    checkConditions(bucket, upload, input);
    const parts = chosenParts(uploads, upload, input);
    const size = parts.reduce((sum, part) => sum + part.size, 0);
    const { MpuObjectSize: expected } = input;
    if (expected !== undefined && expected !== size) {
      throw invalidRequest(
        `The provided 'x-amz-mp-object-size' header value ${expected} does not match what was computed: ${size}`,
      );
    }
    const checksum = checksumOfParts(upload, parts);
    checkGiven(upload, checksum, input);
    const { version, freed } = bucket.objects.put(bucket.record, {
      ...upload.plan,
      size,
      etag: etagOfParts(parts),
      body: parts.flatMap(({ body }) => body),
      parts: parts.map((part) => ({
        number: part.number,
        size: part.size,
        ...(upload.checksum && { checksum: part.checksum }),
      })),
      ...(upload.plan.encryption.customerKeyMd5 === undefined || upload.checksum ? { checksum } : {}),
      uploadId: upload.id,
    });
    open.bodies.free([...freed, ...uploads.end(upload, new Set(parts.map(({ number }) => number)))]);
    objectWritten(open, bucket, version, "ObjectCreated:CompleteMultipartUpload", ctx);
    return answer(version, bucket, ctx);
  },
});

function answer(version: ObjectRecord, bucket: OpenBucket, ctx: Context) {
  const host = ctx.headers["host"] ?? ctx.host.endpoint.host();
  const isBucketHost = host.startsWith(`${bucket.name}.`);
  return {
    Location: `http://${host}${isBucketHost ? "" : `/${bucket.name}`}/${urlEncoded(version.key)}`,
    Bucket: bucket.name,
    Key: version.key,
    ETag: `"${version.etag}"`,
    ...checksumMembers(version.checksum),
    ...(version.encryption.customerKeyMd5 === undefined && encryptionMembers(version.encryption)),
    ...versionIdOf(version.versionId),
  };
}

/**
 * What came of an upload that was completed before: a client that has not heard the answer asks again.
 * @throws AwsError `NoSuchUpload`
 */
function completedBefore(
  bucket: OpenBucket,
  { Key: key, UploadId: id }: S3.CompleteMultipartUploadRequest,
): ObjectRecord {
  for (const version of bucket.objects.versionsOf(key))
    if (!version.isDeleteMarker && version.uploadId === id) return version;
  throw noSuchUpload(id);
}

/** @throws AwsError `PreconditionFailed`, `NoSuchKey`, `ConditionalRequestConflict` for an object that is younger than the upload */
function checkConditions(
  bucket: OpenBucket,
  upload: UploadRecord,
  input: S3.CompleteMultipartUploadRequest,
): void {
  const current = bucket.objects.current(input.Key);
  checkWriteConditions(input.Key, current, input);
  if (input.IfMatch !== undefined && current && current.sequence > upload.sequence)
    throw conditionalRequestConflict("If-Match", input.Key);
}

/** @throws AwsError `InvalidRequest`, `InvalidPartOrder`, `InvalidPart`, `EntityTooSmall` */
function chosenParts(
  uploads: BucketUploads,
  upload: UploadRecord,
  input: S3.CompleteMultipartUploadRequest,
): PartRecord[] {
  const named = input.MultipartUpload?.Parts ?? [];
  if (named.length === 0) throw invalidRequest("You must specify at least one part");
  let before = 0;
  const parts: PartRecord[] = [];
  for (const given of named) {
    const { PartNumber: number = 0, ETag: etag = "" } = given;
    if (number <= before) throw invalidPartOrder(upload.id);
    before = number;
    const part = uploads.part(upload, number);
    if (!part || part.etag !== unquoted(etag)) throw invalidPart(upload.id, number, unquoted(etag));
    checkPartChecksum(upload, part, given);
    parts.push(part);
  }
  for (const part of parts.slice(0, -1))
    if (part.size < SMALLEST_PART_BYTES) throw entityTooSmall(part.number, part.size, part.etag);
  return parts;
}

/** @throws AwsError `InvalidPart`, `InvalidRequest` where the sum of the parts' checksums is the object's, and one is missing */
function checkPartChecksum(upload: UploadRecord, part: PartRecord, given: S3.CompletedPart): void {
  const members = Object.entries(given).filter(
    ([name, value]) => name.startsWith("Checksum") && value !== undefined,
  );
  const algorithm = upload.checksum?.algorithm;
  for (const [name, value] of members) {
    const isRight = name === `Checksum${algorithm}` && value === part.checksum;
    if (!isRight) throw invalidPart(upload.id, part.number, part.etag);
  }
  if (upload.checksum?.type === "COMPOSITE" && members.length === 0) {
    throw invalidRequest(
      `The upload was created using a ${upload.checksum.algorithm.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${part.number} in the request.`,
    );
  }
}

/** The MD5 of the parts' MD5s, and how many they are. */
function etagOfParts(parts: readonly PartRecord[]): string {
  const hash = createHash("md5");
  for (const { md5 } of parts) hash.update(md5, "hex");
  return `${hash.digest("hex")}-${parts.length}`;
}

function checksumOfParts(upload: UploadRecord, parts: readonly PartRecord[]): Checksum {
  const algorithm = algorithmOfUpload(upload);
  const values: Buffer[] = parts.map(({ checksum }) => Buffer.from(checksum, "base64"));
  if (upload.checksum?.type === "COMPOSITE") {
    const digest = algorithm.make();
    for (const value of values) digest.update(value);
    return {
      algorithm: algorithm.name,
      type: "COMPOSITE",
      value: `${digest.digest().toString("base64")}-${parts.length}`,
    };
  }
  // FULL_OBJECT is refused at the beginning for all but CRCs.
  const combiner = new Combiner(sure(algorithm.polynomial));
  const whole = values.reduce((sum, value, index) => combiner.combine(sum, value, parts[index]?.size ?? 0));
  return { algorithm: algorithm.name, type: "FULL_OBJECT", value: whole.toString("base64") };
}

/** @throws AwsError `InvalidRequest`, `BadDigest` */
function checkGiven(
  { checksum: asked }: UploadRecord,
  checksum: Checksum,
  input: S3.CompleteMultipartUploadRequest,
): void {
  const { ChecksumType: type } = input;
  if (type !== undefined && type !== asked?.type) {
    throw invalidRequest(
      `The upload was created using the ${asked?.type ?? "null"} checksum mode. The complete request must use the same checksum mode.`,
    );
  }
  const given = Object.entries(input).filter(
    ([name, value]) => /^Checksum(?!Type)/.test(name) && value !== undefined,
  );
  for (const [name, value] of given) {
    // Without its type a checksum is taken for one of the parts' checksums.
    const isOfType = checksum.type === "COMPOSITE" || type !== undefined || asked === undefined;
    const isRight =
      isOfType && name === `Checksum${checksum.algorithm}` && sameChecksum(String(value), checksum);
    if (!isRight) throw badChecksum(checksum.algorithm.toLowerCase());
  }
}

const sameChecksum = (given: string, { value, type }: Checksum) =>
  given === value || (type === "COMPOSITE" && given === value.replace(/-\d+$/, ""));
