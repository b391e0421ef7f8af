import { defineCollection, type Store } from "../../core/storage.ts";
import { streamNotFound } from "./errors.ts";
import type { LogGroup } from "./group.ts";

/** A log stream as it is kept. When its events were is read from the events themselves. */
export interface LogStream {
  readonly name: string;
  readonly createdAtMs: number;
}

/** Key: [group's name, name]. */
export const streamCollection = defineCollection<LogStream>({ name: "streams" });

/** @throws AwsError when the group has no such stream */
export function requireStream(store: Store, group: LogGroup, name: string): void {
  if (!store.collection(streamCollection).has([group.name, name])) throw streamNotFound();
}

export const streamNames = (store: Store, group: LogGroup): string[] =>
  [...store.collection(streamCollection).values({ prefix: [group.name] })].map(({ name }) => name);
