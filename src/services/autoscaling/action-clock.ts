import { ActionClock } from "../../aws/action-clock.ts";
import type { Place } from "../../aws/arn-template.ts";
import { limitsBy } from "../../aws/scaling-adjustment.ts";
import type { ServiceHost } from "../../core/service.ts";
import { groupRecords } from "./group.ts";
import type { Scaler } from "./scaler.ts";
import { type ActionRecord, actionKey, actionRecords, dueOf } from "./scheduled-action.ts";

/** Scheduled actions change the sizes of their groups. */
export const actionClock = (host: ServiceHost, scaler: Scaler): ActionClock<ActionRecord> =>
  new ActionClock(host, {
    collection: actionRecords,
    keyOf: actionKey,
    dueOf,
    act(place, action) {
      carryOut(host, scaler, place, action);
      const actions = host.store(place.account, place.region).collection(actionRecords);
      if (action.recurrence === undefined) actions.delete(actionKey(action));
    },
  });

function carryOut(host: ServiceHost, scaler: Scaler, place: Place, action: ActionRecord): void {
  const groups = host.store(place.account, place.region).collection(groupRecords);
  const group = groups.get([action.group]);
  if (!group || group.isDeleting) return;
  const { MinSize, MaxSize, DesiredCapacity = group.desired } = action.sizes;
  const { min, max } = limitsBy(group, { min: MinSize, max: MaxSize });
  const desired = Math.min(max, Math.max(min, DesiredCapacity));
  groups.put([group.name], { ...group, min, max, desired });
  const change =
    desired === group.desired ? "" : ` changing the desired capacity from ${group.desired} to ${desired}`;
  const why = `a scheduled action update of AutoScalingGroup constraints to min: ${min}, max: ${max}, desired: ${desired}${change}.`;
  scaler.look(place, group.name, why);
}
