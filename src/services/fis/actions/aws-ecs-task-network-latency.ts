import { latency } from "../../../aws/network-faults.ts";
import type { FisAction } from "../action.ts";
import {
  DELAY_MILLISECONDS,
  DURATION,
  FLOWS_PERCENT,
  JITTER_MILLISECONDS,
  SOURCES,
} from "../catalogued/parameters.ts";
import {
  addRuleOnCalls,
  addTaskRule,
  NETWORK_PARAMETERS,
  servicesOf,
  TASK_QUOTA,
  TASK_TARGETS,
} from "../task-fault.ts";

const action: FisAction = {
  id: "aws:ecs:task-network-latency",
  description: "Add latency to the network of the specified ECS tasks.",
  targets: TASK_TARGETS,
  targetQuota: TASK_QUOTA,
  parameters: {
    duration: DURATION,
    delayMilliseconds: DELAY_MILLISECONDS,
    jitterMilliseconds: JITTER_MILLISECONDS,
    flowsPercent: FLOWS_PERCENT,
    sources: SOURCES,
    ...NETWORK_PARAMETERS,
  },
  async start(run) {
    const {
      delayMilliseconds = "200",
      jitterMilliseconds = "10",
      flowsPercent = "100",
      sources,
    } = run.parameters;
    const services = servicesOf(sources);
    const ms = Number(delayMilliseconds);
    const jitterMs = Number(jitterMilliseconds);
    const percentage = Number(flowsPercent);
    addRuleOnCalls(run, services, latency(ms, jitterMs, percentage));
    if (!services) await addTaskRule(run, "slow-port", { ms, jitterMs, percentage });
    return undefined;
  },
};

export default action;
