import type { Key } from "./key.ts";
import { whyNot } from "./why-not.ts";

/**
 * The storage port. Synchronous on purpose: between two `await`s a handler is alone with the store, so there are no locks.
 * Values are plain data; what `get` returns is a copy of its own.
 */
export interface Store {
  collection<V>(definition: CollectionDefinition<V>): Collection<V>;
  /**
   * All or nothing: when `work` throws, none of its writes stay. `work` cannot wait. May be nested.
   * A handler that is not `async` is one without saying so; one that is says so for what it writes between two `await`s.
   */
  transaction<T>(work: () => T): T;
  /** As Storage.generation: work that was begun on this store is void when it has gone up. */
  readonly generation: number;
  /** How often what was written to this service has been lost with its turn: who waits while that happens has not been kept, perhaps. */
  readonly losses: number;
  /** As Storage.revision: a cache made from this store is void when it has gone up. */
  readonly revision: number;
}

export interface CollectionDefinition<V> {
  /** Unique in its service: `queues`, `messages`. Letters, digits and dashes. */
  readonly name: string;
  /** Secondary indexes: a value's keys, in the index's order. Undefined leaves a value out (a sparse index). */
  readonly indexes?: Readonly<Record<string, (value: V, key: Key) => Key | undefined>>;
  /** `json` (default): plain JSON values, fast. `structured`: Uint8Array, Date, Map and bigint too. `text`: strings, as they are. */
  readonly codec?: "json" | "structured" | "text";
}

export const defineCollection = <V>(definition: CollectionDefinition<V>): CollectionDefinition<V> =>
  definition;

/** A stretch of keys. Without bounds: all of them. */
export interface Range {
  /** Only keys that begin with these parts. The other bounds are below it. */
  readonly prefix?: Key;
  /** From this key on, itself included. */
  readonly from?: Key;
  /** From behind this key (and its extensions are behind it too, so they are included). */
  readonly after?: Key;
  /** Up to this key, itself included. */
  readonly to?: Key;
  /** Up to this key, without itself. */
  readonly before?: Key;
  readonly reverse?: boolean;
  readonly limit?: number;
}

export interface Collection<V> {
  get(key: Key): V | undefined;
  /**
   * As `get`, for what is read at every call and seldom written: everybody is given the same value, frozen, which is read anew
   * only after something in the collection has been written.
   */
  look(key: Key): V | undefined;
  has(key: Key): boolean;
  put(key: Key, value: V): void;
  /** Puts a value where there is none; false, and nothing is written, where there is one. For collections without indexes. */
  add(key: Key, value: V): boolean;
  /** True when there was something to delete. */
  delete(key: Key): boolean;
  /** Values in key order. Safe against writes on the way: what is written behind the reader's place is not seen. */
  values(range?: Range): Iterable<V>;
  entries(range?: Range): Iterable<{ key: Key; value: V }>;
  keys(range?: Range): Iterable<Key>;
  count(range?: Range): number;
  /** Deletes all in a range (`limit` and `reverse` aside) and says how many. */
  clear(range?: Range): number;
  /** The same values, in an index's order: keys in the range are the index's keys, followed by the primary key. */
  by(index: string): IndexView<V>;
  /** Goes up with every write, and with Storage.revision: a cache made from this collection is void when it has gone up. */
  readonly revision: number;
}

export interface IndexView<V> {
  values(range?: Range): Iterable<V>;
  /** `key` is the index's key; `primary` the value's own. */
  entries(range?: Range): Iterable<{ key: Key; primary: Key; value: V }>;
  /** Index entries without reading the values. */
  keys(range?: Range): Iterable<{ key: Key; primary: Key }>;
  first(range?: Range): V | undefined;
  count(range?: Range): number;
}

/** Hears of what is put in a collection, in every account and region; also of what a transaction then takes back. */
export type PutListener = (place: { account: string; region: string }, key: Key, value: unknown) => void;

/** What whoever acts by itself, and not for a call, asks of the storage: nobody else hears whether what it wrote is kept. */
export interface Keeping {
  /** As Store.transaction, for a handler: what it writes before its first `await` stays or goes together. */
  atomically<T>(work: () => T): T;
  /** Resolves when everything written so far is kept for good, rejects when it could not be; undefined when nothing waits. */
  flushed(): Promise<void> | undefined;
}

/** What was written could not be kept: a full disk, a broken one. Nobody who used the store is to blame. */
export class StoreFailure extends Error {
  constructor(cause: unknown) {
    super(`What was written could not be kept: ${whyNot(cause)}.`, { cause });
    this.name = "StoreFailure";
  }
}

export const isStoreFailure = (error: unknown): boolean => error instanceof StoreFailure;

/** The whole database of a cloud: stores by service, account and region. */
export interface Storage extends Keeping {
  /** The same store object for the same place. */
  store(service: string, account: string, region: string): Store;
  /** Places of a service where something is kept. */
  scopes(service: string): { account: string; region: string }[];
  /** Services that keep anything. */
  services(): string[];
  /** Has every put in a collection of a service heard. What a reset or a load brings is not: `generation` tells of that. */
  onPut(service: string, collection: string, heard: PutListener): void;
  /** Goes up when the content is replaced from outside (reset, load): what goes on is void. */
  readonly generation: number;
  /** Goes up with `generation`, and when writes have been undone: what was read before may not be true any more. */
  readonly revision: number;
  /** Empties everything, or one service. */
  reset(service?: string): void;
  /** Writes a copy of everything to a new file. */
  save(file: string): Promise<void>;
  /** Replaces everything with a saved copy, all at once. */
  load(file: string): Promise<void>;
  close(): void;
}
