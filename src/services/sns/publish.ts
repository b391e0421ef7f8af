import { AwsError } from "../../core/aws-error.ts";
import type { Context, Handlers, ServiceHost } from "../../core/service.ts";
import type * as SNS from "../../models/generated/sns.ts";
import type { Archive } from "./archive.ts";
import type { Deliveries } from "./deliveries.ts";
import type { DirectMessages } from "./direct-message.ts";
import {
  batchTooLong,
  emptyBatch,
  entryIdsNotDistinct,
  invalidEntryId,
  invalidParameter,
  tooManyEntries,
  wireCode,
} from "./errors.ts";
import { accept, acceptedBefore, readIds } from "./fifo.ts";
import { passes } from "./filter.ts";
import { MAX_MESSAGE_BYTES, type Message, type PublishedInput, readMessage, sizeOf } from "./message.ts";
import { checkAttributes } from "./message-attributes.ts";
import { type Subscription, subscriptionCollection } from "./subscription.ts";
import { isFifo, type TopicAt, topicAt } from "./topic.ts";
import { traceTopic } from "./topic-trace.ts";

const MAX_ENTRIES = 10;
const ENTRY_ID = /^[\w-]{1,80}$/;

export const publish = (
  host: ServiceHost,
  deliveries: Deliveries,
  archive: Archive,
  direct: DirectMessages,
): Handlers<SNS.Operations> => {
  /** Takes one message for a topic: whoever wants it gets it once the call has been answered. */
  const take = (at: TopicAt, input: PublishedInput, ctx: Context): SNS.PublishResponse => {
    const { store, topic } = at;
    const parts = readMessage(input);
    const ids = readIds(topic, input);
    const publishedAtMs = ctx.clock.now();
    const fifo = isFifo(topic);
    const before = fifo ? acceptedBefore(store, topic, ids, publishedAtMs) : undefined;
    if (before) return { MessageId: before.messageId, SequenceNumber: before.sequenceNumber };

    const id = ctx.random.uuid();
    const sequenceNumber = fifo ? accept(store, topic, ids, id, publishedAtMs) : undefined;
    const traceHeader = traceTopic(at, ctx);
    const message: Message = {
      id,
      type: "Notification",
      topicArn: topic.arn,
      ...parts,
      ...ids,
      ...(sequenceNumber && { sequenceNumber }),
      publishedAtMs,
      ...(traceHeader && { traceHeader }),
    };
    archive.keep(at, topic, message);
    const wanted: Subscription[] = [];
    for (const subscription of store.collection(subscriptionCollection).values({ prefix: [topic.name] }))
      if (!subscription.pending && passes(subscription, message)) wanted.push(subscription);
    deliveries.enqueue(at, message, wanted, ctx.id);
    return { MessageId: id, ...(sequenceNumber && { SequenceNumber: sequenceNumber }) };
  };

  return {
    Publish(input, ctx) {
      const [target, ...others] = [input.TopicArn, input.TargetArn, input.PhoneNumber].filter(
        (given) => given !== undefined,
      );
      if (target === undefined || others.length > 0)
        throw invalidParameter(
          target === undefined
            ? "TopicArn or TargetArn Reason: no value for required parameter"
            : "TopicArn or TargetArn or PhoneNumber Reason: Only one of them can be specified",
        );
      if (input.PhoneNumber !== undefined) return direct.toPhoneNumber(input.PhoneNumber, input, ctx);
      if (input.TargetArn?.split(":")[5]?.startsWith("endpoint/"))
        return direct.toEndpoint(input.TargetArn, input, ctx);
      return take(topicAt(host, target), input, ctx);
    },

    PublishBatch(input, ctx) {
      const entries = input.PublishBatchRequestEntries;
      checkBatch(entries);
      const at = topicAt(host, input.TopicArn);
      // What no entry may get wrong fails the whole batch, before anything is sent.
      for (const entry of entries) {
        checkAttributes(entry.MessageAttributes ?? {});
        readIds(at.topic, entry);
        if (entry.MessageStructure !== undefined) readMessage(entry);
      }
      const Successful: SNS.PublishBatchResultEntryList = [];
      const Failed: SNS.BatchResultErrorEntryList = [];
      for (const { Id, ...message } of entries) {
        try {
          Successful.push({ Id, ...take(at, message, ctx) });
        } catch (error) {
          if (!(error instanceof AwsError)) throw error;
          Failed.push({ Id, Code: wireCode(error), Message: error.message, SenderFault: error.status < 500 });
        }
      }
      return { Successful, Failed };
    },
  };
};

function checkBatch(entries: SNS.PublishBatchRequestEntryList): void {
  if (entries.length === 0) throw emptyBatch();
  if (entries.length > MAX_ENTRIES) throw tooManyEntries();
  if (entries.some(({ Id }) => !ENTRY_ID.test(Id))) throw invalidEntryId();
  if (new Set(entries.map(({ Id }) => Id)).size < entries.length) throw entryIdsNotDistinct();
  const size = entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
  if (size > MAX_MESSAGE_BYTES) throw batchTooLong();
}
