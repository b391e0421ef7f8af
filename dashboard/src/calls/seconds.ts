import type { CallRecord } from "../../../src/core/bus.ts";
import { OUTCOMES, type Outcome, outcomeOf } from "./outcome.ts";

/** How many calls ended in a second, by outcome, and how many a rule had struck. */
export type Second = Record<Outcome, number> & { struck: number };

const KEPT = 120;

const none = (): Second => ({ ok: 0, client: 0, server: 0, dropped: 0, struck: 0 });

/** The calls of the last two minutes of Squall's clock, a second each. */
export class Seconds {
  readonly #bySecond = new Map<number, Second>();

  add(call: CallRecord): void {
    const at = Math.floor((call.startedAt + call.durationMs) / 1000);
    let second = this.#bySecond.get(at);
    if (!second) {
      second = none();
      this.#bySecond.set(at, second);
      if (this.#bySecond.size > KEPT) this.#bySecond.delete(Math.min(...this.#bySecond.keys()));
    }
    second[outcomeOf(call)]++;
    if (call.faultRuleId !== undefined) second.struck++;
  }

  /** The last so many seconds up to now, oldest first. */
  last(count: number, nowMs: number): readonly Second[] {
    const now = Math.floor(nowMs / 1000);
    return Array.from({ length: count }, (_, index) => this.#bySecond.get(now - count + 1 + index) ?? none());
  }

  clear(): void {
    this.#bySecond.clear();
  }
}

export const total = (second: Second): number => OUTCOMES.reduce((sum, outcome) => sum + second[outcome], 0);
