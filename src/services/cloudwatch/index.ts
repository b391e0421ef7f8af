import type { Service, ServiceFactory, ServiceHost } from "../../core/service.ts";
import { alarmArn, alarmCollection } from "./alarms/alarm.ts";
import { alarms } from "./alarms/alarms.ts";
import { alarmHistory } from "./alarms/history.ts";
import { putCompositeAlarm } from "./alarms/put-composite-alarm.ts";
import { putMetricAlarm } from "./alarms/put-metric-alarm.ts";
import { Cloudwatch } from "./cloudwatch.ts";
import { dashboards } from "./dashboards/dashboards.ts";
import { getMetricData } from "./metrics/get-metric-data.ts";
import { getMetricStatistics } from "./metrics/get-metric-statistics.ts";
import { listMetrics } from "./metrics/list-metrics.ts";
import { putMetricData } from "./metrics/put-metric-data.ts";
import { tags } from "./tags.ts";

/** Amazon CloudWatch: metrics, alarms, dashboards. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/ */
const service = (host: ServiceHost): Service => {
  const cloudwatch = new Cloudwatch(host);
  return {
    name: "cloudwatch",
    operations: {
      ...putMetricData(cloudwatch),
      ...getMetricStatistics(cloudwatch),
      ...getMetricData(cloudwatch),
      ...listMetrics(cloudwatch),
      ...putMetricAlarm(cloudwatch),
      ...putCompositeAlarm(cloudwatch),
      ...alarms(cloudwatch),
      ...alarmHistory,
      ...dashboards,
      ...tags,
    },
    arnsOf(_, input, where) {
      const { AlarmName, AlarmNames, ResourceARN } = input as {
        AlarmName?: string;
        AlarmNames?: string[];
        ResourceARN?: string;
      };
      const names = [...(AlarmName === undefined ? [] : [AlarmName]), ...(AlarmNames ?? [])];
      return [...names.map((name) => alarmArn(where, name)), ...(ResourceARN ? [ResourceARN] : [])];
    },
    resources: {
      *"aws:cloudwatch:alarm"({ account, region }) {
        for (const { arn, tags, name, state } of host
          .store(account, region)
          .collection(alarmCollection)
          .values())
          yield { arn, tags, attributes: { AlarmName: name, AlarmArn: arn, StateValue: state.value } };
      },
    },
    start: () => cloudwatch.watch.start(),
    stop() {
      cloudwatch.watch.stop();
      cloudwatch.queueDepths.stop();
      cloudwatch.measurements.stop();
    },
  };
};

/** It listens to the other services' calls, so it is there before anybody asks it. */
const factory: ServiceFactory = Object.assign(service, { eager: true });

export default factory;
