import type * as AutoScaling from "../../models/generated/autoscaling.ts";
import { validationError } from "./errors.ts";

const MINUTE_S = 60;
/** Scaling in waits until less than nine tenths of the target is there. */
const SLACK = 0.9;

/** Metrics of a group's instances: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PredefinedMetricSpecification.html */
const OF_GROUP: Readonly<Record<string, string>> = {
  ASGAverageCPUUtilization: "CPUUtilization",
  ASGAverageNetworkIn: "NetworkIn",
  ASGAverageNetworkOut: "NetworkOut",
};

/** What of PutMetricAlarm's input says which metric is watched. @throws ValidationError */
function metricOf(group: string, tracking: AutoScaling.TargetTrackingConfiguration): object {
  const { PredefinedMetricSpecification: predefined, CustomizedMetricSpecification: customized } = tracking;
  if ((predefined === undefined) === (customized === undefined))
    throw validationError(
      "Exactly one of PredefinedMetricSpecification and CustomizedMetricSpecification is required.",
    );
  if (customized) {
    const { Metrics, ...metric } = customized;
    if (!Metrics) return { ...metric, Period: MINUTE_S };
    return {
      Metrics: Metrics.map(({ MetricStat, Period: _, ...query }) => ({
        ...query,
        ...(MetricStat && { MetricStat: { Period: MINUTE_S, ...MetricStat } }),
      })),
    };
  }
  const { PredefinedMetricType: type = "", ResourceLabel = "" } = predefined ?? {};
  if (Object.hasOwn(OF_GROUP, type))
    return {
      Namespace: "AWS/EC2",
      MetricName: OF_GROUP[type],
      Statistic: "Average",
      Dimensions: [{ Name: "AutoScalingGroupName", Value: group }],
      Period: MINUTE_S,
    };
  const [, LoadBalancer, TargetGroup] =
    /^(app\/[^/]+\/[^/]+)\/(targetgroup\/[^/]+\/[^/]+)$/.exec(ResourceLabel) ?? [];
  if (type !== "ALBRequestCountPerTarget" || LoadBalancer === undefined)
    throw validationError(`The metric ${type} with the resource label '${ResourceLabel}' is not valid.`);
  return {
    Namespace: "AWS/ApplicationELB",
    MetricName: "RequestCountPerTarget",
    Statistic: "Sum",
    Dimensions: Object.entries({ LoadBalancer, TargetGroup }).map(([Name, Value]) => ({ Name, Value })),
    Period: MINUTE_S,
  };
}

/** What the two alarms of a policy are put with, the one to scale out first. @throws ValidationError */
export function trackingAlarms(
  group: string,
  tracking: AutoScaling.TargetTrackingConfiguration,
  names: readonly [high: string, low: string],
  policyArn: string,
): object[] {
  const common = {
    ...metricOf(group, tracking),
    AlarmActions: [policyArn],
    AlarmDescription: `DO NOT EDIT OR DELETE. For TargetTrackingScaling policy ${policyArn}.`,
  };
  const { TargetValue } = tracking;
  return [
    {
      ...common,
      AlarmName: names[0],
      ComparisonOperator: "GreaterThanThreshold",
      EvaluationPeriods: 3,
      Threshold: TargetValue,
    },
    {
      ...common,
      AlarmName: names[1],
      ComparisonOperator: "LessThanThreshold",
      EvaluationPeriods: 15,
      Threshold: TargetValue * SLACK,
    },
  ];
}
