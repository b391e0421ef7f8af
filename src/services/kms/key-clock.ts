import type { Timer } from "../../core/clock.ts";
import type { ServiceHost } from "../../core/service.ts";
import type { KeyRecord } from "./key.ts";

/** One timer, for the key to which something happens first: whoever waits for the event is not to wait for the next call. */
export class KeyClock {
  readonly #host: ServiceHost;
  readonly #act: () => void;
  #timer: Timer | undefined;
  #dueMs = Infinity;

  /** @param act brings all keys up to the clock, and expects what comes after */
  constructor(host: ServiceHost, act: () => void) {
    this.#host = host;
    this.#act = act;
  }

  expect(key: KeyRecord): void {
    const dueMs = nextDue(key, this.#host.clock.now());
    if (dueMs >= this.#dueMs) return;
    this.stop();
    this.#dueMs = dueMs;
    this.#timer = this.#host.clock.setTimer(dueMs - this.#host.clock.now(), () => {
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

/** When the clock next does something to a key: deletes it, rotates it, lets its material expire. */
function nextDue({ deletion, rotation, isEnabled, materials }: KeyRecord, nowMs: number): number {
  const rotates = rotation && isEnabled && !deletion ? rotation.nextMs : undefined;
  const all = [deletion?.atMs, rotates, ...materials.map(({ validToMs }) => validToMs)];
  return Math.min(...all.map((ms) => (ms !== undefined && ms > nowMs ? ms : Infinity)));
}
