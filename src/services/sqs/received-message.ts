import type * as SQS from "../../models/generated/sqs.ts";
import type { Entry } from "./entry.ts";
import { type MessageRecord, sequenceNumber } from "./message.ts";
import { attributesMd5, selectAttributes } from "./message-attributes.ts";
import type { OpenQueue } from "./open-queue.ts";
import { makeReceiptHandle } from "./receipt-handle.ts";

/** A message as its receiver gets it, with the attributes that it asks for. */
export function describeReceived(
  queue: OpenQueue,
  entry: Entry,
  message: MessageRecord,
  input: SQS.ReceiveMessageRequest,
): SQS.Message {
  const Attributes = systemAttributes(entry.sequence, message, queue.settings.fifo, [
    ...(input.AttributeNames ?? []),
    ...(input.MessageSystemAttributeNames ?? []),
  ]);
  const MessageAttributes = selectAttributes(message.attributes, input.MessageAttributeNames);
  return {
    MessageId: message.id,
    ReceiptHandle: makeReceiptHandle({
      queueId: queue.record.id,
      sequence: entry.sequence,
      receiveCount: message.receiveCount,
    }),
    MD5OfBody: message.bodyMd5,
    Body: message.body,
    // Not in the model, so it never leaves on the wire.
    ...{ sentBy: message.sentBy },
    ...(Attributes && { Attributes }),
    ...(MessageAttributes && {
      MD5OfMessageAttributes: attributesMd5(MessageAttributes),
      MessageAttributes,
    }),
  };
}

/** The system attributes that are asked for, or undefined. */
export function systemAttributes(
  sequence: number,
  message: MessageRecord,
  fifo: boolean,
  names: readonly string[],
): SQS.MessageSystemAttributeMap | undefined {
  if (names.length === 0) return undefined;
  const all: Record<string, string | undefined> = {
    SenderId: message.senderId,
    SentTimestamp: String(message.sentAtMs),
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: message.firstReceivedAtMs?.toString(),
    SequenceNumber: fifo ? sequenceNumber(sequence) : undefined,
    MessageDeduplicationId: message.deduplicationId,
    MessageGroupId: message.groupId,
    AWSTraceHeader: message.traceHeader,
    DeadLetterQueueSourceArn: message.deadLetterSource,
  };
  const wanted = Object.entries(all).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && (names.includes("All") || names.includes(entry[0])),
  );
  return wanted.length > 0 ? Object.fromEntries(wanted) : undefined;
}
