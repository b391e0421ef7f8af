import type { Handlers } from "../../../core/service.ts";
import type * as CloudWatch from "../../../models/generated/cloudwatch.ts";
import type { Cloudwatch } from "../cloudwatch.ts";
import { invalidParameterCombination, invalidParameterValue, missingParameter } from "../errors.ts";
import { type Aggregate, ofStatisticSet, ofValue, ofValues } from "../statistics/aggregate.ts";
import { type Metric, metricOf } from "./metric.ts";

const MAX_DATA = 1000;
const MAX_VALUES = 150;
const LARGEST = 2 ** 360;
const HOUR_MS = 3_600_000;
const OLDEST_MS = 14 * 24 * HOUR_MS;
const FURTHEST_MS = 2 * HOUR_MS;

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html */
export const putMetricData = (cloudwatch: Cloudwatch): Handlers<CloudWatch.Operations> => ({
  PutMetricData(input, ctx) {
    checkNamespace(input.Namespace);
    const nowMs = ctx.clock.now();
    const given = [
      ...(input.MetricData ?? []),
      ...(input.EntityMetricData ?? []).flatMap(({ MetricData }) => MetricData ?? []),
    ];
    if (given.length === 0) throw missingParameter("The parameter MetricData is required.");
    if (given.length > MAX_DATA)
      throw invalidParameterValue(`The collection MetricData must not have a size greater than ${MAX_DATA}.`);
    const read = given.map((datum, i) => ({ datum, values: readDatum(datum, `MetricData.member.${i + 1}`) }));
    checkTimes(given, nowMs);

    const touched: Metric[] = [];
    ctx.store.transaction(() => {
      for (const { datum, values } of read) {
        const metric = metricOf(input.Namespace, datum.MetricName, datum.Dimensions);
        cloudwatch.datapoints.add(
          ctx,
          metric,
          datum.Timestamp?.getTime() ?? nowMs,
          datum.Unit ?? "None",
          values,
          datum.StorageResolution === 1,
        );
        touched.push(metric);
      }
    });
    cloudwatch.watch.arrived(ctx, touched);
  },
});

function checkNamespace(namespace: string): void {
  if (namespace.startsWith(":") || namespace.startsWith("AWS/"))
    throw invalidParameterValue(`The value ${namespace} for parameter Namespace is invalid.`);
}

/** What one datum says, in whichever of its three forms. @param at its name in messages: `MetricData.member.1` */
function readDatum(datum: CloudWatch.MetricDatum, at: string): Aggregate {
  checkDimensions(datum.Dimensions ?? [], at);
  const { Value, Values, StatisticValues } = datum;
  if (datum.StorageResolution !== undefined && ![1, 60].includes(datum.StorageResolution))
    throw invalidParameterValue(
      `The value ${datum.StorageResolution} for parameter ${at}.StorageResolution is invalid.`,
    );
  const [form, other] = Object.entries({ Value, Values, StatisticValues })
    .filter(([, given]) => given !== undefined)
    .map(([name]) => name);
  if (other !== undefined)
    throw invalidParameterCombination(
      `The parameters ${at}.${form} and ${at}.${other} are mutually exclusive and you have specified both.`,
    );
  if (Value !== undefined) {
    checkNumber(Value, `${at}.Value`);
    return ofValue(Value);
  }
  if (StatisticValues) {
    for (const [name, value] of Object.entries(StatisticValues))
      checkNumber(value, `${at}.StatisticValues.${name}`);
    if (StatisticValues.Minimum > StatisticValues.Maximum)
      throw invalidParameterCombination(
        `The parameter ${at}.StatisticValues.Maximum must be greater than ${at}.StatisticValues.Minimum.`,
      );
    return ofStatisticSet(StatisticValues);
  }
  return readValues(Values ?? [], datum.Counts, at);
}

function readValues(values: readonly number[], counts: readonly number[] | undefined, at: string): Aggregate {
  if (values.length === 0) throw missingParameter("At least one of the parameters must be specified.");
  if (values.length > MAX_VALUES)
    throw invalidParameterValue(
      `The collection ${at}.Values must not have a size greater than ${MAX_VALUES}.`,
    );
  if (counts && counts.length !== values.length)
    throw invalidParameterValue(`The parameters ${at}.Values and ${at}.Counts must be of the same size.`);
  for (const value of values) checkNumber(value, `${at}.Values`);
  for (const count of counts ?? []) if (count < 0) throw badNumber(count, `${at}.Counts`);
  return ofValues(values, counts);
}

function checkNumber(value: number, parameter: string): void {
  if (!Number.isFinite(value) || Math.abs(value) > LARGEST) throw badNumber(value, parameter);
}

const badNumber = (value: number, parameter: string) =>
  invalidParameterValue(`The value ${value} for parameter ${parameter} is invalid.`);

function checkDimensions(dimensions: readonly CloudWatch.Dimension[], at: string): void {
  for (const [i, { Name, Value }] of dimensions.entries()) {
    const place = `${at}.Dimensions.member.${i + 1}`;
    if (!isText(Name) || Name.startsWith(":"))
      throw invalidParameterValue(`The value ${Name} for parameter ${place}.Name is invalid.`);
    if (!isText(Value))
      throw invalidParameterValue(`The value ${Value} for parameter ${place}.Value is invalid.`);
    if (dimensions.findIndex((other) => other.Name === Name) < i)
      throw invalidParameterValue(
        `The collection ${at}.Dimensions must not contain a duplicate Name ${Name}.`,
      );
  }
}

/** Printable ASCII with at least one character that is seen. */
const isText = (text: string) => /^[\x20-\x7e]*$/.test(text) && text.trim() !== "";

/** AWS names every datum whose time is out of bounds, one a line. */
function checkTimes(given: readonly CloudWatch.MetricDatum[], nowMs: number): void {
  const problems: string[] = [];
  for (const [i, { Timestamp }] of given.entries()) {
    if (!Timestamp) continue;
    const at = `MetricData.member.${i + 1}.Timestamp`;
    const ageMs = nowMs - Timestamp.getTime();
    if (ageMs > OLDEST_MS)
      problems.push(`The parameter ${at} must specify a time within the past two weeks.`);
    if (-ageMs > FURTHEST_MS)
      problems.push(`The parameter ${at} must specify a time no more than two hours in the future.`);
  }
  if (problems.length > 0) throw invalidParameterValue(problems.join("\n"));
}
