import { ActionClock } from "../../aws/action-clock.ts";
import type { Place } from "../../aws/arn-template.ts";
import { limitsBy } from "../../aws/scaling-adjustment.ts";
import type { ServiceHost } from "../../core/service.ts";
import { keyOf, targetRecords } from "./scalable-target.ts";
import type { Scaler } from "./scaler.ts";
import { type ActionRecord, actionKey, actionRecords, dueOf } from "./scheduled-action.ts";

/** Scheduled actions change the limits of their targets, whose capacity is then brought between them. */
export const actionClock = (host: ServiceHost, scaler: Scaler): ActionClock<ActionRecord> =>
  new ActionClock(host, {
    collection: actionRecords,
    keyOf: actionKey,
    dueOf,
    act: (place, action) => carryOut(host, scaler, place, action),
  });

function carryOut(host: ServiceHost, scaler: Scaler, place: Place, action: ActionRecord): void {
  const targets = host.store(place.account, place.region).collection(targetRecords);
  const target = targets.get(keyOf(action));
  if (!target || target.suspended.ScheduledScalingSuspended) return;
  const { MinCapacity, MaxCapacity } = action.action;
  targets.put(keyOf(target), { ...target, ...limitsBy(target, { min: MinCapacity, max: MaxCapacity }) });
  const said = [
    ...(MinCapacity === undefined ? [] : [`minimum capacity to ${MinCapacity}`]),
    ...(MaxCapacity === undefined ? [] : [`maximum capacity to ${MaxCapacity}`]),
  ].join(" and ");
  scaler.note(place, target, {
    description: `Setting ${said}`,
    cause: `scheduled action name ${action.name} was triggered`,
    status: "Successful",
    message: `Successfully set ${said}`,
    startedMs: host.clock.now(),
  });
  const below = MinCapacity === undefined ? "maximum" : "minimum";
  scaler.confine(place, target, `${below} capacity was set to ${MinCapacity ?? MaxCapacity}`);
}
