import type { FaultRule } from "../core/fault.ts";

/** The part of a rule that says how often it fires. */
export type Frequency = Pick<FaultRule, "skip" | "every" | "sequence" | "percentage" | "times">;

/**
 * Does a rule fire at its n-th match? Pure: the caller counts.
 * In this order: let `skip` pass; of the rest, look only at each `every`-th; let each of those take its entry of
 * `sequence` (after its end the rule passes for good); of what is left, `percentage` fires, but never more than `times`.
 * @param match which match this is, from 1
 * @param fired how often the rule has fired so far
 * @param draw a number in [0, 1); only asked when `percentage` leaves it open
 */
export function fires(rule: Frequency, match: number, fired: number, draw: () => number): boolean {
  if (rule.times !== undefined && fired >= rule.times) return false;
  let turn = match - (rule.skip ?? 0);
  if (turn < 1) return false;
  if (rule.every !== undefined) {
    if (turn % rule.every !== 0) return false;
    turn /= rule.every;
  }
  if (rule.sequence !== undefined && rule.sequence[turn - 1] !== "fail") return false;
  if (rule.percentage >= 100) return true;
  return rule.percentage > 0 && draw() * 100 < rule.percentage;
}
