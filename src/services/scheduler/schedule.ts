import { hasLeft, type Transition } from "../../aws/lifecycle.ts";
import { makeArn } from "../../core/arn.ts";
import type { Context } from "../../core/service.ts";
import { defineCollection } from "../../core/storage.ts";
import type * as Scheduler from "../../models/generated/scheduler.ts";
import { groupNotFound, scheduleNotFound } from "./errors.ts";

export interface Where {
  readonly account: string;
  readonly region: string;
}

/** A schedule as it is kept, by its group and its name. Times are epoch milliseconds. */
export interface ScheduleRecord {
  readonly group: string;
  readonly name: string;
  readonly arn: string;
  readonly expression: string;
  readonly timeZone: string;
  readonly startMs?: number;
  readonly endMs?: number;
  readonly description?: string;
  readonly state: string;
  readonly kmsKeyArn?: string;
  readonly target: Scheduler.Target;
  readonly window: Scheduler.FlexibleTimeWindow;
  readonly afterCompletion: string;
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
  /** Of the request that made it: made again with the same one, it is there already, and that is well. */
  readonly clientToken?: string;
  /** A rate without a start that has not been due yet. */
  readonly isNew?: true;
}

export const scheduleRecords = defineCollection<ScheduleRecord>({ name: "schedules" });

/** A group as it is kept, by its name. The default group is there also when nobody has kept anything of it. */
export interface GroupRecord {
  readonly name: string;
  readonly arn: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
  /** Of the request that made it: made again with the same one, it is there already, and that is well. */
  readonly clientToken?: string;
  readonly transition?: Transition<"DELETING">;
}

export const groupRecords = defineCollection<GroupRecord>({ name: "schedule-groups" });

export const DEFAULT_GROUP = "default";

export const groupArn = ({ account, region }: Where, name: string) =>
  makeArn("scheduler", region, account, `schedule-group/${name}`);

export const scheduleArn = ({ account, region }: Where, group: string, name: string) =>
  makeArn("scheduler", region, account, `schedule/${group}/${name}`);

const unkeptDefault = (where: Where): GroupRecord => ({
  name: DEFAULT_GROUP,
  arn: groupArn(where, DEFAULT_GROUP),
  tags: {},
  createdAtMs: 0,
  modifiedAtMs: 0,
});

/** @throws ResourceNotFoundException */
export function findGroup(name: string, ctx: Context): GroupRecord {
  const group = findGroupIfAny(name, ctx);
  if (!group) throw groupNotFound(name);
  return group;
}

export function findGroupIfAny(name: string, ctx: Context): GroupRecord | undefined {
  const groups = ctx.store.collection(groupRecords);
  const kept = groups.get([name]);
  if (kept && hasLeft(kept.transition, ctx.host)) {
    groups.delete([name]);
    return undefined;
  }
  return kept ?? (name === DEFAULT_GROUP ? unkeptDefault(ctx) : undefined);
}

/** All of a place, the default one among them. */
export function allGroups(ctx: Context): GroupRecord[] {
  const kept = [...ctx.store.collection(groupRecords).values()].filter(
    ({ transition }) => !hasLeft(transition, ctx.host),
  );
  return kept.some(({ name }) => name === DEFAULT_GROUP) ? kept : [...kept, unkeptDefault(ctx)];
}

/** @throws ResourceNotFoundException */
export function findSchedule(name: string, group: string | undefined, ctx: Context): ScheduleRecord {
  const { name: groupName } = findGroup(group ?? DEFAULT_GROUP, ctx);
  const schedule = ctx.store.collection(scheduleRecords).get([groupName, name]);
  if (!schedule) throw scheduleNotFound(name);
  return schedule;
}

/** Is a request that makes something the one again that has made it? */
export const isSameRequest = (
  { ClientToken }: { readonly ClientToken?: string },
  { clientToken }: { readonly clientToken?: string },
): boolean => ClientToken !== undefined && ClientToken === clientToken;
