import type { FisAction } from "../action.ts";

const action: FisAction = {
  id: "aws:ecs:drain-container-instances",
  description: "Drain percentage of underlying EC2 instances on an ECS cluster.",
  targets: { Clusters: "aws:ecs:cluster" },
  targetQuota: 5,
  parameters: {
    drainagePercentage: {
      type: "integer",
      description: "Share of container instances to drain.",
      required: true,
      min: 1,
      max: 100,
    },
    duration: {
      type: "duration",
      description: "How long the action lasts (ISO 8601 duration, PT1M to PT12H).",
      required: true,
    },
  },
};

export default action;
