import type { ServiceHost } from "../../core/service.ts";
import { defineCollection } from "../../core/storage.ts";
import type { MessageAttribute } from "./message.ts";

/** A message to a person or a device: SMS, e-mail, push. Nothing leaves the machine; it is kept here to be read. */
export interface InboxMessage {
  readonly kind: "sms" | "email" | "email-json" | "application";
  /** A phone number, an address, or a platform endpoint's ARN. */
  readonly to: string;
  readonly topicArn?: string;
  readonly subscriptionArn?: string;
  readonly messageId: string;
  readonly subject?: string;
  readonly message: string;
  /** For a push: the payload of the endpoint's platform. */
  readonly payload?: string;
  readonly structure?: string;
  readonly attributes: Readonly<Record<string, MessageAttribute>>;
  /** For a confirmation: what ConfirmSubscription wants. */
  readonly token?: string;
  /** For a confirmation: the address to follow. */
  readonly confirmUrl?: string;
  /** Epoch milliseconds. */
  readonly atMs: number;
}

/** Key: [time of arrival, counter]. */
const inboxCollection = defineCollection<InboxMessage>({ name: "inbox" });

const MAX_KEPT = 10_000;
const CHECK_EVERY = 100;
let arrivals = 0;

export interface Where {
  readonly account: string;
  readonly region: string;
}

/** What would have left for people and devices, newest last. */
export class Inbox {
  readonly #host: ServiceHost;

  constructor(host: ServiceHost) {
    this.#host = host;
  }

  put(where: Where, message: Omit<InboxMessage, "atMs">): void {
    const messages = this.#messages(where);
    const atMs = this.#host.clock.now();
    messages.put([atMs, arrivals++], { ...message, atMs });
    if (arrivals % CHECK_EVERY !== 0) return;
    const surplus = messages.count() - MAX_KEPT;
    if (surplus > 0) for (const key of [...messages.keys({ limit: surplus })]) messages.delete(key);
  }

  list(where: Where, kind?: InboxMessage["kind"]): InboxMessage[] {
    const all = [...this.#messages(where).values()];
    return kind ? all.filter((message) => message.kind === kind) : all;
  }

  /** Forgets what `is` holds for. */
  clear(where: Where, is: (message: InboxMessage) => boolean = () => true): void {
    const messages = this.#messages(where);
    for (const { key, value } of messages.entries()) if (is(value)) messages.delete(key);
  }

  #messages({ account, region }: Where) {
    return this.#host.store(account, region).collection(inboxCollection);
  }
}
