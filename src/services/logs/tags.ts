import { Tagging, withoutTags } from "../../aws/tags.ts";
import { AwsError } from "../../core/aws-error.ts";
import type { Key } from "../../core/key.ts";
import type { Handlers } from "../../core/service.ts";
import type { Collection, Store } from "../../core/storage.ts";
import type * as Logs from "../../models/generated/logs.ts";
import { detectorCollection, detectorOf } from "./anomalies/detector.ts";
import { invalidParameter, taggedNotFound } from "./errors.ts";
import { groupCollection, groupName, type LogGroup, requireGroup } from "./group.ts";

/** Tags of log groups, by both of AWS's ways: the group's name (older) and any resource's ARN. */
export const tags = (): Handlers<Logs.Operations> => ({
  TagResource(input, ctx) {
    tagged(ctx.store, input.resourceArn).change((tags, tagging) => tagging.add(tags, input.tags));
  },
  UntagResource(input, ctx) {
    tagged(ctx.store, input.resourceArn).change((tags) => withoutTags(tags, input.tagKeys));
  },
  ListTagsForResource(input, ctx) {
    return { tags: { ...tagged(ctx.store, input.resourceArn).tags } };
  },
  TagLogGroup(input, ctx) {
    const group = requireGroup(ctx.store, input.logGroupName);
    taggedGroup(ctx.store, group).change((tags, tagging) => tagging.add(tags, input.tags));
  },
  UntagLogGroup(input, ctx) {
    const group = requireGroup(ctx.store, input.logGroupName);
    taggedGroup(ctx.store, group).change((tags) => withoutTags(tags, input.tags));
  },
  ListTagsLogGroup(input, ctx) {
    return { tags: { ...requireGroup(ctx.store, input.logGroupName).tags } };
  },
});

/** Something that has tags. */
interface Tagged {
  readonly tags: Tags;
  change(by: (tags: Tags, tagging: Tagging) => Tags): void;
}

type Tags = Readonly<Record<string, string>>;

/** @throws AwsError when there is no such resource */
function tagged(store: Store, arn: string): Tagged {
  const group = store.collection(groupCollection).get([groupName(arn)]);
  if (group) return taggedGroup(store, group);
  const detector = detectorOf(store, arn);
  if (!detector) throw taggedNotFound();
  return taggedRecord(store.collection(detectorCollection), [detector.id], detector, detector.id);
}

const taggedGroup = (store: Store, group: LogGroup): Tagged =>
  taggedRecord(store.collection(groupCollection), [group.name], group, group.name);

const taggedRecord = <R extends { readonly tags: Tags }>(
  collection: Collection<R>,
  key: Key,
  record: R,
  name: string,
): Tagged => ({
  tags: record.tags,
  change: (by) => collection.put(key, { ...record, tags: by(record.tags, taggingOf(name)) }),
});

/** By the rules of CloudWatch Logs, whose refusal names the group. */
export const taggingOf = (name: string): Tagging =>
  new Tagging({ errors: { tooMany: () => tooManyTags(name), invalid: invalidParameter } });

const tooManyTags = (resourceName: string) =>
  new AwsError("TooManyTagsException", "The resource has too many tags.", { members: { resourceName } });
