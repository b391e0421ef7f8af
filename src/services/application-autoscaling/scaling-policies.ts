import { page } from "../../aws/page.ts";
import { deleteAlarms, newAlarms } from "../../aws/tracking-alarms.ts";
import { makeArn } from "../../core/arn.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as Scaling from "../../models/generated/application-autoscaling.ts";
import { invalidToken, policyNotFound, validation } from "./errors.ts";
import { findTarget, isAsked, keyOf, type TargetRecord, targetKey } from "./scalable-target.ts";
import type { Scaler } from "./scaler.ts";
import { describePolicy, type PolicyRecord, policyKey, policyRecords } from "./scaling-policy.ts";
import { trackingAlarms } from "./tracking-alarms.ts";

const PAGE_SIZE = 10;

/** https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScalingPolicy.html and its neighbours */
export const scalingPolicies = (scaler: Scaler): Handlers<Scaling.Operations> => ({
  async PutScalingPolicy(input, ctx) {
    const target = findTarget(input, ctx);
    const before = ctx.store.collection(policyRecords).get(policyKey({ ...target, name: input.PolicyName }));
    const policy = configured(input, target, before, ctx);
    if (policy.tracking) {
      const [high, low] = policy.alarms;
      const capacity = await scaler.capacity(ctx, target, ctx.call);
      const names = [high?.AlarmName ?? "", low?.AlarmName ?? ""] as const;
      for (const alarm of trackingAlarms(target, policy.tracking, capacity, names, policy.arn))
        await ctx.call("cloudwatch", "PutMetricAlarm", alarm);
    }
    return ctx.store.transaction(() => {
      findTarget(input, ctx);
      ctx.store.collection(policyRecords).put(policyKey(policy), policy);
      return { PolicyARN: policy.arn, Alarms: [...policy.alarms] };
    });
  },

  async DeleteScalingPolicy(input, ctx) {
    const policy = ctx.store
      .collection(policyRecords)
      .get(policyKey({ ...targetKey(input), name: input.PolicyName }));
    if (!policy) throw policyNotFound(input);
    // Not while its alarms are put anew.
    await scaler.inTurn(ctx, policy, async () => {
      await deleteAlarms([policy], ctx);
      ctx.store.collection(policyRecords).delete(policyKey(policy));
    });
    return {};
  },

  DescribeScalingPolicies(input, ctx) {
    const { NextToken: token, MaxResults: size = PAGE_SIZE, ...query } = input;
    const { items, nextToken } = page(
      [...ctx.store.collection(policyRecords).values()].filter(
        (policy) =>
          isAsked(policy, input) && (!input.PolicyNames?.length || input.PolicyNames.includes(policy.name)),
      ),
      policyKey,
      { size, token, query, refuse: invalidToken },
    );
    return { ScalingPolicies: items.map(describePolicy), ...(nextToken && { NextToken: nextToken }) };
  },
});

const isServed = (type: string): type is PolicyRecord["type"] =>
  type === "StepScaling" || type === "TargetTrackingScaling";

/** @throws ValidationException */
function configured(
  input: Scaling.PutScalingPolicyRequest,
  target: TargetRecord,
  before: PolicyRecord | undefined,
  ctx: Context,
): PolicyRecord {
  const { PolicyName: name, PolicyType: type = before?.type ?? "StepScaling" } = input;
  const { StepScalingPolicyConfiguration: step, TargetTrackingScalingPolicyConfiguration: tracking } = input;
  if (!isServed(type)) throw validation(`Squall does not carry out policies of the type ${type}.`);
  if (before && before.type !== type) throw validation("The type of a scaling policy cannot be changed.");
  if ((type === "StepScaling" ? step : tracking) === undefined && !before)
    throw validation(`A policy of the type ${type} needs its configuration.`);
  if ((type === "StepScaling" ? tracking : step) !== undefined)
    throw validation(`A policy of the type ${type} has no other type's configuration.`);
  if (step) checkSteps(step);
  if (tracking) checkTracking(tracking, target, name, ctx);
  const { service, resourceId, dimension } = target;
  const arn =
    before?.arn ??
    makeArn(
      "autoscaling",
      ctx.region,
      ctx.account,
      `scalingPolicy:${ctx.random.uuid()}:resource/${service}/${resourceId}:policyName/${name}`,
    );
  return {
    service,
    resourceId,
    dimension,
    name,
    arn,
    type,
    ...(type === "StepScaling" ? { step: step ?? before?.step ?? {} } : {}),
    ...(type === "TargetTrackingScaling"
      ? { tracking: (tracking ?? before?.tracking) as NonNullable<typeof tracking> }
      : {}),
    alarms: before?.alarms ?? (type === "StepScaling" ? [] : newAlarms(resourceId, ctx)),
    createdMs: before?.createdMs ?? ctx.clock.now(),
  };
}

function checkSteps({ AdjustmentType, StepAdjustments = [] }: Scaling.StepScalingPolicyConfiguration): void {
  if (AdjustmentType === undefined)
    throw validation("An adjustment type must be specified for a step policy");
  if (StepAdjustments.length === 0)
    throw validation("There must be at least one step adjustment for a step policy");
  const bounds = StepAdjustments.map(
    ({ MetricIntervalLowerBound: from = -Infinity, MetricIntervalUpperBound: to = Infinity }) =>
      [from, to] as const,
  ).sort(([a], [b]) => a - b);
  if (bounds.some(([from, to]) => from >= to))
    throw validation("The lower bound of a step adjustment must be less than its upper bound");
  for (const [n, [from]] of bounds.entries()) {
    const before = bounds[n - 1]?.[1];
    if (before === undefined || before === from) continue;
    throw validation(
      before > from
        ? "Step adjustment intervals can't overlap"
        : "There cannot be a gap between step adjustment intervals",
    );
  }
}

/** @throws ValidationException for a second policy that tracks what another one does */
function checkTracking(
  tracking: Scaling.TargetTrackingScalingPolicyConfiguration,
  target: TargetRecord,
  name: string,
  ctx: Context,
): void {
  const metric = (of: Scaling.TargetTrackingScalingPolicyConfiguration) =>
    JSON.stringify([of.PredefinedMetricSpecification, of.CustomizedMetricSpecification]);
  for (const other of ctx.store.collection(policyRecords).values({ prefix: keyOf(target) }))
    if (other.name !== name && other.tracking && metric(other.tracking) === metric(tracking))
      throw validation("Only one TargetTrackingScaling policy for a given metric specification is allowed.");
}
