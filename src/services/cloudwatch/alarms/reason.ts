import { rawJson } from "../../../core/raw-json.ts";
import type { MetricSettings, StateValue } from "./alarm.ts";
import { comparisonOf, type Limits } from "./comparison.ts";
import type { Criteria, EvaluatedPoint, Verdict } from "./evaluation.ts";

/** Datapoints that a reason names. */
const MOST_NAMED = 5;

/** Why a metric alarm went into a state, as CloudWatch words it. */
export function reasonFor(
  state: StateValue,
  verdict: Verdict,
  criteria: Criteria,
  settings: MetricSettings,
): string {
  const { evaluationPeriods: n, datapointsToAlarm: m, treatMissing } = criteria;
  if (state === "INSUFFICIENT_DATA") {
    const unknown = verdict.filled;
    return `Insufficient Data: ${count(unknown, "datapoint")} ${unknown === 1 ? "was" : "were"} unknown.`;
  }
  const treated = `${count(verdict.filled, "missing datapoint")} ${verdict.filled === 1 ? "was" : "were"} treated as [${TREATED[treatMissing]}]`;
  if (verdict.evaluated.length === 0)
    return `Threshold Crossed: no datapoints were received for ${count(n, "period")} and ${treated}.`;
  const isAlarm = state === "ALARM";
  const named = verdict.evaluated.filter((point) => criteria.breaches(point) === isAlarm).reverse();
  const shown = named.slice(0, MOST_NAMED).map(pointText);
  const list = `[${[...shown, ...(named.length > MOST_NAMED ? ["..."] : [])].join(", ")}]`;
  const verb = `${named.length === 1 ? "was" : "were"} ${isAlarm ? "" : "not "}`;
  const comparison = comparisonOf(settings.ComparisonOperator);
  const compared = comparison.isOfBand
    ? limitsText(comparison.limits, named.slice(0, MOST_NAMED))
    : `${comparison.words} the threshold (${javaDouble(settings.Threshold ?? Number.NaN)})`;
  const wanted = isAlarm
    ? `(minimum ${count(m, "datapoint")} for OK -> ALARM transition)`
    : `(minimum ${count(n - m + 1, "datapoint")} for ALARM -> OK transition)`;
  const missing = verdict.filled > 0 && isTreated(treatMissing) ? ` and ${treated}` : "";
  return `${comparison.isOfBand ? "Thresholds" : "Threshold"} Crossed: ${named.length} out of the last ${n} datapoints ${list} ${verb}${compared}${missing} ${wanted}.`;
}

/** `less than the lower thresholds [1.5] or greater than the upper thresholds [2.5]`, as the guide's example of an event has it. */
function limitsText(limits: readonly (keyof Limits)[], points: readonly EvaluatedPoint[]): string {
  const values = (limit: keyof Limits) =>
    points.map(({ band }) => javaDouble(band?.[limit] ?? Number.NaN)).join(", ");
  return limits
    .map(
      (limit) => `${limit === "lower" ? "less" : "greater"} than the ${limit} thresholds [${values(limit)}]`,
    )
    .join(" or ");
}

const TREATED = {
  breaching: "Breaching",
  notBreaching: "NonBreaching",
  missing: "Missing",
  ignore: "Ignored",
} as const;

const isTreated = (treatment: Criteria["treatMissing"]) =>
  treatment === "breaching" || treatment === "notBreaching";

const count = (n: number, what: string) => `${n} ${what}${n === 1 ? "" : "s"}`;

/** `12.5 (23/11/26 22:05:00)` */
function pointText({ value, atMs }: EvaluatedPoint): string {
  const [date, time] = new Date(atMs).toISOString().split("T") as [string, string];
  const [year, month, day] = date.split("-") as [string, string, string];
  return `${javaDouble(value)} (${day}/${month}/${year.slice(2)} ${time.slice(0, 8)})`;
}

/** A number as Java's Double.toString writes it: `5.0`, `1.0E7`. */
function javaDouble(value: number): string {
  const size = Math.abs(value);
  if (value !== 0 && (size >= 1e7 || size < 1e-3)) {
    const [digits, exponent] = value.toExponential().split("e") as [string, string];
    return `${digits.includes(".") ? digits : `${digits}.0`}E${Number(exponent)}`;
  }
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

/** What `JSON.stringify` writes as Java writes doubles: whole ones stay doubles (`30.0`), as recorded. */
export const asDouble = (value: number): unknown => rawJson(javaDouble(value));

/** `2026-11-23T22:05:00.000+0000`, as alarms write times. */
export const alarmTime = (ms: number): string => new Date(ms).toISOString().replace("Z", "+0000");

/** The same in JSON: the datapoints and when they were asked for. Where there is none, the periods that have none, as recorded. */
export function reasonDataFor(
  verdict: Verdict,
  settings: MetricSettings,
  times: { queryMs: number; endMs: number; periodSeconds: number },
): string {
  const first = verdict.evaluated[0];
  const missing = Array.from({ length: first ? 0 : verdict.filled }, (_, before) => ({
    timestamp: alarmTime(times.endMs - (before + 1) * times.periodSeconds * 1000),
  }));
  return JSON.stringify({
    version: "1.0",
    queryDate: alarmTime(times.queryMs),
    ...(first && { startDate: alarmTime(first.atMs) }),
    ...(settings.Unit && { unit: settings.Unit }),
    ...(settings.Statistic && { statistic: settings.Statistic }),
    ...(settings.ExtendedStatistic && { extendedStatistic: settings.ExtendedStatistic }),
    period: times.periodSeconds,
    recentDatapoints: verdict.evaluated.map(({ value }) => asDouble(value)),
    ...(settings.ThresholdMetricId === undefined
      ? settings.Threshold !== undefined && { threshold: asDouble(settings.Threshold) }
      : {
          recentLowerThresholds: verdict.evaluated.map(({ band }) => band && asDouble(band.lower)),
          recentUpperThresholds: verdict.evaluated.map(({ band }) => band && asDouble(band.upper)),
        }),
    evaluatedDatapoints: [
      ...missing,
      ...verdict.evaluated.toReversed().map(({ atMs, sampleCount, value }) => ({
        timestamp: alarmTime(atMs),
        ...(sampleCount !== undefined && { sampleCount: asDouble(sampleCount) }),
        value: asDouble(value),
      })),
    ],
  });
}
