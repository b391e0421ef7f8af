import { Tagging, type Tags } from "../../aws/tags.ts";
import type * as EC2 from "../../models/generated/ec2.ts";
import {
  duplicateTagKey,
  invalidParameterValue,
  invalidTagKey,
  notTaggable,
  reservedTagKey,
  tagLimitExceeded,
  tagValueTooLong,
} from "./errors.ts";

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html#tag-restrictions */
export const tagging = new Tagging({
  errors: {
    tooMany: tagLimitExceeded,
    duplicate: duplicateTagKey,
    reserved: reservedTagKey,
    key: invalidTagKey,
    value: tagValueTooLong,
  },
});

/** The tags that a resource is made with. @param types what the operation makes; other types are refused */
export function tagsFor(
  type: EC2.ResourceType,
  specifications: readonly EC2.TagSpecification[] | undefined,
  types: readonly EC2.ResourceType[] = [type],
): Tags {
  const tags: EC2.Tag[] = [];
  for (const { ResourceType, Tags: given } of specifications ?? []) {
    if (ResourceType === undefined)
      throw invalidParameterValue("Tag specification resource type must have a value");
    if (!types.includes(ResourceType)) throw notTaggable(ResourceType);
    if (!given?.length) throw invalidParameterValue("Tag specification must have at least one tag");
    if (ResourceType === type) tags.push(...given);
  }
  return tagging.read(tags.map(({ Key = "", Value = "" }) => ({ Key, Value })));
}
