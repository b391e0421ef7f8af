import { AwsError } from "../../core/aws-error.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as S3 from "../../models/generated/s3.ts";
import { unquoted } from "./conditions.ts";
import { invalidVersionId, malformedXml, noUserKey, preconditionFailed } from "./errors.ts";
import { objectWritten } from "./events.ts";
import { checkBypass, checkUnlocked } from "./lock.ts";
import { checkKey } from "./new-object.ts";
import type { OpenBucket, OpenBuckets } from "./open-buckets.ts";
import { permissionsOf } from "./permissions.ts";

const MOST_AT_ONCE = 1000;

/** One object to delete, as both operations have it. */
interface Deletion {
  readonly Key: string;
  readonly VersionId?: string;
  readonly IfMatch?: string;
  readonly bypasses: boolean;
}

export const deletingObjects = (open: OpenBuckets): Handlers<S3.Operations> => ({
  DeleteObject(input, ctx) {
    const bucket = open.of(input, ctx);
    checkBypass(input.BypassGovernanceRetention, bucket);
    return deleteObject(
      open,
      bucket,
      { ...(input as { Key: string }), bypasses: input.BypassGovernanceRetention === true },
      ctx,
    );
  },

  DeleteObjects(input, ctx) {
    const bucket = open.of(input, ctx);
    const { Objects: objects, Quiet: isQuiet } = input.Delete ?? {};
    if (!objects || objects.length === 0 || objects.length > MOST_AT_ONCE) throw malformedXml();
    checkBypass(input.BypassGovernanceRetention, bucket);
    const deleted: S3.DeletedObject[] = [];
    const errors: S3.Error[] = [];
    for (const { Key: key, VersionId: version, ETag: etag } of objects) {
      if (key === undefined) throw malformedXml();
      if (key === "") throw noUserKey();
      const named = version !== undefined && { VersionId: version };
      const refused = ctx.refusalOf(() =>
        permissionsOf(open, "DeleteObject", { ...input, Key: key, ...named }, ctx),
      );
      if (refused) {
        errors.push({ Key: key, ...named, Code: refused.code, Message: refused.message });
        continue;
      }
      try {
        const done = deleteObject(
          open,
          bucket,
          {
            Key: key,
            ...named,
            ...(etag !== undefined && { IfMatch: etag }),
            bypasses: input.BypassGovernanceRetention === true,
          },
          ctx,
        );
        const marker = done.DeleteMarker && { DeleteMarker: true, DeleteMarkerVersionId: done.VersionId };
        deleted.push({ Key: key, ...named, ...marker } as S3.DeletedObject);
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        errors.push({ Key: key, ...named, Code: error.code, Message: error.message });
      }
    }
    return {
      ...(!isQuiet && deleted.length > 0 && { Deleted: deleted }),
      ...(errors.length > 0 && { Errors: errors }),
    };
  },
});

/** @throws AwsError `InvalidArgument` for an id that is none, `AccessDenied`, `PreconditionFailed` */
function deleteObject(
  open: OpenBuckets,
  bucket: OpenBucket,
  deletion: Deletion,
  ctx: Context,
): { DeleteMarker?: boolean; VersionId?: string } {
  const { Key: key, VersionId: versionId } = deletion;
  checkKey(key);
  if (versionId !== undefined) return deleteVersion(open, bucket, { ...deletion, VersionId: versionId }, ctx);
  const current = bucket.objects.current(key);
  checkMatch(deletion.IfMatch, current?.etag);
  const done = bucket.objects.delete(bucket.record, key, ctx.account);
  open.bodies.free(done.freed);
  if (!("version" in done)) {
    if (current) objectWritten(open, bucket, current, "ObjectRemoved:Delete", ctx);
    return {};
  }
  objectWritten(open, bucket, done.version, "ObjectRemoved:DeleteMarkerCreated", ctx);
  return { DeleteMarker: true, VersionId: done.version.versionId };
}

function deleteVersion(
  open: OpenBuckets,
  bucket: OpenBucket,
  { Key: key, VersionId: versionId, IfMatch: etag, bypasses }: Deletion & { VersionId: string },
  ctx: Context,
) {
  const version = bucket.objects.version(key, versionId);
  if (version === "none") throw invalidVersionId(versionId);
  checkMatch(etag, version && !version.isDeleteMarker ? version.etag : undefined);
  const answer =
    bucket.record.versioning === undefined && versionId === "null" ? {} : { VersionId: versionId };
  if (!version) return answer;
  if (!version.isDeleteMarker) checkUnlocked(version, bypasses, ctx.clock.now());
  open.bodies.free(bucket.objects.remove(version));
  objectWritten(open, bucket, version, "ObjectRemoved:Delete", ctx);
  return { ...answer, ...(version.isDeleteMarker && { DeleteMarker: true }) };
}

function checkMatch(condition: string | undefined, etag: string | undefined): void {
  if (condition === undefined || (condition === "*" && etag !== undefined)) return;
  if (etag === undefined || unquoted(condition) !== etag) throw preconditionFailed("If-Match");
}
