import { arn, type ListCase } from "../lists.ts";

const page = { service: "scheduler", size: "MaxResults", token: "NextToken", next: "NextToken" } as const;

export const lists: readonly ListCase[] = [
  {
    ...page,
    operation: "ListSchedules",
    items: "Schedules",
    add: (call, Name) =>
      call("CreateSchedule", {
        Name,
        ScheduleExpression: "rate(1 day)",
        FlexibleTimeWindow: { Mode: "OFF" },
        Target: {
          Arn: arn("sqs", call.account, "orders"),
          RoleArn: `arn:aws:iam::${call.account}:role/scheduler`,
        },
      }),
    remove: (call, Name) => call("DeleteSchedule", { Name }),
    nameOf: ({ Name }: { Name: string }) => Name,
  },
  {
    ...page,
    operation: "ListScheduleGroups",
    items: "ScheduleGroups",
    add: (call, Name) => call("CreateScheduleGroup", { Name }),
    remove: (call, Name) => call("DeleteScheduleGroup", { Name }),
    nameOf: ({ Name }: { Name: string }) => (Name === "default" ? undefined : Name),
  },
];
