import type { FisAction } from "../action.ts";

const action: FisAction = {
  id: "aws:ecs:task-cpu-stress",
  description: "Run CPU stress on the specified ECS tasks.",
  targets: { Tasks: "aws:ecs:task" },
  targetQuota: 5,
  parameters: {
    duration: {
      type: "duration",
      description: "How long the action lasts (ISO 8601 duration, PT1M to PT12H).",
      required: true,
    },
    percent: { type: "integer", description: "Target load, in percent (default 100).", min: 0, max: 100 },
    workers: { type: "integer", description: "How many stressors; 0 is one a CPU (default 0).", min: 0 },
    installDependencies: {
      type: "string",
      description: "Whether missing dependencies are installed in the target (True or False; default True).",
      values: ["True", "False", "true", "false"],
    },
  },
};

export default action;
