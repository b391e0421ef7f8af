import type { Context } from "../../core/service.ts";
import { canonicalId } from "./bucket.ts";
import type { Version } from "./object.ts";
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

/** Something has happened to an object: whoever is to be told of it is told. */
export function objectWritten(
  open: OpenBuckets,
  bucket: OpenBucket,
  version: Version,
  name: EventName,
  ctx: Context,
): void {
  if (bucket.record.settings["notification"] === undefined) return;
  const isRemoved = name.startsWith("ObjectRemoved");
  open.notifications.tell(
    bucket,
    {
      name,
      atMs: ctx.clock.now(),
      region: bucket.record.region,
      bucket: bucket.name,
      bucketArn: bucket.arn,
      ownerId: canonicalId(bucket.record.account),
      callerId: ctx.caller.userId,
      sourceIp: ctx.request?.remoteAddress ?? "127.0.0.1",
      requestId: ctx.requestId,
      key: version.key,
      // A removal comes after what it removes.
      sequence: isRemoved ? Math.max(ctx.clock.now() * 1024, version.sequence + 1) : version.sequence,
      ...(!version.isDeleteMarker && !isRemoved && { size: version.size, etag: version.etag }),
      ...(version.isDeleteMarker && { etag: EMPTY_MD5 }),
      ...(version.versionId !== "null" && { versionId: version.versionId }),
    },
    ctx.id,
  );
}

/** A delete marker is an object of no bytes. */
const EMPTY_MD5 = "d41d8cd98f00b204e9800998ecf8427e";
