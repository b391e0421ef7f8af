import { createHash } from "node:crypto";
import { readJson } from "../../../core/read-json.ts";
import type * as CloudWatch from "../../../models/generated/cloudwatch.ts";
import type { Where } from "../metrics/metric.ts";
import {
  type Alarm,
  type AlarmState,
  alarmName,
  type MetricAlarm,
  type MetricSettings,
  oneMetricOf,
} from "./alarm.ts";
import { alarmTime, asDouble } from "./reason.ts";
import { regionName } from "./region-name.ts";

const MAX_SUBJECT = 100;

/** `ALARM: "checkout-errors" in US East (N. Virginia)` */
export function snsSubject({ region }: Where, alarm: Alarm): string {
  const subject = `${alarm.state.value}: "${alarm.name}" in ${regionName(region)}`;
  return subject.length > MAX_SUBJECT ? `${subject.slice(0, MAX_SUBJECT - 3)}...` : subject;
}

/** What an alarm says to an SNS topic, as JSON. */
export function snsMessage(where: Where, alarm: Alarm, before: AlarmState): object {
  const common = {
    AlarmName: alarm.name,
    AlarmDescription: alarm.description ?? null,
    AWSAccountId: where.account,
    AlarmConfigurationUpdatedTimestamp: alarmTime(alarm.configuredAtMs),
    NewStateValue: alarm.state.value,
    NewStateReason: alarm.state.reason,
    StateChangeTime: alarmTime(alarm.state.transitionedAtMs),
    Region: regionName(where.region),
    AlarmArn: alarm.arn,
    OldStateValue: before.value,
    OKActions: alarm.actions.OK,
    AlarmActions: alarm.actions.ALARM,
    InsufficientDataActions: alarm.actions.INSUFFICIENT_DATA,
  };
  if (alarm.kind === "metric") return { ...common, Trigger: triggerOf(alarm.settings) };
  return { ...common, AlarmRule: alarm.rule, TriggeringChildren: triggeringChildren(alarm.state) };
}

function triggerOf(settings: MetricSettings): object {
  const common = {
    Period: settings.Period,
    EvaluationPeriods: settings.EvaluationPeriods,
    ...(settings.DatapointsToAlarm !== undefined && { DatapointsToAlarm: settings.DatapointsToAlarm }),
    ComparisonOperator: settings.ComparisonOperator,
    ...(settings.Threshold !== undefined && { Threshold: asDouble(settings.Threshold) }),
    ...(settings.ThresholdMetricId !== undefined && { ThresholdMetricId: settings.ThresholdMetricId }),
    TreatMissingData: settings.TreatMissingData ?? "missing",
    EvaluateLowSampleCountPercentile: settings.EvaluateLowSampleCountPercentile ?? "",
  };
  if (settings.Metrics) {
    return {
      ...common,
      Metrics: settings.Metrics.map(({ Id, Expression, Label, MetricStat, ReturnData }) => ({
        ...(Expression !== undefined && { Expression }),
        Id,
        ...(Label !== undefined && { Label }),
        ...(MetricStat && {
          MetricStat: {
            Metric: {
              Dimensions: (MetricStat.Metric.Dimensions ?? []).map(({ Name, Value }) => ({
                value: Value,
                name: Name,
              })),
              MetricName: MetricStat.Metric.MetricName,
              Namespace: MetricStat.Metric.Namespace,
            },
            Period: MetricStat.Period,
            Stat: MetricStat.Stat,
          },
        }),
        ReturnData: ReturnData ?? true,
      })),
    };
  }
  return {
    MetricName: settings.MetricName,
    Namespace: settings.Namespace,
    StatisticType: settings.Statistic ? "Statistic" : "ExtendedStatistic",
    ...(settings.Statistic
      ? { Statistic: STATISTIC_NAMES[settings.Statistic] ?? settings.Statistic }
      : { ExtendedStatistic: settings.ExtendedStatistic }),
    Unit: settings.Unit ?? null,
    Dimensions: (settings.Dimensions ?? []).map(({ Name, Value }) => ({ value: Value, name: Name })),
    ...common,
  };
}

const STATISTIC_NAMES: Readonly<Record<string, string>> = {
  SampleCount: "SAMPLE_COUNT",
  Average: "AVERAGE",
  Sum: "SUM",
  Minimum: "MINIMUM",
  Maximum: "MAXIMUM",
};

function triggeringChildren({ reasonData }: AlarmState): object[] {
  if (reasonData === undefined) return [];
  const { triggeringAlarms } = readJson(reasonData) as {
    triggeringAlarms?: { arn: string; state: { value: string; timestamp: string } }[];
  };
  return (triggeringAlarms ?? []).map(({ arn, state }) => ({
    Arn: arn,
    State: { Value: state.value, Timestamp: state.timestamp },
  }));
}

/** What an alarm invokes a Lambda function with. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html */
export function lambdaEvent(where: Where, alarm: Alarm, before: AlarmState): object {
  return {
    source: "aws.cloudwatch",
    alarmArn: alarm.arn,
    accountId: where.account,
    time: alarmTime(alarm.state.transitionedAtMs),
    region: where.region,
    alarmData: alarmData(alarm, before),
  };
}

/** What events say of a change: those for functions, and those on the default bus. */
export const alarmData = (alarm: Alarm, before: AlarmState): object => ({
  alarmName: alarm.name,
  state: describeState(alarm.state),
  previousState: describeState(before),
  configuration: configurationOf(alarm),
});

/** What the default bus gets when an alarm is made, changed or deleted. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html */
export const configurationChange = (operation: string, alarm: Alarm, before?: Alarm): object => ({
  alarmName: alarm.name,
  operation,
  state: { value: alarm.state.value, timestamp: alarmTime(alarm.state.transitionedAtMs) },
  configuration: wholeConfigurationOf(alarm),
  ...(before && { previousConfiguration: wholeConfigurationOf(before) }),
});

function wholeConfigurationOf(alarm: Alarm): object {
  const { name, actionsEnabled, actions, configuredAtMs } = alarm;
  return {
    ...(alarm.kind === "metric" && comparisonOf(alarm.settings)),
    ...configurationOf(alarm),
    alarmName: name,
    actionsEnabled,
    timestamp: alarmTime(configuredAtMs),
    okActions: actions.OK,
    alarmActions: actions.ALARM,
    insufficientDataActions: actions.INSUFFICIENT_DATA,
  };
}

const comparisonOf = (settings: MetricSettings) => ({
  evaluationPeriods: settings.EvaluationPeriods,
  ...(settings.DatapointsToAlarm !== undefined && { datapointsToAlarm: settings.DatapointsToAlarm }),
  ...(settings.Threshold !== undefined && { threshold: settings.Threshold }),
  ...(settings.ThresholdMetricId !== undefined && { thresholdMetricId: settings.ThresholdMetricId }),
  comparisonOperator: settings.ComparisonOperator,
  ...(settings.TreatMissingData !== undefined && { treatMissingData: settings.TreatMissingData }),
});

const describeState = (state: AlarmState) => ({
  value: state.value,
  reason: state.reason,
  ...(state.reasonData !== undefined && { reasonData: state.reasonData }),
  timestamp: alarmTime(state.transitionedAtMs),
});

function configurationOf(alarm: Alarm): object {
  const description = alarm.description === undefined ? {} : { description: alarm.description };
  if (alarm.kind === "metric") return { ...description, metrics: metricsOf(alarm) };
  const { suppressor } = alarm;
  return {
    ...description,
    alarmRule: alarm.rule,
    ...(suppressor && {
      actionsSuppressor: alarmName(suppressor.alarm),
      actionsSuppressorWaitPeriod: suppressor.waitSeconds,
      actionsSuppressorExtensionPeriod: suppressor.extensionSeconds,
    }),
  };
}

function queryOf({ arn, settings }: MetricAlarm): CloudWatch.MetricDataQuery {
  const { metric, period, statistic } = oneMetricOf(settings);
  return {
    Id: idOf(arn),
    MetricStat: {
      Metric: {
        Namespace: metric.namespace,
        MetricName: metric.name,
        Dimensions: settings.Dimensions ?? [],
      },
      Period: period,
      Stat: statistic,
      ...(settings.Unit !== undefined && { Unit: settings.Unit }),
    },
    ReturnData: true,
  };
}

function metricsOf(alarm: MetricAlarm): object[] {
  const queries = alarm.settings.Metrics ?? [queryOf(alarm)];
  return queries.map(({ Id, Expression, Label, MetricStat, ReturnData }) => ({
    id: Id,
    ...(Expression !== undefined && { expression: Expression }),
    ...(Label !== undefined && { label: Label }),
    ...(MetricStat && {
      metricStat: {
        metric: {
          namespace: MetricStat.Metric.Namespace,
          name: MetricStat.Metric.MetricName,
          dimensions: Object.fromEntries(
            (MetricStat.Metric.Dimensions ?? []).map(({ Name, Value }) => [Name, Value]),
          ),
        },
        period: MetricStat.Period,
        stat: MetricStat.Stat,
        ...(MetricStat.Unit !== undefined && { unit: MetricStat.Unit }),
      },
    }),
    returnData: ReturnData ?? true,
  }));
}

/** A UUID that stays the same for an alarm: its one metric has no id of its own. */
function idOf(arn: string): string {
  const hex = createHash("sha256").update(arn).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    "-",
  );
}
