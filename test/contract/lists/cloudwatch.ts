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
  {
    service: "cloudwatch",
    operation: "ListDashboards",
    token: "NextToken",
    next: "NextToken",
    items: "DashboardEntries",
    fixedSize: 1000,
    add: (call, DashboardName) => call("PutDashboard", { DashboardName, DashboardBody: '{"widgets":[]}' }),
    remove: (call, name) => call("DeleteDashboards", { DashboardNames: [name] }),
    nameOf: ({ DashboardName }: { DashboardName: string }) => DashboardName,
  },
];
