import { parseDuration } from "../../core/clock.ts";
import type { Context } from "../../core/service.ts";
import type { Entry } from "./entry.ts";
import { DELIVER } from "./fault-points.ts";
import type { MessageRecord } from "./message.ts";
import type { OpenQueue } from "./open-queue.ts";

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
    parentId: message.sentBy,
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
