import type * as IAM from "../../models/generated/iam.ts";
import { invalidInput, quotaExceeded } from "./errors.ts";

export type Tags = Readonly<Record<string, string>>;

const MOST_TAGS = 50;

/**
 * A list of tags as a record. Keys are the same whatever their case.
 * @throws AwsError `InvalidInput` for a key that is there twice or AWS's own
 */
export function readTags(list: IAM.tagListType | undefined): Record<string, string> {
  const seen = new Set<string>();
  for (const { Key } of list ?? []) {
    if (seen.has(Key.toLowerCase())) {
      throw invalidInput("Duplicate tag keys found. Please note that Tag keys are case insensitive.");
    }
    if (/^aws:/i.test(Key)) throw invalidInput("Tag keys beginning with aws: are reserved for AWS.");
    seen.add(Key.toLowerCase());
  }
  return Object.fromEntries((list ?? []).map(({ Key, Value }) => [Key, Value]));
}

/** @throws AwsError `LimitExceeded`, `InvalidInput` */
export function addTags(before: Tags, list: IAM.tagListType): Record<string, string> {
  const added = readTags(list);
  const keys = new Set(Object.keys(added).map((key) => key.toLowerCase()));
  const kept = Object.entries(before).filter(([key]) => !keys.has(key.toLowerCase()));
  const after = { ...Object.fromEntries(kept), ...added };
  if (Object.keys(after).length > MOST_TAGS) throw quotaExceeded("TagsPerResource", MOST_TAGS);
  return after;
}

export function removeTags(before: Tags, keys: readonly string[]): Record<string, string> {
  const gone = new Set(keys.map((key) => key.toLowerCase()));
  return Object.fromEntries(Object.entries(before).filter(([key]) => !gone.has(key.toLowerCase())));
}

export function tagList(tags: Tags): IAM.Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** As Get and Create answer: absent when there are none. */
export function tagsOf(tags: Tags): { Tags?: IAM.Tag[] } {
  return Object.keys(tags).length > 0 ? { Tags: tagList(tags) } : {};
}
