import type { Handlers } from "../../core/service.ts";
import type * as SQS from "../../models/generated/sqs.ts";
import { checkBatch, runBatch } from "./batch.ts";
import { invalidParameter, messageNotAvailable, messageNotInflight } from "./errors.ts";
import type { OpenQueue } from "./open-queue.ts";
import type { OpenQueues } from "./open-queues.ts";
import { readReceiptHandle } from "./receipt-handle.ts";

const LONGEST_SECONDS = 43_200;

export const visibility = (open: OpenQueues): Handlers<SQS.Operations> => ({
  ChangeMessageVisibility(input, ctx) {
    const queue = open.byUrl(input.QueueUrl, ctx);
    changeVisibility(queue, input.ReceiptHandle, input.VisibilityTimeout, ctx.clock.now());
  },

  ChangeMessageVisibilityBatch(input, ctx) {
    const queue = open.byUrl(input.QueueUrl, ctx);
    checkBatch(input.Entries, "ChangeMessageVisibilityBatchRequestEntry");
    const nowMs = ctx.clock.now();
    return runBatch(input.Entries, ({ Id, ReceiptHandle, VisibilityTimeout }) => {
      changeVisibility(queue, ReceiptHandle, VisibilityTimeout ?? 0, nowMs);
      return { Id };
    });
  },
});

function changeVisibility(queue: OpenQueue, handle: string, seconds: number, nowMs: number): void {
  if (seconds < 0 || seconds > LONGEST_SECONDS) {
    throw invalidParameter(
      "VisibilityTimeout",
      seconds,
      `VisibilityTimeout must be an integer between 0 and ${LONGEST_SECONDS}`,
    );
  }
  const receipt = readReceiptHandle(handle, queue.record.id);
  const entry = queue.entry(receipt.sequence);
  const message = entry && queue.message(entry);
  if (!message) throw messageNotAvailable(handle);
  const isOut = entry.state === "inflight" && entry.visibleAtMs > nowMs;
  if (queue.settings.fifo) {
    if (!isOut || entry.receiveCount !== receipt.receiveCount) throw messageNotAvailable(handle);
  } else if (!isOut) {
    // A handle whose time is over is no error, one that was given back is.
    if (entry.returnedAt === entry.receiveCount) throw messageNotInflight();
    return;
  }
  if (seconds === 0) entry.returnedAt = entry.receiveCount;
  const visibleAtMs = nowMs + seconds * 1000;
  if (visibleAtMs - entry.receivedAtMs > LONGEST_SECONDS * 1000) {
    throw invalidParameter(
      "VisibilityTimeout",
      seconds,
      `Total VisibilityTimeout for the message is beyond the limit [${LONGEST_SECONDS} seconds]`,
    );
  }
  queue.attempts.forget(entry);
  queue.hide(entry, { ...message, visibleAtMs });
}
