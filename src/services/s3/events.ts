import type { Context } from "../../core/service.ts";
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
  _open: OpenBuckets,
  bucket: OpenBucket,
  _version: Version,
  _event: EventName,
  _ctx: Context,
): void {
  if (bucket.record.settings["notification"] === undefined) return;
}
