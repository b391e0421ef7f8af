import { Tagging, type Tags, tagList } from "../../../aws/tags.ts";
import { parseArn } from "../../../core/arn.ts";
import type { Context, Handlers } from "../../../core/service.ts";
import type * as S3Control from "../../../models/generated/s3control.ts";
import { invalidRequest, malformedXml, tooManyTags } from "../errors.ts";
import { bucketsOf } from "../open-buckets.ts";
import { TAG_CHARACTERS } from "../tagging.ts";
import { findAccessPoint, saveAccessPoint } from "./access-point.ts";
import { checkAccount } from "./account.ts";
import { duplicateTags, invalidTag, reservedTag } from "./errors.ts";

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_TagResource.html */
export const tagging = new Tagging({
  allowed: TAG_CHARACTERS,
  errors: {
    tooMany: (most) => tooManyTags(`Bucket tags cannot be greater than ${most}`),
    duplicate: duplicateTags,
    reserved: reservedTag,
    key: invalidTag,
    value: invalidTag,
  },
});

/** Tags of a bucket or an access point, added and removed one by one. */
export const tags: Handlers<S3Control.Operations> = {
  async TagResource(input, ctx) {
    checkAccount(input, ctx);
    const given = checkedTags(input.Tags);
    const tagged = await taggedBy(input.ResourceArn, ctx);
    tagged.set(tagging.add(tagged.tags, given));
    return {};
  },

  async UntagResource(input, ctx) {
    checkAccount(input, ctx);
    const tagged = await taggedBy(input.ResourceArn, ctx);
    tagged.set(tagging.remove(tagged.tags, input.TagKeys ?? []));
    return {};
  },

  async ListTagsForResource(input, ctx) {
    checkAccount(input, ctx);
    return { Tags: tagList((await taggedBy(input.ResourceArn, ctx)).tags) };
  },
};

/** A resource with its tags. */
interface Tagged {
  readonly tags: Tags;
  set(tags: Tags): void;
}

/** @throws AwsError `NoSuchBucket`, `NoSuchAccessPoint`, `InvalidRequest` for an ARN of nothing that has tags here */
async function taggedBy(arn: string, ctx: Context): Promise<Tagged> {
  const { service, resource } = parseArn(arn ?? "") ?? {};
  if (service === "s3" && resource?.startsWith("accesspoint/")) {
    const point = findAccessPoint({ Name: arn }, ctx);
    return { tags: point.tags ?? {}, set: (after) => saveAccessPoint({ ...point, tags: after }, ctx) };
  }
  if (service !== "s3" || !resource || resource.includes("/"))
    throw invalidRequest("The specified ARN is not supported");
  const open = await bucketsOf(ctx.host);
  const bucket = open.of({ Bucket: arn, ExpectedBucketOwner: ctx.account }, ctx);
  return {
    tags: bucket.record.tags ?? {},
    set(after) {
      const { tags: _, ...record } = bucket.record;
      bucket.update(Object.keys(after).length === 0 ? record : { ...record, tags: after });
    },
  };
}

/** @throws AwsError `MalformedXML` for a tag without a key or a value */
export function checkedTags(given: readonly S3Control.Tag[] | undefined): readonly S3Control.Tag[] {
  if (given === undefined || given.some(({ Key, Value }) => Key === undefined || Value === undefined))
    throw malformedXml();
  return given;
}
