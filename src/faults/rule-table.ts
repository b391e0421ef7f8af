import type { FaultEffect, FaultRule } from "../core/fault.ts";
import { Candidates } from "./candidates.ts";
import { API, serviceOf } from "./checked-rule.ts";
import { compileMatch, type Facts, matchesName } from "./match.ts";
import type { Share } from "./share.ts";
import { Tally } from "./tally.ts";

/** A rule ready to strike: what it matches compiled, and how often it has. */
export interface CompiledRule {
  readonly rule: FaultRule;
  /** Absent for an effect that the declaring service carries out itself. */
  readonly effect: FaultEffect | undefined;
  readonly matchesName: (service: string, operation: string) => boolean;
  readonly matches: (facts: Facts) => boolean;
  readonly tally: Tally;
  /** In a fleet, for a rule that allows only so much of something. */
  readonly share?: Share | undefined;
  /** True for a rule that must know who a call is before it can decide. */
  readonly wantsIdentity: boolean;
}

/** @throws RuleError for a JMESPath expression that does not parse */
export function compileRule(rule: FaultRule, effect: FaultEffect | undefined): CompiledRule {
  return {
    rule,
    effect,
    matchesName: matchesName(rule.match),
    matches: compileMatch(rule.match),
    tally: new Tally(),
    wantsIdentity: wantsIdentity(rule),
  };
}

function wantsIdentity({ percentage, ramp, per = "attempt", match }: FaultRule): boolean {
  const isOpen = ramp !== undefined || (percentage > 0 && percentage < 100);
  return isOpen || per === "call" || match.site !== undefined || match.parent !== undefined;
}

/** The rules of one point, in order, and for each service and operation that was called those that it can meet. */
interface Point {
  readonly rules: CompiledRule[];
  readonly met: Map<string, Map<string, Candidates | undefined>>;
}

/** Names come from requests too, and must not fill the memory. */
const REMEMBERED_OPERATIONS = 10_000;

/**
 * All rules in their order. Which of them an operation can meet is worked out at its first call and forgotten when a
 * rule comes or goes: a call that no rule is for costs a look-up in a map, whatever rules there are for others.
 */
export class RuleTable {
  #rules: CompiledRule[] = [];
  readonly #byId = new Map<string, CompiledRule>();
  readonly #points = new Map<string, Point>();
  /** Rules that want to know who calls: is there one at all, and the services at whose points there are. */
  #asks = false;
  readonly #askingAtPoints = new Set<string>();
  #remembered = 0;

  get rules(): readonly CompiledRule[] {
    return this.#rules;
  }

  get(id: string): CompiledRule | undefined {
    return this.#byId.get(id);
  }

  hasPoint(point: string): boolean {
    return this.#points.has(point);
  }

  /** Adds a rule at the end. */
  add(compiled: CompiledRule): void {
    const { id, point } = compiled.rule;
    this.#rules.push(compiled);
    this.#byId.set(id, compiled);
    const at: Point = this.#points.get(point) ?? { rules: [], met: new Map() };
    this.#points.set(point, at);
    at.rules.push(compiled);
    at.met.clear();
    this.#remembered = 0;
    if (!compiled.wantsIdentity) return;
    this.#asks = true;
    if (point !== API) this.#askingAtPoints.add(serviceOf(point));
  }

  /** Replaces the whole table. */
  set(rules: readonly CompiledRule[]): void {
    this.#rules = [];
    this.#byId.clear();
    this.#points.clear();
    this.#askingAtPoints.clear();
    this.#asks = false;
    for (const compiled of rules) this.add(compiled);
  }

  /** The rules that a call of this operation can meet at a point, in table order; undefined when there are none. */
  candidates(point: string, service: string, operation: string): Candidates | undefined {
    const at = this.#points.get(point);
    if (at === undefined) return undefined;
    const operations = at.met.get(service);
    if (operations?.has(operation)) return operations.get(operation);
    return this.#meet(at, service, operation);
  }

  /**
   * May a rule want to know who a call of this operation is? One that it can meet; and one at a point of its service, where
   * what a call leaves behind (a message, an event) may come to after many other calls.
   */
  asksWho(service: string, operation: string): boolean {
    if (!this.#asks) return false;
    if (this.#askingAtPoints.has(service)) return true;
    return this.candidates(API, service, operation)?.askWho ?? false;
  }

  #meet(at: Point, service: string, operation: string): Candidates | undefined {
    const found = at.rules.filter((compiled) => compiled.matchesName(service, operation));
    const candidates = found.length > 0 ? new Candidates(found) : undefined;
    if (++this.#remembered > REMEMBERED_OPERATIONS) return candidates;
    const operations = at.met.get(service) ?? new Map();
    at.met.set(service, operations.set(operation, candidates));
    return candidates;
  }
}
