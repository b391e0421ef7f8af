import { arn } from "../lists.ts";
import type { TaggedCase } from "../tagged.ts";

export const tagged: readonly TaggedCase[] = [
  {
    service: "logs",
    type: "log-group",
    async create(call, logGroupName) {
      await call("CreateLogGroup", { logGroupName });
      return arn("logs", call.account, `log-group:${logGroupName}`);
    },
  },
  {
    service: "logs",
    type: "anomaly-detector",
    async create(call, detectorName) {
      await call("CreateLogGroup", { logGroupName: detectorName });
      const logGroupArnList = [arn("logs", call.account, `log-group:${detectorName}`)];
      const { anomalyDetectorArn } = await call("CreateLogAnomalyDetector", { logGroupArnList });
      return String(anomalyDetectorArn);
    },
  },
];
