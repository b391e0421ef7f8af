import type { Handlers } from "../../core/service.ts";
import { sure } from "../../core/sure.ts";
import type * as S3 from "../../models/generated/s3.ts";
import { algorithmOf, type ChecksumAlgorithm, DEFAULT_ALGORITHM } from "./checksums/algorithms.ts";
import { checkWriteConditions } from "./conditions.ts";
import { type CopySource, copySourceOf } from "./copy-source.ts";
import { encryptionMembers, etagOf } from "./encryption.ts";
import { invalidArgument, invalidRequest } from "./errors.ts";
import { objectCreated } from "./events.ts";
import { givenChecksum } from "./given-checksum.ts";
import { checkDataKey, withDataKey } from "./kms-keys.ts";
import { planObject } from "./new-object.ts";
import type { Checksum, ObjectRecord, Segment } from "./object.ts";
import { checksumMembers, versionIdOfObject } from "./object-description.ts";
import type { NewObject } from "./objects.ts";
import type { OpenBuckets } from "./open-buckets.ts";
import { NULL_VERSION } from "./version-id.ts";

const LARGEST_COPY_BYTES = 5 * 1024 ** 3;

export const copyingObjects = (open: OpenBuckets): Handlers<S3.Operations> => ({
  async CopyObject(input, ctx) {
    const bucket = open.of(input, ctx);
    checkDirectives(input);
    const source = copySourceOf(open, input, ctx);
    const { object } = source;
    if (object.size > LARGEST_COPY_BYTES)
      throw invalidRequest(
        `The specified copy source is larger than the maximum allowable size for a copy source: ${LARGEST_COPY_BYTES}`,
      );
    using _ = open.bodies.hold(object.body);
    const current = bucket.objects.current(input.Key);
    checkWriteConditions(input.Key, current, input);
    const isInPlace =
      source.bucket === bucket && object.key === input.Key && current?.sequence === object.sequence;
    if (isInPlace) checkChanges(input, object);
    await checkDataKey(object, source.bucket, ctx);
    const plan = await withDataKey(planObject(input as never, bucket, ctx), bucket, ctx);
    const keepsMetadata = input.MetadataDirective !== "REPLACE";
    const keepsTags = input.TaggingDirective !== "REPLACE";
    const copied = await copyBody(open, source, givenChecksum(input)?.algorithm);
    try {
      const there = open.still(bucket);
      checkWriteConditions(input.Key, there.objects.current(input.Key), input);
      const { tags: newTags, ...rest } = plan;
      const tags = keepsTags ? object.tags : newTags;
      const written: NewObject = {
        ...rest,
        ...(keepsMetadata && { system: object.system, metadata: object.metadata }),
        ...(tags && { tags }),
        size: object.size,
        etag: etagOf(copied.md5, plan.encryption, ctx.requestId),
        body: copied.body,
        checksum: copied.checksum,
      };
      const version = objectCreated(open, there, written, "ObjectCreated:Copy", ctx);
      return answer(
        version,
        source,
        there.record.versioning === undefined ? {} : versionIdOfObject(version, there),
      );
    } catch (error) {
      open.bodies.free(copied.body);
      throw error;
    }
  },
});

function answer(version: ObjectRecord, { bucket, object }: CopySource, versionId: { VersionId?: string }) {
  return {
    CopyObjectResult: {
      ETag: `"${version.etag}"`,
      LastModified: new Date(version.modifiedAtMs),
      ...checksumMembers(version.checksum),
    },
    ...encryptionMembers(version.encryption),
    ...versionId,
    ...(bucket.record.versioning !== undefined &&
      object.versionId !== NULL_VERSION && { CopySourceVersionId: object.versionId }),
  };
}

/** @throws AwsError `InvalidArgument` */
function checkDirectives({ MetadataDirective, TaggingDirective }: S3.CopyObjectRequest): void {
  if (MetadataDirective !== undefined && MetadataDirective !== "COPY" && MetadataDirective !== "REPLACE")
    throw invalidArgument("Unknown metadata directive.", "x-amz-metadata-directive", MetadataDirective);
  if (TaggingDirective !== undefined && TaggingDirective !== "COPY" && TaggingDirective !== "REPLACE")
    throw invalidArgument("Unknown tagging directive.", "x-amz-tagging-directive", TaggingDirective);
}

/**
 * What is kept with a key of KMS's changes by the copy alone: without a word of it the copy is kept as the bucket keeps things.
 * @throws AwsError `InvalidRequest` for a copy of an object to itself that changes nothing
 */
function checkChanges(input: S3.CopyObjectRequest, { encryption }: ObjectRecord): void {
  const changes =
    (encryption.algorithm !== undefined && encryption.algorithm !== "AES256") ||
    input.MetadataDirective === "REPLACE" ||
    input.StorageClass !== undefined ||
    input.WebsiteRedirectLocation !== undefined ||
    input.ServerSideEncryption !== undefined ||
    input.SSECustomerAlgorithm !== undefined ||
    input.ChecksumAlgorithm !== undefined;
  if (changes) return;
  throw invalidRequest(
    "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
  );
}

interface CopiedBody {
  readonly body: readonly Segment[];
  readonly md5: string;
  readonly checksum: Checksum;
}

/** The same file under another name where all that must be said of it is known; else it is read and written again. */
async function copyBody(
  open: OpenBuckets,
  { object }: CopySource,
  asked: ChecksumAlgorithm | undefined,
): Promise<CopiedBody> {
  const { checksum, encryption } = object;
  const algorithm = asked ?? (checksum && algorithmOf(checksum.algorithm)) ?? DEFAULT_ALGORITHM;
  const isKnown =
    checksum?.algorithm === algorithm.name &&
    checksum.type === "FULL_OBJECT" &&
    !object.parts &&
    encryption.customerKeyMd5 === undefined &&
    encryption.algorithm === "AES256";
  if (isKnown) return { body: await open.bodies.copy(object.body), md5: object.etag, checksum };
  const written = await open.bodies.write(open.bodies.read(object.body, 0, object.size), [algorithm]);
  return {
    body: [written.segment],
    md5: written.md5,
    checksum: {
      algorithm: algorithm.name,
      value: sure(written.checksums[algorithm.name]),
      type: "FULL_OBJECT",
    },
  };
}
