import type { FaultRule } from "../core/fault.ts";
import { RuleError } from "./rule-error.ts";

/** How much may fail, whatever the rules say. For a cloud of one's own there is no need of any. */
export interface FaultLimits {
  /** So many faults, and no more until the next start. */
  readonly most?: number;
  /** At most so many percent of the calls of the last minute. */
  readonly share?: number;
  /** No rule lives longer than so many milliseconds; one that names no end gets this one. */
  readonly longestMs?: number;
}

/** How many seconds the share is taken of. */
const SECONDS = 60;

interface Second {
  at: number;
  calls: number;
  struck: number;
}

/** Counts calls and faults against their limits. */
export class Limits {
  readonly #limits: FaultLimits;
  readonly #seconds: Second[] = Array.from({ length: SECONDS }, () => ({ at: -1, calls: 0, struck: 0 }));
  #struck = 0;

  constructor(limits: FaultLimits) {
    this.#limits = limits;
  }

  /** How many faults there have been, and how many there may be. */
  get state(): FaultLimits & { readonly struck: number } {
    return { ...this.#limits, struck: this.#struck };
  }

  /** A call has come. */
  sees(nowMs: number): void {
    if (this.#limits.share !== undefined) this.#secondOf(nowMs).calls++;
  }

  /** May one more fault strike? If so, it is counted. */
  allows(nowMs: number): boolean {
    const { most = Number.POSITIVE_INFINITY, share } = this.#limits;
    if (this.#struck >= most) return false;
    if (share !== undefined) {
      const since = Math.floor(nowMs / 1000) - SECONDS;
      const lately = this.#seconds.filter(({ at }) => at > since);
      const calls = lately.reduce((sum, second) => sum + second.calls, 0);
      const struck = lately.reduce((sum, second) => sum + second.struck, 0);
      if ((struck + 1) * 100 > calls * share) return false;
      this.#secondOf(nowMs).struck++;
    }
    this.#struck++;
    return true;
  }

  /**
   * The rule with an end that is not too far away.
   * @throws RuleError for one that wants to live longer
   */
  limited(rule: FaultRule, nowMs: number): FaultRule {
    const { longestMs } = this.#limits;
    if (longestMs === undefined) return rule;
    const last = nowMs + longestMs;
    if (rule.expiresAt === undefined) return Object.freeze({ ...rule, expiresAt: last });
    if (rule.expiresAt <= last) return rule;
    throw new RuleError(`No rule may live longer than ${longestMs / 1000} s here.`, { field: "ttl" });
  }

  #secondOf(nowMs: number): Second {
    const at = Math.floor(nowMs / 1000);
    const second = this.#seconds[at % SECONDS] as Second;
    if (second.at !== at) Object.assign(second, { at, calls: 0, struck: 0 });
    return second;
  }
}
