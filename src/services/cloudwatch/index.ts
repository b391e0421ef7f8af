import type { Service, ServiceFactory } from "../../core/service.ts";
import { alarms } from "./alarms/alarms.ts";
import { alarmHistory } from "./alarms/history.ts";
import { putCompositeAlarm } from "./alarms/put-composite-alarm.ts";
import { putMetricAlarm } from "./alarms/put-metric-alarm.ts";
import { anomalyDetectors } from "./anomalies/detectors.ts";
import { Cloudwatch } from "./cloudwatch.ts";
import { dashboards } from "./dashboards/dashboards.ts";
import { getMetricData } from "./metrics/get-metric-data.ts";
import { getMetricStatistics } from "./metrics/get-metric-statistics.ts";
import { listMetrics } from "./metrics/list-metrics.ts";
import { putMetricData } from "./metrics/put-metric-data.ts";
import { tags } from "./tags.ts";

/** Amazon CloudWatch: metrics, alarms, dashboards. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/ */
const cloudwatch: ServiceFactory = (host): Service => {
  const all = new Cloudwatch(host);
  return {
    name: "cloudwatch",
    operations: {
      ...putMetricData(all),
      ...getMetricStatistics(all),
      ...getMetricData(all),
      ...listMetrics(all),
      ...putMetricAlarm(all),
      ...putCompositeAlarm(all),
      ...alarms(all),
      ...alarmHistory,
      ...anomalyDetectors(all),
      ...dashboards,
      ...tags,
    },
    // In the order of AWS's own texts (LocalStack's recording test_set_alarm_invalid_input).
    validation: { shapes: { StateValue: { enum: ["INSUFFICIENT_DATA", "ALARM", "OK"] } } },
    start: () => all.watch.start(),
    stop() {
      all.watch.stop();
      all.queueDepths.stop();
      all.measurements.stop();
    },
  };
};

export default cloudwatch;
