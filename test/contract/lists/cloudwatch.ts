import type { Call, ListCase } from "../lists.ts";

const HOUR_MS = 3_600_000;

const putAlarm = (call: Call, AlarmName: string) =>
  call("PutMetricAlarm", {
    AlarmName,
    Namespace: "n",
    MetricName: "m",
    Statistic: "Sum",
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 1,
    ComparisonOperator: "GreaterThanThreshold",
  });

export const lists: readonly ListCase[] = [
  {
    service: "cloudwatch",
    operation: "DescribeAlarms",
    size: "MaxRecords",
    token: "NextToken",
    next: "NextToken",
    items: "MetricAlarms",
    add: putAlarm,
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
  {
    service: "cloudwatch",
    operation: "DescribeAlarmHistory",
    input: () => ({ HistoryItemType: "ConfigurationUpdate" }),
    size: "MaxRecords",
    token: "NextToken",
    next: "NextToken",
    items: "AlarmHistoryItems",
    add: putAlarm,
    nameOf: ({ AlarmName }: { AlarmName: string }) => AlarmName,
  },
  {
    service: "cloudwatch",
    operation: "DescribeAnomalyDetectors",
    size: "MaxResults",
    token: "NextToken",
    next: "NextToken",
    items: "AnomalyDetectors",
    add: (call, MetricName) => call("PutAnomalyDetector", { Namespace: "n", MetricName, Stat: "Sum" }),
    remove: (call, name) => call("DeleteAnomalyDetector", { Namespace: "n", MetricName: name, Stat: "Sum" }),
    nameOf: ({ MetricName }: { MetricName: string }) => MetricName,
  },
  {
    service: "cloudwatch",
    operation: "ListMetrics",
    token: "NextToken",
    next: "NextToken",
    items: "Metrics",
    fixedSize: 500,
    add: (call, MetricName) =>
      call("PutMetricData", { Namespace: "n", MetricData: [{ MetricName, Value: 1 }] }),
    nameOf: ({ MetricName }: { MetricName: string }) => MetricName,
  },
  {
    service: "cloudwatch",
    operation: "GetMetricData",
    input: () => ({
      StartTime: new Date(Date.now() - 3 * HOUR_MS),
      EndTime: new Date(Date.now() + HOUR_MS),
      MetricDataQueries: [
        {
          Id: "m",
          MetricStat: { Metric: { Namespace: "n", MetricName: "m" }, Period: 60, Stat: "Sum" },
        },
      ],
    }),
    size: "MaxDatapoints",
    token: "NextToken",
    next: "NextToken",
    items: ({ MetricDataResults }: { MetricDataResults: { Values: number[] }[] }) =>
      MetricDataResults.flatMap(({ Values }) => Values),
    // The number of a name is the minute and the value.
    add: (call, name) =>
      call("PutMetricData", {
        Namespace: "n",
        MetricData: [
          {
            MetricName: "m",
            Value: Number(name.slice(1)),
            Timestamp: new Date(Date.now() - 2 * HOUR_MS + Number(name.slice(1)) * 60_000),
          },
        ],
      }),
    nameOf: (value: number) => `q${String(value).padStart(3, "0")}`,
  },
];
