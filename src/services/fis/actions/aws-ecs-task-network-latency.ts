import type { FisAction } from "../action.ts";

const action: FisAction = {
  id: "aws:ecs:task-network-latency",
  description: "Add latency to the network of the specified ECS tasks.",
  targets: { Tasks: "aws:ecs:task" },
  targetQuota: 5,
  parameters: {
    duration: {
      type: "duration",
      description: "How long the action lasts (ISO 8601 duration, PT1M to PT12H).",
      required: true,
    },
    delayMilliseconds: { type: "integer", description: "Delay, in milliseconds (default 200).", min: 0 },
    jitterMilliseconds: { type: "integer", description: "Jitter, in milliseconds (default 10).", min: 0 },
    flowsPercent: {
      type: "integer",
      description: "Share of connections that are affected, in percent (default 100).",
      min: 0,
      max: 100,
    },
    sources: {
      type: "list",
      description:
        "Peers whose traffic is affected: IPv4 addresses, CIDR blocks, domain names, Availability Zones, ALL, DYNAMODB or S3 (default ALL).",
    },
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
