import type { Context } from "../../core/service.ts";
import { checkSourceConditions } from "./conditions.ts";
import { checkCustomerKey } from "./encryption.ts";
import { invalidArgument, invalidObjectState, invalidRequest } from "./errors.ts";
import { ARCHIVES } from "./new-object.ts";
import type { ObjectRecord } from "./object.ts";
import type { OpenBucket, OpenBuckets } from "./open-buckets.ts";
import { readSource, type SourceNames } from "./source-names.ts";
import { markerless, versionFor } from "./version-for.ts";

/** Members that CopyObject and UploadPartCopy share. */
export interface CopySourceInput {
  readonly CopySource: string;
  readonly CopySourceIfMatch?: string;
  readonly CopySourceIfNoneMatch?: string;
  readonly CopySourceIfModifiedSince?: Date;
  readonly CopySourceIfUnmodifiedSince?: Date;
  readonly CopySourceSSECustomerAlgorithm?: string;
  readonly CopySourceSSECustomerKey?: string;
  readonly CopySourceSSECustomerKeyMD5?: string;
  readonly ExpectedSourceBucketOwner?: string;
}

export interface CopySource {
  readonly bucket: OpenBucket;
  readonly object: ObjectRecord;
}

/**
 * The object that is copied, when its conditions hold.
 * @throws AwsError `NoSuchKey`, `NoSuchVersion`, `PreconditionFailed`, `InvalidArgument`
 */
export function copySourceOf(open: OpenBuckets, input: CopySourceInput, ctx: Context): CopySource {
  const { bucket: name, key, versionId } = sourceOf(input.CopySource);
  const bucket = open.of(
    {
      Bucket: name,
      ...(input.ExpectedSourceBucketOwner !== undefined && {
        ExpectedBucketOwner: input.ExpectedSourceBucketOwner,
      }),
    },
    ctx,
  );
  const found = versionFor(bucket, { Key: key, ...(versionId !== undefined && { VersionId: versionId }) });
  if (found.isNamed && found.version.isDeleteMarker) {
    throw invalidRequest(
      "The source of a copy request may not specifically refer to a delete marker by version id.",
    );
  }
  const object = markerless(found, "GET");
  checkCustomerKey(object, {
    ...(input.CopySourceSSECustomerAlgorithm && {
      SSECustomerAlgorithm: input.CopySourceSSECustomerAlgorithm,
    }),
    ...(input.CopySourceSSECustomerKey && { SSECustomerKey: input.CopySourceSSECustomerKey }),
    ...(input.CopySourceSSECustomerKeyMD5 && { SSECustomerKeyMD5: input.CopySourceSSECustomerKeyMD5 }),
  });
  checkSourceConditions(
    object,
    {
      ...(input.CopySourceIfMatch !== undefined && { IfMatch: input.CopySourceIfMatch }),
      ...(input.CopySourceIfNoneMatch !== undefined && { IfNoneMatch: input.CopySourceIfNoneMatch }),
      ...(input.CopySourceIfModifiedSince && { IfModifiedSince: input.CopySourceIfModifiedSince }),
      ...(input.CopySourceIfUnmodifiedSince && { IfUnmodifiedSince: input.CopySourceIfUnmodifiedSince }),
    },
    ctx.clock.now(),
  );
  const isArchived = ARCHIVES.has(object.storageClass) && (object.restoredUntilMs ?? 0) <= ctx.clock.now();
  if (isArchived) throw invalidObjectState(object.storageClass);
  return { bucket, object };
}

/**
 * What is copied.
 * @throws AwsError `InvalidArgument`
 */
export function sourceOf(text: string): SourceNames {
  const names = readSource(text);
  if (names === "badly encoded")
    throw invalidArgument("Invalid copy source encoding.", "x-amz-copy-source", text);
  if (names === "no object") {
    throw invalidArgument(
      "Copy Source must mention the source bucket and key: sourcebucket/sourcekey",
      "x-amz-copy-source",
      "x-amz-copy-source",
    );
  }
  return names;
}
