import { pageOf } from "../../aws/page.ts";
import { parseSchedule } from "../../core/schedule-expression.ts";
import type { Context, Handlers } from "../../core/service.ts";
import { isTimeZone } from "../../core/time-zone.ts";
import type * as Scheduler from "../../models/generated/scheduler.ts";
import { groupLeaves, invalidExpression, scheduleExists, validation } from "./errors.ts";
import {
  DEFAULT_GROUP,
  findGroup,
  findSchedule,
  isSameRequest,
  type ScheduleRecord,
  scheduleArn,
  scheduleRecords,
} from "./schedule.ts";
import type { ScheduleClock } from "./schedule-clock.ts";
import { retryPolicyOf } from "./target.ts";
import { checkTarget } from "./target-checks.ts";

const PAGE_SIZE = 100;
const LATEST_START_MS = 300_000;

/** Schedules: https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule.html */
export const schedules = (clock: ScheduleClock): Handlers<Scheduler.Operations> => {
  const save = (schedule: ScheduleRecord, ctx: Context) => {
    ctx.store.collection(scheduleRecords).put([schedule.group, schedule.name], schedule);
    clock.look(ctx, schedule);
  };

  return {
    CreateSchedule(input, ctx) {
      const { name: group, transition } = findGroup(input.GroupName ?? DEFAULT_GROUP, ctx);
      if (transition) throw groupLeaves(group);
      check(input, ctx);
      const existing = ctx.store.collection(scheduleRecords).get([group, input.Name]);
      if (existing && isSameRequest(input, existing)) return { ScheduleArn: existing.arn };
      if (existing) throw scheduleExists(input.Name);
      const schedule = recordOf(input, group, ctx, ctx.clock.now());
      save(begun(schedule), ctx);
      return { ScheduleArn: schedule.arn };
    },

    UpdateSchedule(input, ctx) {
      const before = findSchedule(input.Name, input.GroupName, ctx);
      check(input, ctx);
      // What an update does not say is as if it had never been said.
      const schedule = recordOf(input, before.group, ctx, before.createdAtMs);
      // Inferred: at another rate it begins anew; else it goes on from this change.
      const isOther = before.isNew || before.expression !== schedule.expression;
      save(isOther ? begun(schedule) : schedule, ctx);
      return { ScheduleArn: schedule.arn };
    },

    GetSchedule: (input, ctx) => describe(findSchedule(input.Name, input.GroupName, ctx)),

    DeleteSchedule(input, ctx) {
      const schedule = findSchedule(input.Name, input.GroupName, ctx);
      ctx.store.collection(scheduleRecords).delete([schedule.group, schedule.name]);
      clock.look(ctx, schedule);
      return {};
    },

    ListSchedules({ NextToken: token, MaxResults: size = PAGE_SIZE, ...query }, ctx) {
      const { GroupName: group, NamePrefix: prefix = "", State: state } = query;
      if (group !== undefined) findGroup(group, ctx);
      const { items, nextToken } = pageOf(ctx.store.collection(scheduleRecords), {
        size,
        token,
        query,
        ...(group !== undefined && { prefix: [group] }),
        keep: (schedule) =>
          schedule.name.startsWith(prefix) && (state === undefined || state === schedule.state),
        refuse: () => validation("Invalid NextToken."),
      });
      return { Schedules: items.map(summary), ...(nextToken && { NextToken: nextToken }) };
    },
  };
};

/** A rate without a start date is due at once: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#rate-based */
const begun = (schedule: ScheduleRecord): ScheduleRecord =>
  parseSchedule(schedule.expression)?.kind === "rate" && schedule.startMs === undefined
    ? { ...schedule, isNew: true }
    : schedule;

/** @throws ValidationException */
function check(input: Scheduler.CreateScheduleInput, ctx: Context): void {
  const schedule = parseSchedule(input.ScheduleExpression);
  if (!schedule) throw invalidExpression(input.ScheduleExpression);
  const { ScheduleExpressionTimezone: zone, FlexibleTimeWindow: window, StartDate, EndDate } = input;
  if (zone !== undefined && !isTimeZone(zone))
    throw validation(`Invalid Schedule Expression Timezone ${zone}.`);
  const isFlexible = window.Mode === "FLEXIBLE";
  if (isFlexible !== (window.MaximumWindowInMinutes !== undefined))
    throw validation(
      isFlexible
        ? "MaximumWindowInMinutes must be provided when FlexibleTimeWindowMode is set to FLEXIBLE."
        : "MaximumWindowInMinutes must not be provided when FlexibleTimeWindowMode is set to OFF.",
    );
  // As users have been answered; no page of AWS's says it.
  if (StartDate && schedule.kind !== "at" && StartDate.getTime() < ctx.clock.now() - LATEST_START_MS)
    throw validation("The StartDate you specify cannot be earlier than 5 minutes ago.");
  if (StartDate && EndDate && StartDate >= EndDate)
    throw validation("The StartDate you specify must come before the EndDate.");
  checkTarget(input.Target, ctx);
}

function recordOf(
  input: Scheduler.CreateScheduleInput,
  group: string,
  ctx: Context,
  createdAtMs: number,
): ScheduleRecord {
  return {
    group,
    name: input.Name,
    arn: scheduleArn(ctx, group, input.Name),
    expression: input.ScheduleExpression,
    timeZone: input.ScheduleExpressionTimezone ?? "UTC",
    ...(input.StartDate && { startMs: input.StartDate.getTime() }),
    ...(input.EndDate && { endMs: input.EndDate.getTime() }),
    ...(input.Description !== undefined && { description: input.Description }),
    state: input.State ?? "ENABLED",
    ...(input.KmsKeyArn !== undefined && { kmsKeyArn: input.KmsKeyArn }),
    target: { ...input.Target, RetryPolicy: retryPolicyOf(input.Target) },
    window: input.FlexibleTimeWindow,
    afterCompletion: input.ActionAfterCompletion ?? "NONE",
    createdAtMs,
    modifiedAtMs: ctx.clock.now(),
    ...(input.ClientToken !== undefined && { clientToken: input.ClientToken }),
  };
}

const summary = (schedule: ScheduleRecord) => ({
  Arn: schedule.arn,
  Name: schedule.name,
  GroupName: schedule.group,
  State: schedule.state,
  CreationDate: new Date(schedule.createdAtMs),
  LastModificationDate: new Date(schedule.modifiedAtMs),
  Target: { Arn: schedule.target.Arn },
});

function describe(schedule: ScheduleRecord): Scheduler.GetScheduleOutput {
  const { startMs, endMs, description, kmsKeyArn } = schedule;
  return {
    ...summary(schedule),
    ScheduleExpression: schedule.expression,
    ScheduleExpressionTimezone: schedule.timeZone,
    ...(startMs !== undefined && { StartDate: new Date(startMs) }),
    ...(endMs !== undefined && { EndDate: new Date(endMs) }),
    ...(description !== undefined && { Description: description }),
    ...(kmsKeyArn !== undefined && { KmsKeyArn: kmsKeyArn }),
    Target: schedule.target,
    FlexibleTimeWindow: schedule.window,
    ActionAfterCompletion: schedule.afterCompletion,
  };
}
