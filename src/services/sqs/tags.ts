import type { Handlers } from "../../core/service.ts";
import type * as SQS from "../../models/generated/sqs.ts";
import { invalidTag } from "./errors.ts";
import type { OpenQueues } from "./open-queues.ts";

const MOST_TAGS = 50;
const ALLOWED = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/**
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html
 * @throws AwsError `InvalidParameterValue`
 */
export function checkTags(tags: Readonly<Record<string, string>>): void {
  const entries = Object.entries(tags);
  if (entries.length > MOST_TAGS) throw invalidTag(`Too many tags added for queue. Maximum is ${MOST_TAGS}.`);
  for (const [key, value] of entries) {
    if (key.length < 1 || key.length > 128) {
      throw invalidTag("Tag keys must be between 1 and 128 characters in length.");
    }
    if (value.length > 256) throw invalidTag("Tag values must be between 0 and 256 characters in length.");
    if (/^aws:/i.test(key)) throw invalidTag("Tag keys must not begin with the reserved prefix aws:.");
    if (!ALLOWED.test(key) || !ALLOWED.test(value)) {
      throw invalidTag(
        "Tag keys and values can only contain Unicode letters, digits, whitespace, and the characters _ . : / = + - @",
      );
    }
  }
}

export const tags = (open: OpenQueues): Handlers<SQS.Operations> => ({
  TagQueue(input, ctx) {
    const queue = open.byUrl(input.QueueUrl, ctx);
    if (Object.keys(input.Tags).length === 0)
      throw invalidTag("The request must contain the parameter Tags.");
    const merged = { ...queue.record.tags, ...input.Tags };
    checkTags(input.Tags);
    checkTags(merged);
    queue.update({ ...queue.record, tags: merged });
  },

  UntagQueue(input, ctx) {
    const queue = open.byUrl(input.QueueUrl, ctx);
    const kept = Object.entries(queue.record.tags).filter(([key]) => !input.TagKeys.includes(key));
    queue.update({ ...queue.record, tags: Object.fromEntries(kept) });
  },

  ListQueueTags(input, ctx) {
    const { tags } = open.byUrl(input.QueueUrl, ctx).record;
    return Object.keys(tags).length > 0 ? { Tags: { ...tags } } : {};
  },
});
