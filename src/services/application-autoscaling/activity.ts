import { defineCollection } from "../../core/storage.ts";
import type * as Scaling from "../../models/generated/application-autoscaling.ts";
import { nameOf, type TargetKey } from "./scalable-target.ts";

/** A scaling that was done or tried, by number. */
export interface ActivityRecord extends TargetKey {
  readonly id: string;
  /** The newest has the least, so that it comes first. */
  readonly number: number;
  readonly description: string;
  readonly cause: string;
  readonly status: "Successful" | "Failed";
  readonly message: string;
  readonly startedMs: number;
  readonly endedMs: number;
}

export const activityRecords = defineCollection<ActivityRecord>({ name: "activities" });

export const describeActivity = (activity: ActivityRecord): Scaling.ScalingActivity => ({
  ActivityId: activity.id,
  ...nameOf(activity),
  Description: activity.description,
  Cause: activity.cause,
  StartTime: new Date(activity.startedMs),
  EndTime: new Date(activity.endedMs),
  StatusCode: activity.status,
  StatusMessage: activity.message,
});
