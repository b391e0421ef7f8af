import type { ActionClock } from "../../aws/action-clock.ts";
import { page } from "../../aws/page.ts";
import { makeArn } from "../../core/arn.ts";
import type { Context, Handlers } from "../../core/service.ts";
import { isTimeZone } from "../../core/time-zone.ts";
import type * as AutoScaling from "../../models/generated/autoscaling.ts";
import { actionNotFound, invalidToken, validationError } from "./errors.ts";
import { findGroup } from "./group.ts";
import {
  type ActionRecord,
  actionKey,
  actionRecords,
  describeAction,
  recurrenceOf,
} from "./scheduled-action.ts";

const PAGE_SIZE = 50;

/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutScheduledUpdateGroupAction.html and its neighbours */
export const scheduledActions = (clock: ActionClock<ActionRecord>): Handlers<AutoScaling.Operations> => ({
  PutScheduledUpdateGroupAction(input, ctx) {
    const { name: group } = findGroup(input.AutoScalingGroupName, ctx);
    const before = ctx.store.collection(actionRecords).get([group, input.ScheduledActionName]);
    const action = actionOf(input, group, before?.arn, ctx);
    ctx.store.collection(actionRecords).put(actionKey(action), action);
    clock.look(ctx, action);
  },

  DeleteScheduledAction({ AutoScalingGroupName, ScheduledActionName }, ctx) {
    const action = ctx.store.collection(actionRecords).get([AutoScalingGroupName, ScheduledActionName]);
    if (!action) throw actionNotFound(ScheduledActionName);
    deleteAction(action, clock, ctx);
  },

  DescribeScheduledActions(input, ctx) {
    const { NextToken: token, MaxRecords: size = PAGE_SIZE, ...query } = input;
    const { AutoScalingGroupName: group, ScheduledActionNames: names = [] } = input;
    const all = ctx.store.collection(actionRecords).values(group === undefined ? {} : { prefix: [group] });
    const { items, nextToken } = page(
      [...all].filter(({ name }) => names.length === 0 || names.includes(name)),
      actionKey,
      { size, token, query, refuse: invalidToken },
    );
    return {
      ScheduledUpdateGroupActions: items.map((action) => describeAction(action, ctx.clock.now())),
      NextToken: nextToken,
    };
  },
});

export function deleteAction(action: ActionRecord, clock: ActionClock<ActionRecord>, ctx: Context): void {
  ctx.store.collection(actionRecords).delete(actionKey(action));
  clock.look(ctx, action);
}

/** @throws ValidationError */
function actionOf(
  input: AutoScaling.PutScheduledUpdateGroupActionType,
  group: string,
  arn: string | undefined,
  ctx: Context,
): ActionRecord {
  const { ScheduledActionName: name, Recurrence, TimeZone, MinSize, MaxSize, DesiredCapacity } = input;
  const start = input.StartTime ?? input.Time;
  if (Recurrence === undefined && !start)
    throw validationError("You must specify either a start time or a recurrence for a scheduled action.");
  if (Recurrence !== undefined && !recurrenceOf(Recurrence))
    throw validationError(`Given recurrence string: ${Recurrence} is invalid`);
  if (start && start.getTime() <= ctx.clock.now()) throw validationError("Given start time is in the past");
  if (input.EndTime && start && input.EndTime.getTime() <= start.getTime())
    throw validationError("Given end time must be after the start time");
  if (TimeZone !== undefined && !isTimeZone(TimeZone))
    throw validationError(`Invalid time zone: ${TimeZone}`);
  const sizes = {
    ...(MinSize !== undefined && { MinSize }),
    ...(MaxSize !== undefined && { MaxSize }),
    ...(DesiredCapacity !== undefined && { DesiredCapacity }),
  };
  if (Object.keys(sizes).length === 0)
    throw validationError("At least one among min, max and desired capacity must be specified");
  return {
    group,
    name,
    arn:
      arn ??
      makeArn(
        "autoscaling",
        ctx.region,
        ctx.account,
        `scheduledUpdateGroupAction:${ctx.random.uuid()}:autoScalingGroupName/${group}:scheduledActionName/${name}`,
      ),
    ...(Recurrence !== undefined && { recurrence: Recurrence }),
    ...(TimeZone !== undefined && { timeZone: TimeZone }),
    ...(start && { startMs: start.getTime() }),
    ...(input.EndTime && { endMs: input.EndTime.getTime() }),
    sizes,
  };
}
