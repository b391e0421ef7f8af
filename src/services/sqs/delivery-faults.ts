import { parseDuration } from "../../core/clock.ts";
import type { FaultPoint } from "../../core/fault.ts";
import type { Context } from "../../core/service.ts";
import type { Entry } from "./backlog.ts";
import type { MessageRecord } from "./message.ts";
import type { OpenQueue } from "./open-queue.ts";

/** Where rules meet a message on its way to a receiver. A message is hit once at most. */
export const DELIVER = "sqs:deliver";

export const deliverPoint: FaultPoint = {
  description:
    "A message is about to be given to a receiver. It is hit once at most. `resource` is the queue's ARN, `input` the message.",
  effects: {
    duplicate: {
      description: "The message is delivered, and so are copies of it with the same MessageId.",
      parameters: {
        copies: { type: "integer", description: "How many copies", default: 1, min: 1, max: 10 },
        delay: {
          type: "duration",
          description: "How long the copies stay away",
          unit: "ms",
          default: 0,
          min: 0,
        },
      },
    },
    reorder: {
      description: "The message goes behind all others that are there, in a FIFO queue within its group.",
      parameters: {},
    },
    delay: {
      description: "The message is held back, as if it had been sent with that delay.",
      parameters: {
        delay: { type: "duration", description: "How long", unit: "ms", required: true, min: 0 },
      },
    },
    drop: {
      description: "The message is lost: no receiver ever gets it.",
      parameters: {},
    },
  },
};

/**
 * Lets the rules at the point have their say about a message that is next in line.
 * @returns false when it must not be delivered now: it went behind, was held back or lost
 */
export function passFaults(queue: OpenQueue, entry: Entry, message: MessageRecord, ctx: Context): boolean {
  if (entry.faulted) return true;
  const hits = ctx.hits(DELIVER, {
    resource: queue.arn,
    operation: "ReceiveMessage",
    input: message as unknown as Record<string, unknown>,
  });
  if (hits.length === 0) return true;
  entry.faulted = true;
  for (const { effect, params } of hits) {
    switch (effect) {
      case "drop":
        queue.remove(entry);
        return false;
      case "delay":
        queue.postpone(entry, message, ctx.clock.now() + (parseDuration(params["delay"]) ?? 0));
        return false;
      case "reorder":
        queue.backlog.defer(entry);
        return false;
      case "duplicate":
        duplicate(queue, message, params, ctx);
    }
  }
  return true;
}

function duplicate(
  queue: OpenQueue,
  message: MessageRecord,
  params: Readonly<Record<string, unknown>>,
  ctx: Context,
): void {
  const visibleAtMs = ctx.clock.now() + (parseDuration(params["delay"]) ?? 0);
  for (let copy = 0; copy < Number(params["copies"] ?? 1); copy++) {
    queue.put({ ...message, receivedAtMs: 0, visibleAtMs, isCopy: true });
  }
}
