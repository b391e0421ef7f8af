import { nextDue, parseSchedule } from "../../core/schedule-expression.ts";
import { defineCollection } from "../../core/storage.ts";
import { sure } from "../../core/sure.ts";
import type * as Scaling from "../../models/generated/application-autoscaling.ts";
import { nameOf, type TargetKey } from "./scalable-target.ts";

/** A scheduled action as it is kept, by its target and its name. */
export interface ActionRecord extends TargetKey {
  readonly name: string;
  readonly arn: string;
  readonly schedule: string;
  readonly timeZone?: string;
  readonly startMs?: number;
  readonly endMs?: number;
  readonly action: Scaling.ScalableTargetAction;
  readonly createdMs: number;
}

export const actionRecords = defineCollection<ActionRecord>({ name: "scheduledActions" });

export const actionKey = ({
  service,
  resourceId,
  dimension,
  name,
}: Pick<ActionRecord, keyof TargetKey | "name">) => [service, resourceId, dimension, name] as const;

/** When an action is due next, in epoch milliseconds; undefined when it is not due any more. */
export function dueOf(
  { schedule, timeZone = "UTC", startMs, endMs, createdMs }: ActionRecord,
  nowMs: number,
): number | undefined {
  const after = startMs !== undefined && startMs > nowMs ? startMs - 1 : nowMs;
  // It was read when the action was put.
  const due = nextDue(sure(parseSchedule(schedule)), after, { anchorMs: startMs ?? createdMs, timeZone });
  return due !== undefined && endMs !== undefined && due > endMs ? undefined : due;
}

export const describeAction = (action: ActionRecord): Scaling.ScheduledAction => ({
  ScheduledActionName: action.name,
  ScheduledActionARN: action.arn,
  ...nameOf(action),
  Schedule: action.schedule,
  ...(action.timeZone !== undefined && { Timezone: action.timeZone }),
  ...(action.startMs !== undefined && { StartTime: new Date(action.startMs) }),
  ...(action.endMs !== undefined && { EndTime: new Date(action.endMs) }),
  ScalableTargetAction: action.action,
  CreationTime: new Date(action.createdMs),
});
