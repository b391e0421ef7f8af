import { makeArn } from "../core/arn.ts";
import type { Context } from "../core/service.ts";

/** The period of a target tracking policy's alarms, in seconds. */
export const MINUTE_S = 60;
/** Scaling in waits until less than nine tenths of the target is there. */
const SLACK = 0.9;

/** `app/<load balancer>/<id>/targetgroup/<target group>/<id>` */
const LABEL = /^(app\/[^/]+\/[^/]+)\/(targetgroup\/[^/]+\/[^/]+)$/;

/** What of PutMetricAlarm's input says which metric is watched. */
export type Metric = Readonly<Record<string, unknown>>;

/** The alarms of a policy, as both services of scaling keep them. */
interface WithAlarms {
  readonly alarms: readonly { readonly AlarmName: string }[];
}

/** The metric of ALBRequestCountPerTarget, by its resource label; undefined for what is none. */
export function requestCountPerTarget(label: string): Metric | undefined {
  const [, LoadBalancer, TargetGroup] = LABEL.exec(label) ?? [];
  if (LoadBalancer === undefined) return undefined;
  return {
    Namespace: "AWS/ApplicationELB",
    MetricName: "RequestCountPerTarget",
    Statistic: "Sum",
    Dimensions: Object.entries({ LoadBalancer, TargetGroup }).map(([Name, Value]) => ({ Name, Value })),
  };
}

/** Names for a new policy's two alarms, the one to scale out first. @param of whose they are: a group, a resource's id */
export const newAlarms = (of: string, ctx: Context): { AlarmName: string; AlarmARN: string }[] =>
  ["AlarmHigh", "AlarmLow"].map((which) => {
    const AlarmName = `TargetTracking-${of}-${which}-${ctx.random.uuid()}`;
    return { AlarmName, AlarmARN: makeArn("cloudwatch", ctx.region, ctx.account, `alarm:${AlarmName}`) };
  });

/** What PutMetricAlarm is called with for the two alarms of a policy, the one to scale out first. */
export function alarmPair({
  metric,
  minutes,
  threshold,
  names,
  policyArn,
}: {
  readonly metric: Metric;
  /** How many minutes in a row are too much, or too little. */
  readonly minutes: readonly [high: number, low: number];
  /** How much of the metric there should be. */
  readonly threshold: number;
  readonly names: readonly [high: string, low: string];
  readonly policyArn: string;
}): object[] {
  const common = {
    ...metric,
    AlarmActions: [policyArn],
    AlarmDescription: `DO NOT EDIT OR DELETE. For TargetTrackingScaling policy ${policyArn}.`,
  };
  return [
    {
      ...common,
      AlarmName: names[0],
      ComparisonOperator: "GreaterThanThreshold",
      EvaluationPeriods: minutes[0],
      Threshold: threshold,
    },
    {
      ...common,
      AlarmName: names[1],
      ComparisonOperator: "LessThanThreshold",
      EvaluationPeriods: minutes[1],
      Threshold: threshold * SLACK,
    },
  ];
}

/** A policy's alarms go with it. */
export async function deleteAlarms(policies: readonly WithAlarms[], ctx: Context): Promise<void> {
  const AlarmNames = policies.flatMap(({ alarms }) => alarms.map(({ AlarmName }) => AlarmName));
  if (AlarmNames.length > 0) await ctx.call("cloudwatch", "DeleteAlarms", { AlarmNames });
}
