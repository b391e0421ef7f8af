import { defineLifecycle } from "../../aws/lifecycle.ts";

/** https://docs.aws.amazon.com/scheduler/latest/APIReference/API_GetScheduleGroup.html (State) */
export const groupLifecycle = defineLifecycle({
  point: "scheduler:schedule-group-state",
  of: "a schedule group",
  stages: { DELETING: { takesMs: 30_000 } },
});
