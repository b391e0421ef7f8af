import { nextOf, parseCron } from "../../core/cron.ts";
import { defineCollection } from "../../core/storage.ts";
import type * as AutoScaling from "../../models/generated/autoscaling.ts";

/** A scheduled action as it is kept, by its group and its name. */
export interface ActionRecord {
  readonly group: string;
  readonly name: string;
  readonly arn: string;
  /** Without it, it is done once. */
  readonly recurrence?: string;
  readonly timeZone?: string;
  readonly startMs?: number;
  readonly endMs?: number;
  readonly sizes: Pick<AutoScaling.ScheduledUpdateGroupAction, "MinSize" | "MaxSize" | "DesiredCapacity">;
}

export const actionRecords = defineCollection<ActionRecord>({ name: "scheduledActions" });

export const actionKey = ({ group, name }: Pick<ActionRecord, "group" | "name">) => [group, name] as const;

const WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/** A crontab's five fields (`0 8 * * 1-5`) as AWS's six. @returns undefined for what is none, or names days in both ways */
export function recurrenceOf(text: string): ReturnType<typeof parseCron> {
  const fields = text.trim().split(/\s+/);
  if (fields.length !== 5) return undefined;
  const [minute, hour, day, month, weekday = ""] = fields;
  if (day !== "*" && weekday !== "*") return undefined;
  // A crontab counts from Sunday, 0, to Sunday, 7.
  const named = weekday.replace(/(?<![\d/])[0-7](?!\d)/g, (digit) => WEEKDAYS[Number(digit) % 7] ?? digit);
  const days = weekday === "*" ? `${day} ${month} ?` : `? ${month} ${named}`;
  return parseCron(`${minute} ${hour} ${days} *`);
}

/** When an action is due next, in epoch milliseconds; undefined when it is not due any more. */
export function dueOf(
  { recurrence, timeZone = "UTC", startMs, endMs }: ActionRecord,
  nowMs: number,
): number | undefined {
  const cron = recurrence === undefined ? undefined : recurrenceOf(recurrence);
  const after = startMs !== undefined && startMs > nowMs ? startMs - 1 : nowMs;
  const due = cron
    ? nextOf(cron, after, timeZone)
    : startMs !== undefined && startMs > nowMs
      ? startMs
      : undefined;
  return due !== undefined && endMs !== undefined && due > endMs ? undefined : due;
}

export function describeAction(action: ActionRecord, nowMs: number): AutoScaling.ScheduledUpdateGroupAction {
  const next = action.startMs ?? dueOf(action, nowMs);
  return {
    AutoScalingGroupName: action.group,
    ScheduledActionName: action.name,
    ScheduledActionARN: action.arn,
    ...(next !== undefined && { Time: new Date(next), StartTime: new Date(next) }),
    ...(action.endMs !== undefined && { EndTime: new Date(action.endMs) }),
    ...(action.recurrence !== undefined && { Recurrence: action.recurrence }),
    ...(action.timeZone !== undefined && { TimeZone: action.timeZone }),
    ...action.sizes,
  };
}
