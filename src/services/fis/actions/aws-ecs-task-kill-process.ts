import type { FisAction } from "../action.ts";
import { AGENT_PARAMETERS, addTaskRule, TASK_QUOTA, TASK_TARGETS } from "../task-fault.ts";

const action: FisAction = {
  id: "aws:ecs:task-kill-process",
  description: "Kill a process in the specified ECS tasks.",
  targets: TASK_TARGETS,
  targetQuota: TASK_QUOTA,
  parameters: {
    processName: { type: "string", description: "Name of the process.", required: true },
    signal: {
      type: "string",
      description: "Signal to send (default SIGTERM).",
      values: ["SIGTERM", "SIGKILL"],
    },
    ...AGENT_PARAMETERS,
  },
  start: (run) =>
    addTaskRule(run, "kill-process", {
      processName: run.parameters["processName"],
      signal: run.parameters["signal"] ?? "SIGTERM",
    }),
};

export default action;
