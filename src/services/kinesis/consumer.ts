import { isOver, type Transition } from "../../aws/lifecycle.ts";
import type { ServiceHost } from "../../core/service.ts";
import { defineCollection, type Store } from "../../core/storage.ts";
import type { StreamRecord } from "./stream.ts";

/** An enhanced fan-out consumer as it is kept, by its stream's id and its name. */
export interface ConsumerRecord {
  readonly name: string;
  readonly arn: string;
  readonly streamArn: string;
  readonly createdMs: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly policy?: string;
  readonly transition?: Transition | undefined;
}

export const consumerCollection = defineCollection<ConsumerRecord>({ name: "consumers" });

/** The consumers of a stream that are there, those on their way out among them. */
export const consumersOf = (store: Store, stream: StreamRecord, host: ServiceHost): ConsumerRecord[] =>
  [...store.collection(consumerCollection).values({ prefix: [stream.id] })].filter(
    (consumer) => !isGone(consumer, host),
  );

/** Its deletion is over. */
export const isGone = ({ transition }: ConsumerRecord, host: ServiceHost): boolean =>
  transition?.status === "DELETING" && isOver(transition, host);

export function forgetConsumers(store: Store, stream: StreamRecord): void {
  store.collection(consumerCollection).clear({ prefix: [stream.id] });
}
