/**
 * The message archive of a FIFO topic, and its replay to a subscription.
 * https://docs.aws.amazon.com/sns/latest/dg/fifo-message-archiving-replay.html
 */
import type { ServiceHost } from "../../core/service.ts";
import { defineCollection } from "../../core/storage.ts";
import type { Deliveries } from "./deliveries.ts";
import { passes } from "./filter.ts";
import type { Message } from "./message.ts";
import { type Subscription, subscriptionKey } from "./subscription.ts";
import { readReplayPolicy } from "./subscription-attributes.ts";
import { type Place, type Topic, topicCollection } from "./topic.ts";
import { retentionDays } from "./topic-attributes.ts";

/** Key: [topic's name, time of publishing, sequence number]. */
const archiveCollection = defineCollection<Message>({ name: "archive" });

const DAY_MS = 86_400_000;

export class Archive {
  readonly #host: ServiceHost;
  readonly #deliveries: Deliveries;

  constructor(host: ServiceHost, deliveries: Deliveries) {
    this.#host = host;
    this.#deliveries = deliveries;
  }

  /** Keeps a message, when its topic has an archive, and lets go of those past their time. */
  keep({ store }: Place, topic: Topic, message: Message): void {
    const days = retentionDays(topic);
    if (!days || message.sequenceNumber === undefined) return;
    const archive = store.collection(archiveCollection);
    archive.put([topic.name, message.publishedAtMs, message.sequenceNumber], message);
    archive.clear({ prefix: [topic.name], before: [topic.name, message.publishedAtMs - days * DAY_MS] });
  }

  /** Sends a subscription what its ReplayPolicy asks for. */
  replay(place: Place, subscription: Subscription, parentId: string): void {
    const policy = readReplayPolicy(subscription.attributes["ReplayPolicy"] ?? "");
    const [name] = subscriptionKey(subscription.arn);
    const topic = place.store.collection(topicCollection).get([name]);
    const days = topic && retentionDays(topic);
    if (!days || !policy?.StartingPoint) return;
    const fromMs = Math.max(Date.parse(policy.StartingPoint), this.#host.clock.now() - days * DAY_MS);
    const untilMs = policy.EndingPoint ? Date.parse(policy.EndingPoint) : Number.MAX_SAFE_INTEGER;
    const range = { prefix: [name], from: [name, fromMs], before: [name, untilMs + 1] };
    for (const message of place.store.collection(archiveCollection).values(range)) {
      if (!passes(subscription, message)) continue;
      // A queue would take the message for a repetition of the first delivery.
      const again = {
        ...message,
        deduplicationId: `${message.deduplicationId}-${this.#host.random.hex(8)}`.slice(-128),
      };
      this.#deliveries.enqueue(place, again, [subscription], parentId);
    }
  }
}
