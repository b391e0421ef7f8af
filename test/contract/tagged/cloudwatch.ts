import { arn } from "../lists.ts";
import type { TaggedCase } from "../tagged.ts";

export const tagged: readonly TaggedCase[] = [
  {
    service: "cloudwatch",
    type: "alarm",
    async create(call, AlarmName) {
      await call("PutMetricAlarm", {
        AlarmName,
        Namespace: "n",
        MetricName: "m",
        Statistic: "Sum",
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: "GreaterThanThreshold",
      });
      return arn("cloudwatch", call.account, `alarm:${AlarmName}`);
    },
  },
];
