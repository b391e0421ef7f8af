import type { ActionClock } from "../../aws/action-clock.ts";
import { page } from "../../aws/page.ts";
import { deleteAlarms } from "../../aws/tracking-alarms.ts";
import { makeArn } from "../../core/arn.ts";
import { AwsError } from "../../core/aws-error.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as Scaling from "../../models/generated/application-autoscaling.ts";
import { activityRecords, describeActivity } from "./activity.ts";
import { dimensionOf } from "./dimension.ts";
import { invalidToken, validation } from "./errors.ts";
import {
  describeTarget,
  findTarget,
  isAsked,
  keyOf,
  saveTarget,
  type TargetRecord,
  targetKey,
  targetRecords,
} from "./scalable-target.ts";
import type { Scaler } from "./scaler.ts";
import { policyRecords } from "./scaling-policy.ts";
import { type ActionRecord, actionRecords } from "./scheduled-action.ts";
import { deleteAction } from "./scheduled-actions.ts";
import { tagging } from "./tags.ts";

export const PAGE_SIZE = 50;

/** https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html and its neighbours */
export const scalableTargets = (
  scaler: Scaler,
  clock: ActionClock<ActionRecord>,
): Handlers<Scaling.Operations> => ({
  async RegisterScalableTarget(input, ctx) {
    const { dimension } = dimensionOf(input);
    const key = targetKey(input);
    const before = ctx.store.collection(targetRecords).get(keyOf(key));
    const tags = tagging.read(input.Tags);
    if (before && input.Tags)
      throw validation("Tags cannot be added to a scalable target that is registered: use TagResource.");
    await scaler.capacity(ctx, key, ctx.call).catch((error: unknown) => {
      if (error instanceof AwsError && error.status < 500) throw dimension.missing(input.ResourceId);
      throw error;
    });
    return ctx.store.transaction(() => {
      const current = ctx.store.collection(targetRecords).get(keyOf(key));
      const target = current ? changed(current, input) : registered(input, dimension.role, tags, ctx);
      saveTarget(target, ctx);
      return { ScalableTargetARN: target.arn };
    });
  },

  async DeregisterScalableTarget(input, ctx) {
    const target = findTarget(input, ctx);
    await scaler.inTurn(ctx, target, async () => {
      const own = { prefix: keyOf(target) };
      await deleteAlarms([...ctx.store.collection(policyRecords).values(own)], ctx);
      ctx.store.transaction(() => {
        ctx.store.collection(policyRecords).clear(own);
        for (const action of [...ctx.store.collection(actionRecords).values(own)])
          deleteAction(action, clock, ctx);
        ctx.store.collection(targetRecords).delete(keyOf(target));
      });
    });
    return {};
  },

  DescribeScalableTargets(input, ctx) {
    const { NextToken: token, MaxResults: size = PAGE_SIZE, ...query } = input;
    const { items, nextToken } = page(
      [...ctx.store.collection(targetRecords).values()].filter((target) => isAsked(target, input)),
      keyOf,
      { size, token, query, refuse: invalidToken },
    );
    return { ScalableTargets: items.map(describeTarget), ...(nextToken && { NextToken: nextToken }) };
  },

  DescribeScalingActivities(input, ctx) {
    const { NextToken: token, MaxResults: size = PAGE_SIZE, ...query } = input;
    const { items, nextToken } = page(
      [...ctx.store.collection(activityRecords).values()].filter((activity) => isAsked(activity, input)),
      ({ number }) => [number],
      { size, token, query, refuse: invalidToken },
    );
    return { ScalingActivities: items.map(describeActivity), ...(nextToken && { NextToken: nextToken }) };
  },
});

function registered(
  input: Scaling.RegisterScalableTargetRequest,
  role: string,
  tags: Record<string, string>,
  ctx: Context,
): TargetRecord {
  const { MinCapacity: min, MaxCapacity: max, ServiceNamespace: service } = input;
  if (min === undefined || max === undefined)
    throw validation("MinCapacity and MaxCapacity are required to register a new scalable target.");
  return limited({
    ...targetKey(input),
    arn: makeArn("application-autoscaling", ctx.region, ctx.account, `scalable-target/${ctx.random.hex(36)}`),
    min,
    max,
    // A service-linked one takes the place of any other: https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-service-linked-roles.html
    roleArn: makeArn(
      "iam",
      "",
      ctx.account,
      `role/aws-service-role/${service}.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_${role}`,
    ),
    suspended: suspendedOf(input.SuspendedState),
    createdMs: ctx.clock.now(),
    tags,
  });
}

const changed = (
  target: TargetRecord,
  { MinCapacity, MaxCapacity, SuspendedState }: Scaling.RegisterScalableTargetRequest,
): TargetRecord =>
  limited({
    ...target,
    min: MinCapacity ?? target.min,
    max: MaxCapacity ?? target.max,
    suspended: suspendedOf(SuspendedState, target.suspended),
  });

const suspendedOf = (
  said: Scaling.SuspendedState = {},
  before: Scaling.SuspendedState = {},
): TargetRecord["suspended"] => ({
  DynamicScalingInSuspended: false,
  DynamicScalingOutSuspended: false,
  ScheduledScalingSuspended: false,
  ...before,
  ...said,
});

/** @throws ValidationException */
export function limited(target: TargetRecord): TargetRecord {
  if (target.min < 0) throw validation("Minimum capacity must be a non-negative integer");
  if (target.min > target.max) throw validation("Maximum capacity cannot be less than minimum capacity");
  return target;
}
