import { defineCollection } from "../../core/storage.ts";
import type { Message } from "./message.ts";
import type { Subscription } from "./subscription.ts";

/** A message on its way to one subscription. Kept until it has arrived or is given up, so that a restart loses none. */
export interface Delivery {
  readonly id: string;
  readonly messageId: string;
  /** The subscription as it was when the message was published. */
  readonly subscription: Subscription;
  /** The call that published the message. */
  readonly parentId?: string;
  /** How many attempts have failed. */
  readonly attempts: number;
  /** Epoch milliseconds before which it is not tried again. */
  readonly dueAtMs: number;
  /** The dead-letter queue, once the endpoint has been given up. */
  readonly deadLetterArn?: string;
  /** Deliveries of one lane arrive in order: a subscription's message group. */
  readonly lane?: string;
}

/** Key: [time of publishing, counter]: the order in which they go out. */
export const deliveryCollection = defineCollection<Delivery>({ name: "deliveries" });

/** Messages that have deliveries waiting. Key: [id]. */
export const outgoingCollection = defineCollection<Message>({ name: "outgoing" });
