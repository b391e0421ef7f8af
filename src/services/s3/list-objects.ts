import type { Handlers } from "../../core/service.ts";
import type * as S3 from "../../models/generated/s3.ts";
import { canonicalId } from "./bucket.ts";
import { invalidArgument } from "./errors.ts";
import { itemsOf, keyWriter, lastOf, list, pageSize, prefixesOf, type WriteKey } from "./listing.ts";
import type { ObjectRecord } from "./object.ts";
import type { OpenBucket, OpenBuckets } from "./open-buckets.ts";

export const listingObjects = (open: OpenBuckets): Handlers<S3.Operations> => ({
  ListObjects(input, ctx) {
    const bucket = open.of(input, ctx);
    const { Prefix: prefix = "", Delimiter: delimiter = "", Marker: marker = "" } = input;
    const write = keyWriter(input.EncodingType);
    const size = pageSize(input.MaxKeys, "maxKeys");
    const listing = list(walker(bucket), {
      prefix,
      delimiter,
      after: marker,
      skipsPrefixOfAfter: true,
      most: size,
    });
    return {
      Name: bucket.name,
      Prefix: write(prefix),
      Marker: write(marker),
      MaxKeys: size,
      ...(delimiter !== "" && { Delimiter: write(delimiter) }),
      ...(input.EncodingType && { EncodingType: input.EncodingType }),
      IsTruncated: listing.isTruncated,
      ...(listing.isTruncated && delimiter !== "" && { NextMarker: write(lastOf(listing)) }),
      ...contents(itemsOf(listing.entries), write, true),
      ...commonPrefixes(prefixesOf(listing.entries), write),
    };
  },

  ListObjectsV2(input, ctx) {
    const bucket = open.of(input, ctx);
    const { Prefix: prefix = "", Delimiter: delimiter = "", StartAfter: startAfter } = input;
    const { ContinuationToken: token } = input;
    const write = keyWriter(input.EncodingType);
    const size = pageSize(input.MaxKeys, "maxKeys");
    const last = token === undefined ? undefined : readToken(token);
    const after = last ?? startAfter;
    const listing = list(walker(bucket), {
      prefix,
      delimiter,
      ...(after !== undefined && { after }),
      skipsPrefixOfAfter: last !== undefined,
      most: size,
    });
    return {
      Name: bucket.name,
      Prefix: write(prefix),
      MaxKeys: size,
      KeyCount: listing.entries.length,
      ...(delimiter !== "" && { Delimiter: write(delimiter) }),
      ...(input.EncodingType && { EncodingType: input.EncodingType }),
      ...(startAfter !== undefined && token === undefined && { StartAfter: write(startAfter) }),
      ...(token !== undefined && { ContinuationToken: token }),
      IsTruncated: listing.isTruncated,
      ...(listing.isTruncated && { NextContinuationToken: makeToken(lastOf(listing)) }),
      ...contents(itemsOf(listing.entries), write, input.FetchOwner === true),
      ...commonPrefixes(prefixesOf(listing.entries), write),
    };
  },
});

const walker =
  ({ objects }: OpenBucket) =>
  (bound: object, limit: number | undefined) =>
    objects.walk({ ...bound, ...(limit !== undefined && { limit }) });

/** Any key is a place to go on from; the token only hides it, and tells that it is one. */
const makeToken = (key: string) => Buffer.from(`1/${key}`, "utf8").toString("base64url");

function readToken(token: string): string {
  const text = Buffer.from(token, "base64url").toString("utf8");
  if (!text.startsWith("1/"))
    throw invalidArgument("The continuation token provided is incorrect", "continuation-token");
  return text.slice(2);
}

function contents(objects: readonly ObjectRecord[], write: WriteKey, withOwner: boolean) {
  if (objects.length === 0) return {};
  return {
    Contents: objects.map((object) => ({
      ...listed(object, write),
      ...(withOwner && { Owner: { ID: canonicalId(object.owner) } }),
    })),
  };
}

/** How listings describe an object, and a version of one. */
export function listed(object: ObjectRecord, write: WriteKey) {
  return {
    Key: write(object.key),
    LastModified: new Date(object.modifiedAtMs),
    ETag: `"${object.etag}"`,
    ...(object.checksum && {
      ChecksumAlgorithm: [object.checksum.algorithm],
      ChecksumType: object.checksum.type,
    }),
    Size: object.size,
    StorageClass: object.storageClass as "STANDARD",
  };
}

export const commonPrefixes = (prefixes: readonly string[], write: WriteKey) =>
  prefixes.length > 0 ? { CommonPrefixes: prefixes.map((prefix) => ({ Prefix: write(prefix) })) } : {};
