import { sure } from "../../../core/sure.ts";
import type * as CloudWatch from "../../../models/generated/cloudwatch.ts";
import type { Cloudwatch } from "../cloudwatch.ts";
import { metricsIn, Queries } from "../math/queries.ts";
import { MathError } from "../math/syntax.ts";
import type { Metric, Where } from "../metrics/metric.ts";
import { merge } from "../statistics/aggregate.ts";
import { parseStatistic } from "../statistics/statistic.ts";
import { type MetricAlarm, type MetricSettings, oneMetricOf } from "./alarm.ts";
import { comparisonOf } from "./comparison.ts";
import { type Criteria, type EvaluatedPoint, EXTRA_PERIODS } from "./evaluation.ts";

const MINUTE_SECONDS = 60;
const HIGH_RESOLUTION_STEP_SECONDS = 10;

/** How long a period of the alarm is: its own, or that of the longest metric that it computes from. */
export const periodOf = ({ Period, Metrics }: MetricSettings): number =>
  Period ??
  Math.max(...(Metrics ?? []).map(({ MetricStat, Period }) => MetricStat?.Period ?? Period ?? 0), 10);

/** How often it is looked at: each minute, or each ten seconds when its period is shorter than a minute. */
export const stepOf = (settings: MetricSettings): number =>
  periodOf(settings) < MINUTE_SECONDS ? HIGH_RESOLUTION_STEP_SECONDS : MINUTE_SECONDS;

export function criteriaOf({ settings }: MetricAlarm): Criteria {
  const comparison = comparisonOf(settings.ComparisonOperator);
  const { Threshold: threshold = Number.NaN } = settings;
  return {
    evaluationPeriods: settings.EvaluationPeriods,
    datapointsToAlarm: settings.DatapointsToAlarm ?? settings.EvaluationPeriods,
    // "Alarms that evaluate metrics in the AWS/DynamoDB namespace always ignore missing data."
    treatMissing:
      settings.Namespace === "AWS/DynamoDB"
        ? "ignore"
        : ((settings.TreatMissingData ?? "missing") as Criteria["treatMissing"]),
    breaches: ({ value, band }) => comparison.holds(value, band ?? { lower: threshold, upper: threshold }),
  };
}

/** The metrics that an alarm watches. */
export function watchedBy({ settings }: MetricAlarm, where: Where): { where: Where; metric: Metric }[] {
  if (settings.Metrics) return metricsIn(settings.Metrics, where);
  return [{ where, metric: oneMetricOf(settings).metric }];
}

/**
 * The evaluation range that ends at `endMs`: a place for each period, oldest first.
 * @throws MathError when the alarm's expression cannot be worked out
 */
export function rangeOf(
  cloudwatch: Cloudwatch,
  alarm: MetricAlarm,
  where: Where,
  endMs: number,
): (EvaluatedPoint | undefined)[] {
  const { settings } = alarm;
  const periodMs = periodOf(settings) * 1000;
  const length = settings.EvaluationPeriods + EXTRA_PERIODS;
  const startMs = endMs - length * periodMs;
  const points = settings.Metrics
    ? expressionPoints(cloudwatch, settings, settings.Metrics, where, startMs, endMs)
    : metricPoints(cloudwatch, settings, where, startMs, endMs);
  const range: (EvaluatedPoint | undefined)[] = new Array(length).fill(undefined);
  for (const point of points) range[Math.floor((point.atMs - startMs) / periodMs)] = point;
  return range;
}

function metricPoints(
  cloudwatch: Cloudwatch,
  settings: MetricSettings,
  where: Where,
  startMs: number,
  endMs: number,
): EvaluatedPoint[] {
  const { metric, period, statistic } = oneMetricOf(settings);
  const compute = sure(parseStatistic(statistic)); // It was read when the alarm was put.
  const reading = {
    startMs,
    endMs,
    periodSeconds: period,
    ...(settings.Unit !== undefined && { unit: settings.Unit }),
  };
  return cloudwatch.datapoints.read(where, metric, reading).flatMap(({ atMs, units }) => {
    const aggregate = [...units.values()].reduce(merge);
    const value = compute(aggregate);
    if (value === undefined || isTooFew(settings, aggregate.count)) return [];
    return [{ atMs, value, sampleCount: aggregate.count }];
  });
}

/** A percentile of few samples says little: `ignore` leaves such datapoints out. */
function isTooFew({ ExtendedStatistic, EvaluateLowSampleCountPercentile }: MetricSettings, count: number) {
  const share = /^p([\d.]+)$/.exec(ExtendedStatistic ?? "")?.[1];
  if (share === undefined || EvaluateLowSampleCountPercentile !== "ignore") return false;
  const distance = Math.min(Number(share), 100 - Number(share)) / 100;
  return count < 10 / Math.max(distance, 1e-9);
}

function expressionPoints(
  cloudwatch: Cloudwatch,
  { ThresholdMetricId: bandId }: MetricSettings,
  queries: readonly CloudWatch.MetricDataQuery[],
  where: Where,
  startMs: number,
  endMs: number,
): EvaluatedPoint[] {
  const watched = queries.find(({ Id, ReturnData }) => Id !== bandId && ReturnData !== false);
  if (!watched) throw new MathError("Exactly one element of the metrics list should return data");
  const all = new Queries(cloudwatch, queries, where, { startMs, endMs });
  const value = all.value(watched.Id);
  if (value?.kind !== "series") throw new MathError("The expression must come to one time series");
  if (bandId === undefined) return value.series.points.map(([atMs, point]) => ({ atMs, value: point }));
  const band = all.value(bandId);
  const [upper, lower] = band?.kind === "array" ? band.items.map(({ points }) => new Map(points)) : [];
  // Where nothing is known of what is normal, nothing is compared.
  return value.series.points.flatMap(([atMs, point]) => {
    const [high, low] = [upper?.get(atMs), lower?.get(atMs)];
    return high === undefined || low === undefined
      ? []
      : [{ atMs, value: point, band: { lower: low, upper: high } }];
  });
}
