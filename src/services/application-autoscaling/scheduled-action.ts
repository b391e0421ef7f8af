import { defineCollection } from "../../core/storage.ts";
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
