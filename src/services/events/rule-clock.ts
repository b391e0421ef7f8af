import { Dues, onceSettled } from "../../aws/due.ts";
import { parseDuration } from "../../core/clock.ts";
import { nextDue, parseSchedule } from "../../core/schedule-expression.ts";
import type { ServiceHost } from "../../core/service.ts";
import { isoSeconds } from "../../core/text.ts";
import type { Deliveries } from "./deliveries.ts";
import type { Event } from "./event.ts";
import { storeAt, type Where } from "./event-bus.ts";
import { SCHEDULE } from "./fault-points.ts";
import { isEnabled, type RuleRecord, ruleRecords } from "./rule.ts";

/** Rules with a schedule, each with a timer for when it is due next. What was due while Squall was down is not made up for. */
export class RuleClock {
  readonly #host: ServiceHost;
  readonly #deliveries: Deliveries;
  readonly #dues: Dues;

  constructor(host: ServiceHost, deliveries: Deliveries) {
    this.#host = host;
    this.#dues = new Dues(host);
    this.#deliveries = deliveries;
  }

  /** A rule is new, changed or gone, or that could not be kept: it is waited for as it is kept. */
  look({ account, region }: Where, { bus, name }: Pick<RuleRecord, "bus" | "name">): void {
    const where = { account, region };
    onceSettled(this.#host.storage, () => {
      const kept = storeAt(this.#host, where).collection(ruleRecords).get([bus, name]);
      if (kept) this.set(where, kept);
      else this.clear(where, { bus, name });
    });
  }

  /** Waits for a rule's next time; one that is disabled, or has no schedule, rests. */
  set(where: Where, rule: RuleRecord): void {
    this.clear(where, rule);
    const schedule = rule.schedule === undefined ? undefined : parseSchedule(rule.schedule);
    if (!schedule || !isEnabled(rule)) return;
    const now = this.#host.clock.now();
    const dueMs = nextDue(schedule, now, { anchorMs: rule.anchorMs });
    if (dueMs === undefined) return;
    const place = { account: where.account, region: where.region };
    const { generation } = storeAt(this.#host, place);
    this.#dues.set(keyOf(where, rule), dueMs, () => {
      const store = storeAt(this.#host, place);
      const current = store.collection(ruleRecords).get([rule.bus, rule.name]);
      if (!current || store.generation !== generation) return;
      this.#fire(place, current, dueMs);
      this.set(place, current);
    });
  }

  clear(where: Where, rule: Pick<RuleRecord, "bus" | "name">): void {
    this.#dues.clear(keyOf(where, rule));
  }

  resume(): void {
    for (const where of this.#host.scopes())
      for (const rule of storeAt(this.#host, where).collection(ruleRecords).values()) this.set(where, rule);
  }

  stop(): void {
    this.#dues.stop();
  }

  #fire(where: Where, rule: RuleRecord, dueMs: number): void {
    const subject = { resource: rule.arn, operation: "ScheduledEvent", input: { Rule: rule.name } };
    let copies = 1;
    let lateMs = 0;
    for (const { effect, params } of this.#host.hits(SCHEDULE, subject, where)) {
      if (effect === "skip") return;
      if (effect === "duplicate") copies += Number(params["copies"] ?? 1);
      if (effect === "delay") lateMs += parseDuration(params["ms"]) ?? 0;
    }
    for (let copy = 0; copy < copies; copy++) this.#send(where, rule, dueMs, lateMs);
  }

  #send(where: Where, rule: RuleRecord, dueMs: number, lateMs: number): void {
    const event: Event = {
      version: "0",
      id: this.#host.random.uuid(),
      "detail-type": "Scheduled Event",
      source: "aws.events",
      account: where.account,
      time: isoSeconds(dueMs),
      region: where.region,
      resources: [rule.arn],
      detail: {},
    };
    this.#deliveries.send(where, [rule], JSON.stringify(event), {}, lateMs);
  }
}

const keyOf = ({ account, region }: Where, { bus, name }: Pick<RuleRecord, "bus" | "name">) =>
  JSON.stringify([account, region, bus, name]);
