import { emptyVersionId, invalidVersionId, isDeleteMarker, noSuchKey, noSuchVersion } from "./errors.ts";
import type { ObjectRecord, Version } from "./object.ts";
import type { OpenBucket } from "./open-buckets.ts";

/** A version, and whether the caller named it. */
export interface FoundVersion {
  readonly version: Version;
  readonly isNamed: boolean;
}

/**
 * The version that an input names, or the newest.
 * @throws AwsError `NoSuchKey`, `NoSuchVersion`, `InvalidArgument` for an id that is none
 */
export function versionFor(
  bucket: OpenBucket,
  { Key: key = "", VersionId: versionId }: { readonly Key?: string; readonly VersionId?: string },
): FoundVersion {
  if (versionId === "") throw emptyVersionId();
  if (versionId === undefined) {
    const version = bucket.objects.newest(key);
    if (!version) throw noSuchKey(key);
    return { version, isNamed: false };
  }
  const version = bucket.objects.version(key, versionId);
  if (version === "none") throw invalidVersionId(versionId);
  if (!version) throw noSuchVersion(key, versionId);
  return { version, isNamed: true };
}

/**
 * A version that is an object.
 * @param method what is asked of it: to read a marker that nobody named is to read nothing
 * @throws AwsError `NoSuchKey`, `MethodNotAllowed`
 */
export function markerless(
  { version, isNamed }: FoundVersion,
  method: "GET" | "PUT" | "DELETE",
): ObjectRecord {
  if (!version.isDeleteMarker) return version;
  if (isNamed || method !== "GET") {
    throw isDeleteMarker(method, version.versionId, {
      "last-modified": new Date(version.modifiedAtMs).toUTCString(),
    });
  }
  throw noSuchKey(version.key, {
    "x-amz-delete-marker": "true",
    ...(version.versionId !== "null" && { "x-amz-version-id": version.versionId }),
  });
}
