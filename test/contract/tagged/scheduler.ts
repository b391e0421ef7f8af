import type { TaggedCase } from "../tagged.ts";

export const tagged: readonly TaggedCase[] = [
  {
    service: "scheduler",
    type: "schedule-group",
    create: async (call, Name) => String((await call("CreateScheduleGroup", { Name }))["ScheduleGroupArn"]),
  },
];
