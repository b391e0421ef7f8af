import { hash } from "node:crypto";
import { type Collection, defineCollection, type Store } from "../../core/storage.ts";

/** What a message was answered with, for those that are sent again within the interval. */
export interface SentBefore {
  readonly messageId: string;
  readonly sequence: number;
  readonly sentAtMs: number;
}

const records = defineCollection<SentBefore>({ name: "deduplications" });

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html */
const DEDUPLICATION_INTERVAL_MS = 5 * 60_000;

/** The deduplication ids of one FIFO queue. They outlive the messages that had them. */
export class Deduplications {
  readonly #queueName: string;
  readonly #records: Collection<SentBefore>;
  /** Keys in the order in which they expire, to forget them in passing. */
  readonly #expiring: { key: string; atMs: number }[];
  #expired = 0;

  constructor(queueName: string, store: Store) {
    this.#queueName = queueName;
    this.#records = store.collection(records);
    this.#expiring = [...this.#records.entries({ prefix: [queueName] })]
      .map(({ key, value }) => ({
        key: key[1] as string,
        atMs: value.sentAtMs + DEDUPLICATION_INTERVAL_MS,
      }))
      .sort((a, b) => a.atMs - b.atMs);
  }

  /** @param scope the message group where deduplication is by group, else "" */
  find(scope: string, deduplicationId: string, nowMs: number): SentBefore | undefined {
    this.#forget(nowMs);
    return this.#records.get([this.#queueName, keyOf(scope, deduplicationId)]);
  }

  remember(scope: string, deduplicationId: string, sent: SentBefore): void {
    const key = keyOf(scope, deduplicationId);
    this.#records.put([this.#queueName, key], sent);
    this.#expiring.push({ key, atMs: sent.sentAtMs + DEDUPLICATION_INTERVAL_MS });
  }

  clear(): void {
    this.#records.clear({ prefix: [this.#queueName] });
    this.#expiring.length = 0;
    this.#expired = 0;
  }

  #forget(nowMs: number): void {
    for (;;) {
      const next = this.#expiring[this.#expired];
      if (!next || next.atMs > nowMs) break;
      this.#records.delete([this.#queueName, next.key]);
      this.#expired++;
    }
    if (this.#expired > 1000) {
      this.#expiring.splice(0, this.#expired);
      this.#expired = 0;
    }
  }
}

const keyOf = (scope: string, deduplicationId: string) => `${scope}/${deduplicationId}`;

/** What ContentBasedDeduplication takes for an id: SHA-256 of the body. */
export const contentDeduplicationId = (body: string) => hash("sha256", body, "hex");
