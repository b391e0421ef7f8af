import type { ActionClock } from "../../aws/action-clock.ts";
import { page } from "../../aws/page.ts";
import { makeArn } from "../../core/arn.ts";
import { parseSchedule } from "../../core/schedule-expression.ts";
import type { Context, Handlers } from "../../core/service.ts";
import { isTimeZone } from "../../core/time-zone.ts";
import type * as Scaling from "../../models/generated/application-autoscaling.ts";
import { actionNotFound, invalidToken, validation } from "./errors.ts";
import { findTarget, isAsked, targetKey } from "./scalable-target.ts";
import { type ActionRecord, actionKey, actionRecords, describeAction } from "./scheduled-action.ts";

const PAGE_SIZE = 50;

/** https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScheduledAction.html and its neighbours */
export const scheduledActions = (clock: ActionClock<ActionRecord>): Handlers<Scaling.Operations> => ({
  PutScheduledAction(input, ctx) {
    const { service, resourceId, dimension } = findTarget(input, ctx);
    const name = input.ScheduledActionName;
    const key = actionKey({ service, resourceId, dimension, name });
    const before = ctx.store.collection(actionRecords).get(key);
    const { Schedule: schedule = before?.schedule, Timezone: timeZone = before?.timeZone } = input;
    if (schedule === undefined) throw validation("Schedule is required to create a scheduled action.");
    if (!parseSchedule(schedule)) throw validation(`Unsupported schedule expression: ${schedule}`);
    if (timeZone !== undefined && !isTimeZone(timeZone)) throw validation(`Invalid time zone: ${timeZone}`);
    const action = input.ScalableTargetAction ?? before?.action ?? {};
    if (action.MinCapacity === undefined && action.MaxCapacity === undefined)
      throw validation("MinCapacity or MaxCapacity must be specified");
    if ((action.MinCapacity ?? 0) > (action.MaxCapacity ?? Infinity))
      throw validation("Maximum capacity cannot be less than minimum capacity");
    const startMs = input.StartTime?.getTime() ?? before?.startMs;
    const endMs = input.EndTime?.getTime() ?? before?.endMs;
    const record: ActionRecord = {
      service,
      resourceId,
      dimension,
      name,
      arn:
        before?.arn ??
        makeArn(
          "autoscaling",
          ctx.region,
          ctx.account,
          `scheduledAction:${ctx.random.uuid()}:resource/${service}/${resourceId}:scheduledActionName/${name}`,
        ),
      schedule,
      ...(timeZone !== undefined && { timeZone }),
      ...(startMs !== undefined && { startMs }),
      ...(endMs !== undefined && { endMs }),
      action,
      createdMs: before?.createdMs ?? ctx.clock.now(),
    };
    ctx.store.collection(actionRecords).put(key, record);
    clock.look(ctx, record);
    return {};
  },

  DeleteScheduledAction(input, ctx) {
    const key = actionKey({ ...targetKey(input), name: input.ScheduledActionName });
    const action = ctx.store.collection(actionRecords).get(key);
    if (!action) throw actionNotFound(input);
    deleteAction(action, clock, ctx);
    return {};
  },

  DescribeScheduledActions(input, ctx) {
    const { NextToken: token, MaxResults: size = PAGE_SIZE, ...query } = input;
    const names = input.ScheduledActionNames ?? [];
    const { items, nextToken } = page(
      [...ctx.store.collection(actionRecords).values()].filter(
        (action) => isAsked(action, input) && (names.length === 0 || names.includes(action.name)),
      ),
      actionKey,
      { size, token, query, refuse: invalidToken },
    );
    return { ScheduledActions: items.map(describeAction), ...(nextToken && { NextToken: nextToken }) };
  },
});

export function deleteAction(action: ActionRecord, clock: ActionClock<ActionRecord>, ctx: Context): void {
  ctx.store.collection(actionRecords).delete(actionKey(action));
  clock.look(ctx, action);
}
