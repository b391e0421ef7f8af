import type { FaultRule } from "../core/fault.ts";
import type { Count } from "./tally.ts";

/** The part of a rule that says how often it fires. */
export type Frequency = Pick<
  FaultRule,
  "skip" | "every" | "sequence" | "repeat" | "percentage" | "ramp" | "times" | "window"
>;

/** Which match it is, from 1, of what was counted so far, and when. */
export interface Turn {
  readonly match: number;
  readonly count: Pick<Count, "fired" | "firedAtMs">;
  /** Epoch milliseconds. */
  readonly nowMs: number;
}

/**
 * Does a rule fire at its n-th match? The caller counts.
 * In this order: let `skip` pass; of the rest, look only at each `every`-th; let each of those take its entry of
 * `sequence` (after its end the rule passes for good, or begins it again); of what is left, `percentage` fires, but never
 * more than `times`, or `times` within a `window`.
 * @param draw a number in [0, 1); only asked when `percentage` leaves it open
 */
export function fires(rule: Frequency, { match, count, nowMs }: Turn, draw: () => number): boolean {
  if (rule.times !== undefined && firedOf(rule, count, nowMs) >= rule.times) return false;
  let turn = match - (rule.skip ?? 0);
  if (turn < 1) return false;
  if (rule.every !== undefined) {
    if (turn % rule.every !== 0) return false;
    turn /= rule.every;
  }
  if (rule.sequence !== undefined) {
    const entry = rule.repeat ? (turn - 1) % rule.sequence.length : turn - 1;
    if (rule.sequence[entry] !== "fail") return false;
  }
  const percentage = percentageAt(rule, nowMs);
  if (percentage >= 100) return true;
  return percentage > 0 && draw() * 100 < percentage;
}

/** How often it has fired, of late if there is a window. */
function firedOf({ window }: Frequency, count: Turn["count"], nowMs: number): number {
  if (window === undefined) return count.fired;
  const { firedAtMs } = count;
  for (let [oldest] = firedAtMs; oldest !== undefined && oldest <= nowMs - window; [oldest] = firedAtMs)
    firedAtMs.shift();
  return firedAtMs.length;
}

/** The share that fires at a time: a ramp goes in a straight line from its beginning to `percentage`. */
function percentageAt({ percentage, ramp }: Frequency, nowMs: number): number {
  if (ramp === undefined) return percentage;
  const share = Math.min(1, Math.max(0, (nowMs - ramp.at) / ramp.over));
  return ramp.from + (percentage - ramp.from) * share;
}
