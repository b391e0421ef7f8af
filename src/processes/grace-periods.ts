import type { Clock, Timer } from "../core/clock.ts";
import type { KnownTarget, TargetState } from "./target-states.ts";

/** The time after its start in which what a load balancer finds out about a target does not count yet: one timer a target. */
export class GracePeriods {
  readonly #clock: Clock;
  readonly #timers = new Map<string, Timer>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * A target has come to a state, from which on it has this long: anew when that is its first, else if it has not already.
   * @param owner whose target it is, so that it can be several services'
   * @param over does what there is to do when that is over
   */
  note(
    owner: string,
    { group, id, port }: KnownTarget,
    state: TargetState | undefined,
    ms: number,
    over: () => void,
  ): void {
    if (ms <= 0 || state === undefined) return;
    const key = JSON.stringify([owner, group, id, port]);
    const known = this.#timers.get(key);
    if (known && state !== "initial") return;
    known?.cancel();
    const timer = this.#clock.setTimer(ms, () => {
      this.#timers.delete(key);
      over();
    });
    this.#timers.set(key, timer);
  }

  stop(): void {
    for (const timer of this.#timers.values()) timer.cancel();
  }
}
