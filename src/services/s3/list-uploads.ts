import type { Handlers } from "../../core/service.ts";
import type * as S3 from "../../models/generated/s3.ts";
import { canonicalId } from "./bucket.ts";
import { invalidArgument } from "./errors.ts";
import { behind, compareKeys } from "./key-order.ts";
import { commonPrefixes } from "./list-objects.ts";
import { commonPrefixOf, keyWriter, pageSize } from "./listing.ts";
import type { OpenBucket, OpenBuckets } from "./open-buckets.ts";
import type { UploadRecord } from "./upload.ts";
import { BucketUploads } from "./uploads.ts";

export const listingUploads = (open: OpenBuckets): Handlers<S3.Operations> => ({
  ListMultipartUploads(input, ctx) {
    const bucket = open.of(input, ctx);
    const { Prefix: prefix, Delimiter: delimiter = "", KeyMarker: marker = "" } = input;
    const write = keyWriter(input.EncodingType);
    const size = pageSize(input.MaxUploads, "max-uploads");
    // Without a key marker one of an upload says nothing.
    const uploadMarker = marker === "" ? "" : (input.UploadIdMarker ?? "");
    const page = pageOf(bucket, {
      prefix: prefix ?? "",
      delimiter,
      marker,
      uploadMarker,
      most: size,
    });
    const last = page.uploads.at(-1);
    return {
      Bucket: bucket.name,
      KeyMarker: write(marker),
      UploadIdMarker: uploadMarker,
      ...(prefix && { Prefix: write(prefix) }),
      ...(delimiter !== "" && { Delimiter: write(delimiter) }),
      ...(input.EncodingType && { EncodingType: input.EncodingType }),
      // A page that ends with a common prefix says nothing of it, as seen on AWS.
      NextKeyMarker: last ? write(last.plan.key) : "",
      NextUploadIdMarker: last?.id ?? "",
      MaxUploads: size,
      IsTruncated: page.isTruncated,
      ...(page.uploads.length > 0 && { Uploads: page.uploads.map((upload) => describe(upload, write)) }),
      ...commonPrefixes(page.prefixes, write),
    };
  },

  ListParts(input, ctx) {
    const bucket = open.of(input, ctx);
    const uploads = new BucketUploads(bucket);
    const upload = uploads.get(input.Key, input.UploadId);
    const size = pageSize(input.MaxParts, "max-parts");
    const marker = Number(input.PartNumberMarker ?? 0);
    if (!Number.isInteger(marker) || marker < 0 || marker > 2_147_483_647) {
      throw invalidArgument(
        "Argument part-number-marker must be an integer between 0 and 2147483647",
        "part-number-marker",
        input.PartNumberMarker,
      );
    }
    const parts = [];
    let isTruncated = false;
    for (const part of uploads.parts(upload, marker)) {
      isTruncated = parts.length === size;
      if (isTruncated) break;
      parts.push(part);
    }
    const { checksum } = upload;
    return {
      Bucket: bucket.name,
      Key: input.Key,
      UploadId: upload.id,
      PartNumberMarker: marker,
      NextPartNumberMarker: parts.at(-1)?.number ?? 0,
      MaxParts: size,
      IsTruncated: isTruncated,
      StorageClass: upload.plan.storageClass as "STANDARD",
      ...whose(upload),
      ...algorithmMembers(upload),
      ...(parts.length > 0 && {
        Parts: parts.map((part) => ({
          PartNumber: part.number,
          LastModified: new Date(part.modifiedAtMs),
          ETag: `"${part.etag}"`,
          Size: part.size,
          ...(checksum && { [`Checksum${checksum.algorithm}`]: part.checksum }),
        })),
      }),
    };
  },
});

interface UploadQuery {
  readonly prefix: string;
  readonly delimiter: string;
  readonly marker: string;
  readonly uploadMarker: string;
  readonly most: number;
}

function pageOf(bucket: OpenBucket, query: UploadQuery) {
  const { prefix, delimiter, most } = query;
  const walker = new BucketUploads(bucket);
  const uploads: UploadRecord[] = [];
  const prefixes: string[] = [];
  let bound = startOf(walker, query);
  while (bound !== undefined && most > 0) {
    let following: { from: string } | undefined;
    for (const upload of walker.walk(bound)) {
      const { key } = upload.plan;
      if (!key.startsWith(prefix)) return { uploads, prefixes, isTruncated: false };
      if (uploads.length + prefixes.length === most) return { uploads, prefixes, isTruncated: true };
      const commonPrefix = commonPrefixOf(key, prefix, delimiter);
      if (commonPrefix === undefined) {
        uploads.push(upload);
        continue;
      }
      prefixes.push(commonPrefix);
      const from = behind(commonPrefix);
      if (from !== undefined) following = { from };
      break;
    }
    bound = following;
  }
  return { uploads, prefixes, isTruncated: false };
}

type UploadBound = { from?: string; after?: string; sequence?: number };

/** @throws AwsError `InvalidArgument` for the id of another key's upload */
function startOf(
  walker: BucketUploads,
  { prefix, delimiter, marker, uploadMarker }: UploadQuery,
): UploadBound | undefined {
  if (marker === "" || compareKeys(marker, prefix) < 0) return { from: prefix };
  if (uploadMarker !== "") {
    const upload = walker.find(marker, uploadMarker);
    if (!upload) throw invalidArgument("Invalid uploadId marker", "upload-id-marker", uploadMarker);
    return { after: marker, sequence: upload.sequence };
  }
  const given = marker.startsWith(prefix) ? commonPrefixOf(marker, prefix, delimiter) : undefined;
  if (given === undefined) return { after: marker };
  const following = behind(given);
  return following === undefined ? undefined : { from: following };
}

function describe(upload: UploadRecord, write: (key: string) => string) {
  return {
    Key: write(upload.plan.key),
    UploadId: upload.id,
    Initiated: new Date(upload.initiatedAtMs),
    StorageClass: upload.plan.storageClass as "STANDARD",
    ...whose(upload),
    ...algorithmMembers(upload),
  };
}

const whose = ({ initiator, plan }: UploadRecord) => ({
  Owner: { ID: canonicalId(plan.owner) },
  Initiator: { ID: initiator.arn, DisplayName: initiator.arn.split(/[/:]/).at(-1) ?? "" },
});

const algorithmMembers = ({ checksum }: UploadRecord) =>
  checksum ? { ChecksumAlgorithm: checksum.algorithm as "CRC32", ChecksumType: checksum.type } : {};
