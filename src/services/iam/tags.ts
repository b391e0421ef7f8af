import { Tagging, type Tags, tagList } from "../../aws/tags.ts";
import type * as IAM from "../../models/generated/iam.ts";
import { invalidInput, quotaExceeded } from "./errors.ts";

/** Keys are the same whatever their case. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html */
const tagging = new Tagging({
  ignoresCase: true,
  errors: {
    tooMany: (most) => quotaExceeded("TagsPerResource", most),
    invalid: invalidInput,
    duplicate: () =>
      invalidInput("Duplicate tag keys found. Please note that Tag keys are case insensitive."),
    reserved: () => invalidInput("Tag keys beginning with aws: are reserved for AWS."),
  },
});

/** @throws AwsError `InvalidInput`, `LimitExceeded` */
export const readTags = (list: IAM.tagListType | undefined) => tagging.read(list);
export const addTags = (before: Tags, list: IAM.tagListType) => tagging.add(before, list);
export const removeTags = (before: Tags, keys: readonly string[]) => tagging.remove(before, keys);

/** As Get and Create answer: absent when there are none. */
export function tagsOf(tags: Tags): { Tags?: IAM.Tag[] } {
  return Object.keys(tags).length > 0 ? { Tags: tagList(tags) } : {};
}

export type { Tags };
export { tagList };
