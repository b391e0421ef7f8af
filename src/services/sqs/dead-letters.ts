import type { Entry } from "./entry.ts";
import type { MessageRecord } from "./message.ts";
import type { OpenQueue } from "./open-queue.ts";
import type { OpenQueues } from "./open-queues.ts";

/** Has a message been received as often as its queue's redrive policy lets it be? */
export function isDeadLetter(queue: OpenQueue, entry: Entry): boolean {
  const { redrive } = queue.settings;
  return redrive !== undefined && entry.receiveCount >= redrive.maxReceiveCount;
}

/**
 * Moves a message to its queue's dead-letter queue. A standard queue's message keeps its age there, a FIFO queue's begins anew.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
 * @returns false when that queue is gone or of the other type: the message then stays
 */
export function moveToDeadLetters(
  open: OpenQueues,
  queue: OpenQueue,
  entry: Entry,
  message: MessageRecord,
  nowMs: number,
): boolean {
  const { redrive } = queue.settings;
  const target = redrive && open.byArn(redrive.deadLetterTargetArn);
  if (!target || target === queue || target.settings.fifo !== queue.settings.fifo) return false;
  queue.remove(entry);
  target.put({
    ...message,
    sentAtMs: queue.settings.fifo ? nowMs : message.sentAtMs,
    visibleAtMs: nowMs,
    receivedAtMs: 0,
    deadLetterSource: queue.arn,
    isCopy: false,
  });
  return true;
}
