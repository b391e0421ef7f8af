import type { Context, Handlers } from "../../core/service.ts";
import type * as SQS from "../../models/generated/sqs.ts";
import { checkBatch, runBatch } from "./batch.ts";
import { checkCharacters } from "./characters.ts";
import { contentDeduplicationId } from "./deduplication.ts";
import {
  batchTooLong,
  invalidParameter,
  messageTooLong,
  messageTooLongInBatch,
  missingDeduplicationId,
  missingGroupId,
  missingGroupIdInBatch,
  missingParameter,
  notForThisQueueType,
} from "./errors.ts";
import { type MessageRecord, md5, messageSize, sequenceNumber } from "./message.ts";
import { attributesMd5, checkAttributes, readTraceHeader, storeAttributes } from "./message-attributes.ts";
import type { OpenQueue } from "./open-queue.ts";
import type { OpenQueues } from "./open-queues.ts";
import { LARGEST_MESSAGE_BYTES } from "./queue-attributes.ts";

const LONGEST_DELAY_SECONDS = 900;
/** MessageGroupId and MessageDeduplicationId. */
const ID = /^[\w!"#$%&'()*+,\-./:;<=>?@[\\\]^`{|}~]{1,128}$/;

export const sending = (open: OpenQueues): Handlers<SQS.Operations> => ({
  SendMessage(input, ctx) {
    return send(open.byUrl(input.QueueUrl, ctx), input, ctx);
  },

  SendMessageBatch(input, ctx) {
    const queue = open.byUrl(input.QueueUrl, ctx);
    checkBatch(input.Entries, "SendMessageBatchRequestEntry");
    const size = input.Entries.reduce(
      (sum, entry) => sum + messageSize(entry.MessageBody, entry.MessageAttributes),
      0,
    );
    if (size > LARGEST_MESSAGE_BYTES) throw batchTooLong(LARGEST_MESSAGE_BYTES, size);
    checkFifoBatch(queue, input.Entries);
    return runBatch(input.Entries, (entry) => {
      const sent = send(queue, entry, ctx, messageTooLongInBatch);
      return { Id: entry.Id, ...sent };
    });
  },
});

/** What a FIFO queue's messages must have is asked of the whole batch: one that lacks it fails all. */
function checkFifoBatch({ settings }: OpenQueue, entries: readonly SQS.SendMessageBatchRequestEntry[]): void {
  if (!settings.fifo) return;
  for (const { MessageGroupId, MessageDeduplicationId } of entries) {
    if (MessageGroupId === undefined) throw missingGroupIdInBatch();
    if (MessageDeduplicationId === undefined && !settings.contentBasedDeduplication)
      throw missingDeduplicationId();
  }
}

type Sent = Required<Pick<SQS.SendMessageResult, "MessageId" | "MD5OfMessageBody">> & SQS.SendMessageResult;
type Sending = Omit<SQS.SendMessageRequest, "QueueUrl">;

/** Checks and stores one message. A FIFO queue that has had it within five minutes answers as it did then. */
function send(queue: OpenQueue, input: Sending, ctx: Context, tooLong = messageTooLong): Sent {
  const { MessageBody: body, MessageAttributes: given, MessageGroupId: groupId } = input;
  const { settings } = queue;
  const attributes = given && Object.keys(given).length > 0 ? given : undefined;
  if (body === "") throw missingParameter("MessageBody");
  checkCharacters(body);
  if (attributes) checkAttributes(attributes);
  if (messageSize(body, attributes) > settings.largestMessageBytes)
    throw tooLong(settings.largestMessageBytes);
  checkDelay(input.DelaySeconds, settings.fifo);
  checkGroup(groupId, settings.fifo);
  const trace = readTraceHeader(input.MessageSystemAttributes);
  const deduplicationId = deduplicationIdOf(queue, input);

  const nowMs = ctx.clock.now();
  const scope = settings.deduplicatesByGroup ? (groupId ?? "") : "";
  const before =
    deduplicationId === undefined
      ? undefined
      : // What was sent before the queue told groups apart still counts for all of them.
        (queue.deduplications.find(scope, deduplicationId, nowMs) ??
        (scope === "" ? undefined : queue.deduplications.find("", deduplicationId, nowMs)));
  const bodyMd5 = md5(body);
  let messageId = before?.messageId;
  let sequence = before?.sequence;
  if (messageId === undefined) {
    messageId = ctx.random.uuid();
    const traceHeader = trace ?? ctx.headers["x-amzn-trace-id"];
    // In a FIFO queue 0 means the queue's own delay.
    const delayMs =
      input.DelaySeconds === undefined || settings.fifo ? settings.delayMs : input.DelaySeconds * 1000;
    const message: MessageRecord = {
      id: messageId,
      body,
      bodyMd5,
      senderId: ctx.caller.userId,
      sentBy: ctx.id,
      sentAtMs: nowMs,
      visibleAtMs: nowMs + delayMs,
      receivedAtMs: 0,
      receiveCount: 0,
      ...(attributes && { attributes: storeAttributes(attributes) }),
      ...(traceHeader && { traceHeader }),
      ...(groupId !== undefined && { groupId }),
      ...(deduplicationId !== undefined && { deduplicationId }),
    };
    sequence = queue.put(message);
    if (deduplicationId !== undefined) {
      queue.deduplications.remember(scope, deduplicationId, { messageId, sequence, sentAtMs: nowMs });
    }
  }
  return {
    MessageId: messageId,
    MD5OfMessageBody: bodyMd5,
    ...(attributes && { MD5OfMessageAttributes: attributesMd5(attributes) }),
    ...(trace && { MD5OfMessageSystemAttributes: attributesMd5(input.MessageSystemAttributes ?? {}) }),
    ...(settings.fifo && sequence !== undefined && { SequenceNumber: sequenceNumber(sequence) }),
  };
}

function checkDelay(seconds: number | undefined, fifo: boolean): void {
  if (seconds === undefined) return;
  // A FIFO queue's messages all have the queue's delay; saying 0 is let pass.
  if (fifo && seconds !== 0) {
    throw invalidParameter(
      "DelaySeconds",
      seconds,
      "The request include parameter that is not valid for this queue type.",
    );
  }
  if (seconds < 0 || seconds > LONGEST_DELAY_SECONDS) {
    throw invalidParameter(
      "DelaySeconds",
      seconds,
      `DelaySeconds must be >= 0 and <= ${LONGEST_DELAY_SECONDS}.`,
    );
  }
}

/** Standard queues take a group too: it makes them fair. */
function checkGroup(groupId: string | undefined, fifo: boolean): void {
  if (groupId === undefined && fifo) throw missingGroupId();
  if (groupId !== undefined) checkId("MessageGroupId", groupId);
}

function deduplicationIdOf(queue: OpenQueue, input: Sending): string | undefined {
  const { MessageDeduplicationId: id, MessageBody: body } = input;
  if (!queue.settings.fifo) {
    if (id !== undefined) throw notForThisQueueType("MessageDeduplicationId");
    return undefined;
  }
  if (id !== undefined) {
    checkId("MessageDeduplicationId", id);
    return id;
  }
  if (!queue.settings.contentBasedDeduplication) throw missingDeduplicationId();
  return contentDeduplicationId(body);
}

function checkId(parameter: string, id: string): void {
  if (ID.test(id)) return;
  throw invalidParameter(
    parameter,
    id,
    `${parameter} can only include alphanumeric and punctuation characters. 1 to 128 in length.`,
  );
}
