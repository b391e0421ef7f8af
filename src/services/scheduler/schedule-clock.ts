import { Dues, onceSettled } from "../../aws/due.ts";
import { parseDuration } from "../../core/clock.ts";
import { nextDue, parseSchedule } from "../../core/schedule-expression.ts";
import type { ServiceHost } from "../../core/service.ts";
import { sure } from "../../core/sure.ts";
import { DUE } from "./fault-points.ts";
import type { Invocations } from "./invocations.ts";
import { type ScheduleRecord, scheduleRecords, type Where } from "./schedule.ts";

/** Schedules that are at work, each with a timer for when it is due next. What was due while Squall was down is not made up for. */
export class ScheduleClock {
  readonly #host: ServiceHost;
  readonly #invocations: Invocations;
  readonly #dues: Dues;

  constructor(host: ServiceHost, invocations: Invocations) {
    this.#host = host;
    this.#dues = new Dues(host);
    this.#invocations = invocations;
  }

  /** A schedule is new, changed or gone, or that could not be kept: it is waited for as it is kept. */
  look({ account, region }: Where, { group, name }: Pick<ScheduleRecord, "group" | "name">): void {
    const where = { account, region };
    onceSettled(this.#host.storage, () => {
      const kept = this.#host.store(account, region).collection(scheduleRecords).get([group, name]);
      if (kept) this.set(where, kept);
      else this.clear(where, { group, name });
    });
  }

  /** Waits for a schedule's next time; one that is disabled, or over, rests. */
  set(where: Where, schedule: ScheduleRecord): void {
    this.clear(where, schedule);
    const dueMs = this.#dueOf(schedule);
    if (dueMs === undefined) return;
    const place = { account: where.account, region: where.region };
    const { generation } = this.#host.store(place.account, place.region);
    const fire = () => {
      const store = this.#host.store(place.account, place.region);
      const current = store.collection(scheduleRecords).get([schedule.group, schedule.name]);
      if (!current || store.generation !== generation) return;
      store.transaction(() => this.#fire(place, current, dueMs));
    };
    if (dueMs > this.#host.clock.now()) this.#dues.set(keyOf(where, schedule), dueMs, fire);
    else this.#dues.now(keyOf(where, schedule), fire);
  }

  clear(where: Where, schedule: Pick<ScheduleRecord, "group" | "name">): void {
    this.#dues.clear(keyOf(where, schedule));
  }

  resume(): void {
    for (const where of this.#host.scopes()) {
      const store = this.#host.store(where.account, where.region);
      for (const schedule of store.collection(scheduleRecords).values()) this.set(where, schedule);
    }
  }

  stop(): void {
    this.#dues.stop();
  }

  #dueOf(record: ScheduleRecord): number | undefined {
    if (record.state !== "ENABLED") return undefined;
    const { timeZone, expression } = record;
    // It was read when the schedule was made.
    const parsed = sure(parseSchedule(expression));
    // Dates are nothing to a one-time schedule: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
    const { startMs, endMs } = parsed.kind === "at" ? {} : record;
    if (record.isNew)
      return endMs !== undefined && record.modifiedAtMs > endMs ? undefined : record.modifiedAtMs;
    const now = this.#host.clock.now();
    // A schedule that begins later may be due at its very beginning.
    const after = startMs !== undefined && startMs > now ? startMs - 1 : now;
    const due = nextDue(parsed, after, {
      anchorMs: startMs ?? record.modifiedAtMs,
      timeZone,
    });
    return due !== undefined && endMs !== undefined && due > endMs ? undefined : due;
  }

  #fire(where: Where, current: ScheduleRecord, dueMs: number): void {
    const { isNew, ...schedule } = current;
    const store = this.#host.store(where.account, where.region);
    const key = [schedule.group, schedule.name];
    if (isNew) store.collection(scheduleRecords).put(key, schedule);
    const windowMs = (schedule.window.MaximumWindowInMinutes ?? 0) * 60_000;
    let laterMs = Math.floor(this.#host.random.next() * windowMs);
    let copies = 1;
    const subject = { resource: schedule.arn, operation: "Due", input: { Name: schedule.name } };
    for (const { effect, params } of this.#host.hits(DUE, subject, where)) {
      if (effect === "skip") copies = 0;
      if (effect === "duplicate") copies += Number(params["copies"] ?? 1);
      if (effect === "delay") laterMs += parseDuration(params["ms"]) ?? 0;
    }
    for (let copy = 0; copy < copies; copy++) this.#invocations.invoke(where, schedule, dueMs, laterMs);
    if (this.#dueOf(schedule) !== undefined) this.set(where, schedule);
    else if (schedule.afterCompletion === "DELETE") store.collection(scheduleRecords).delete(key);
  }
}

const keyOf = ({ account, region }: Where, { group, name }: Pick<ScheduleRecord, "group" | "name">) =>
  JSON.stringify([account, region, group, name]);
