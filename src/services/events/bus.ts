import { eventToMatch } from "../../core/event-pattern/pattern.ts";
import type { ServiceHost } from "../../core/service.ts";
import { isRead } from "./api-call-record.ts";
import type { Archives } from "./archives-of-bus.ts";
import { type BusLogs, logs, type Step, type Told } from "./bus-log.ts";
import type { Deliveries } from "./deliveries.ts";
import type { Event } from "./event.ts";
import { type EventBusRecord, readBus, storeAt, type Where } from "./event-bus.ts";
import type { RuleTable } from "./rule-table.ts";

/** What an event has with it that is no part of it. */
export interface Passage {
  /** The call that put it. */
  readonly parentId?: string;
  /** How many buses it has been on before. */
  readonly hops?: number;
  readonly traceHeader?: string;
  /** The detail as it was put, with its spaces. Absent: an AWS service's, that has none. */
  readonly detailText?: string;
  /** Of a replay: only these rules get it. Absent: all. */
  readonly onlyRules?: readonly string[];
}

/** Buses at work: what comes in is archived and sent to the targets of the rules that it matches. */
export class Bus {
  readonly #host: ServiceHost;
  readonly #table: RuleTable;
  readonly #deliveries: Deliveries;
  readonly #archives: Archives;
  readonly #logs: BusLogs;

  constructor(
    host: ServiceHost,
    table: RuleTable,
    deliveries: Deliveries,
    archives: Archives,
    logs: BusLogs,
  ) {
    this.#host = host;
    this.#table = table;
    this.#deliveries = deliveries;
    this.#archives = archives;
    this.#logs = logs;
  }

  take(where: Where, bus: string, event: Event, passage: Passage): void {
    const record = readBus(storeAt(this.#host, where), where, bus);
    if (!record) return;
    const matchable = eventToMatch(event);
    if (event["replay-name"] === undefined)
      this.#archives.keep(where, bus, event, matchable, passage.detailText);
    const { onlyRules } = passage;
    const rules = this.#table
      .matching(where, bus, matchable, isReadingCall(event))
      .filter(({ arn }) => onlyRules === undefined || onlyRules.includes(arn));
    if (logs(record)) this.#log(where, record, event, passage, rules.length > 0);
    if (rules.length > 0) this.#deliveries.send(where, rules, JSON.stringify(event), passage);
  }

  /** An event of an AWS service that nobody wants is not told of: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-logs-execution-steps.html */
  #log(where: Where, bus: EventBusRecord, event: Event, { parentId }: Passage, isWanted: boolean): void {
    if (!isWanted && event.source.startsWith("aws.")) return;
    const told = (): Told => ({
      eventId: event.id,
      requestId: parentId,
      details: {
        caller_account_id: event.account,
        source_time_ms: Date.parse(event.time),
        source: event.source,
        detail_type: event["detail-type"],
        resources: event.resources,
        event_detail: JSON.stringify(event.detail),
      },
    });
    const tell = (step: Step) => this.#logs.tell(where, bus, step, told);
    tell("EVENT_RECEIPT");
    tell("EVENT_INGEST_SUCCESS");
    tell("RULE_MATCH_START");
    if (!isWanted)
      this.#logs.tell(where, bus, "NO_STANDARD_RULES_MATCHED", () => ({
        eventId: event.id,
        requestId: parentId,
      }));
  }
}

const isReadingCall = (event: Event): boolean =>
  event["detail-type"] === "AWS API Call via CloudTrail" && isRead(event.detail);
