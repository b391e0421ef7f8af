import { Tagging, withoutTags } from "../../aws/tags.ts";
import { AwsError } from "../../core/aws-error.ts";
import type { Handlers } from "../../core/service.ts";
import type { Store } from "../../core/storage.ts";
import type * as Logs from "../../models/generated/logs.ts";
import { invalidParameter, taggedNotFound } from "./errors.ts";
import { groupCollection, groupName, type LogGroup, requireGroup } from "./group.ts";

/** Tags of log groups, by both of AWS's ways: the group's name (older) and any resource's ARN. */
export const tags = (): Handlers<Logs.Operations> => ({
  TagResource(input, ctx) {
    add(ctx.store, tagged(ctx.store, input.resourceArn), input.tags);
  },
  UntagResource(input, ctx) {
    remove(ctx.store, tagged(ctx.store, input.resourceArn), input.tagKeys);
  },
  ListTagsForResource(input, ctx) {
    return { tags: { ...tagged(ctx.store, input.resourceArn).tags } };
  },
  TagLogGroup(input, ctx) {
    add(ctx.store, requireGroup(ctx.store, input.logGroupName), input.tags);
  },
  UntagLogGroup(input, ctx) {
    remove(ctx.store, requireGroup(ctx.store, input.logGroupName), input.tags);
  },
  ListTagsLogGroup(input, ctx) {
    return { tags: { ...requireGroup(ctx.store, input.logGroupName).tags } };
  },
});

function tagged(store: Store, arn: string): LogGroup {
  const group = store.collection(groupCollection).get([groupName(arn)]);
  if (!group) throw taggedNotFound();
  return group;
}

function add(store: Store, group: LogGroup, added: Logs.Tags): void {
  const tags = taggingOf(group.name).add(group.tags, added);
  store.collection(groupCollection).put([group.name], { ...group, tags });
}

function remove(store: Store, group: LogGroup, keys: readonly string[]): void {
  const tags = withoutTags(group.tags, keys);
  store.collection(groupCollection).put([group.name], { ...group, tags });
}

/** By the rules of CloudWatch Logs, whose refusal names the group. */
export const taggingOf = (name: string): Tagging =>
  new Tagging({ errors: { tooMany: () => tooManyTags(name), invalid: invalidParameter } });

const tooManyTags = (resourceName: string) =>
  new AwsError("TooManyTagsException", "The resource has too many tags.", { members: { resourceName } });
