import type { ListCase } from "../lists.ts";

export const lists: readonly ListCase[] = [
  {
    service: "cloudwatch",
    operation: "DescribeAlarms",
    size: "MaxRecords",
    token: "NextToken",
    next: "NextToken",
    items: "MetricAlarms",
    add: (call, AlarmName) =>
      call("PutMetricAlarm", {
        AlarmName,
        Namespace: "n",
        MetricName: "m",
        Statistic: "Sum",
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: "GreaterThanThreshold",
      }),
    remove: (call, name) => call("DeleteAlarms", { AlarmNames: [name] }),
    nameOf: ({ AlarmName }: { AlarmName: string }) => AlarmName,
  },
];
