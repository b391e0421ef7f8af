import { pageOf } from "../../../aws/page.ts";
import type { Handlers } from "../../../core/service.ts";
import type * as CloudWatch from "../../../models/generated/cloudwatch.ts";
import type { Cloudwatch } from "../cloudwatch.ts";
import { invalidParameterValue } from "../errors.ts";
import { describeMetric, type Metric, metricCollection } from "./metric.ts";

const PAGE_SIZE = 500;
const HOUR_MS = 3_600_000;
/** Metrics without data for two weeks are no longer listed. */
const LISTED_MS = 14 * 24 * HOUR_MS;
const RECENTLY_MS = 3 * HOUR_MS;

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListMetrics.html */
export const listMetrics = (cloudwatch: Cloudwatch): Handlers<CloudWatch.Operations> => ({
  ListMetrics(input, ctx) {
    cloudwatch.measurements.flush();
    const sinceMs = ctx.clock.now() - (input.RecentlyActive === "PT3H" ? RECENTLY_MS : LISTED_MS);
    const page = pageOf(ctx.store.collection(metricCollection), {
      token: input.NextToken,
      query: { ...input, NextToken: undefined },
      size: PAGE_SIZE,
      ...(input.Namespace !== undefined && {
        prefix: input.MetricName === undefined ? [input.Namespace] : [input.Namespace, input.MetricName],
      }),
      keep: (metric) =>
        metric.newestAtMs >= sinceMs &&
        (input.MetricName === undefined || metric.name === input.MetricName) &&
        hasDimensions(metric, input.Dimensions ?? []),
      refuse: () => invalidParameterValue("Request parameter NextToken is invalid"),
    });
    return {
      Metrics: page.items.map(describeMetric),
      ...(page.nextToken && { NextToken: page.nextToken }),
      ...(input.IncludeLinkedAccounts && { OwningAccounts: page.items.map(() => ctx.account) }),
    };
  },
});

const hasDimensions = (metric: Metric, wanted: readonly CloudWatch.DimensionFilter[]): boolean =>
  wanted.every(({ Name, Value }) =>
    metric.dimensions.some(
      (dimension) => dimension.Name === Name && (Value === undefined || dimension.Value === Value),
    ),
  );
