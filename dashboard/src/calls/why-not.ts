import type { CallRecord } from "../../../src/core/bus.ts";
import type { FaultDecision } from "../../../src/core/fault.ts";
import type { Rule } from "../faults/rule.ts";

/** What a rule had to do with a call, and why it did no more. */
export interface Verdict {
  readonly ruleId: string;
  readonly what: "fired" | "matched" | "passed by";
  readonly why: string;
}

/**
 * Every rule's part in a call. What matched, Squall has recorded; of the others the first criterion is named that the call's record
 * contradicts.
 */
export function verdictsOf(call: CallRecord, rules: readonly Rule[]): Verdict[] {
  const byId = new Map(rules.map((rule) => [rule.id, rule]));
  const met = call.decisions.map((decision) => decided(decision, byId.get(decision.ruleId)));
  const others = rules
    .filter(({ id }) => !call.decisions.some(({ ruleId }) => ruleId === id))
    .map((rule): Verdict => ({ ruleId: rule.id, what: "passed by", why: contradiction(call, rule) }));
  return [...met, ...others];
}

function decided(decision: FaultDecision, rule: Rule | undefined): Verdict {
  const { ruleId, effect, fired, match, gaveUp, point } = decision;
  const at = point === "api" ? "" : ` at ${point}`;
  if (fired) return { ruleId, what: "fired", why: `${effect}${at}, its match ${match}` };
  if (gaveUp !== undefined) return { ruleId, what: "passed by", why: gaveUp };
  return { ruleId, what: "matched", why: `${whyItPassed(match, rule)}${at}` };
}

function whyItPassed(match: number, rule: Rule | undefined): string {
  const nth = `its match ${match} did not fire`;
  if (!rule) return `${nth}; the rule is gone`;
  const { skip, every, sequence, times, percentage } = rule;
  if (skip !== undefined && match <= skip) return `${nth}: the first ${skip} pass`;
  if (sequence !== undefined) return `${nth}: its sequence is ${sequence.join(", ")}`;
  if (every !== undefined && every > 1) return `${nth}: only each ${every}. does`;
  if (times !== undefined && rule.fired >= times) return `${nth}: it fires ${times} times at most`;
  if (percentage < 100) return `${nth}: drawn against ${percentage} %`;
  return `${nth}: its effect, or what bounds faults, let it pass`;
}

const NAMED = ["service", "operation", "account", "region", "accessKeyId"] as const;

function contradiction(call: CallRecord, rule: Rule): string {
  const { match, point } = rule;
  if (point !== "api") return `stands at ${point}, not before the call`;
  for (const name of NAMED) {
    const wanted = match[name];
    if (wanted !== undefined && !holds(wanted, call[name]))
      return `${name} is ${call[name]}, not ${list(wanted)}`;
  }
  const { userAgent, caller, role, resource, site, parent, header, input, subnet, vpc } = match;
  if (userAgent !== undefined && !holds(`*${userAgent}*`, call.userAgent ?? ""))
    return `the user agent has no ${userAgent}`;
  const fine = { caller, role, resource, site, parent, header, input, subnet, vpc };
  const asked = Object.entries(fine).filter(([, wanted]) => wanted !== undefined);
  const names = asked.map(([name]) => name).join(" or ");
  const earlier = "an earlier rule ended the call, or this one is newer than it";
  return names === "" ? earlier : `its ${names} does not fit; or ${earlier}`;
}

const list = (wanted: unknown): string => (Array.isArray(wanted) ? wanted.join(" or ") : String(wanted));

/** Globs, of which names that begin with `!` take away. */
function holds(wanted: string | readonly string[], name: string): boolean {
  const patterns = typeof wanted === "string" ? [wanted] : wanted;
  const without = patterns.filter((pattern) => pattern.startsWith("!"));
  if (without.some((pattern) => glob(pattern.slice(1), name))) return false;
  const within = patterns.filter((pattern) => !pattern.startsWith("!"));
  return within.length === 0 || within.some((pattern) => glob(pattern, name));
}

function glob(pattern: string, name: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "i").test(name);
}
