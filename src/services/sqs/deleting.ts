import type { Handlers } from "../../core/service.ts";
import type * as SQS from "../../models/generated/sqs.ts";
import { checkBatch, runBatch } from "./batch.ts";
import { receiptHandleExpired } from "./errors.ts";
import type { OpenQueue } from "./open-queue.ts";
import type { OpenQueues } from "./open-queues.ts";
import { readReceiptHandle } from "./receipt-handle.ts";

export const deleting = (open: OpenQueues): Handlers<SQS.Operations> => ({
  DeleteMessage(input, ctx) {
    deleteMessage(open.byUrl(input.QueueUrl, ctx), input.ReceiptHandle, ctx.clock.now());
  },

  DeleteMessageBatch(input, ctx) {
    const queue = open.byUrl(input.QueueUrl, ctx);
    checkBatch(input.Entries, "DeleteMessageBatchRequestEntry");
    const nowMs = ctx.clock.now();
    return runBatch(input.Entries, ({ Id, ReceiptHandle }) => {
      deleteMessage(queue, ReceiptHandle, nowMs);
      return { Id };
    });
  },
});

/**
 * Deletes the message of a handle. One that is gone already is no error. In a standard queue any handle does it, also one of an
 * earlier receive, and when the message is visible again; in a FIFO queue the message must still be in flight with it.
 */
function deleteMessage(queue: OpenQueue, handle: string, nowMs: number): void {
  const receipt = readReceiptHandle(handle, queue.record.id);
  const entry = queue.entry(receipt.sequence);
  if (!entry) return;
  const isLatest = entry.receiveCount === receipt.receiveCount;
  if (queue.settings.fifo && !(isLatest && entry.visibleAtMs > nowMs)) throw receiptHandleExpired(handle);

  queue.remove(entry);
}
