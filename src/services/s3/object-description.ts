import { algorithmOf } from "./checksums/algorithms.ts";
import { encryptionMembers } from "./encryption.ts";
import { expirationOf } from "./lifecycle.ts";
import type { Checksum, ObjectLock, ObjectRecord } from "./object.ts";
import type { OpenBucket } from "./open-buckets.ts";
import { versionIdOf } from "./tagging.ts";

/** `{ ChecksumCRC32: "…", ChecksumType: "FULL_OBJECT" }` */
export function checksumMembers(checksum: Checksum | undefined) {
  if (!checksum || !algorithmOf(checksum.algorithm)) return {};
  return { [`Checksum${checksum.algorithm}`]: checksum.value, ChecksumType: checksum.type };
}

/** What GetObject and HeadObject say of an object beside its body. */
export function objectMembers(object: ObjectRecord, bucket: OpenBucket, now: number) {
  const tagCount = Object.keys(object.tags ?? {}).length;
  const expiration = expirationOf(bucket, object);
  return {
    AcceptRanges: "bytes",
    LastModified: new Date(object.modifiedAtMs),
    ETag: `"${object.etag}"`,
    ContentType: "binary/octet-stream",
    ...object.system,
    ...(Object.keys(object.metadata).length > 0 && { Metadata: { ...object.metadata } }),
    ...encryptionMembers(object.encryption),
    ...(object.storageClass !== "STANDARD" && { StorageClass: object.storageClass as "STANDARD_IA" }),
    ...(object.redirect !== undefined && { WebsiteRedirectLocation: object.redirect }),
    ...(object.replication !== undefined && { ReplicationStatus: object.replication }),
    ...(tagCount > 0 && { TagCount: tagCount }),
    ...(expiration !== undefined && { Expiration: expiration }),
    ...lockMembers(object.lock),
    ...restoreMembers(object, now),
    ...versionIdOfObject(object, bucket),
  };
}

/** An unversioned bucket never says `null`; a versioned one does. */
export function versionIdOfObject({ versionId }: ObjectRecord, bucket: OpenBucket) {
  return bucket.record.versioning === undefined ? versionIdOf(versionId) : { VersionId: versionId };
}

function lockMembers(lock: ObjectLock | undefined) {
  return {
    ...(lock?.mode && { ObjectLockMode: lock.mode }),
    ...(lock?.untilMs && { ObjectLockRetainUntilDate: new Date(lock.untilMs) }),
    ...(lock?.legalHold && { ObjectLockLegalHoldStatus: lock.legalHold }),
  };
}

function restoreMembers({ restoredUntilMs: until, restoringSinceMs: since }: ObjectRecord, now: number) {
  if (since !== undefined) return { Restore: 'ongoing-request="true"' };
  if (until === undefined || until <= now) return {};
  return { Restore: `ongoing-request="false", expiry-date="${new Date(until).toUTCString()}"` };
}
