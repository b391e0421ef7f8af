import { declareService } from "../../aws/declaration.ts";
import { lifecyclePoint } from "../../aws/lifecycle.ts";
import { defineResource } from "../../aws/resource.ts";
import { taggedByArn } from "../../aws/tags.ts";
import { faultPoints } from "./fault-points.ts";
import { groupLifecycle } from "./lifecycle.ts";
import { type GroupRecord, groupRecords, type ScheduleRecord, scheduleRecords } from "./schedule.ts";

/** EventBridge Scheduler: https://docs.aws.amazon.com/scheduler/latest/APIReference/ */
export default declareService({
  name: "scheduler",
  resources: {
    schedule: defineResource<ScheduleRecord>({
      arn: "arn:{partition}:scheduler:{region}:{account}:schedule/{GroupName}/{Name}",
      namedBy: {
        GroupName: true,
        // In a query string it has a small letter.
        groupName: "GroupName",
        Name: (text, { operation = "Schedule" }) =>
          /Schedule$/.test(operation) ? { Name: text } : undefined,
      },
      defaults: { GroupName: "default" },
      fis: "aws:scheduler:schedule",
      cfn: "AWS::Scheduler::Schedule",
      collection: scheduleRecords,
    }),
    "schedule-group": defineResource<GroupRecord>({
      arn: "arn:{partition}:scheduler:{region}:{account}:schedule-group/{ScheduleGroup}",
      namedBy: {
        Name: (text, { operation = "" }) =>
          /ScheduleGroup$/.test(operation) ? { ScheduleGroup: text } : undefined,
        ResourceArn: true,
      },
      fis: "aws:scheduler:schedule-group",
      cfn: "AWS::Scheduler::ScheduleGroup",
      collection: groupRecords,
      tags: taggedByArn({
        of: ({ tags }) => tags,
        members: ["ResourceArn", "Tags", "TagKeys"],
        form: "list",
      }),
    }),
  },
  iam: {
    onAnything: ["ListSchedules", "ListScheduleGroups"],
    passesRole: { CreateSchedule: "Target.RoleArn", UpdateSchedule: "Target.RoleArn" },
  },
  faultPoints: { ...faultPoints, ...lifecyclePoint(groupLifecycle) },
});
