import type { Context } from "../../core/service.ts";
import { canonicalId } from "./bucket.ts";
import type { ObjectRecord, Version } from "./object.ts";
import type { NewObject } from "./objects.ts";
import type { OpenBucket, OpenBuckets } from "./open-buckets.ts";

/** What can happen to objects, by the names that notifications have for it. */
export type EventName =
  | `ObjectCreated:${"Put" | "Post" | "Copy" | "CompleteMultipartUpload"}`
  | `ObjectRemoved:${"Delete" | "DeleteMarkerCreated"}`
  | `ObjectTagging:${"Put" | "Delete"}`
  | "ObjectAcl:Put"
  | `ObjectRestore:${"Post" | "Completed" | "Delete"}`
  | `LifecycleExpiration:${"Delete" | "DeleteMarkerCreated"}`
  | "LifecycleTransition";

/** Puts a version on top of a key's, with what is to be told of it: both are kept, or neither is. */
export function objectCreated(
  open: OpenBuckets,
  bucket: OpenBucket,
  object: NewObject,
  name: EventName,
  ctx: Context,
): ObjectRecord {
  const { version, freed } = bucket.store.transaction(() => {
    const written = bucket.objects.put(bucket.record, object);
    objectWritten(open, bucket, written.version, name, ctx);
    return written;
  });
  open.bodies.free(freed);
  return version;
}

/** Changes what is said of a version that is there. Its replicas change with it; locks are told to nobody. */
export function objectChanged(
  open: OpenBuckets,
  bucket: OpenBucket,
  version: ObjectRecord,
  told?: { readonly name: EventName; readonly ctx: Context },
): void {
  bucket.store.transaction(() => {
    bucket.objects.replace(version);
    open.replication.replicateChange(bucket, version);
    if (told) objectWritten(open, bucket, version, told.name, told.ctx);
  });
}

/** Something has happened to an object: whoever is to be told of it is told. */
export function objectWritten(
  open: OpenBuckets,
  bucket: OpenBucket,
  version: Version,
  name: EventName,
  ctx: Context,
): void {
  if (REPLICATED.test(name)) open.replication.replicate(bucket, version);
  tell(open, bucket, version, name, {
    callerId: ctx.caller.userId,
    callerAccount: ctx.caller.account,
    sourceIp: ctx.request?.remoteAddress ?? "127.0.0.1",
    requestId: ctx.requestId,
    parentId: ctx.id,
  });
}

/** What replication rules copy. */
const REPLICATED = /^ObjectCreated:|^ObjectRemoved:DeleteMarkerCreated$/;

/** Who did it, as far as notifications tell of it. */
interface Doer {
  readonly callerId: string;
  readonly callerAccount?: string;
  readonly sourceIp: string;
  readonly requestId: string;
  readonly parentId?: string;
}

/** The same for what S3 does by itself. */
export function objectExpired(
  open: OpenBuckets,
  bucket: OpenBucket,
  version: Version,
  name: EventName,
): void {
  const requestId = open.host.random.uuid();
  tell(open, bucket, version, name, {
    callerId: "s3.amazonaws.com",
    sourceIp: "s3.amazonaws.com",
    requestId,
  });
}

/** A version has come from another bucket: S3 itself has put it. */
export function replicaCame(open: OpenBuckets, bucket: OpenBucket, version: Version): void {
  const name = version.isDeleteMarker ? "ObjectRemoved:DeleteMarkerCreated" : "ObjectCreated:Put";
  objectExpired(open, bucket, version, name);
}

function tell(
  open: OpenBuckets,
  bucket: OpenBucket,
  version: Version,
  name: EventName,
  { parentId, ...doer }: Doer,
): void {
  if (bucket.record.settings["notification"] === undefined) return;
  const isRemoved = /^(?:ObjectRemoved|LifecycleExpiration)/.test(name);
  const now = open.host.clock.now();
  open.notifications.tell(
    bucket,
    {
      name,
      atMs: now,
      region: bucket.record.region,
      bucket: bucket.name,
      bucketArn: bucket.arn,
      ownerId: canonicalId(bucket.record.account),
      ...doer,
      key: version.key,
      // A removal comes after what it removes.
      sequence: isRemoved ? Math.max(now * 1024, version.sequence + 1) : version.sequence,
      ...(!version.isDeleteMarker && !isRemoved && { size: version.size, etag: version.etag }),
      ...(version.isDeleteMarker && { etag: EMPTY_MD5 }),
      ...(version.versionId !== "null" && { versionId: version.versionId }),
    },
    parentId,
  );
}

/** A delete marker is an object of no bytes. */
const EMPTY_MD5 = "d41d8cd98f00b204e9800998ecf8427e";
