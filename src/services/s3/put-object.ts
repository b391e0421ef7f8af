import type { Context, Handlers } from "../../core/service.ts";
import { sure } from "../../core/sure.ts";
import type * as S3 from "../../models/generated/s3.ts";
import type { Body } from "./bodies.ts";
import { checkLength } from "./body-length.ts";
import { DEFAULT_ALGORITHM } from "./checksums/algorithms.ts";
import { checkWriteConditions } from "./conditions.ts";
import { encryptionMembers, etagOf } from "./encryption.ts";
import { lockNeedsChecksum } from "./errors.ts";
import { type EventName, objectCreated } from "./events.ts";
import { checkWritten, givenChecksum, givenMd5, withTrailer } from "./given-checksum.ts";
import { withDataKey } from "./kms-keys.ts";
import { expirationOf } from "./lifecycle.ts";
import { type NewObjectInput, planObject } from "./new-object.ts";
import type { ObjectRecord } from "./object.ts";
import { checksumMembers } from "./object-description.ts";
import type { OpenBucket, OpenBuckets } from "./open-buckets.ts";
import { versionIdOf } from "./tagging.ts";

export const puttingObjects = (open: OpenBuckets): Handlers<S3.Operations> => ({
  async PutObject(input, ctx) {
    const bucket = open.of(input, ctx);
    checkLength(ctx);
    checkWriteConditions(input.Key, bucket.objects.current(input.Key), input);
    const version = await putObject(open, bucket, input, input.Body, "ObjectCreated:Put", ctx);
    const expiration = expirationOf(bucket, version);
    return {
      ETag: `"${version.etag}"`,
      ...checksumMembers(version.checksum),
      ...encryptionMembers(version.encryption),
      ...versionIdOf(version.versionId),
      ...(expiration !== undefined && { Expiration: expiration }),
    };
  },
});

type PutInput = NewObjectInput & Pick<S3.PutObjectRequest, "IfMatch" | "IfNoneMatch" | "ContentMD5">;

/** Writes a body, and an object of it when it is what its client says it is. */
export async function putObject(
  open: OpenBuckets,
  bucket: OpenBucket,
  input: PutInput,
  body: Body,
  event: EventName,
  ctx: Context,
): Promise<ObjectRecord> {
  const plan = await withDataKey(planObject(input, bucket, ctx), bucket, ctx);
  const md5 = givenMd5(input);
  const given = givenChecksum(input, ctx.headers);
  if (plan.lock && event === "ObjectCreated:Put" && ctx.request && !given && md5 === undefined)
    throw lockNeedsChecksum();
  const algorithm = given?.algorithm ?? DEFAULT_ALGORITHM;
  const written = await open.bodies.write(body, [algorithm]);
  try {
    checkWritten(written, withTrailer(given, body), md5, "hex");
    // Somebody may have been faster while the body came.
    const there = open.still(bucket);
    checkWriteConditions(plan.key, there.objects.current(plan.key), input);
    const object = {
      ...plan,
      size: written.size,
      etag: etagOf(written.md5, plan.encryption, ctx.requestId),
      body: [written.segment],
      checksum: {
        algorithm: algorithm.name,
        // Its own checksum is always among those that were taken.
        value: sure(written.checksums[algorithm.name]),
        type: "FULL_OBJECT" as const,
      },
    };
    return objectCreated(open, there, object, event, ctx);
  } catch (error) {
    open.bodies.free([written.segment]);
    throw error;
  }
}
