import type { Handlers } from "../../core/service.ts";
import type * as S3 from "../../models/generated/s3.ts";
import { canonicalId } from "./bucket.ts";
import { invalidArgument } from "./errors.ts";
import { behind, compareKeys } from "./key-order.ts";
import { commonPrefixes, listed } from "./list-objects.ts";
import { commonPrefixOf, keyWriter, pageSize, type WriteKey } from "./listing.ts";
import type { Version } from "./object.ts";
import type { VersionBound } from "./objects.ts";
import type { OpenBucket, OpenBuckets } from "./open-buckets.ts";

type ListedVersion = Version & { readonly isLatest: boolean };

interface VersionPage {
  readonly versions: ListedVersion[];
  readonly prefixes: string[];
  readonly isTruncated: boolean;
  /** Where the next page goes on. */
  readonly next: { readonly key: string; readonly versionId?: string };
}

export const listingVersions = (open: OpenBuckets): Handlers<S3.Operations> => ({
  ListObjectVersions(input, ctx) {
    const bucket = open.of(input, ctx);
    const { Prefix: prefix = "", Delimiter: delimiter = "", KeyMarker: marker = "" } = input;
    const { VersionIdMarker: versionMarker } = input;
    checkMarkers(marker, versionMarker);
    const write = keyWriter(input.EncodingType);
    if ((input.MaxKeys ?? 0) < 0) throw invalidArgument("max-keys cannot be negative", "max-keys");
    const size = pageSize(input.MaxKeys, "maxKeys");
    const start = startOf(bucket, marker, versionMarker, prefix, delimiter);
    const page = pageOf(bucket, start, prefix, delimiter, size);
    return {
      Name: bucket.name,
      Prefix: write(prefix),
      KeyMarker: write(marker),
      VersionIdMarker: versionMarker ?? "",
      MaxKeys: size,
      ...(delimiter !== "" && { Delimiter: write(delimiter) }),
      ...(input.EncodingType && { EncodingType: input.EncodingType }),
      IsTruncated: page.isTruncated,
      ...(page.isTruncated && {
        NextKeyMarker: write(page.next.key),
        ...(page.next.versionId !== undefined && { NextVersionIdMarker: page.next.versionId }),
      }),
      ...versionsOf(page.versions, write),
      ...commonPrefixes(page.prefixes, write),
    };
  },
});

/** @throws AwsError `InvalidArgument` */
function checkMarkers(marker: string, versionMarker: string | undefined): void {
  if (versionMarker === undefined) return;
  if (versionMarker === "")
    throw invalidArgument("A version-id marker cannot be empty.", "version-id-marker", "");
  if (marker === "") {
    throw invalidArgument(
      "A version-id marker cannot be specified without a key marker.",
      "version-id-marker",
      versionMarker,
    );
  }
}

/** undefined: there is nothing behind the markers. */
function startOf(
  bucket: OpenBucket,
  marker: string,
  versionMarker: string | undefined,
  prefix: string,
  delimiter: string,
): VersionBound | undefined {
  if (marker === "" || compareKeys(marker, prefix) < 0) return { from: prefix };
  if (versionMarker !== undefined) {
    const version = bucket.objects.version(marker, versionMarker);
    if (version === "none")
      throw invalidArgument("Invalid version id specified", "version-id-marker", versionMarker);
    if (version) return { after: marker, sequence: version.sequence };
    return { after: marker, sequence: bucket.objects.sequenceOf(versionMarker) ?? 0 };
  }
  const given = marker.startsWith(prefix) ? commonPrefixOf(marker, prefix, delimiter) : undefined;
  if (given === undefined) return { after: marker };
  const following = behind(given);
  return following === undefined ? undefined : { from: following };
}

function pageOf(
  bucket: OpenBucket,
  start: VersionBound | undefined,
  prefix: string,
  delimiter: string,
  most: number,
): VersionPage {
  const versions: ListedVersion[] = [];
  const prefixes: string[] = [];
  let next: VersionPage["next"] = { key: "" };
  const page = (isTruncated: boolean) => ({ versions, prefixes, isTruncated, next });
  if (most === 0) return page(false);
  let bound = start;
  while (bound !== undefined) {
    let following: VersionBound | undefined;
    for (const version of bucket.objects.walkVersions(bound)) {
      if (!version.key.startsWith(prefix)) return page(false);
      if (versions.length + prefixes.length === most) return page(true);
      const commonPrefix = commonPrefixOf(version.key, prefix, delimiter);
      if (commonPrefix === undefined) {
        versions.push(version);
        next = { key: version.key, versionId: version.versionId };
        continue;
      }
      prefixes.push(commonPrefix);
      next = { key: commonPrefix };
      const from = behind(commonPrefix);
      if (from !== undefined) following = { from };
      break;
    }
    bound = following;
  }
  return page(false);
}

function versionsOf(versions: readonly ListedVersion[], write: WriteKey) {
  const objects: S3.ObjectVersion[] = [];
  const markers: S3.DeleteMarkerEntry[] = [];
  for (const version of versions) {
    const { isLatest, versionId, owner } = version;
    const common = { VersionId: versionId, IsLatest: isLatest, Owner: { ID: canonicalId(owner) } };
    if (version.isDeleteMarker) {
      markers.push({
        Key: write(version.key),
        LastModified: new Date(version.modifiedAtMs),
        ...common,
      });
    } else {
      objects.push({ ...listed(version, write), ...common } as S3.ObjectVersion);
    }
  }
  return {
    ...(objects.length > 0 && { Versions: objects }),
    ...(markers.length > 0 && { DeleteMarkers: markers }),
  };
}
