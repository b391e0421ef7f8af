import { defineCollection } from "../../core/storage.ts";
import type * as Logs from "../../models/generated/logs.ts";

/** A metric filter as it is kept: what DescribeMetricFilters answers. */
export type MetricFilter = Logs.MetricFilter & {
  readonly filterName: string;
  readonly filterPattern: string;
};

/** Key: [group's name, filter's name]. */
export const metricFilterCollection = defineCollection<MetricFilter>({ name: "metric-filters" });
