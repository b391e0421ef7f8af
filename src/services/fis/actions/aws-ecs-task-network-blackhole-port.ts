import type { FisAction } from "../action.ts";

const action: FisAction = {
  id: "aws:ecs:task-network-blackhole-port",
  description: "Drop traffic of a port in the specified ECS tasks.",
  targets: { Tasks: "aws:ecs:task" },
  targetQuota: 5,
  parameters: {
    duration: {
      type: "duration",
      description: "How long the action lasts (ISO 8601 duration, PT1M to PT12H).",
      required: true,
    },
    port: { type: "integer", description: "Port number.", required: true, min: 0, max: 65535 },
    trafficType: {
      type: "string",
      description: "Direction of the traffic.",
      required: true,
      values: ["ingress", "egress"],
    },
    protocol: { type: "string", description: "Protocol of the traffic.", values: ["tcp", "udp"] },
    installDependencies: {
      type: "string",
      description: "Whether missing dependencies are installed in the target (True or False; default True).",
      values: ["True", "False", "true", "false"],
    },
    useEcsFaultInjectionEndpoints: {
      type: "boolean",
      description:
        "Whether the fault injection endpoints of the ECS agent are used instead of SSM (default false).",
    },
  },
};

export default action;
