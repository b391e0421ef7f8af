import type { FisAction } from "../action.ts";

const action: FisAction = {
  id: "aws:ecs:task-io-stress",
  description: "Run I/O stress on the specified ECS tasks.",
  targets: { Tasks: "aws:ecs:task" },
  targetQuota: 5,
  parameters: {
    duration: {
      type: "duration",
      description: "How long the action lasts (ISO 8601 duration, PT1M to PT12H).",
      required: true,
    },
    percent: {
      type: "integer",
      description: "Share of free space that is used, in percent (default 80).",
      min: 0,
      max: 100,
    },
    workers: { type: "integer", description: "How many workers (default 1).", min: 1 },
    installDependencies: {
      type: "string",
      description: "Whether missing dependencies are installed in the target (True or False; default True).",
      values: ["True", "False", "true", "false"],
    },
  },
};

export default action;
