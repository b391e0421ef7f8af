import { Tagging, tagList } from "../../aws/tags.ts";
import type { Handlers } from "../../core/service.ts";
import type * as S3 from "../../models/generated/s3.ts";
import {
  invalidArgument,
  invalidTag,
  malformedXml,
  missingRequestBody,
  notConfigured,
  tooManyTags,
} from "./errors.ts";
import { objectChanged } from "./events.ts";
import type { OpenBuckets } from "./open-buckets.ts";
import { markerless, versionFor } from "./version-for.ts";

export const TAG_CHARACTERS = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/CostAllocTagging.html and object-tagging.html */
const rulesOf = (most: number, what: string) =>
  new Tagging({
    most,
    allowed: TAG_CHARACTERS,
    errors: {
      tooMany: () => tooManyTags(`${what} tags cannot be greater than ${most}`),
      duplicate: (key) => invalidTag("Cannot provide multiple Tags with the same key", key),
      reserved: (key) =>
        what === "Object"
          ? invalidTag("Your TagKey cannot be prefixed with aws:", key)
          : invalidTag("System tags cannot be added/updated by requester"),
      key: (key) => invalidTag("The TagKey you have provided is invalid", key),
      value: (_, key) => invalidTag("The TagValue you have provided is invalid", key),
    },
  });

export const bucketTagging = rulesOf(50, "Bucket");
const objectTagging = rulesOf(10, "Object");

/** Tags of the header `x-amz-tagging`, a query string. */
export function tagsOfHeader(header: string | undefined): Record<string, string> | undefined {
  if (header === undefined || header === "") return undefined;
  const given = [...new URLSearchParams(header)];
  if (new Set(given.map(([key]) => key)).size < given.length) {
    throw invalidArgument(
      "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
      "x-amz-tagging",
      header,
    );
  }
  return objectTagging.read(given.map(([Key, Value]) => ({ Key, Value })));
}

export const tagging = (open: OpenBuckets): Handlers<S3.Operations> => ({
  PutBucketTagging(input, ctx) {
    const bucket = open.of(input, ctx);
    const tags = bucketTagging.read(tagSetOf(input.Tagging));
    bucket.update({ ...bucket.record, tags });
  },

  GetBucketTagging(input, ctx) {
    const { name, record } = open.of(input, ctx);
    if (!record.tags || Object.keys(record.tags).length === 0)
      throw notConfigured("NoSuchTagSet", "The TagSet does not exist", name);
    return { TagSet: tagList(record.tags) };
  },

  DeleteBucketTagging(input, ctx) {
    const bucket = open.of(input, ctx);
    const { tags: _, ...record } = bucket.record;
    bucket.update(record);
  },

  PutObjectTagging(input, ctx) {
    const bucket = open.of(input, ctx);
    const version = markerless(versionFor(bucket, input), "PUT");
    const tags = objectTagging.read(tagSetOf(input.Tagging));
    objectChanged(open, bucket, { ...version, tags }, { name: "ObjectTagging:Put", ctx });
    return versionIdOf(version.versionId);
  },

  GetObjectTagging(input, ctx) {
    const version = markerless(versionFor(open.of(input, ctx), input), "GET");
    // As AWS gives them: by key.
    const tags = tagList(version.tags ?? {}).sort((a, b) => (a.Key < b.Key ? -1 : 1));
    return { TagSet: tags, ...versionIdOf(version.versionId) };
  },

  DeleteObjectTagging(input, ctx) {
    const bucket = open.of(input, ctx);
    const version = markerless(versionFor(bucket, input), "DELETE");
    const { tags: _, ...untagged } = version;
    objectChanged(open, bucket, untagged, { name: "ObjectTagging:Delete", ctx });
    return versionIdOf(version.versionId);
  },
});

/** Unversioned objects have no version to speak of. */
export const versionIdOf = (versionId: string) => (versionId === "null" ? {} : { VersionId: versionId });

function tagSetOf(tagging: S3.Tagging | undefined): { Key: string; Value: string }[] {
  if (tagging === undefined) throw missingRequestBody();
  const tags = tagging.TagSet ?? [];
  if (tags.some(({ Key, Value }) => Key === undefined || Value === undefined)) throw malformedXml();
  return tags as { Key: string; Value: string }[];
}
