import { awsPorts, BLACKHOLE } from "../../../aws/network-faults.ts";
import { ActionFailure, type FisAction } from "../action.ts";
import { DURATION, PORT, TRAFFIC_TYPE } from "../catalogued/parameters.ts";
import { addRuleOnCalls, addTaskRule, NETWORK_PARAMETERS, TASK_QUOTA, TASK_TARGETS } from "../task-fault.ts";

const action: FisAction = {
  id: "aws:ecs:task-network-blackhole-port",
  description: "Drop traffic of a port in the specified ECS tasks.",
  targets: TASK_TARGETS,
  targetQuota: TASK_QUOTA,
  parameters: {
    duration: DURATION,
    port: PORT,
    trafficType: TRAFFIC_TYPE,
    protocol: { type: "string", description: "Protocol of the traffic.", values: ["tcp", "udp"] },
    ...NETWORK_PARAMETERS,
  },
  start(run) {
    const { port = "", trafficType, protocol = "tcp" } = run.parameters;
    if (protocol !== "tcp") throw new ActionFailure(`Squall carries no ${protocol}: it drops tcp.`);
    if (trafficType === "ingress") return addTaskRule(run, "blackhole-port", { port: Number(port) });
    const aws = awsPorts(run.host.endpoint);
    if (!aws.includes(port))
      throw new ActionFailure(
        `Squall drops what goes out to port ${aws.join(" or ")} (AWS), and not to ${port}: for that one has to be root.`,
      );
    addRuleOnCalls(run, undefined, BLACKHOLE);
    return undefined;
  },
};

export default action;
