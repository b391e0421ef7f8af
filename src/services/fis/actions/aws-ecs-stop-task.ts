import type { FisAction } from "../action.ts";
import { TASK_QUOTA, TASK_TARGETS } from "../task-fault.ts";

const action: FisAction = {
  id: "aws:ecs:stop-task",
  description: "Stop the specified ECS tasks.",
  targets: TASK_TARGETS,
  targetQuota: TASK_QUOTA,
  parameters: {},
  callsServices: true,
  async start(run) {
    for (const { arn, account } of run.targets("Tasks") ?? []) {
      const [, cluster, task] = arn.split("/");
      const reason = `Stopped by AWS FIS, experiment ${run.experiment.id}.`;
      await run.call("ecs", "StopTask", { cluster, task, reason }, { account });
    }
    return undefined;
  },
};

export default action;
