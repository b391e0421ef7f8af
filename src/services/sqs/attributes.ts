import type { Handlers } from "../../core/service.ts";
import type * as SQS from "../../models/generated/sqs.ts";
import { unknownAttribute } from "./errors.ts";
import type { OpenQueue } from "./open-queue.ts";
import type { OpenQueues } from "./open-queues.ts";
import { changeAttributes, isAttribute } from "./queue-attributes.ts";
import { checkDeadLetterTarget } from "./queues.ts";

export const attributes = (open: OpenQueues): Handlers<SQS.Operations> => ({
  GetQueueAttributes(input, ctx) {
    const queue = open.byUrl(input.QueueUrl, ctx);
    const names = input.AttributeNames ?? [];
    for (const name of names) if (!isAttribute(name)) throw unknownAttribute(name);
    if (names.length === 0) return {};
    const all = attributesOf(queue);
    const Attributes = names.includes("All")
      ? all
      : Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));
    return Object.keys(Attributes).length > 0 ? { Attributes } : {};
  },

  SetQueueAttributes(input, ctx) {
    const queue = open.byUrl(input.QueueUrl, ctx);
    const changed = changeAttributes(queue.record.attributes, input.Attributes);
    if (input.Attributes["RedrivePolicy"]) checkDeadLetterTarget(open, queue.arn, changed);
    queue.update({ ...queue.record, attributes: changed, modifiedAtMs: ctx.clock.now() });
  },
});

/** All attributes of a queue, those that are counted included. */
export function attributesOf(queue: OpenQueue): Record<string, string> {
  queue.expire();
  const { ready, inflight, delayed } = queue.backlog.counts;
  const { attributes, createdAtMs, modifiedAtMs } = queue.record;
  return {
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: String(ready),
    ApproximateNumberOfMessagesNotVisible: String(inflight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    CreatedTimestamp: String(Math.floor(createdAtMs / 1000)),
    LastModifiedTimestamp: String(Math.floor(modifiedAtMs / 1000)),
    ...attributes,
  };
}
