import { alarmPair, type Metric, MINUTE_S, requestCountPerTarget } from "../../aws/tracking-alarms.ts";
import type * as Scaling from "../../models/generated/application-autoscaling.ts";
import { validation } from "./errors.ts";
import type { TargetKey } from "./scalable-target.ts";

/** How a dimension's target tracking alarms look at its metric. */
interface Watch {
  readonly metric: Metric;
  /** How many minutes in a row are too much, or too little. */
  readonly minutes: readonly [high: number, low: number];
  /** The threshold, of the target's value and the capacity that there is. */
  threshold(target: number, capacity: number): number;
}

const of = (dimensions: Readonly<Record<string, string | undefined>>) =>
  Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));

const simply = (target: number) => target;

type Predefined = (key: TargetKey, label: string | undefined) => Watch;

const ecs =
  (MetricName: string): Predefined =>
  ({ resourceId }) => {
    const [, ClusterName, ServiceName] = resourceId.split("/");
    const Dimensions = of({ ClusterName, ServiceName });
    return {
      metric: { Namespace: "AWS/ECS", MetricName, Statistic: "Average", Dimensions },
      minutes: [3, 15],
      threshold: simply,
    };
  };

/** The units that are consumed in a minute, of those that there are: the target is a percentage. */
const dynamodb =
  (MetricName: string): Predefined =>
  ({ resourceId }) => {
    const [, TableName, , index] = resourceId.split("/");
    const Dimensions = of({ TableName, ...(index !== undefined && { GlobalSecondaryIndexName: index }) });
    return {
      metric: { Namespace: "AWS/DynamoDB", MetricName, Statistic: "Sum", Dimensions },
      minutes: [2, 15],
      threshold: (target, capacity) => (target / 100) * capacity * MINUTE_S,
    };
  };

/** https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PredefinedMetricSpecification.html */
const PREDEFINED: Readonly<Record<string, Predefined>> = {
  ECSServiceAverageCPUUtilization: ecs("CPUUtilization"),
  ECSServiceAverageMemoryUtilization: ecs("MemoryUtilization"),
  ALBRequestCountPerTarget: (_key, label) => {
    const metric = requestCountPerTarget(label ?? "");
    if (!metric)
      throw validation(
        "ResourceLabel must be specified as app/<load balancer>/<id>/targetgroup/<target group>/<id> for ALBRequestCountPerTarget.",
      );
    return { metric, minutes: [3, 15], threshold: simply };
  },
  DynamoDBReadCapacityUtilization: dynamodb("ConsumedReadCapacityUnits"),
  DynamoDBWriteCapacityUtilization: dynamodb("ConsumedWriteCapacityUnits"),
  LambdaProvisionedConcurrencyUtilization: ({ resourceId }) => {
    const [, FunctionName, alias] = resourceId.split(":");
    return {
      metric: {
        Namespace: "AWS/Lambda",
        MetricName: "ProvisionedConcurrencyUtilization",
        Statistic: "Maximum",
        Dimensions: of({ FunctionName, Resource: `${FunctionName}:${alias}` }),
      },
      minutes: [3, 15],
      threshold: simply,
    };
  },
};

/** @throws ValidationException for a metric that is none of the resource's */
function watchOf(key: TargetKey, tracking: Scaling.TargetTrackingScalingPolicyConfiguration): Watch {
  const { PredefinedMetricSpecification: predefined, CustomizedMetricSpecification: customized } = tracking;
  if ((predefined === undefined) === (customized === undefined))
    throw validation(
      "Exactly one of PredefinedMetricSpecification and CustomizedMetricSpecification is required.",
    );
  if (predefined) {
    const { PredefinedMetricType: type, ResourceLabel } = predefined;
    const watch = Object.hasOwn(PREDEFINED, type) ? PREDEFINED[type] : undefined;
    if (!watch) throw validation(`Squall does not know the predefined metric ${type}.`);
    return watch(key, ResourceLabel);
  }
  const { Metrics, ...metric } = customized as Scaling.CustomizedMetricSpecification;
  return {
    metric: Metrics
      ? {
          Metrics: Metrics.map(({ MetricStat, ...query }) => ({
            ...query,
            ...(MetricStat && { MetricStat: { ...MetricStat, Period: MINUTE_S } }),
          })),
        }
      : metric,
    minutes: [3, 15],
    threshold: simply,
  };
}

/** What the two alarms of a policy are put with, the one to scale out first. @throws ValidationException */
export function trackingAlarms(
  key: TargetKey,
  tracking: Scaling.TargetTrackingScalingPolicyConfiguration,
  capacity: number,
  names: readonly [high: string, low: string],
  policyArn: string,
): object[] {
  const { metric, minutes, threshold } = watchOf(key, tracking);
  return alarmPair({
    metric: { ...metric, ...(!("Metrics" in metric) && { Period: MINUTE_S }) },
    minutes,
    threshold: threshold(tracking.TargetValue, capacity),
    names,
    policyArn,
  });
}

/** How much of its metric a policy wants at a capacity: what alarms' values are to be compared with. */
export const wantedOf = (
  key: TargetKey,
  tracking: Scaling.TargetTrackingScalingPolicyConfiguration,
  capacity: number,
): number => watchOf(key, tracking).threshold(tracking.TargetValue, capacity);
