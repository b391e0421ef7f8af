import type { Timer } from "../core/clock.ts";
import type { ServiceHost } from "../core/service.ts";
import { isStoreFailure, type Keeping } from "../core/storage.ts";

/** What acts when it is due: on this clock, and kept there. */
export type DueHost = Pick<ServiceHost, "clock" | "log" | "storage">;

/** How long until what could not be kept is tried again, in milliseconds: doubled each time, up to a minute. */
const AGAIN_MS = 1000;
const LONGEST_MS = 60_000;

/** How long to wait after the n-th failure of the store, in milliseconds. */
export const afterFailures = (failures: number): number =>
  Math.min(AGAIN_MS * 2 ** (failures - 1), LONGEST_MS);

/**
 * Acts all or nothing.
 * @param ended hears, once, whether what was written is kept
 * @throws what the act throws, unless it is the store's failure
 */
function act({ storage, log }: DueHost, work: () => void, ended: (isKept: boolean) => void): void {
  const failed = (error: unknown) => {
    log.error("What was due could not be kept: it is tried again.", error);
    ended(false);
  };
  try {
    storage.atomically(work);
  } catch (error) {
    if (!isStoreFailure(error)) throw error;
    failed(error);
    return;
  }
  const flushed = storage.flushed();
  if (flushed) flushed.then(() => ended(true), failed);
  else ended(true);
}

/**
 * Does at once what has to be kept, all or nothing, and once more a little later for as long as the store cannot keep it.
 * @param work asks by itself whether it is still wanted
 */
export function untilKept(host: DueHost, work: () => void, failures = 0): void {
  act(host, work, (isKept) => {
    if (isKept) return;
    const after = failures + 1;
    host.clock.setTimer(afterFailures(after), () => untilKept(host, work, after));
  });
}

/** Does what follows from a write that nobody waits for once it is kept, and never when it could not be. */
export function whenKept(storage: Keeping, next: () => void): void {
  const flushed = storage.flushed();
  if (flushed) flushed.then(next, () => {});
  else next();
}

/** Looks at what is kept once this turn is over, whatever has come of it: what is planned for a change follows from that alone. */
export function onceSettled(storage: Keeping, look: () => void): void {
  const flushed = storage.flushed();
  if (flushed) flushed.then(look, look);
  else look();
}

/**
 * One timer for the first of all that is to happen: whoever waits for it is not to wait for the next call. An act that the store
 * cannot keep is tried again.
 */
export class FirstDue {
  readonly #host: DueHost;
  readonly #act: () => void;
  #timer: Timer | undefined;
  #dueMs = Infinity;
  #failures = 0;
  #isStopped = false;

  /** @param act brings everything up to the clock, and expects what comes after */
  constructor(host: DueHost, act: () => void) {
    this.#host = host;
    this.#act = act;
  }

  /** @param dueMs epoch milliseconds; what is due later than what is waited for changes nothing */
  expect(dueMs: number): void {
    if (this.#isStopped || dueMs >= this.#dueMs) return;
    this.clear();
    this.#dueMs = dueMs;
    this.#timer = this.#host.clock.setTimer(dueMs - this.#host.clock.now(), () => {
      this.clear();
      act(this.#host, this.#act, (isKept) => {
        this.#failures = isKept ? 0 : this.#failures + 1;
        if (!isKept) this.expect(this.#host.clock.now() + afterFailures(this.#failures));
      });
    });
  }

  stop(): void {
    this.#isStopped = true;
    this.clear();
  }

  /** Nothing is waited for any more, until something is expected again. */
  clear(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#dueMs = Infinity;
  }
}

/** A timer for each of many things, by a key. An act that the store cannot keep is tried again, unless its key has another by then. */
export class Dues {
  readonly #host: DueHost;
  readonly #timers = new Map<string, Timer>();
  #isStopped = false;

  constructor(host: DueHost) {
    this.#host = host;
  }

  /** Waits for a time (epoch milliseconds) instead of for what was planned of that key before. */
  set(key: string, dueMs: number, act: () => void): void {
    this.#await(key, dueMs, act, 0);
  }

  /** Acts at once, instead of what was planned of that key before. */
  now(key: string, work: () => void): void {
    this.clear(key);
    if (!this.#isStopped) this.#act(key, work, 0);
  }

  clear(key: string): void {
    this.#timers.get(key)?.cancel();
    this.#timers.delete(key);
  }

  stop(): void {
    this.#isStopped = true;
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
  }

  #await(key: string, dueMs: number, work: () => void, failures: number): void {
    const { clock } = this.#host;
    this.clear(key);
    if (this.#isStopped) return;
    const timer = clock.setTimer(dueMs - clock.now(), () => {
      this.#timers.delete(key);
      this.#act(key, work, failures);
    });
    this.#timers.set(key, timer);
  }

  #act(key: string, work: () => void, failures: number): void {
    let planned: Timer | undefined;
    const ended = (isKept: boolean) => {
      // Who has planned the key otherwise meanwhile knows more; what the act itself has planned comes after it.
      if (isKept || this.#isStopped || this.#timers.get(key) !== planned) return;
      this.#await(key, this.#host.clock.now() + afterFailures(failures + 1), work, failures + 1);
    };
    act(
      this.#host,
      () => {
        try {
          work();
        } finally {
          planned = this.#timers.get(key);
        }
      },
      ended,
    );
  }
}
