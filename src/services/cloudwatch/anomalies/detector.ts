import { defineCollection, type Store } from "../../../core/storage.ts";
import type * as CloudWatch from "../../../models/generated/cloudwatch.ts";
import { type Metric, metricKey } from "../metrics/metric.ts";
import type { Excluded } from "./band.ts";

/** A model of what is normal for one metric, or for an expression. */
export interface AnomalyDetector {
  readonly single?: { readonly account: string; readonly metric: Metric; readonly stat: string };
  readonly queries?: readonly CloudWatch.MetricDataQuery[];
  readonly configuration: Omit<CloudWatch.AnomalyDetectorConfiguration, "ExcludedTimeRanges">;
  readonly excluded: readonly Excluded[];
  readonly characteristics?: CloudWatch.MetricCharacteristics;
}

/** Key: [a text that the detector's metric and statistic, or its queries, come to]. */
export const detectorCollection = defineCollection<AnomalyDetector>({ name: "anomaly-detectors" });

export const singleKey = (account: string, metric: Metric, stat: string) =>
  [JSON.stringify([account, metricKey(metric), stat])] as const;

export const mathKey = (queries: readonly CloudWatch.MetricDataQuery[]) => [JSON.stringify(queries)] as const;

export const detectorOf = (store: Store, account: string, metric: Metric, stat: string) =>
  store.collection(detectorCollection).get(singleKey(account, metric, stat));
