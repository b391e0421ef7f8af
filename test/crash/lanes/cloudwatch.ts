import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  GetMetricStatisticsCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
} from "@aws-sdk/client-cloudwatch";
import type { Bed } from "../bed.ts";
import { Acknowledged, Counter, type Lane } from "../lane.ts";

export default ({ options }: Bed): Lane[] => [
  metrics(new CloudWatchClient(options)),
  alarms(new CloudWatchClient(options)),
];

function metrics(cloudwatch: CloudWatchClient): Lane {
  const counter = new Counter("cloudwatch metrics");
  const Timestamp = new Date(Date.now() - 3_600_000);
  return {
    name: "cloudwatch metrics",
    setup: async () => {},
    write: async () => {
      const MetricData = [{ MetricName: "m", Value: 1, Timestamp }];
      await cloudwatch.send(new PutMetricDataCommand({ Namespace: "Crash", MetricData }));
      counter.count();
    },
    verify: async () => {
      const { Datapoints = [] } = await cloudwatch.send(
        new GetMetricStatisticsCommand({
          Namespace: "Crash",
          MetricName: "m",
          StartTime: new Date(Timestamp.getTime() - 120_000),
          EndTime: new Date(Timestamp.getTime() + 120_000),
          Period: 60,
          Statistics: ["Sum"],
        }),
      );
      counter.verify(Datapoints.reduce((sum, { Sum }) => sum + Sum!, 0));
    },
  };
}

function alarms(cloudwatch: CloudWatchClient): Lane {
  const acknowledged = new Acknowledged("cloudwatch alarms");
  return {
    name: "cloudwatch alarms",
    setup: async () => {},
    write: async (n) => {
      const AlarmName = `alarm-${n}`;
      await cloudwatch.send(
        new PutMetricAlarmCommand({
          AlarmName,
          Namespace: "Crash",
          MetricName: "quiet",
          Statistic: "Sum",
          Period: 3600,
          EvaluationPeriods: 1,
          Threshold: n,
          ComparisonOperator: "GreaterThanThreshold",
        }),
      );
      acknowledged.add(AlarmName);
    },
    verify: () =>
      acknowledged.verify(
        async (AlarmName) => {
          const { MetricAlarms } = await cloudwatch.send(
            new DescribeAlarmsCommand({ AlarmNames: [AlarmName] }),
          );
          return MetricAlarms?.[0]?.Threshold === Number(AlarmName.slice(6));
        },
        (AlarmName) => cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: [AlarmName] })),
      ),
  };
}
