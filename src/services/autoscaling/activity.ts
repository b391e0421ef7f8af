import { defineCollection } from "../../core/storage.ts";
import type * as AutoScaling from "../../models/generated/autoscaling.ts";

/** Something that a group has done to its instances, by group and number. */
export interface ActivityRecord {
  readonly id: string;
  readonly group: string;
  readonly groupArn: string;
  /** The newest has the least, so that it comes first. */
  readonly number: number;
  readonly description: string;
  readonly cause: string;
  readonly status: "Successful" | "Failed";
  readonly message?: string;
  readonly zone: string;
  readonly startedMs: number;
  readonly endedMs: number;
}

export const activityRecords = defineCollection<ActivityRecord>({ name: "activities" });

export const describeActivity = (activity: ActivityRecord): AutoScaling.Activity => ({
  ActivityId: activity.id,
  AutoScalingGroupName: activity.group,
  AutoScalingGroupARN: activity.groupArn,
  Description: activity.description,
  Cause: activity.cause,
  StartTime: new Date(activity.startedMs),
  EndTime: new Date(activity.endedMs),
  StatusCode: activity.status,
  ...(activity.message !== undefined && { StatusMessage: activity.message }),
  Progress: 100,
  Details: JSON.stringify({ "Availability Zone": activity.zone }),
});
