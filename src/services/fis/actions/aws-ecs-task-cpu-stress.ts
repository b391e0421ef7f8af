import type { FisAction } from "../action.ts";
import { DURATION, PERCENT, WORKERS } from "../catalogued/parameters.ts";
import { AGENT_PARAMETERS, addTaskRule, TASK_QUOTA, TASK_TARGETS } from "../task-fault.ts";

const action: FisAction = {
  id: "aws:ecs:task-cpu-stress",
  description: "Run CPU stress on the specified ECS tasks.",
  targets: TASK_TARGETS,
  targetQuota: TASK_QUOTA,
  parameters: { duration: DURATION, percent: PERCENT, workers: WORKERS, ...AGENT_PARAMETERS },
  start: (run) => addTaskRule(run, "cpu-stress", { percent: Number(run.parameters["percent"] ?? "100") }),
};

export default action;
