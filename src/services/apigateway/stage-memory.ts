import type { HttpResponse } from "../../core/http.ts";
import type { Store } from "../../core/storage.ts";
import type { Authorization } from "./plane/authorization.ts";
import { TokenBucket } from "./plane/token-bucket.ts";

/** A value that is good until a moment of the clock. */
export interface Cached<V> {
  readonly value: V;
  readonly expiresAtMs: number;
}

/** What a stage remembers between requests and forgets with the process. */
class StageMemory {
  /** Cached responses, by cache namespace and key. */
  readonly responses = new Map<string, Cached<HttpResponse>>();
  /** What authorizers answered, by authorizer and identity. */
  readonly authorizations = new Map<string, Cached<Authorization>>();
  readonly #buckets = new Map<string, TokenBucket>();

  /** The bucket of that name, as full as it was left; a new one when its limits have changed. */
  bucket(name: string, limits: { ratePerSecond: number; burst: number }, nowMs: number): TokenBucket {
    let bucket = this.#buckets.get(name);
    if (!bucket?.has(limits)) {
      bucket = new TokenBucket(limits, nowMs);
      this.#buckets.set(name, bucket);
    }
    return bucket;
  }
}

/** The memories of one store's stages, which both planes share. */
class StageMemories {
  readonly #store: Store;
  #generation: number;
  readonly #memories = new Map<string, StageMemory>();

  constructor(store: Store) {
    this.#store = store;
    this.#generation = store.generation;
  }

  of(apiId: string, stageName: string): StageMemory {
    if (this.#generation !== this.#store.generation) {
      this.#memories.clear();
      this.#generation = this.#store.generation;
    }
    const place = `${apiId}/${stageName}`;
    let memory = this.#memories.get(place);
    if (!memory) {
      memory = new StageMemory();
      this.#memories.set(place, memory);
    }
    return memory;
  }

  forget(apiId: string, stageName: string): void {
    this.#memories.delete(`${apiId}/${stageName}`);
  }
}

const all = new WeakMap<Store, StageMemories>();

export function stageMemory(store: Store): StageMemories {
  let memories = all.get(store);
  if (!memories) {
    memories = new StageMemories(store);
    all.set(store, memories);
  }
  return memories;
}
