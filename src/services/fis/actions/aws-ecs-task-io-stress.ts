import type { FisAction } from "../action.ts";
import { DURATION, ECS_PERCENT, ECS_WORKERS } from "../catalogued/parameters.ts";
import { AGENT_PARAMETERS, addTaskRule, TASK_QUOTA, TASK_TARGETS } from "../task-fault.ts";

/** The free space is everybody's, so that none of it is taken: workers write 64 MB each, again and again. */
const action: FisAction = {
  id: "aws:ecs:task-io-stress",
  description: "Run I/O stress on the specified ECS tasks.",
  targets: TASK_TARGETS,
  targetQuota: TASK_QUOTA,
  parameters: { duration: DURATION, percent: ECS_PERCENT, workers: ECS_WORKERS, ...AGENT_PARAMETERS },
  start: (run) => addTaskRule(run, "io-stress", { workers: Number(run.parameters["workers"] ?? "1") }),
};

export default action;
