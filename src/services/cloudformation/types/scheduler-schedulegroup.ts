import { mapped } from "../mapping/mapped.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-scheduler-schedulegroup.html */
export default mapped({
  type: "AWS::Scheduler::ScheduleGroup",
  service: "scheduler",
  replacedBy: ["Name"],
  named: ["Name", 64],
  attributesOf: (output) => ({ Arn: output["ScheduleGroupArn"] }),
  tags: ["TagResource", "UntagResource", (_id, attributes) => ({ ResourceArn: attributes["Arn"] })],
  create: "CreateScheduleGroup",
  delete: "DeleteScheduleGroup",
  read: "GetScheduleGroup",
});
