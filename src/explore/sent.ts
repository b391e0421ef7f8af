import { canonical } from "../aws/digest.ts";
import type { CallRecord } from "../core/bus.ts";

type Sent = Pick<CallRecord, "service" | "operation" | "input" | "status">;

/**
 * How often a run has sent each message, by queue and body. What still waits in a queue when a run has failed is not half
 * done if a good run sends it, too: the next consumer takes it from there.
 */
export class SentMessages {
  readonly #counts = new Map<string, number>();

  constructor(calls: readonly Sent[]) {
    for (const { service, operation, input, status } of calls) {
      if (service !== "sqs" || status !== 200 || !/^SendMessage(?:Batch)?$/.test(operation)) continue;
      const entries = operation === "SendMessage" ? [input] : input["Entries"];
      if (!Array.isArray(entries)) continue;
      for (const { MessageBody } of entries as { MessageBody?: unknown }[]) {
        const key = keyOf(String(input["QueueUrl"]), MessageBody);
        this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
      }
    }
  }

  /** @param queue its ARN @param body as it was sent, or as a digest has it */
  count(queue: string, body: unknown): number {
    return this.#counts.get(keyOf(queue, body)) ?? 0;
  }
}

/** Queues by their name: URLs and ARNs end with it. */
const keyOf = (queue: string, body: unknown): string =>
  `${queue.slice(Math.max(queue.lastIndexOf(":"), queue.lastIndexOf("/")) + 1)} ${bodyOf(body)}`;

const bodyOf = (body: unknown): string => JSON.parse(canonical({ body })).body;
