import type { Handlers } from "../../../core/service.ts";
import type * as CloudWatch from "../../../models/generated/cloudwatch.ts";
import type { Cloudwatch } from "../cloudwatch.ts";
import { invalidParameterCombination, invalidParameterValue, missingParameter } from "../errors.ts";
import type { Aggregate } from "../statistics/aggregate.ts";
import { isSimple, parseStatistic } from "../statistics/statistic.ts";
import { metricOf } from "./metric.ts";
import { isPeriod, roundedStart } from "./time-range.ts";

const MAX_DATAPOINTS = 1440;

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html */
export const getMetricStatistics = (cloudwatch: Cloudwatch): Handlers<CloudWatch.Operations> => ({
  async GetMetricStatistics(input, ctx) {
    check(input);
    cloudwatch.measurements.flush();
    const metric = metricOf(input.Namespace, input.MetricName, input.Dimensions);
    await cloudwatch.queueDepths.sample([{ where: ctx, metric }]);
    const startMs = roundedStart(input.StartTime.getTime(), input.Period, ctx.clock.now());
    const buckets = cloudwatch.datapoints.read(ctx, metric, {
      startMs,
      endMs: input.EndTime.getTime(),
      periodSeconds: input.Period,
      ...(input.Unit !== undefined && { unit: input.Unit }),
    });
    const Datapoints = buckets.flatMap(({ atMs, units }) =>
      [...units].map(([Unit, aggregate]) => ({
        Timestamp: new Date(atMs),
        ...statisticsOf(aggregate, input),
        Unit,
      })),
    );
    return { Label: input.MetricName, Datapoints };
  },
});

function check(input: CloudWatch.GetMetricStatisticsInput): void {
  if (!input.Statistics?.length && !input.ExtendedStatistics?.length)
    throw missingParameter(
      "At least one of the parameters Statistics and ExtendedStatistics must be specified.",
    );
  for (const statistic of input.ExtendedStatistics ?? [])
    if (isSimple(statistic) || !parseStatistic(statistic))
      throw invalidParameterValue(
        `The value ${statistic} for parameter ExtendedStatistics is not supported.`,
      );
  if (!isPeriod(input.Period))
    throw invalidParameterValue("The parameter Period must be 1, 5, 10, 20, 30 or a multiple of 60");
  const spanMs = input.EndTime.getTime() - input.StartTime.getTime();
  if (spanMs === 0)
    throw invalidParameterValue("The parameter StartTime must be less than the parameter EndTime.");
  if (spanMs < 0)
    throw invalidParameterCombination("The parameter StartTime must be less than the parameter EndTime.");
  const asked = Math.ceil(spanMs / 1000 / input.Period);
  if (asked > MAX_DATAPOINTS)
    throw invalidParameterCombination(
      `You have requested up to ${asked} datapoints, which exceeds the limit of ${MAX_DATAPOINTS}. You may reduce the datapoints requested by increasing Period, or decreasing the time range.`,
    );
}

function statisticsOf(
  aggregate: Aggregate,
  input: CloudWatch.GetMetricStatisticsInput,
): Partial<CloudWatch.Datapoint> {
  const values = (names: readonly string[] = []) =>
    Object.fromEntries(
      names
        .map((name) => [name, parseStatistic(name)?.(aggregate)] as const)
        .filter((entry): entry is readonly [string, number] => entry[1] !== undefined),
    );
  return {
    ...values(input.Statistics),
    ...(input.ExtendedStatistics && { ExtendedStatistics: values(input.ExtendedStatistics) }),
  };
}
