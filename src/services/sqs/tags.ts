import { Tagging } from "../../aws/tags.ts";
import type { Handlers } from "../../core/service.ts";
import type * as SQS from "../../models/generated/sqs.ts";
import { invalidTag } from "./errors.ts";
import type { OpenQueues } from "./open-queues.ts";

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html */
export const tagging = new Tagging({
  allowed: /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u,
  errors: {
    tooMany: (most) => invalidTag(`Too many tags added for queue. Maximum is ${most}.`),
    reserved: () => invalidTag("Tag keys must not begin with the reserved prefix aws:."),
    key: (key) =>
      key.length < 1 || key.length > 128
        ? invalidTag("Tag keys must be between 1 and 128 characters in length.")
        : wrongCharacters(),
    value: (value) =>
      value.length > 256
        ? invalidTag("Tag values must be between 0 and 256 characters in length.")
        : wrongCharacters(),
  },
});

const wrongCharacters = () =>
  invalidTag(
    "Tag keys and values can only contain Unicode letters, digits, whitespace, and the characters _ . : / = + - @",
  );

export const tags = (open: OpenQueues): Handlers<SQS.Operations> => ({
  TagQueue(input, ctx) {
    const queue = open.byUrl(input.QueueUrl, ctx);
    if (Object.keys(input.Tags).length === 0)
      throw invalidTag("The request must contain the parameter Tags.");
    queue.update({ ...queue.record, tags: tagging.add(queue.record.tags, input.Tags) });
  },

  UntagQueue(input, ctx) {
    const queue = open.byUrl(input.QueueUrl, ctx);
    queue.update({ ...queue.record, tags: tagging.remove(queue.record.tags, input.TagKeys) });
  },

  ListQueueTags(input, ctx) {
    const { tags } = open.byUrl(input.QueueUrl, ctx).record;
    // AWS's own (a stack's) are not listed here, but by the tagging API.
    const shown = Object.entries(tags).filter(([key]) => !key.startsWith("aws:"));
    return shown.length > 0 ? { Tags: Object.fromEntries(shown) } : {};
  },
});
