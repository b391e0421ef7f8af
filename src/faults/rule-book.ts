import { isDeepStrictEqual } from "node:util";
import type { Bus, Topics } from "../core/bus.ts";
import type { Clock, Timer } from "../core/clock.ts";
import type { FaultRule, FaultRuleInput, FaultTable } from "../core/fault.ts";
import { frozen } from "../core/frozen.ts";
import type { Log } from "../core/log.ts";
import { checkedRule, checkRule, isOwnEffect, type World } from "./checked-rule.ts";
import { describeRule } from "./describe.ts";
import { type FaultLimits, Limits } from "./limits.ts";
import type { NameCheck } from "./names.ts";
import { RuleError } from "./rule-error.ts";
import { type CompiledRule, compileRule, RuleTable } from "./rule-table.ts";
import { type Effects, patchedRule } from "./rules.ts";
import type { Share } from "./share.ts";

export interface RuleBookOptions {
  readonly clock: Clock;
  readonly effects: Effects;
  readonly knows: NameCheck;
  readonly log?: Log;
  readonly bus?: Bus;
  /** How much may fail at all. */
  readonly limits?: FaultLimits;
}

/** The most rules that there can be. */
const RULES = 10_000;

/** The rules as their owners see them: who adds, changes and removes, and when they expire. Every change is told on the bus. */
export class RuleBook implements FaultTable {
  protected readonly table = new RuleTable();
  readonly #options: RuleBookOptions;
  readonly #expiries = new Map<CompiledRule, Timer>();
  /** Of rules that are there, and have not begun. */
  readonly #beginnings = new Map<CompiledRule, Timer>();
  #lastNumber = 0;
  /** Why nothing may fail any more; undefined when it may. */
  #stoppedFor: string | undefined;
  readonly limits: Limits | undefined;
  /** In a fleet: what this gateway may use of what a rule allows. */
  shareOf: ((rule: FaultRule) => Share | undefined) | undefined;
  /** In a fleet: does a rule strike no call yet, since it is not the fleet's? */
  waits: ((rule: FaultRule) => boolean) | undefined;

  constructor(options: RuleBookOptions) {
    this.#options = options;
    this.limits = options.limits && new Limits(options.limits);
  }

  /** Removes every rule at once, and takes none until `release`. @returns how many there were */
  stopAll(reason: string): number {
    this.#stoppedFor = reason;
    this.#options.log?.warn(`All faults are stopped: ${reason}.`);
    const removed = this.clear();
    this.#options.bus?.publish("fault.lever", { stoppedFor: reason });
    return removed;
  }

  /** Rules are taken again. */
  release(): void {
    if (!this.isStopped) return;
    this.#stoppedFor = undefined;
    this.#options.bus?.publish("fault.lever", { stoppedFor: undefined });
  }

  /** Why nothing may fail; undefined when it may. */
  get stoppedFor(): string | undefined {
    return this.#stoppedFor;
  }

  get isStopped(): boolean {
    return this.#stoppedFor !== undefined;
  }

  /** The effects that rules can have. */
  get effects(): Effects {
    return this.#options.effects;
  }

  /**
   * Adds a rule at the end of the table. Takes every form that `normalizeRule` understands.
   * @throws RuleError for a rule that is wrong or can never match. Operations are only checked where they are known
   * without waiting: `check` first where they may not be
   */
  add(input: FaultRuleInput): FaultRule {
    if (this.table.rules.length >= RULES) throw new RuleError(`There can be no more than ${RULES} rules.`);
    const number = this.#nextNumber();
    const rule = this.#admitted(checkedRule(input, `rule-${number}`, this.#world()));
    if (this.table.get(rule.id)) throw alreadyThere(rule.id);
    const compiled = this.compile(rule);
    if (rule.id === `rule-${number}`) this.#lastNumber = number;
    this.table.add(compiled);
    this.#expire(compiled);
    this.#await(compiled);
    this.#announce("added", compiled);
    return rule;
  }

  /**
   * Checks a rule in any form, with the operations of services whose names take a moment to know.
   * @returns the rule in its full form, for `add`
   * @throws RuleError
   */
  check(input: unknown): Promise<FaultRuleInput> {
    return checkRule(input, this.#world());
  }

  /**
   * Changes fields of a rule; null takes one away. The rule keeps its place and its counts.
   * @returns undefined when there is no such rule
   * @throws RuleError
   */
  update(id: string, changes: Readonly<Record<string, unknown>>): FaultRule | undefined {
    const old = this.table.get(id);
    if (old === undefined) return undefined;
    const patched = patchedRule(old.rule, changes, this.effects);
    const changed = this.#admitted(checkedRule(patched, id, this.#world()));
    const compiled = { ...this.compile(changed), tally: old.tally };
    this.#set(this.table.rules.map((other) => (other === old ? compiled : other)));
    this.#announce("changed", compiled);
    return changed;
  }

  remove(id: string): boolean {
    const compiled = this.table.get(id);
    return compiled !== undefined && this.#remove((other) => other === compiled, "removed") > 0;
  }

  removeOwner(owner: string): number {
    return this.#remove(({ rule }) => rule.owner === owner, "removed");
  }

  /** Removes every rule and says how many. Numbers start again, so that the same rules after it draw the same. */
  clear(): number {
    this.#lastNumber = 0;
    return this.#remove(() => true, "removed");
  }

  /**
   * Makes these the rules of an owner, all or none. One that was there under the same id and is the same keeps its
   * counts; one without an id is numbered by its place.
   * @throws RuleError
   */
  replaceOwner(owner: string, inputs: readonly FaultRuleInput[]): FaultRule[] {
    const before = new Map<string, CompiledRule>();
    const others: CompiledRule[] = [];
    for (const compiled of this.table.rules) {
      if (compiled.rule.owner === owner) before.set(compiled.rule.id, compiled);
      else others.push(compiled);
    }
    if (others.length + inputs.length > RULES)
      throw new RuleError(`There can be no more than ${RULES} rules.`);
    const taken = new Set(others.map(({ rule }) => rule.id));
    const after = inputs.map((input, index) => {
      const rule = this.#admitted(checkedRule({ ...input, owner }, `${owner}-${index + 1}`, this.#world()));
      if (taken.has(rule.id)) throw alreadyThere(rule.id);
      taken.add(rule.id);
      const old = before.get(rule.id);
      return old !== undefined && isDeepStrictEqual(old.rule, rule) ? old : this.compile(rule);
    });
    this.#set([...others, ...after]);
    for (const [id, gone] of before) if (!taken.has(id)) this.#announce("removed", gone);
    for (const compiled of after) {
      const old = before.get(compiled.rule.id);
      if (old !== compiled) this.#announce(old === undefined ? "added" : "changed", compiled);
    }
    return after.map(({ rule }) => rule);
  }

  /**
   * Makes these the rules, behind those that stay: rules in their full form, which another gateway has checked and which
   * this one must understand, all or none. One that is the same, or is said to go on, keeps its counts.
   * @throws RuleError for one that is not understood here
   */
  replaceShared(
    rules: readonly FaultRule[],
    { stays, goesOn }: { stays(rule: FaultRule): boolean; goesOn(rule: FaultRule): boolean },
  ): void {
    const before = new Map(this.table.rules.map((compiled) => [compiled.rule.id, compiled]));
    const own = this.table.rules.filter(({ rule }) => stays(rule));
    const taken = new Set(own.map(({ rule }) => rule.id));
    const shared = rules
      .filter(({ id }) => !taken.has(id))
      .map((rule) => {
        const old = before.get(rule.id);
        if (old && (old.rule === rule || isDeepStrictEqual(old.rule, rule)) && goesOn(rule)) return old;
        this.#understand(rule);
        const compiled = this.compile(Object.isFrozen(rule) ? rule : frozen(rule));
        return old && goesOn(rule) ? { ...compiled, tally: old.tally } : compiled;
      });
    this.#set([...own, ...shared]);
    for (const compiled of shared) {
      const old = before.get(compiled.rule.id);
      if (old !== compiled) this.#announce(old === undefined ? "added" : "changed", compiled);
    }
    const after = new Set([...taken, ...shared.map(({ rule }) => rule.id)]);
    for (const [id, gone] of before) if (!after.has(id)) this.#announce("removed", gone);
  }

  list(owner?: string): FaultRule[] {
    const nowMs = this.#options.clock.now();
    return this.table.rules
      .map(({ rule }) => rule)
      .filter((rule) => (owner === undefined || rule.owner === owner) && !isExpired(rule, nowMs));
  }

  get(id: string): FaultRule | undefined {
    const rule = this.table.get(id)?.rule;
    return rule === undefined || isExpired(rule, this.#options.clock.now()) ? undefined : rule;
  }

  /** How often a rule has matched and fired. */
  counts(id: string): { readonly matched: number; readonly fired: number } | undefined {
    const compiled = this.table.get(id);
    return compiled && { matched: compiled.tally.matched, fired: compiled.tally.fired };
  }

  /** Ends the timers. */
  stop(): void {
    for (const timers of [this.#expiries, this.#beginnings]) {
      for (const timer of timers.values()) timer.cancel();
      timers.clear();
    }
  }

  /** @throws RuleError */
  protected compile(rule: FaultRule): CompiledRule {
    const compiled = compileRule(
      rule,
      isOwnEffect(rule, this.#options.knows) ? undefined : this.effects.get(rule.effect),
    );
    const share = this.shareOf?.(rule);
    return share === undefined ? compiled : { ...compiled, share };
  }

  /** @throws RuleError for a rule that another gateway has taken, and this one does not know what it means */
  #understand(rule: FaultRule): void {
    checkedRule(patchedRule(rule, {}, this.effects), rule.id, this.#world());
  }

  /** @throws RuleError for a rule that may not be, here or now */
  #admitted(rule: FaultRule): FaultRule {
    if (this.#stoppedFor !== undefined)
      throw new RuleError(
        `All faults are stopped (${this.#stoppedFor}): squall stop-all --release ends that.`,
        {
          status: 409,
        },
      );
    return this.limits?.limited(rule, this.#options.clock.now()) ?? rule;
  }

  #world(): World {
    const { effects, knows, clock } = this.#options;
    return { effects, knows, nowMs: clock.now() };
  }

  /** Only a rule that is taken uses its number up, so that the same rules in the same order get the same ids. */
  #nextNumber(): number {
    let number = this.#lastNumber + 1;
    while (this.table.get(`rule-${number}`)) number++;
    return number;
  }

  #remove(isGone: (compiled: CompiledRule) => boolean, change: "removed" | "expired"): number {
    const gone = this.table.rules.filter(isGone);
    if (gone.length === 0) return 0;
    this.#set(this.table.rules.filter((compiled) => !isGone(compiled)));
    for (const compiled of gone) this.#announce(change, compiled);
    return gone.length;
  }

  #set(rules: readonly CompiledRule[]): void {
    this.table.set(rules);
    const there = new Set(rules);
    for (const timers of [this.#expiries, this.#beginnings])
      for (const [compiled, timer] of timers) {
        if (there.has(compiled)) continue;
        timer.cancel();
        timers.delete(compiled);
      }
    for (const compiled of rules) {
      this.#expire(compiled);
      this.#await(compiled);
    }
  }

  /** Tells when a rule that is there begins: what it acts on as long as it does has nobody else to hear it from. */
  #await(compiled: CompiledRule): void {
    const { startsAt } = compiled.rule;
    const nowMs = this.#options.clock.now();
    if (startsAt === undefined || startsAt <= nowMs || this.#beginnings.has(compiled)) return;
    const begin = () => {
      this.#beginnings.delete(compiled);
      this.#announce("begun", compiled);
    };
    this.#beginnings.set(compiled, this.#options.clock.setTimer(startsAt - nowMs, begin));
  }

  /** Sees to it that a rule with an end is removed then. */
  #expire(compiled: CompiledRule): void {
    const { expiresAt } = compiled.rule;
    if (expiresAt === undefined || this.#expiries.has(compiled)) return;
    const expire = () => this.#remove((other) => other === compiled, "expired");
    this.#expiries.set(compiled, this.#options.clock.setTimer(expiresAt - this.#options.clock.now(), expire));
  }

  #announce(change: Topics["fault.rule"]["change"], { rule, tally }: CompiledRule): void {
    this.#options.log?.info(() => `fault rule ${change}: ${describeRule(rule)}`);
    const { matched, fired } = tally;
    this.#options.bus?.publish("fault.rule", { change, ruleId: rule.id, owner: rule.owner, matched, fired });
  }
}

export function isExpired(rule: FaultRule, nowMs: number): boolean {
  return rule.expiresAt !== undefined && rule.expiresAt <= nowMs;
}

function alreadyThere(id: string): RuleError {
  return new RuleError(`There is a rule "${id}" already.`, { field: "id", status: 409 });
}
