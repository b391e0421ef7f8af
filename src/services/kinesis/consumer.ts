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
}

export const consumerCollection = defineCollection<ConsumerRecord>({ name: "consumers" });

export const consumersOf = (store: Store, stream: StreamRecord): ConsumerRecord[] => [
  ...store.collection(consumerCollection).values({ prefix: [stream.id] }),
];

export function forgetConsumers(store: Store, stream: StreamRecord): void {
  store.collection(consumerCollection).clear({ prefix: [stream.id] });
}
