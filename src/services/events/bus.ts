import { eventToMatch } from "../../core/event-pattern/pattern.ts";
import type { ServiceHost } from "../../core/service.ts";
import { isRead } from "./api-call-record.ts";
import type { Archives } from "./archives-of-bus.ts";
import type { Deliveries } from "./deliveries.ts";
import type { Event } from "./event.ts";
import { readBus, storeAt, type Where } from "./event-bus.ts";
import type { RuleTable } from "./rule-table.ts";

/** What an event has with it that is no part of it. */
export interface Passage {
  /** The call that put it. */
  readonly parentId?: string;
  /** How many buses it has been on before. */
  readonly hops?: number;
  readonly traceHeader?: string;
  /** Of a replay: only these rules get it. Absent: all. */
  readonly onlyRules?: readonly string[];
}

/** Buses at work: what comes in is archived and sent to the targets of the rules that it matches. */
export class Bus {
  readonly #host: ServiceHost;
  readonly #table: RuleTable;
  readonly #deliveries: Deliveries;
  readonly #archives: Archives;

  constructor(host: ServiceHost, table: RuleTable, deliveries: Deliveries, archives: Archives) {
    this.#host = host;
    this.#table = table;
    this.#deliveries = deliveries;
    this.#archives = archives;
  }

  take(where: Where, bus: string, event: Event, passage: Passage): void {
    if (!readBus(storeAt(this.#host, where), where, bus)) return;
    const matchable = eventToMatch(event);
    if (event["replay-name"] === undefined) this.#archives.keep(where, bus, event, matchable);
    const { onlyRules } = passage;
    const rules = this.#table
      .matching(where, bus, matchable, isReadingCall(event))
      .filter(({ arn }) => onlyRules === undefined || onlyRules.includes(arn));
    if (rules.length > 0) this.#deliveries.send(where, rules, JSON.stringify(event), passage);
  }
}

const isReadingCall = (event: Event): boolean =>
  event["detail-type"] === "AWS API Call via CloudTrail" && isRead(event.detail);
