import { alarmPair, type Metric, MINUTE_S, requestCountPerTarget } from "../../aws/tracking-alarms.ts";
import type * as AutoScaling from "../../models/generated/autoscaling.ts";
import { validationError } from "./errors.ts";

/** Metrics of a group's instances: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PredefinedMetricSpecification.html */
const OF_GROUP: Readonly<Record<string, string>> = {
  ASGAverageCPUUtilization: "CPUUtilization",
  ASGAverageNetworkIn: "NetworkIn",
  ASGAverageNetworkOut: "NetworkOut",
};

/** @throws ValidationError for a metric that is none of a group's */
function metricOf(group: string, tracking: AutoScaling.TargetTrackingConfiguration): Metric {
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
  const metric = type === "ALBRequestCountPerTarget" ? requestCountPerTarget(ResourceLabel) : undefined;
  if (!metric)
    throw validationError(`The metric ${type} with the resource label '${ResourceLabel}' is not valid.`);
  return { ...metric, Period: MINUTE_S };
}

/** What the two alarms of a policy are put with, the one to scale out first. @throws ValidationError */
export function trackingAlarms(
  group: string,
  tracking: AutoScaling.TargetTrackingConfiguration,
  names: readonly [high: string, low: string],
  policyArn: string,
): object[] {
  const metric = metricOf(group, tracking);
  return alarmPair({ metric, minutes: [3, 15], threshold: tracking.TargetValue, names, policyArn });
}
