import { mapped } from "../mapping/mapped.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-compositealarm.html */
export default mapped({
  type: "AWS::CloudWatch::CompositeAlarm",
  service: "cloudwatch",
  replacedBy: ["AlarmName"],
  required: ["AlarmRule"],
  named: ["AlarmName", 255],
  create: "PutCompositeAlarm",
  update: "PutCompositeAlarm",
  delete: "DeleteAlarms",
  read: "DescribeAlarms",
  keyOf: (id) => ({ AlarmName: id, AlarmNames: [id], AlarmTypes: ["CompositeAlarm"] }),
  attributesOf: (_output, _properties, id, { partition, region, account }) => ({
    Arn: `arn:${partition}:cloudwatch:${region}:${account}:alarm:${id}`,
  }),
  describedIn: ({ CompositeAlarms }) => (CompositeAlarms as unknown[])[0],
});
