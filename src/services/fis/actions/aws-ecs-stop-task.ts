import type { FisAction } from "../action.ts";

const action: FisAction = {
  id: "aws:ecs:stop-task",
  description: "Stop the specified ECS tasks.",
  targets: { Tasks: "aws:ecs:task" },
  targetQuota: 5,
  parameters: {},
};

export default action;
