import type { Place } from "../../aws/arn-template.ts";
import { Dues, onceSettled } from "../../aws/due.ts";
import type { ServiceHost } from "../../core/service.ts";
import { groupRecords } from "./group.ts";
import type { Scaler } from "./scaler.ts";
import { type ActionRecord, actionRecords, dueOf } from "./scheduled-action.ts";

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
  look({ account, region }: Place, { group, name }: ActionRecord): void {
    const place = { account, region };
    onceSettled(this.#host.storage, () => {
      const kept = this.#actions(place).get([group, name]);
      if (kept) this.#await(place, kept);
      else this.#dues.clear(timerOf(place, { group, name }));
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
    const dueMs = dueOf(action, this.#host.clock.now());
    this.#dues.clear(timer);
    if (dueMs === undefined) return;
    this.#dues.set(timer, dueMs, () => {
      const current = this.#actions(place).get([action.group, action.name]);
      if (current) this.#act(place, current);
    });
  }

  #act(place: Place, action: ActionRecord): void {
    const groups = this.#host.store(place.account, place.region).collection(groupRecords);
    const group = groups.get([action.group]);
    if (group && !group.isDeleting) {
      const { MinSize, MaxSize, DesiredCapacity = group.desired } = action.sizes;
      // The limit that is not said gives way to the one that is.
      const min = MinSize ?? Math.min(group.min, MaxSize ?? Infinity);
      const max = MaxSize ?? Math.max(group.max, MinSize ?? 0);
      const desired = Math.min(max, Math.max(min, DesiredCapacity));
      groups.put([group.name], { ...group, min, max, desired });
      const change =
        desired === group.desired ? "" : ` changing the desired capacity from ${group.desired} to ${desired}`;
      const why = `a scheduled action update of AutoScalingGroup constraints to min: ${min}, max: ${max}, desired: ${desired}${change}.`;
      this.#scaler.look(place, group.name, why);
    }
    if (action.recurrence === undefined) this.#actions(place).delete([action.group, action.name]);
    else this.#await(place, action);
  }
}

const timerOf = ({ account, region }: Place, { group, name }: Pick<ActionRecord, "group" | "name">): string =>
  JSON.stringify([account, region, group, name]);
