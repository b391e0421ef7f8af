import { upTo } from "../core/text.ts";
import type { Counts, FleetRule } from "./port.ts";

/** What counts and leases of a rule go by. No rule's id has an `@` or a `#` in it. */
export const ruleKey = ({ rule, since }: Pick<FleetRule, "rule" | "since">): string => `${rule.id}@${since}`;

/** The rule that a lease is of. */
export const ruleOfLease = (lease: string): string => upTo("#", lease);

/** Sums counts by rule. */
export function countsTogether(all: readonly Counts[]): Counts {
  const sums = new Map<string, [number, number]>();
  for (const counts of all)
    for (const [rule, [matched, fired]] of Object.entries(counts)) {
      const [otherMatched, otherFired] = sums.get(rule) ?? [0, 0];
      sums.set(rule, [otherMatched + matched, otherFired + fired]);
    }
  return Object.fromEntries(sums);
}

/** What is shared out of a rule: its `times`, or those of one of the units that it counts by. */
export const leaseKey = (rule: string, unit: string | undefined): string =>
  unit === undefined ? rule : `${rule}#${unit}`;
