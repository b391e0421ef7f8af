import type { FaultRule } from "../core/fault.ts";
import { sure } from "../core/sure.ts";
import type { Share } from "../faults/share.ts";
import { Held } from "./held.ts";
import type { FleetRule, FleetStore, LeaseRequest } from "./port.ts";
import { leaseKey, ruleKey } from "./rule-key.ts";

/** Callers and resources of a rule whose shares are known; the first are forgotten first. */
const MOST_UNITS = 10_000;

/** Two clocks: that of rules, by which windows go, and that of the machine, by which one waits for a store. */
export interface Clocks {
  nowMs(): number;
  paceMs(): number;
}

/**
 * What this gateway may use of what rules allow the whole fleet: `times`, `times` in a window, and rates. Leases are taken
 * ahead of need and in the background; a call that finds none left here is not struck. So a rule never fires more often
 * than it says, whatever comes of the store.
 */
export class Shares {
  readonly #store: FleetStore;
  readonly #gateway: string;
  readonly #clocks: Clocks;
  /** By the rule's id. */
  readonly #rules = new Map<string, RuleShare>();
  readonly #soon: () => void;
  #asking: Promise<void> | undefined;

  /** @param soon has `tend` called before long */
  constructor(store: FleetStore, gateway: string, clocks: Clocks, soon: () => void) {
    this.#store = store;
    this.#gateway = gateway;
    this.#clocks = clocks;
    this.#soon = soon;
  }

  /** The share in a rule; undefined for one that allows as much as there is. */
  of(rule: FaultRule): Share | undefined {
    const total = sharedOf(rule);
    if (total === undefined) return undefined;
    const known = this.#rules.get(rule.id);
    if (known?.fits(rule)) return known;
    const made = new RuleShare(rule, total, this.#clocks, this.#soon);
    this.#rules.set(rule.id, made);
    return made;
  }

  /** These are the fleet's rules, and what their leases are called. */
  know(rules: readonly FleetRule[]): void {
    const there = new Set<string>();
    for (const fleetRule of rules) {
      const share = this.#rules.get(fleetRule.rule.id);
      if (share === undefined) continue;
      there.add(fleetRule.rule.id);
      if (share.name(ruleKey(fleetRule))) this.#soon();
    }
    for (const [id, share] of this.#rules) if (share.isNamed && !there.has(id)) this.#rules.delete(id);
  }

  /** Asks for what is needed and gives back what others need more: one request at a time. @throws what the store says */
  tend(): Promise<void> {
    this.#asking ??= this.#tend().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  /** Gives everything back that is not used up: this gateway ends. @throws what the store says */
  async giveBack(): Promise<void> {
    const nowMs = this.#clocks.nowMs();
    await this.#give([...this.#held()].map((held) => [held, held.giveBack(nowMs)]));
  }

  async #tend(): Promise<void> {
    const nowMs = this.#clocks.nowMs();
    const asked: { readonly held: Held; readonly wants: number }[] = [];
    for (const held of this.#held()) {
      const wants = held.wants(nowMs, this.#clocks.paceMs());
      if (wants !== undefined) asked.push({ held, wants });
    }
    if (asked.length === 0) return;
    for (const { held } of asked) held.asks();
    const answers = await this.#store.lease(asked.map(({ held, wants }) => this.#request(held, wants)));
    await this.#give(
      asked.map(({ held, wants }, at) => [
        held,
        held.hears(wants, sure(answers[at]), this.#clocks.nowMs(), this.#clocks.paceMs()),
      ]),
    );
  }

  async #give(units: readonly (readonly [held: Held, units: number])[]): Promise<void> {
    const requests = units.filter(([, back]) => back > 0).map(([held, back]) => this.#request(held, -back));
    if (requests.length > 0) await this.#store.lease(requests);
  }

  #request({ key, total, comesBack }: Held, wants: number): LeaseRequest {
    return { of: key, gateway: this.#gateway, total, wants, comesBack };
  }

  *#held(): Generator<Held> {
    for (const share of this.#rules.values()) yield* share.held();
  }
}

/** Of how much a rule gives everybody a share. */
function sharedOf({ times, effect, params, owner }: FaultRule): number | undefined {
  if (owner === "file" || owner === "header") return undefined;
  if (times !== undefined) return times;
  if (effect !== "rate-limit") return undefined;
  const { rate = 1, burst = Math.max(1, Math.ceil(rate)) } = params as { rate?: number; burst?: number };
  return burst;
}

/** One rule's leases: of the whole, or one for each unit that it counts by. */
class RuleShare implements Share {
  readonly #total: number;
  readonly #kind: { readonly windowMs: number | undefined; readonly isRate: boolean };
  readonly #countsByUnit: boolean;
  readonly #clocks: Clocks;
  readonly #soon: () => void;
  /** What its leases go by; undefined until the fleet has the rule. */
  #key: string | undefined;
  #held = new Map<string | undefined, Held>();

  constructor(rule: FaultRule, total: number, clocks: Clocks, soon: () => void) {
    this.#total = total;
    this.#kind = { windowMs: rule.window, isRate: rule.times === undefined };
    this.#countsByUnit = rule.per === "caller" || rule.per === "resource";
    this.#clocks = clocks;
    this.#soon = soon;
  }

  get isNamed(): boolean {
    return this.#key !== undefined;
  }

  fits(rule: FaultRule): boolean {
    const { windowMs, isRate } = this.#kind;
    return (
      sharedOf(rule) === this.#total && rule.window === windowMs && (rule.times === undefined) === isRate
    );
  }

  /** @returns whether there is something to ask for: the first part is there before the first call */
  name(key: string): boolean {
    if (key === this.#key) return false;
    this.#key = key;
    this.#held = new Map();
    if (!this.#countsByUnit) this.#of(undefined);
    return !this.#countsByUnit;
  }

  takes(unit: string | undefined, nowMs: number): boolean {
    const held = this.#of(unit);
    if (held === undefined) return false;
    const paceMs = this.#clocks.paceMs();
    const hasOne = held.take(nowMs, paceMs);
    if (held.wants(nowMs, paceMs)) this.#soon();
    return hasOne;
  }

  of(unit: string | undefined, total: number): number {
    if (!this.#kind.isRate) return total;
    const held = this.#of(unit);
    if (held === undefined) return 0;
    const paceMs = this.#clocks.paceMs();
    held.touch(paceMs);
    if (held.wants(0, paceMs)) this.#soon();
    return held.units;
  }

  held(): Iterable<Held> {
    return this.#held.values();
  }

  #of(unit: string | undefined): Held | undefined {
    // Nobody else knows the rule yet.
    if (this.#key === undefined) return undefined;
    const known = this.#held.get(unit);
    if (known) return known;
    const made = new Held(leaseKey(this.#key, unit), this.#total, this.#clocks.paceMs(), this.#kind);
    if (this.#held.size >= MOST_UNITS) this.#held.delete(this.#held.keys().next().value);
    this.#held.set(unit, made);
    return made;
  }
}
