import { defineCollection } from "../../../core/storage.ts";
import type * as CloudWatch from "../../../models/generated/cloudwatch.ts";

/** What names a metric: the same name with other dimensions is another metric. Dimensions are in the order of their names. */
export interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: readonly Dimension[];
}

export interface Dimension {
  readonly Name: string;
  readonly Value: string;
}

/** A metric that has had data. */
export interface MetricRecord extends Metric {
  /** Epoch milliseconds of its newest datapoint. */
  readonly newestAtMs: number;
}

/** Key: metricKey(metric). */
export const metricCollection = defineCollection<MetricRecord>({ name: "metrics" });

export const metricOf = (
  namespace: string,
  name: string,
  dimensions: readonly CloudWatch.Dimension[] = [],
): Metric => ({
  namespace,
  name,
  dimensions: dimensions
    .map(({ Name, Value }) => ({ Name, Value }))
    .sort((a, b) => (a.Name < b.Name ? -1 : a.Name > b.Name ? 1 : 0)),
});

export type MetricKey = readonly [namespace: string, name: string, dimensions: string];

export const metricKey = ({ namespace, name, dimensions }: Metric): MetricKey => [
  namespace,
  name,
  dimensions.map(({ Name, Value }) => `${JSON.stringify(Name)}=${JSON.stringify(Value)}`).join(),
];

/** One text for a metric of an account and region. */
export const metricText = (where: Where, metric: Metric): string =>
  `${where.account} ${where.region} ${JSON.stringify(metricKey(metric))}`;

/** The account and region that something is in. */
export interface Where {
  readonly account: string;
  readonly region: string;
}

export const describeMetric = ({ namespace, name, dimensions }: Metric): CloudWatch.Metric => ({
  Namespace: namespace,
  MetricName: name,
  Dimensions: [...dimensions],
});
