import type { Place } from "../../aws/arn-template.ts";
import { Dues, onceSettled } from "../../aws/due.ts";
import { nextDue, parseSchedule } from "../../core/schedule-expression.ts";
import type { ServiceHost } from "../../core/service.ts";
import { sure } from "../../core/sure.ts";
import { keyOf, targetRecords } from "./scalable-target.ts";
import type { Scaler } from "./scaler.ts";
import { type ActionRecord, actionKey, actionRecords } from "./scheduled-action.ts";

/** Scheduled actions, each with a timer for when it is due next. What was due while Squall was down is not made up for. */
export class ActionClock {
  readonly #host: ServiceHost;
  readonly #scaler: Scaler;
  readonly #dues: Dues;

  constructor(host: ServiceHost, scaler: Scaler) {
    this.#host = host;
    this.#scaler = scaler;
    this.#dues = new Dues(host);
  }

  /** An action is new, changed or gone, or that could not be kept: it is waited for as it is kept. */
  look({ account, region }: Place, action: ActionRecord): void {
    const place = { account, region };
    onceSettled(this.#host.storage, () => {
      const kept = this.#actions(place).get(actionKey(action));
      if (kept) this.#await(place, kept);
      else this.#dues.clear(timerOf(place, action));
    });
  }

  resume(): void {
    for (const place of this.#host.scopes())
      for (const action of this.#actions(place).values()) this.#await(place, action);
  }

  stop(): void {
    this.#dues.stop();
  }

  #actions({ account, region }: Place) {
    return this.#host.store(account, region).collection(actionRecords);
  }

  #await({ account, region }: Place, action: ActionRecord): void {
    const place = { account, region };
    const timer = timerOf(place, action);
    const dueMs = this.#dueOf(action);
    this.#dues.clear(timer);
    if (dueMs === undefined) return;
    this.#dues.set(timer, dueMs, () => {
      const current = this.#actions(place).get(actionKey(action));
      if (current) this.#act(place, current);
    });
  }

  #dueOf({ schedule, timeZone = "UTC", startMs, endMs, createdMs }: ActionRecord): number | undefined {
    const now = this.#host.clock.now();
    const after = startMs !== undefined && startMs > now ? startMs - 1 : now;
    // It was read when the action was put.
    const due = nextDue(sure(parseSchedule(schedule)), after, { anchorMs: startMs ?? createdMs, timeZone });
    return due !== undefined && endMs !== undefined && due > endMs ? undefined : due;
  }

  #act(place: Place, action: ActionRecord): void {
    const targets = this.#host.store(place.account, place.region).collection(targetRecords);
    const target = targets.get(keyOf(action));
    if (target && !target.suspended.ScheduledScalingSuspended) {
      const { MinCapacity, MaxCapacity } = action.action;
      // The limit that is not said gives way to the one that is.
      const min = MinCapacity ?? Math.min(target.min, MaxCapacity ?? Infinity);
      const max = MaxCapacity ?? Math.max(target.max, MinCapacity ?? 0);
      targets.put(keyOf(target), { ...target, min, max });
      const said = [
        ...(MinCapacity === undefined ? [] : [`minimum capacity to ${MinCapacity}`]),
        ...(MaxCapacity === undefined ? [] : [`maximum capacity to ${MaxCapacity}`]),
      ].join(" and ");
      const startedMs = this.#host.clock.now();
      this.#scaler.note(place, target, {
        description: `Setting ${said}`,
        cause: `scheduled action name ${action.name} was triggered`,
        status: "Successful",
        message: `Successfully set ${said}`,
        startedMs,
      });
      const below = MinCapacity === undefined ? "maximum" : "minimum";
      this.#scaler.confine(place, target, `${below} capacity was set to ${MinCapacity ?? MaxCapacity}`);
    }
    this.#await(place, action);
  }
}

const timerOf = ({ account, region }: Place, action: ActionRecord): string =>
  JSON.stringify([account, region, ...actionKey(action)]);
