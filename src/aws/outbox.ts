import { AwsError } from "../core/aws-error.ts";
import type { Key } from "../core/key.ts";
import type { ServiceHost } from "../core/service.ts";
import { type CollectionDefinition, defineCollection, isStoreFailure } from "../core/storage.ts";
import type { Place } from "./arn-template.ts";
import { afterFailures, untilKept, whenKept } from "./due.ts";

/** Something on its way, as it is kept. */
interface Kept<T> {
  readonly item: T;
  readonly startedAtMs: number;
  readonly attempts: number;
  /** Epoch milliseconds before which it is not tried again. */
  readonly dueAtMs: number;
}

/** How often and how long a delivery is tried. */
export interface RetryPolicy {
  /** After so long no attempt is made any more, in milliseconds. */
  readonly longestMs: number;
  /** How many attempts there are at most. Default: as many as fit. */
  readonly mostAttempts?: number;
  /** How long to wait after the n-th attempt, in milliseconds. Default: a second, doubled up to a minute. */
  delayMs?(attempts: number, error: unknown): number;
}

/** What a service does with what it sends. */
export interface Sender<T> {
  /** One attempt. What it throws fails the attempt. */
  send(place: Place, item: T, attempt: number): Promise<void>;
  policyOf(item: T): RetryPolicy;
  /** Is another attempt worth making? Default: for errors of the other side and throttles. */
  mayPass?(error: unknown): boolean;
  /** The last attempt has failed: the dead-letter queue, a log line. */
  giveUp(
    place: Place,
    item: T,
    failure: { readonly error: unknown; readonly attempts: number },
  ): void | Promise<void>;
}

/**
 * Deliveries of one service that are tried until they have arrived or are given up. They are kept meanwhile, so that a
 * restart loses none: at least once, as AWS's are. Times are the clock's.
 */
export class Outbox<T> {
  readonly #host: ServiceHost;
  readonly #sender: Sender<T>;
  readonly #collection: CollectionDefinition<Kept<T>>;
  readonly #timers = new Set<{ cancel(): void }>();
  #counter = 0;
  #stopped = false;

  /** @param name of the collection that keeps them; unique in the service */
  constructor(host: ServiceHost, name: string, sender: Sender<T>) {
    this.#host = host;
    this.#sender = sender;
    this.#collection = defineCollection<Kept<T>>({ name });
  }

  /** Sends now, or in so many milliseconds, and again when that fails for a passing reason. */
  put(place: Place, item: T, delayMs = 0): void {
    const nowMs = this.#host.clock.now();
    const dueAtMs = nowMs + delayMs;
    const kept: Kept<T> = { item, startedAtMs: dueAtMs, attempts: 0, dueAtMs };
    const key = [nowMs, this.#counter++];
    this.#keptIn(place).put(key, kept);
    // What comes of a call that is undone, or could not be kept, is not sent.
    whenKept(this.#host.storage, () => {
      if (this.#stopped || !this.#keptIn(place).has(key)) return;
      if (delayMs > 0) this.#await(place, key, kept);
      else this.#start(place, key, kept);
    });
  }

  /** Takes up what an earlier process left. */
  resume(): void {
    for (const place of this.#host.scopes()) {
      for (const { key, value } of this.#keptIn(place).entries()) {
        this.#counter = Math.max(this.#counter, Number(key[1]) + 1);
        this.#await(place, [...key], value);
      }
    }
  }

  stop(): void {
    this.#stopped = true;
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
  }

  #keptIn({ account, region }: Place) {
    return this.#host.store(account, region).collection(this.#collection);
  }

  #await(place: Place, key: Key, kept: Kept<T>): void {
    const timer = this.#host.clock.setTimer(kept.dueAtMs - this.#host.clock.now(), () => {
      this.#timers.delete(timer);
      // A reset has taken away what waited.
      if (this.#keptIn(place).has(key)) this.#start(place, key, kept);
    });
    this.#timers.add(timer);
  }

  #start(place: Place, key: Key, kept: Kept<T>): void {
    this.#attempt(place, key, kept).catch((error) => {
      // How it went could not be kept: it is tried again.
      this.#host.log.error("A delivery could not be noted.", error);
      if (!this.#stopped)
        this.#await(place, key, { ...kept, dueAtMs: this.#host.clock.now() + afterFailures(1) });
    });
  }

  async #attempt(place: Place, key: Key, { item, startedAtMs, attempts: before }: Kept<T>): Promise<void> {
    const { clock } = this.#host;
    const { generation } = this.#host.store(place.account, place.region);
    const attempts = before + 1;
    let failure: { readonly error: unknown } | undefined;
    try {
      using _attempt = this.#host.atWork();
      await this.#sender.send(place, item, attempts);
      // What it wrote itself has arrived when it is kept.
      await this.#host.storage.flushed();
    } catch (error) {
      if (isStoreFailure(error)) throw error;
      failure = { error };
    }
    // What happened meanwhile may have made this void: the end of the process, a reset.
    if (this.#stopped || this.#host.store(place.account, place.region).generation !== generation) return;
    if (failure === undefined) {
      this.#forget(place, key);
      return;
    }
    const { longestMs, mostAttempts, delayMs = afterFailures } = this.#sender.policyOf(item);
    const dueAtMs = clock.now() + delayMs(attempts, failure.error);
    const mayPass = this.#sender.mayPass ?? isPassing;
    const isLast =
      attempts >= (mostAttempts ?? Number.POSITIVE_INFINITY) || dueAtMs - startedAtMs > longestMs;
    if (isLast || !mayPass(failure.error)) {
      await this.#giveUp(place, key, item, { error: failure.error, attempts });
      return;
    }
    const next: Kept<T> = { item, startedAtMs, attempts, dueAtMs };
    this.#keptIn(place).put(key, next);
    this.#await(place, key, next);
  }

  async #giveUp(
    place: Place,
    key: Key,
    item: T,
    failure: { readonly error: unknown; readonly attempts: number },
  ): Promise<void> {
    try {
      await this.#sender.giveUp(place, item, failure);
    } catch (error) {
      this.#host.log.warn(
        `What could not be delivered could not be put aside, either: ${(error as Error).message}`,
      );
    }
    this.#forget(place, key);
  }

  /** It has arrived, or is given up: a store that cannot note that is asked again, and nobody is sent it once more. */
  #forget(place: Place, key: Key): void {
    const store = this.#host.store(place.account, place.region);
    const { generation } = store;
    untilKept(this.#host, () => {
      if (!this.#stopped && store.generation === generation) store.collection(this.#collection).delete(key);
    });
  }
}

/** Errors after which another attempt may succeed: the other side's, throttles, lost connections. */
export const isPassing = (error: unknown): boolean =>
  error instanceof AwsError &&
  (error.status >= 500 ||
    error.status === 429 ||
    error.code === "ConnectionDropped" ||
    /Throttl|TooMany|Exceeded/.test(error.code));
