import { pageOf } from "../../../aws/page.ts";
import type { Context, Handlers } from "../../../core/service.ts";
import type * as CloudWatch from "../../../models/generated/cloudwatch.ts";
import type { Cloudwatch } from "../cloudwatch.ts";
import {
  detectorNotFound,
  insightsNotImplemented,
  invalidParameterCombination,
  invalidParameterValue,
  missingParameter,
} from "../errors.ts";
import { problemIn } from "../math/queries.ts";
import { metricCollection, metricKey, metricOf } from "../metrics/metric.ts";
import { type AnomalyDetector, detectorCollection, mathKey, singleKey } from "./detector.ts";

const PAGE_SIZE = 100;
/** Kinds that are listed when none is asked for. */
const DEFAULT_TYPES: readonly CloudWatch.AnomalyDetectorType[] = ["SINGLE_METRIC"];

/** What names a detector in requests: a metric and a statistic, there or in a member of their own, or queries. */
type Named = Pick<
  CloudWatch.PutAnomalyDetectorInput,
  | "Namespace"
  | "MetricName"
  | "Dimensions"
  | "Stat"
  | "SingleMetricAnomalyDetector"
  | "MetricMathAnomalyDetector"
>;

/**
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutAnomalyDetector.html
 * Answers as recorded (LocalStack's test_anomaly_detector_lifecycle, September 2025); the texts of errors are inferred.
 */
export const anomalyDetectors = (cloudwatch: Cloudwatch): Handlers<CloudWatch.Operations> => ({
  PutAnomalyDetector(input, ctx) {
    const { key, named } = read(input, ctx);
    const { ExcludedTimeRanges = [], ...configuration } = input.Configuration ?? {};
    for (const { StartTime, EndTime } of ExcludedTimeRanges)
      if (StartTime >= EndTime)
        throw invalidParameterValue("The StartTime of an excluded time range must be before its EndTime.");
    ctx.store.collection(detectorCollection).put(key, {
      ...named,
      configuration,
      excluded: ExcludedTimeRanges.map(({ StartTime, EndTime }) => ({
        fromMs: StartTime.getTime(),
        toMs: EndTime.getTime(),
      })),
      ...(input.MetricCharacteristics && { characteristics: input.MetricCharacteristics }),
    });
    return {};
  },

  DeleteAnomalyDetector(input, ctx) {
    if (!ctx.store.collection(detectorCollection).delete(read(input, ctx).key)) throw detectorNotFound();
    return {};
  },

  DescribeAnomalyDetectors(input, ctx) {
    // What was recorded has no ids: nobody can have one to ask for.
    if (input.AnomalyDetectorIds) throw insightsNotImplemented("ids of anomaly detectors");
    const types = input.AnomalyDetectorTypes ?? DEFAULT_TYPES;
    const page = pageOf(ctx.store.collection(detectorCollection), {
      token: input.NextToken,
      query: { ...input, NextToken: undefined },
      size: input.MaxResults ?? PAGE_SIZE,
      keep: (detector) =>
        types.includes(detector.single ? "SINGLE_METRIC" : "METRIC_MATH") && isAsked(detector, input),
      refuse: () => invalidParameterValue("Request parameter NextToken is invalid"),
    });
    return {
      AnomalyDetectors: page.items.map((detector) => described(detector, cloudwatch, ctx)),
      ...(page.nextToken && { NextToken: page.nextToken }),
    };
  },
});

function read(input: Named, ctx: Context) {
  const { SingleMetricAnomalyDetector: single, MetricMathAnomalyDetector: math } = input;
  const hasOwn = [input.Namespace, input.MetricName, input.Dimensions, input.Stat].some(
    (member) => member !== undefined,
  );
  if ([hasOwn, single, math].filter(Boolean).length > 1)
    throw invalidParameterCombination(
      "Only one of SingleMetricAnomalyDetector, MetricMathAnomalyDetector and the parameters of a metric can be specified.",
    );
  if (math) {
    const queries = math.MetricDataQueries ?? [];
    if (queries.filter(({ ReturnData }) => ReturnData !== false).length !== 1)
      throw invalidParameterValue("Exactly one element of the metrics list should return data.");
    const found = problemIn(queries);
    if (found) throw invalidParameterValue(`Invalid metrics list: ${found.id}: ${found.problem}`);
    return { key: mathKey(queries), named: { queries } };
  }
  const told = single ?? input;
  const required = (name: "Namespace" | "MetricName" | "Stat"): string => {
    const value = told[name];
    if (value === undefined) throw missingParameter(`The parameter ${name} is required.`);
    return value;
  };
  const metric = metricOf(required("Namespace"), required("MetricName"), told.Dimensions);
  const stat = required("Stat");
  const account = single?.AccountId ?? ctx.account;
  return { key: singleKey(account, metric, stat), named: { single: { account, metric, stat } } };
}

function isAsked({ single }: AnomalyDetector, input: CloudWatch.DescribeAnomalyDetectorsInput): boolean {
  const { Namespace, MetricName, Dimensions } = input;
  if (Namespace === undefined && MetricName === undefined && Dimensions === undefined) return true;
  if (!single) return false;
  return (
    (Namespace === undefined || single.metric.namespace === Namespace) &&
    (MetricName === undefined || single.metric.name === MetricName) &&
    (Dimensions === undefined ||
      JSON.stringify(single.metric.dimensions) === JSON.stringify(metricOf("", "", Dimensions).dimensions))
  );
}

function described(
  detector: AnomalyDetector,
  { host }: Cloudwatch,
  { region }: Context,
): CloudWatch.AnomalyDetector {
  const { single, queries, configuration, excluded, characteristics } = detector;
  const ExcludedTimeRanges = excluded.map(({ fromMs, toMs }) => ({
    StartTime: new Date(fromMs),
    EndTime: new Date(toMs),
  }));
  const common = {
    Configuration: { ...configuration, ExcludedTimeRanges },
    ...(characteristics && { MetricCharacteristics: characteristics }),
  };
  if (!single)
    return {
      ...common,
      MetricMathAnomalyDetector: { MetricDataQueries: [...(queries ?? [])] },
      StateValue: "TRAINED",
    };
  const { account, metric, stat } = single;
  const own = {
    Namespace: metric.namespace,
    MetricName: metric.name,
    Dimensions: [...metric.dimensions],
    Stat: stat,
  };
  // It is trained when there is anything to learn from: AWS takes minutes for it.
  const isTrained = host.store(account, region).collection(metricCollection).has(metricKey(metric));
  return {
    ...own,
    ...common,
    SingleMetricAnomalyDetector: { AccountId: account, ...own },
    StateValue: isTrained ? "TRAINED" : "PENDING_TRAINING",
  };
}
