import { isDeepStrictEqual } from "node:util";
import type { FaultRule } from "../core/fault.ts";
import type { FleetRule, Snapshot } from "./port.ts";
import type { TokenChange } from "./tokens.ts";

/** What has been changed here and is not in a snapshot yet. */
export interface Changes {
  /** By the rule's id: the rule as it is now, or that it was removed. */
  readonly rules: ReadonlyMap<string, RuleChange>;
  /** The safety lever, where somebody pulled it. */
  readonly lever?: { readonly stoppedFor: string | undefined };
  readonly tokens?: TokenChange;
}

export type RuleChange =
  | { readonly kind: "added" | "changed"; readonly rule: FaultRule; readonly heldBy?: string }
  | { readonly kind: "removed" };

/** A snapshot after changes, and the rules that could not be put in since others were faster. */
export interface Changed {
  readonly snapshot: Snapshot;
  /** Nothing is different: others have done the same. */
  readonly isSame: boolean;
  readonly conflicts: readonly string[];
}

/**
 * The next version: the one before with these changes. Rules that are over are left out.
 * @throws FleetError when the tokens cannot be changed so any more
 */
export function changed(before: Snapshot, changes: Changes, nowMs: number): Changed {
  const version = before.version + 1;
  const conflicts: string[] = [];
  const { lever } = changes;
  const stoppedFor = lever === undefined ? before.stoppedFor : lever.stoppedFor;
  const rules = new Map(
    before.rules
      .filter(({ rule }) => rule.expiresAt === undefined || rule.expiresAt > nowMs)
      .map((fleetRule) => [fleetRule.rule.id, fleetRule] as const),
  );
  if (lever?.stoppedFor !== undefined) rules.clear();
  let isSame = stoppedFor === before.stoppedFor && changes.tokens === undefined;
  for (const [id, change] of changes.rules) {
    const old = rules.get(id);
    if (change.kind !== "removed" || old !== undefined) isSame = false;
    if (change.kind === "removed") rules.delete(id);
    else if (!fits(change, old) || stoppedFor !== undefined) conflicts.push(id);
    else rules.set(id, put(change, old, version));
  }
  return {
    snapshot: {
      version,
      seed: before.seed,
      rules: [...rules.values()],
      ...(stoppedFor !== undefined && { stoppedFor }),
      tokens: changes.tokens?.(before.tokens) ?? before.tokens,
      atMs: nowMs,
    },
    isSame,
    conflicts,
  };
}

/** A change fits what it was made of; so does one that has arrived already, though nobody heard so. */
function fits(change: Extract<RuleChange, { rule: FaultRule }>, old: FleetRule | undefined): boolean {
  if (change.kind === "changed") return old !== undefined;
  return old === undefined || isDeepStrictEqual(old.rule, change.rule);
}

function put(
  { rule, heldBy }: Extract<RuleChange, { rule: FaultRule }>,
  old: FleetRule | undefined,
  version: number,
): FleetRule {
  return {
    rule,
    since: old?.since ?? version,
    changed: version,
    ...(heldBy !== undefined && { heldBy }),
  };
}
