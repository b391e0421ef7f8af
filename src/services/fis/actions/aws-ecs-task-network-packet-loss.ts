import { packetLoss } from "../../../aws/network-faults.ts";
import type { FisAction } from "../action.ts";
import { DURATION, FLOWS_PERCENT, LOSS_PERCENT, SOURCES } from "../catalogued/parameters.ts";
import {
  addRuleOnCalls,
  addTaskRule,
  NETWORK_PARAMETERS,
  servicesOf,
  TASK_QUOTA,
  TASK_TARGETS,
} from "../task-fault.ts";

const action: FisAction = {
  id: "aws:ecs:task-network-packet-loss",
  description: "Lose packets in the network of the specified ECS tasks.",
  targets: TASK_TARGETS,
  targetQuota: TASK_QUOTA,
  parameters: {
    duration: DURATION,
    lossPercent: LOSS_PERCENT,
    flowsPercent: FLOWS_PERCENT,
    sources: SOURCES,
    ...NETWORK_PARAMETERS,
  },
  async start(run) {
    const { lossPercent = "7", flowsPercent = "100", sources } = run.parameters;
    const services = servicesOf(sources);
    const percentage = (Number(lossPercent) * Number(flowsPercent)) / 100;
    addRuleOnCalls(run, services, packetLoss(percentage));
    if (!services)
      await addTaskRule(run, "lossy-port", {
        percentage: Number(lossPercent),
        flowsPercentage: Number(flowsPercent),
      });
    return undefined;
  },
};

export default action;
