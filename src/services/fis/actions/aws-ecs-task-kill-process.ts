import type { FisAction } from "../action.ts";

const action: FisAction = {
  id: "aws:ecs:task-kill-process",
  description: "Kill a process in the specified ECS tasks.",
  targets: { Tasks: "aws:ecs:task" },
  targetQuota: 5,
  parameters: {
    processName: { type: "string", description: "Name of the process.", required: true },
    signal: {
      type: "string",
      description: "Signal to send (default SIGTERM).",
      values: ["SIGTERM", "SIGKILL"],
    },
    installDependencies: {
      type: "string",
      description: "Whether missing dependencies are installed in the target (True or False; default True).",
      values: ["True", "False", "true", "false"],
    },
  },
};

export default action;
