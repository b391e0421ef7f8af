import type { Context, Handlers } from "../../../core/service.ts";
import type * as CloudWatch from "../../../models/generated/cloudwatch.ts";
import { detectorCollection, detectorOf, singleKey } from "../anomalies/detector.ts";
import type { Cloudwatch } from "../cloudwatch.ts";
import { alarmLimitExceeded, insightsNotImplemented, validationError } from "../errors.ts";
import { metricOfStat, problemIn } from "../math/queries.ts";
import { isSimple, parseStatistic } from "../statistics/statistic.ts";
import { tagging } from "../tags.ts";
import { alarmArn, alarmCollection, initialState, type MetricAlarm, type MetricSettings } from "./alarm.ts";
import { comparisonOf } from "./comparison.ts";
import { describeMetricAlarm } from "./description.ts";

const MAX_ALARMS = 5000;
const DAY_SECONDS = 86_400;
const HOUR_SECONDS = 3600;
/** Settings of an alarm on one metric; an alarm on queries has none of them. */
const ONE_METRIC = [
  "MetricName",
  "Namespace",
  "Statistic",
  "ExtendedStatistic",
  "Dimensions",
  "Period",
  "Unit",
] as const;

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html */
export const putMetricAlarm = (cloudwatch: Cloudwatch): Handlers<CloudWatch.Operations> => ({
  PutMetricAlarm(input, ctx) {
    const settings = settingsOf(input);
    const alarms = ctx.store.collection(alarmCollection);
    const before = alarms.get([input.AlarmName]);
    if (before && before.kind !== "metric")
      throw validationError(`A composite alarm with the name ${input.AlarmName} exists already.`);
    if (!before && alarms.count() >= MAX_ALARMS) throw alarmLimitExceeded();
    const nowMs = ctx.clock.now();
    const alarm: MetricAlarm = {
      kind: "metric",
      name: input.AlarmName,
      arn: alarmArn(ctx, input.AlarmName),
      ...(input.AlarmDescription !== undefined && { description: input.AlarmDescription }),
      ...actionsOf(input),
      tags: before ? before.tags : tagging.read(input.Tags),
      configuredAtMs: nowMs,
      state: before ? before.state : initialState(nowMs),
      settings,
    };
    alarms.put([alarm.name], alarm);
    const type = before ? "Update" : "Create";
    cloudwatch.watch.transitions.history.add(
      ctx,
      alarm,
      "ConfigurationUpdate",
      `Alarm "${alarm.name}" ${before ? "updated" : "created"}`,
      { version: "1.0", type, [before ? "updatedAlarm" : "createdAlarm"]: describeMetricAlarm(alarm) },
    );
    cloudwatch.watch.transitions.configured(ctx, before ? "update" : "create", alarm, before);
    cloudwatch.watch.put(ctx, alarm);
    cloudwatch.watch.look(ctx, alarm.name);
    learnFor(alarm.settings, ctx);
  },
});

/** An alarm on a band has a detector made for the metric that it watches, if there is none. */
function learnFor({ Metrics = [], ThresholdMetricId }: MetricSettings, ctx: Context): void {
  const band = Metrics.find(({ Id }) => Id === ThresholdMetricId)?.Expression ?? "";
  const watched = /^\s*ANOMALY_DETECTION_BAND\s*\(\s*(\w+)/.exec(band)?.[1];
  const { MetricStat: stat, AccountId: account = ctx.account } =
    Metrics.find(({ Id }) => Id === watched) ?? {};
  if (!stat) return;
  const metric = metricOfStat(stat);
  if (detectorOf(ctx.store, account, metric, stat.Stat)) return;
  ctx.store.collection(detectorCollection).put(singleKey(account, metric, stat.Stat), {
    single: { account, metric, stat: stat.Stat },
    configuration: {},
    excluded: [],
  });
}

/** Actions by state, and whether they run. */
export const actionsOf = (
  input: Pick<
    CloudWatch.PutMetricAlarmInput,
    "ActionsEnabled" | "OKActions" | "AlarmActions" | "InsufficientDataActions"
  >,
) => ({
  actionsEnabled: input.ActionsEnabled ?? true,
  actions: {
    OK: checkActions(input.OKActions),
    ALARM: checkActions(input.AlarmActions),
    INSUFFICIENT_DATA: checkActions(input.InsufficientDataActions),
  },
});

function checkActions(arns: readonly string[] = []): readonly string[] {
  const invalid = arns.find((arn) => !/^arn:[\w-]+:[\w-]+:/.test(arn));
  if (invalid !== undefined) throw validationError(`Invalid arn syntax: ${invalid}`);
  return arns;
}

function settingsOf(input: CloudWatch.PutMetricAlarmInput): MetricSettings {
  if (input.EvaluationCriteria) throw insightsNotImplemented("PromQL alarms");
  const { EvaluationPeriods, Threshold, ComparisonOperator, Metrics, ThresholdMetricId } = input;
  if (EvaluationPeriods === undefined) throw validationError("EvaluationPeriods must not be null");
  if (ComparisonOperator === undefined) throw validationError("ComparisonOperator must not be null");
  if (ThresholdMetricId !== undefined || comparisonOf(ComparisonOperator).isOfBand) checkBand(input);
  else {
    if (Threshold === undefined) throw validationError("Threshold must not be null");
    if (!Number.isFinite(Threshold)) throw validationError("Threshold must be a finite number");
  }
  const { DatapointsToAlarm, TreatMissingData, EvaluateLowSampleCountPercentile } = input;
  if (DatapointsToAlarm !== undefined && DatapointsToAlarm > EvaluationPeriods)
    throw validationError("DatapointsToAlarm must be less than or equal to EvaluationPeriods");
  checkWord("treatMissingData", TreatMissingData, ["breaching", "notBreaching", "ignore", "missing"]);
  checkWord("evaluateLowSampleCountPercentile", EvaluateLowSampleCountPercentile, ["evaluate", "ignore"]);
  // The band returns data, too: it is drawn beside the metric.
  const returning = Metrics?.filter(({ Id }) => Id !== ThresholdMetricId);
  if (Metrics) checkQueries(input, Metrics, EvaluationPeriods, returning ?? []);
  else checkOneMetric(input, EvaluationPeriods);
  const settings = { EvaluationPeriods, ComparisonOperator };
  const optional = {
    ...Object.fromEntries(ONE_METRIC.map((name) => [name, input[name]])),
    Threshold,
    ThresholdMetricId,
    DatapointsToAlarm,
    TreatMissingData,
    EvaluateLowSampleCountPercentile,
    Metrics,
  };
  const given = Object.entries(optional).filter(([, value]) => value !== undefined);
  return { ...settings, ...Object.fromEntries(given) };
}

/** An alarm on a band has queries, one of which is the band. The texts are inferred. */
function checkBand(input: CloudWatch.PutMetricAlarmInput): void {
  const { Threshold, ComparisonOperator, Metrics = [], ThresholdMetricId } = input;
  if (ComparisonOperator && !comparisonOf(ComparisonOperator).isOfBand)
    throw validationError(
      `The comparison operator ${ComparisonOperator} cannot be used with ThresholdMetricId`,
    );
  if (ThresholdMetricId === undefined)
    throw validationError(
      `ThresholdMetricId must not be null for the comparison operator ${ComparisonOperator}`,
    );
  if (Threshold !== undefined)
    throw validationError("Threshold must not be set when the ThresholdMetricId parameter is used");
  const band = Metrics.find(({ Id }) => Id === ThresholdMetricId);
  if (!/^\s*ANOMALY_DETECTION_BAND\s*\(/.test(band?.Expression ?? ""))
    throw validationError(
      "ThresholdMetricId must be the Id of an element of the metrics list with the expression ANOMALY_DETECTION_BAND",
    );
}

function checkWord(path: string, word: string | undefined, allowed: readonly string[]): void {
  if (word !== undefined && !allowed.includes(word))
    throw validationError(`Option '${word}' is invalid for ${path}. Valid options: [${allowed.join(", ")}]`);
}

function checkOneMetric(input: CloudWatch.PutMetricAlarmInput, evaluationPeriods: number): void {
  if (input.MetricName === undefined) throw validationError("MetricName must not be null");
  if (input.Namespace === undefined) throw validationError("Namespace must not be null");
  if (input.Period === undefined) throw validationError("Period must not be null");
  if (input.Statistic === undefined && input.ExtendedStatistic === undefined)
    throw validationError("Exactly one of Statistic and ExtendedStatistic must be specified");
  if (input.Statistic !== undefined && input.ExtendedStatistic !== undefined)
    throw validationError("Exactly one of Statistic and ExtendedStatistic must be specified");
  const { ExtendedStatistic } = input;
  if (ExtendedStatistic !== undefined && (isSimple(ExtendedStatistic) || !parseStatistic(ExtendedStatistic)))
    throw validationError(`The value ${ExtendedStatistic} for parameter ExtendedStatistic is not supported.`);
  checkPeriod(input.Period, evaluationPeriods);
}

function checkPeriod(period: number, evaluationPeriods: number): void {
  if (![10, 20, 30].includes(period) && period % 60 !== 0)
    throw validationError("Period must be 10, 20, 30 or a multiple of 60");
  const most = period < HOUR_SECONDS ? DAY_SECONDS : 7 * DAY_SECONDS;
  if (period * evaluationPeriods > most)
    throw validationError(
      `Metrics cannot be checked across more than ${most === DAY_SECONDS ? "a day" : "7 days"} (EvaluationPeriods * Period must be <= ${most}).`,
    );
}

function checkQueries(
  input: CloudWatch.PutMetricAlarmInput,
  queries: readonly CloudWatch.MetricDataQuery[],
  evaluationPeriods: number,
  returning: readonly CloudWatch.MetricDataQuery[],
): void {
  // A list that holds nothing says nothing.
  const both = ONE_METRIC.find((name) => input[name] !== undefined && !isEmptyList(input[name]));
  if (both !== undefined) throw validationError(`${both} must not be set when the Metrics parameter is used`);
  if (returning.filter(({ ReturnData }) => ReturnData !== false).length !== 1)
    throw validationError("Exactly one element of the metrics list should return data.");
  if (queries.some(({ Expression = "" }) => /^\s*SELECT\s/i.test(Expression)))
    throw insightsNotImplemented("alarms on Metrics Insights queries");
  if (queries.some(({ Expression = "" }) => /\bSEARCH\s*\(/.test(Expression)))
    throw validationError("SEARCH is not supported on Metric Alarms.");
  const found = problemIn(queries);
  if (found) throw validationError(`Invalid metrics list: ${found.id}: ${found.problem}`);
  const periods = queries.flatMap(({ MetricStat }) => (MetricStat ? [MetricStat.Period] : []));
  for (const period of periods) checkPeriod(period, evaluationPeriods);
}

const isEmptyList = (value: unknown) => Array.isArray(value) && value.length === 0;
