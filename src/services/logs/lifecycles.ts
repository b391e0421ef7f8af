import { defineLifecycle } from "../../aws/lifecycle.ts";

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_ExportTaskStatus.html */
export const exportLifecycle = defineLifecycle({
  point: "logs:export-state",
  of: "an export task (the resource is the log group)",
  stages: { RUNNING: { next: "COMPLETED", takesMs: 60_000, failed: "FAILED" } },
});

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_AnomalyDetector.html (anomalyDetectorStatus) */
export const detectorLifecycle = defineLifecycle({
  point: "logs:anomaly-detector-state",
  of: "an anomaly detector",
  stages: { TRAINING: { next: "ANALYZING", takesMs: 900_000, failed: "FAILED" } },
});

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetQueryResults.html (status) */
export const queryLifecycle = defineLifecycle({
  point: "logs:query-state",
  of: "an Insights query (the resource is its first log group)",
  stages: { Running: { next: "Complete", takesMs: 2_000, failed: "Failed" } },
});
