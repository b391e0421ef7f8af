import { isDeepStrictEqual } from "node:util";
import type { FaultRule } from "../core/fault.ts";
import { sure } from "../core/sure.ts";
import type { FleetRule, FleetToken, Snapshot } from "./port.ts";
import type { TokenChange } from "./tokens.ts";

/** What has been changed here and is not in a snapshot yet. */
export interface Changes {
  /** By the rule's id: the rule as it is now, or that it was removed. */
  readonly rules: ReadonlyMap<string, RuleChange>;
  /** The safety lever, where somebody pulled it. */
  readonly lever?: { readonly stoppedFor: string | undefined };
  readonly tokens?: TokenChange;
  /** By the mark of the change; by its hash, for a token that was added. */
  readonly withdrawn: ReadonlyMap<string, Withdrawn>;
}

export type RuleChange =
  | {
      readonly kind: "added" | "changed";
      readonly rule: FaultRule;
      readonly mark: string;
      /** The fleet's rule that it was made of. */
      readonly before: FleetRule | undefined;
      readonly heldBy?: string;
    }
  | { readonly kind: "removed" };

/** A change that was told not to have been made, though nobody knows what the store has made of it, or will. */
export interface Withdrawn {
  /** The newest version that it was in: when there is that one or a later one, what has not come does not come any more. */
  readonly version: number;
  /** What takes its place; undefined for a rule that was added. */
  readonly before: FleetRule | undefined;
  /** Who had asked for it. */
  readonly who: string;
}

/** A snapshot after changes, and the rules that could not be put in since others were faster. */
export interface Changed {
  readonly snapshot: Snapshot;
  /** Nothing is different: others have done the same. */
  readonly isSame: boolean;
  readonly conflicts: readonly string[];
  /** Withdrawn changes that the store had made. */
  readonly takenBack: readonly { readonly id: string; readonly who: string }[];
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
  const isWithdrawn = ({ hash }: FleetToken) => changes.withdrawn.has(hash);
  const tokens = before.tokens.filter((token) => !isWithdrawn(token));
  const takenBack = [
    ...withdraw(rules, changes.withdrawn, version),
    ...before.tokens.filter(isWithdrawn).map(({ name, hash }) => ({
      id: `the token ${name}`,
      who: sure(changes.withdrawn.get(hash)).who,
    })),
  ];
  // A version in which nothing is different keeps one from coming that is still on its way.
  const mayCome = changes.withdrawn.values().some((withdrawn) => withdrawn.version >= version);
  let isSame =
    stoppedFor === before.stoppedFor && changes.tokens === undefined && takenBack.length === 0 && !mayCome;
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
      tokens: changes.tokens?.(tokens) ?? tokens,
      atMs: nowMs,
    },
    isSame,
    conflicts,
    takenBack,
  };
}

/** Undoes what was withdrawn and is there all the same. */
function withdraw(
  rules: Map<string, FleetRule>,
  withdrawn: Changes["withdrawn"],
  version: number,
): Changed["takenBack"] {
  const takenBack: { id: string; who: string }[] = [];
  for (const [id, { mark }] of rules) {
    const change = mark === undefined ? undefined : withdrawn.get(mark);
    if (change === undefined) continue;
    takenBack.push({ id, who: change.who });
    if (change.before === undefined) rules.delete(id);
    else rules.set(id, { ...change.before, changed: version });
  }
  return takenBack;
}

/** A change fits what it was made of; so does one that has arrived already, though nobody heard so. */
function fits(change: Extract<RuleChange, { rule: FaultRule }>, old: FleetRule | undefined): boolean {
  if (change.kind === "changed") return old !== undefined;
  return old === undefined || old.mark === change.mark || isDeepStrictEqual(old.rule, change.rule);
}

function put(
  { rule, mark, heldBy }: Extract<RuleChange, { rule: FaultRule }>,
  old: FleetRule | undefined,
  version: number,
): FleetRule {
  return {
    rule,
    since: old?.since ?? version,
    changed: version,
    mark,
    ...(heldBy !== undefined && { heldBy }),
  };
}
