import { declareService } from "../../aws/declaration.ts";
import { literally } from "../../aws/namer.ts";
import { defineResource } from "../../aws/resource.ts";
import { taggedByArn } from "../../aws/tags.ts";
import { type Alarm, alarmCollection } from "./alarms/alarm.ts";

/** Amazon CloudWatch: metrics, alarms, dashboards. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/ */
export default declareService({
  name: "cloudwatch",
  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html
  requests: {
    mostBytes: 3 * 1024 * 1024,
    operations: { PutMetricData: 1024 * 1024, GetMetricData: 614_400 },
  },
  resources: {
    alarm: defineResource<Alarm>({
      arn: "arn:{partition}:cloudwatch:{region}:{account}:alarm:{AlarmName+}",
      namedBy: {
        AlarmName: literally("AlarmName"),
        "AlarmNames[]": literally("AlarmName"),
        ResourceARN: true,
        AlarmArn: true,
      },
      fis: "aws:cloudwatch:alarm",
      cfn: "AWS::CloudWatch::Alarm",
      collection: alarmCollection,
      attributes: ({ name, arn, state }) => ({ AlarmName: name, AlarmArn: arn, StateValue: state.value }),
      tags: taggedByArn({
        of: ({ tags }) => tags,
        members: ["ResourceARN", "Tags", "TagKeys"],
        form: "list",
      }),
    }),
    dashboard: defineResource({
      arn: "arn:{partition}:cloudwatch::{account}:dashboard/{DashboardName}",
      namedBy: { DashboardName: true, "DashboardNames[]": "DashboardName", ResourceARN: true },
    }),
  },
  iam: {
    also: {
      PutMetricAlarm: [{ action: "cloudwatch:TagResource", when: "Tags" }],
      PutCompositeAlarm: [{ action: "cloudwatch:TagResource", when: "Tags" }],
    },
  },
  // It counts what the others do.
  startsWith: { firstCall: true },
});
