import {
  CreateScheduleCommand,
  DeleteScheduleCommand,
  GetScheduleCommand,
  SchedulerClient,
} from "@aws-sdk/client-scheduler";
import type { Bed } from "../bed.ts";
import { Acknowledged, type Lane } from "../lane.ts";

export default (bed: Bed): Lane[] => [schedules(bed)];

function schedules({ options }: Bed): Lane {
  const scheduler = new SchedulerClient(options);
  const acknowledged = new Acknowledged("scheduler");
  const Target = {
    Arn: "arn:aws:sqs:us-east-1:000000000000:nobody",
    RoleArn: "arn:aws:iam::000000000000:role/r",
    Input: "{}",
  };
  return {
    name: "scheduler",
    setup: async () => {},
    write: async (n) => {
      await scheduler.send(
        new CreateScheduleCommand({
          Name: `schedule-${n}`,
          ScheduleExpression: "rate(30 days)",
          FlexibleTimeWindow: { Mode: "OFF" },
          Target,
        }),
      );
      acknowledged.add(`schedule-${n}`);
    },
    verify: () =>
      acknowledged.verify(
        async (Name) => (await scheduler.send(new GetScheduleCommand({ Name }))).Target?.Arn === Target.Arn,
        (Name) => scheduler.send(new DeleteScheduleCommand({ Name })),
      ),
  };
}
