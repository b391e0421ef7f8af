import type { Clock, Timer } from "../../core/clock.ts";

/** Why a wait ended. */
export type WaitEnd = "arrival" | "timeout" | "left" | "closed";

interface Waiter {
  readonly end: (why: WaitEnd) => void;
}

/** The receivers that wait for a message in one queue, first come first served. Nobody polls. */
export class Waiters {
  readonly #clock: Clock;
  readonly #line: Waiter[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#line.length;
  }

  /** Resolves at an arrival, at `untilMs` of the clock, or when the receiver leaves. */
  wait(untilMs: number, signal: AbortSignal): Promise<WaitEnd> {
    if (signal.aborted) return Promise.resolve("left");
    return new Promise((resolve) => {
      let timer: Timer | undefined;
      const leave = () => waiter.end("left");
      const waiter: Waiter = {
        end: (why) => {
          const at = this.#line.indexOf(waiter);
          if (at >= 0) this.#line.splice(at, 1);
          timer?.cancel();
          signal.removeEventListener("abort", leave);
          resolve(why);
        },
      };
      this.#line.push(waiter);
      timer = this.#clock.setTimer(untilMs - this.#clock.now(), () => waiter.end("timeout"));
      signal.addEventListener("abort", leave, { once: true });
    });
  }

  /** Something may be there for the first of them. */
  wake(): void {
    this.#line[0]?.end("arrival");
  }

  /** Ends every wait: the queue is gone. */
  close(): void {
    for (const waiter of [...this.#line]) waiter.end("closed");
  }
}
