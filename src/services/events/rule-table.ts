import { compilePattern, type EventPattern } from "../../core/event-pattern/pattern.ts";
import type { ServiceHost } from "../../core/service.ts";
import { storeAt, type Where } from "./event-bus.ts";
import { hearsReads, isEnabled, type RuleRecord, ruleRecords } from "./rule.ts";

interface Compiled {
  readonly rule: RuleRecord;
  readonly pattern: EventPattern;
}

interface Bus {
  readonly revision: number;
  readonly rules: readonly Compiled[];
}

/** The rules of every bus that events come to, compiled: made again when a rule has been written. */
export class RuleTable {
  readonly #host: ServiceHost;
  readonly #buses = new Map<string, Bus>();

  constructor(host: ServiceHost) {
    this.#host = host;
  }

  /**
   * Rules that an event is for, with a target or without.
   * @param event as `eventToMatch` makes it
   * @param isRead of a call that only reads: just those rules hear of it that say so in their state
   */
  matching(where: Where, bus: string, event: unknown, isRead: boolean): RuleRecord[] {
    const matched: RuleRecord[] = [];
    for (const { rule, pattern } of this.#rulesOf(where, bus))
      if ((!isRead || hearsReads(rule)) && pattern.matches(event)) matched.push(rule);
    return matched;
  }

  #rulesOf(where: Where, bus: string): readonly Compiled[] {
    const collection = storeAt(this.#host, where).collection(ruleRecords);
    const { revision } = collection;
    const key = `${where.account}/${where.region}/${bus}`;
    const known = this.#buses.get(key);
    if (known?.revision === revision) return known.rules;
    const rules = [...collection.values({ prefix: [bus] })].flatMap((rule) =>
      isEnabled(rule) && rule.pattern !== undefined ? { rule, pattern: compilePattern(rule.pattern) } : [],
    );
    this.#buses.set(key, { revision, rules });
    return rules;
  }
}
