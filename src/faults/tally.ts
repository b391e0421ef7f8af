import { BoundedMap } from "../core/bounded-map.ts";
import type { FaultRule } from "../core/fault.ts";
import { fires } from "./decide.ts";

/** Callers, resources or calls that a rule counts apart; those that were met longest ago are forgotten. */
const MOST_UNITS = 10_000;

/** What has been counted for one unit: all matches, or those of one caller or resource. */
export interface Count {
  matched: number;
  fired: number;
  /** When it fired lately, in epoch milliseconds; only kept for a rule with a window. */
  firedAtMs: number[];
}

/** What was decided about a logical call: it holds for all its attempts. */
interface Decided {
  readonly match: number;
  readonly fires: boolean;
  /** Attempts that were struck. */
  struck: number;
}

/** How one match was decided. */
export interface Verdict {
  /** Which match it was of its unit, from 1. */
  readonly match: number;
  readonly fires: boolean;
}

/** How often a rule has matched and fired, in whole and by what it counts. */
export class Tally {
  matched = 0;
  fired = 0;
  readonly #all: Count = newCount();
  readonly #units = new BoundedMap<Count>(MOST_UNITS);
  readonly #calls = new BoundedMap<Decided>(MOST_UNITS);

  /** The count of a caller, a resource … or of everything. */
  of(unit: string | undefined): Count {
    return unit === undefined ? this.#all : remembered(this.#units, unit, newCount);
  }

  /**
   * Counts a match and decides it.
   * @param draw a number in [0, 1)
   * @param agrees a further say, asked when the rule would fire
   */
  decide(rule: FaultRule, count: Count, nowMs: number, draw: () => number, agrees: () => boolean): Verdict {
    this.matched++;
    const match = ++count.matched;
    const hasFired = fires(rule, { match, count, nowMs }, draw) && agrees();
    if (hasFired) {
      this.fired++;
      count.fired++;
      if (rule.window !== undefined) count.firedAtMs.push(nowMs);
    }
    return { match, fires: hasFired };
  }

  /** Decides about a logical call once, and says the same of all its attempts, or of the first `attempts` of them. */
  decideCall(rule: FaultRule, call: string, decide: () => Verdict): Verdict {
    const before = this.#calls.get(call);
    const decided = before ?? remembered(this.#calls, call, () => ({ ...decide(), struck: 0 }));
    const { match } = decided;
    const isStruck = decided.fires && decided.struck < (rule.attempts ?? Number.POSITIVE_INFINITY);
    if (isStruck) {
      decided.struck++;
      // The first was counted when it was decided.
      if (before !== undefined) this.fired++;
    }
    if (before !== undefined) this.matched++;
    return { match, fires: isStruck };
  }
}

function newCount(): Count {
  return { matched: 0, fired: 0, firedAtMs: [] };
}

function remembered<V>(map: BoundedMap<V>, key: string, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
