import { page } from "../../aws/page.ts";
import { deleteAlarms, newAlarms } from "../../aws/tracking-alarms.ts";
import { makeArn } from "../../core/arn.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as AutoScaling from "../../models/generated/autoscaling.ts";
import { activityInProgress, invalidToken, policyNotFound, validationError } from "./errors.ts";
import { findGroup } from "./group.ts";
import type { PolicyRunner } from "./policy-runner.ts";
import { describePolicy, type PolicyRecord, policiesOf, policyRecords } from "./scaling-policy.ts";
import { trackingAlarms } from "./tracking-alarms.ts";

const PAGE_SIZE = 50;
const TYPES = ["SimpleScaling", "StepScaling", "TargetTrackingScaling"];

/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutScalingPolicy.html and its neighbours */
export const scalingPolicies = (runner: PolicyRunner): Handlers<AutoScaling.Operations> => ({
  async PutScalingPolicy(input, ctx) {
    const { name: group } = findGroup(input.AutoScalingGroupName, ctx);
    const before = ctx.store.collection(policyRecords).get([group, input.PolicyName]);
    const policy = configured(input, before, ctx);
    const { TargetTrackingConfiguration: tracking } = policy.settings;
    const [high, low] = policy.alarms;
    if (tracking && high && low)
      for (const alarm of trackingAlarms(group, tracking, [high.AlarmName, low.AlarmName], policy.arn))
        await ctx.call("cloudwatch", "PutMetricAlarm", alarm);
    findGroup(group, ctx);
    ctx.store.collection(policyRecords).put([group, policy.name], policy);
    return { PolicyARN: policy.arn, Alarms: [...policy.alarms] };
  },

  async DeletePolicy({ AutoScalingGroupName, PolicyName }, ctx) {
    const policy = findPolicy(AutoScalingGroupName, PolicyName, ctx);
    await deleteAlarms([policy], ctx);
    ctx.store.collection(policyRecords).delete([policy.group, policy.name]);
  },

  DescribePolicies(input, ctx) {
    const { NextToken: token, MaxRecords: size = PAGE_SIZE, ...query } = input;
    const { AutoScalingGroupName: group, PolicyNames: names = [], PolicyTypes: types = [] } = input;
    const all = ctx.store.collection(policyRecords).values(group === undefined ? {} : { prefix: [group] });
    const wanted = [...all].filter(
      ({ name, arn, type }) =>
        (names.length === 0 || names.includes(name) || names.includes(arn)) &&
        (types.length === 0 || types.includes(type)),
    );
    const { items, nextToken } = page(wanted, (policy) => [policy.group, policy.name], {
      size,
      token,
      query,
      refuse: invalidToken,
    });
    return { ScalingPolicies: items.map(describePolicy), NextToken: nextToken };
  },

  ExecutePolicy(input, ctx) {
    const policy = findPolicy(input.AutoScalingGroupName, input.PolicyName, ctx);
    const group = findGroup(policy.group, ctx);
    if (policy.type === "TargetTrackingScaling")
      throw validationError("Target tracking policies cannot be executed.");
    if (policy.type === "StepScaling" && (input.MetricValue ?? input.BreachThreshold) === undefined)
      throw validationError(
        "MetricValue and BreachThreshold are required for policies of the type StepScaling.",
      );
    if (input.HonorCooldown && runner.isCooling(policy, group)) throw activityInProgress(group.name);
    const notice = {
      alarm: "",
      alarmArn: "",
      state: "",
      value: input.MetricValue,
      threshold: input.BreachThreshold,
    };
    runner.carryOut(ctx, group, policy, notice, `a user request executed policy ${policy.name}`);
  },
});

/** By its name in its group, or by its ARN. @throws ValidationError */
function findPolicy(group: string | undefined, name: string, ctx: Context): PolicyRecord {
  const all =
    group === undefined ? [...ctx.store.collection(policyRecords).values()] : policiesOf(group, ctx);
  const policy = all.find((one) => one.arn === name || (group !== undefined && one.name === name));
  if (!policy) throw policyNotFound(name);
  return policy;
}

/** @throws ValidationError */
function configured(
  input: AutoScaling.PutScalingPolicyType,
  before: PolicyRecord | undefined,
  ctx: Context,
): PolicyRecord {
  const {
    AutoScalingGroupName: group,
    PolicyName: name,
    PolicyType: type = "SimpleScaling",
    Enabled = true,
    MinAdjustmentStep = input.MinAdjustmentMagnitude,
    PredictiveScalingConfiguration: _,
    ...settings
  } = input;
  if (!isServed(type)) throw validationError(`Squall does not carry out policies of the type ${type}.`);
  const isTracking = type === "TargetTrackingScaling";
  if (isTracking !== (settings.TargetTrackingConfiguration !== undefined))
    throw validationError(
      "TargetTrackingConfiguration is required for policies of the type TargetTrackingScaling, and for no others.",
    );
  if (!isTracking && settings.AdjustmentType === undefined)
    throw validationError(
      "AdjustmentType is required for policies of the types SimpleScaling and StepScaling.",
    );
  if (type === "StepScaling" && !settings.StepAdjustments?.length)
    throw validationError("At least one StepAdjustment is required for policies of the type StepScaling.");
  if (type === "SimpleScaling" && settings.ScalingAdjustment === undefined)
    throw validationError("ScalingAdjustment is required for policies of the type SimpleScaling.");
  const known = before?.type === type ? before : undefined;
  return {
    group,
    name,
    arn:
      before?.arn ??
      makeArn(
        "autoscaling",
        ctx.region,
        ctx.account,
        `scalingPolicy:${ctx.random.uuid()}:autoScalingGroupName/${group}:policyName/${name}`,
      ),
    type,
    settings: {
      ...settings,
      ...(MinAdjustmentStep !== undefined && { MinAdjustmentMagnitude: MinAdjustmentStep }),
    },
    isEnabled: Enabled,
    alarms: known?.alarms ?? (isTracking ? newAlarms(group, ctx) : []),
  };
}

const isServed = (type: string): type is PolicyRecord["type"] => TYPES.includes(type);

/** What a group's end takes with it. */
export function deletePolicies(group: string, ctx: Context): void {
  for (const { name } of policiesOf(group, ctx)) ctx.store.collection(policyRecords).delete([group, name]);
}
