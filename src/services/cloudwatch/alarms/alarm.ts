import { makeArn } from "../../../core/arn.ts";
import { defineCollection } from "../../../core/storage.ts";
import type * as CloudWatch from "../../../models/generated/cloudwatch.ts";
import { metricOf, type Where } from "../metrics/metric.ts";

export type StateValue = "OK" | "ALARM" | "INSUFFICIENT_DATA";

export interface AlarmState {
  readonly value: StateValue;
  readonly reason: string;
  /** JSON. */
  readonly reasonData?: string;
  readonly updatedAtMs: number;
  /** When `value` last became another. */
  readonly transitionedAtMs: number;
}

interface AlarmBase {
  readonly name: string;
  readonly arn: string;
  readonly description?: string;
  readonly actionsEnabled: boolean;
  /** ARNs by the state that they are for. */
  readonly actions: Readonly<Record<StateValue, readonly string[]>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly configuredAtMs: number;
  readonly state: AlarmState;
}

/** What a metric alarm compares, as it was put: one metric, or queries with one that returns data. */
export type MetricSettings = Pick<
  CloudWatch.PutMetricAlarmInput,
  | "MetricName"
  | "Namespace"
  | "Statistic"
  | "ExtendedStatistic"
  | "Dimensions"
  | "Period"
  | "Unit"
  | "DatapointsToAlarm"
  | "TreatMissingData"
  | "EvaluateLowSampleCountPercentile"
  | "Metrics"
  | "ThresholdMetricId"
> & {
  readonly EvaluationPeriods: number;
  /** Not of an alarm on a band. */
  readonly Threshold?: number;
  readonly ComparisonOperator: CloudWatch.ComparisonOperator;
};

/** What an alarm on one metric watches. An alarm without queries has all of it. */
export function oneMetricOf(settings: MetricSettings) {
  const { Namespace, MetricName, Dimensions, Period: period } = settings;
  const statistic = settings.Statistic ?? settings.ExtendedStatistic;
  if (Namespace === undefined || MetricName === undefined || period === undefined || statistic === undefined)
    throw new Error("An alarm has neither queries nor a whole metric.");
  return { metric: metricOf(Namespace, MetricName, Dimensions), period, statistic };
}

export interface MetricAlarm extends AlarmBase {
  readonly kind: "metric";
  readonly settings: MetricSettings;
}

export interface CompositeAlarm extends AlarmBase {
  readonly kind: "composite";
  readonly rule: string;
  readonly suppressor?: Suppressor;
  /** Set while actions are held back. */
  readonly suppressed?: Suppressed;
}

export interface Suppressor {
  readonly alarm: string;
  readonly waitSeconds: number;
  readonly extensionSeconds: number;
}

export interface Suppressed {
  readonly by: "Alarm" | "WaitPeriod" | "ExtensionPeriod";
  readonly reason: string;
  /** The state that the actions were told of last. */
  readonly toldState: StateValue;
  /** When a wait or extension ends. */
  readonly untilMs?: number;
}

export type Alarm = MetricAlarm | CompositeAlarm;

/** Key: [name]. */
export const alarmCollection = defineCollection<Alarm>({ name: "alarms" });

export const alarmArn = (where: Where, name: string): string =>
  makeArn("cloudwatch", where.region, where.account, `alarm:${name}`);

export const alarmName = (nameOrArn: string): string =>
  nameOrArn.startsWith("arn:") ? nameOrArn.split(":").slice(6).join(":") : nameOrArn;

/** The state of an alarm that has just been made. */
export const initialState = (nowMs: number): AlarmState => ({
  value: "INSUFFICIENT_DATA",
  reason: "Unchecked: Initial alarm creation",
  updatedAtMs: nowMs,
  transitionedAtMs: nowMs,
});
