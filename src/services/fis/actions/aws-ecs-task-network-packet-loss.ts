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

/** A packet that is lost is sent again after this time. */
const RETRANSMITTED_AFTER_MS = 200;

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
    const isAll = percentage >= 100;
    addRuleOnCalls(
      run,
      services,
      isAll ? { effect: "hang" } : { effect: "latency", params: { ms: RETRANSMITTED_AFTER_MS }, percentage },
    );
    if (!services) await addTaskRule(run, "lossy-port", { percentage });
    return undefined;
  },
};

export default action;
