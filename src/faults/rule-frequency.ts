import { parseDuration } from "../core/clock.ts";
import type { FaultRule, FaultRuleInput } from "../core/fault.ts";
import { toNumber } from "./parameters.ts";
import { RuleError } from "./rule-error.ts";

/** A window remembers when the rule fired: `times` of them. */
const MOST_IN_A_WINDOW = 10_000;

type Part<Name extends keyof FaultRule> = { readonly [N in Name]?: FaultRule[N] };

/**
 * The fields that say how often, of a rule whose fields are right one by one.
 * @throws RuleError for fields that make no sense without others
 */
export function checkedFrequency(
  given: FaultRuleInput,
  nowMs: number,
): Part<"per" | "attempts" | "times" | "window" | "skip" | "every" | "sequence" | "repeat" | "ramp"> {
  const { per, attempts, times, skip, every, sequence, repeat, ramp } = given;
  const window = given.window as number | undefined;
  needs(attempts, "attempts", per === "call", 'per: "call"');
  needs(window, "window", times !== undefined, "times");
  needs(repeat, "repeat", sequence !== undefined, "sequence");
  if (window !== undefined && times !== undefined && times > MOST_IN_A_WINDOW) {
    throw new RuleError(`With a window, times is at most ${MOST_IN_A_WINDOW}.`, { field: "times" });
  }
  return {
    ...(per !== undefined && per !== "attempt" && { per }),
    ...(attempts !== undefined && { attempts }),
    ...(times !== undefined && { times }),
    ...(window !== undefined && { window }),
    ...(skip !== undefined && { skip }),
    ...(every !== undefined && { every }),
    ...(sequence !== undefined && { sequence }),
    ...(repeat && { repeat }),
    ...(ramp !== undefined && {
      ramp: {
        from: ramp.from ?? 0,
        over: ramp.over as number,
        at: timeOf(ramp.at, nowMs) ?? timeOf(given.from, nowMs) ?? nowMs,
      },
    }),
  };
}

/** When the rule begins and ends. @throws RuleError for an end that is over, or that is said twice */
export function checkedTimes(given: FaultRuleInput, nowMs: number): Part<"startsAt" | "expiresAt"> {
  const { from, until, ttl } = given;
  if (until !== undefined && ttl !== undefined) {
    throw new RuleError("A rule ends by its ttl or by its until, not by both.", { field: "until" });
  }
  const startsAt = timeOf(from, nowMs);
  // A lifetime begins with the rule's effect.
  const expiresAt =
    ttl === undefined ? timeOf(until, nowMs) : Math.max(startsAt ?? nowMs, nowMs) + (ttl as number);
  if (expiresAt !== undefined && expiresAt <= nowMs) {
    throw new RuleError("until is over already.", { field: "until" });
  }
  if (expiresAt !== undefined && startsAt !== undefined && expiresAt <= startsAt) {
    throw new RuleError("until is before from.", { field: "until" });
  }
  return { ...(startsAt !== undefined && { startsAt }), ...(expiresAt !== undefined && { expiresAt }) };
}

function needs(value: unknown, name: string, isThere: boolean, other: string): void {
  if (value !== undefined && value !== false && !isThere)
    throw new RuleError(`${name} needs ${other}.`, { field: name });
}

const DATE = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/;

/** A point in time, written as a date (ISO 8601) or as how long from now, in epoch milliseconds. */
export function timeOf(value: string | number | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "string" && DATE.test(value)) {
    const ms = Date.parse(value);
    return Number.isNaN(ms) ? undefined : ms;
  }
  const ms = parseDuration(toNumber(value) ?? value);
  return ms === undefined ? undefined : nowMs + ms;
}
