import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newAccount, testCloud } from "../../../test/cloud.ts";
import { until } from "../../../test/until.ts";
import type { Cloud } from "../../index.ts";

let cloud: Cloud;
before(async () => {
  cloud = await testCloud({ listen: false });
});
after(() => cloud.stop());

type Answer = Record<string, unknown>;

/** A group of one to four instances that do nothing. */
async function scaledGroup() {
  const account = newAccount();
  const call = <O = Answer>(service: string, operation: string, input: object = {}) =>
    cloud.call<O>(service, operation, input, { account });
  await call("ec2", "CreateLaunchTemplate", {
    LaunchTemplateName: "web",
    LaunchTemplateData: { ImageId: "ami-1" },
  });
  const scale = <O = Answer>(operation: string, input: object = {}) =>
    call<O>("autoscaling", operation, { AutoScalingGroupName: "web", ...input });
  await scale("CreateAutoScalingGroup", {
    LaunchTemplate: { LaunchTemplateName: "web" },
    MinSize: 1,
    MaxSize: 4,
    AvailabilityZones: ["us-east-1a"],
  });
  const size = async () => {
    const { AutoScalingGroups } = await call<{ AutoScalingGroups: { Instances: object[] }[] }>(
      "autoscaling",
      "DescribeAutoScalingGroups",
    );
    return AutoScalingGroups[0]?.Instances.length;
  };
  const reaches = (instances: number) => until(async () => (await size()) === instances);
  await reaches(1);
  const alarm = (AlarmName: string | undefined, StateValue: string, value?: number) =>
    call("cloudwatch", "SetAlarmState", {
      AlarmName,
      StateValue,
      StateReason: "said",
      ...(value !== undefined && {
        StateReasonData: JSON.stringify({ recentDatapoints: [value], threshold: 100 }),
      }),
    });
  return { call, scale, size, reaches, alarm };
}

test("a simple policy is carried out when asked, and not within its cooldown where that is honoured", async () => {
  const { scale, reaches, call } = await scaledGroup();
  const { PolicyARN } = await scale("PutScalingPolicy", {
    PolicyName: "more",
    AdjustmentType: "PercentChangeInCapacity",
    ScalingAdjustment: 50,
    Cooldown: 60,
  });
  assert.match(
    String(PolicyARN),
    /^arn:aws:autoscaling:us-east-1:\d{12}:scalingPolicy:[0-9a-f-]{36}:autoScalingGroupName\/web:policyName\/more$/,
  );
  await scale("ExecutePolicy", { PolicyName: "more" });
  await reaches(2);
  await assert.rejects(scale("ExecutePolicy", { PolicyName: "more", HonorCooldown: true }), {
    code: "ScalingActivityInProgress",
  });
  await cloud.clock.advance("PT1M");
  await call("autoscaling", "ExecutePolicy", { PolicyName: PolicyARN, HonorCooldown: true });
  await reaches(3);
  const { Activities } = await scale<{ Activities: { Cause: string }[] }>("DescribeScalingActivities");
  assert.ok(
    Activities[0]?.Cause.endsWith(
      "a user request executed policy more changing the desired capacity from 2 to 3.",
    ),
    Activities[0]?.Cause,
  );
});

test("a step policy is carried out by its alarm, and again after its warm-up while that goes on", async () => {
  const { call, scale, reaches, alarm } = await scaledGroup();
  const { PolicyARN } = await scale("PutScalingPolicy", {
    PolicyName: "steps",
    PolicyType: "StepScaling",
    AdjustmentType: "ChangeInCapacity",
    EstimatedInstanceWarmup: 30,
    StepAdjustments: [
      { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 50, ScalingAdjustment: 1 },
      { MetricIntervalLowerBound: 50, ScalingAdjustment: 2 },
    ],
  });
  await call("cloudwatch", "PutMetricAlarm", {
    AlarmName: "busy",
    Namespace: "Shop",
    MetricName: "Load",
    Statistic: "Sum",
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 100,
    ComparisonOperator: "GreaterThanThreshold",
    AlarmActions: [PolicyARN],
  });
  await alarm("busy", "ALARM", 170);
  await reaches(3);
  await cloud.clock.advance("PT1M");
  await reaches(4);
});

test("a target tracking policy scales out and in by its own alarms, which go with it and with the group", async () => {
  const { call, scale, reaches, alarm } = await scaledGroup();
  const { Alarms } = await scale<{ Alarms: { AlarmName: string }[] }>("PutScalingPolicy", {
    PolicyName: "cpu",
    PolicyType: "TargetTrackingScaling",
    EstimatedInstanceWarmup: 0,
    TargetTrackingConfiguration: {
      TargetValue: 40,
      PredefinedMetricSpecification: { PredefinedMetricType: "ASGAverageCPUUtilization" },
    },
  });
  const [high, low] = Alarms.map(({ AlarmName }) => AlarmName);
  await alarm(high, "ALARM", 100);
  await reaches(3);
  await alarm(high, "OK");
  await alarm(low, "ALARM", 10);
  await reaches(1);
  const { ScalingPolicies } = await scale<{ ScalingPolicies: Answer[] }>("DescribePolicies");
  assert.deepEqual(
    ScalingPolicies.map(({ PolicyName, PolicyType, Enabled }) => [PolicyName, PolicyType, Enabled]),
    [["cpu", "TargetTrackingScaling", true]],
  );
  await scale("DeleteAutoScalingGroup", { ForceDelete: true });
  const { MetricAlarms } = await call<{ MetricAlarms: object[] }>("cloudwatch", "DescribeAlarms");
  assert.deepEqual(MetricAlarms, []);
});

test("requests of a load balancer to each target are tracked by what their label names", async () => {
  const { call, scale } = await scaledGroup();
  const ResourceLabel = "app/web/0123456789abcdef/targetgroup/web/fedcba9876543210";
  await scale("PutScalingPolicy", {
    PolicyName: "requests",
    PolicyType: "TargetTrackingScaling",
    TargetTrackingConfiguration: {
      TargetValue: 100,
      PredefinedMetricSpecification: { PredefinedMetricType: "ALBRequestCountPerTarget", ResourceLabel },
    },
  });
  const { MetricAlarms } = await call<{ MetricAlarms: Answer[] }>("cloudwatch", "DescribeAlarms");
  const Dimensions = [
    { Name: "LoadBalancer", Value: "app/web/0123456789abcdef" },
    { Name: "TargetGroup", Value: "targetgroup/web/fedcba9876543210" },
  ];
  assert.deepEqual(
    MetricAlarms.map((alarm) => [alarm["Dimensions"], alarm["Threshold"], alarm["Period"]]),
    [
      [Dimensions, 100, 60],
      [Dimensions, 90, 60],
    ],
  );
});

/** What is refused of PutScalingPolicy, and how. */
const REFUSED: Record<string, [input: object, message: RegExp]> = {
  "no adjustment": [{ ScalingAdjustment: 1 }, /AdjustmentType is required/],
  "steps that are none": [
    { PolicyType: "StepScaling", AdjustmentType: "ChangeInCapacity" },
    /At least one StepAdjustment/,
  ],
  "tracking of nothing": [{ PolicyType: "TargetTrackingScaling" }, /TargetTrackingConfiguration is required/],
  "a label that names no target group": [
    {
      PolicyType: "TargetTrackingScaling",
      TargetTrackingConfiguration: {
        TargetValue: 100,
        PredefinedMetricSpecification: {
          PredefinedMetricType: "ALBRequestCountPerTarget",
          ResourceLabel: "app/web/0123456789abcdef",
        },
      },
    },
    /The metric ALBRequestCountPerTarget with the resource label 'app\/web\/0123456789abcdef' is not valid/,
  ],
  "a group that is not there": [
    { AutoScalingGroupName: "nobody", AdjustmentType: "ChangeInCapacity", ScalingAdjustment: 1 },
    /AutoScalingGroup name not found/,
  ],
  "a type that is not served": [{ PolicyType: "PredictiveScaling" }, /PredictiveScaling/],
};

test("a policy that cannot be is refused", async () => {
  const { scale } = await scaledGroup();
  for (const [what, [input, message]] of Object.entries(REFUSED))
    await assert.rejects(
      scale("PutScalingPolicy", { PolicyName: "p", ...input }),
      { code: "ValidationError", message },
      what,
    );
  await assert.rejects(scale("DeletePolicy", { PolicyName: "p" }), {
    code: "ValidationError",
    message: /PolicyName not found/,
  });
});
