import type { Clock, Timer } from "../core/clock.ts";

/** One timer for the first of all that is to happen: whoever waits for it is not to wait for the next call. */
export class FirstDue {
  readonly #clock: Clock;
  readonly #act: () => void;
  #timer: Timer | undefined;
  #dueMs = Infinity;

  /** @param act brings everything up to the clock, and expects what comes after */
  constructor(clock: Clock, act: () => void) {
    this.#clock = clock;
    this.#act = act;
  }

  /** @param dueMs epoch milliseconds; what is due later than what is waited for changes nothing */
  expect(dueMs: number): void {
    if (dueMs >= this.#dueMs) return;
    this.stop();
    this.#dueMs = dueMs;
    this.#timer = this.#clock.setTimer(dueMs - this.#clock.now(), () => {
      this.stop();
      this.#act();
    });
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#dueMs = Infinity;
  }
}

/** A timer for each of many things, by a key. */
export class Dues {
  readonly #clock: Clock;
  readonly #timers = new Map<string, Timer>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Waits for a time (epoch milliseconds) instead of for what was planned of that key before. */
  set(key: string, dueMs: number, act: () => void): void {
    this.clear(key);
    const timer = this.#clock.setTimer(dueMs - this.#clock.now(), () => {
      this.#timers.delete(key);
      act();
    });
    this.#timers.set(key, timer);
  }

  clear(key: string): void {
    this.#timers.get(key)?.cancel();
    this.#timers.delete(key);
  }

  stop(): void {
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
  }
}
