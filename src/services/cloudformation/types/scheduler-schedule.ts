import { mapped } from "../mapping/mapped.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-scheduler-schedule.html */
export default mapped({
  type: "AWS::Scheduler::Schedule",
  service: "scheduler",
  replacedBy: ["Name"],
  required: ["FlexibleTimeWindow", "ScheduleExpression", "Target"],
  named: ["Name", 64],
  attributesOf: (output) => ({ Arn: output["ScheduleArn"] }),
  create: "CreateSchedule",
  update: "UpdateSchedule",
  delete: "DeleteSchedule",
  read: "GetSchedule",
});
