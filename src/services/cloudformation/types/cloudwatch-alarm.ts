import { mapped } from "../mapping/mapped.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-alarm.html */
export default mapped({
  type: "AWS::CloudWatch::Alarm",
  service: "cloudwatch",
  replacedBy: ["AlarmName"],
  named: ["AlarmName", 255],
  create: "PutMetricAlarm",
  update: "PutMetricAlarm",
  delete: "DeleteAlarms",
  read: "DescribeAlarms",
  keyOf: (id) => ({ AlarmName: id, AlarmNames: [id] }),
  attributesOf: (_output, _properties, id, { partition, region, account }) => ({
    Arn: `arn:${partition}:cloudwatch:${region}:${account}:alarm:${id}`,
  }),
  describedIn: ({ MetricAlarms }) => (MetricAlarms as unknown[])[0],
});
