import type { Call } from "../lists.ts";
import type { TaggedCase } from "../tagged.ts";

const containerDefinitions = [
  { name: "app", image: "shop", memory: 64, command: ["node", "-e", "setInterval(() => {}, 1000)"] },
];
const register = async (call: Call, family: string): Promise<string> => {
  const answer = await call("RegisterTaskDefinition", { family, containerDefinitions });
  return (answer["taskDefinition"] as { taskDefinitionArn: string }).taskDefinitionArn;
};
const run = async (call: Call, family: string) => {
  await register(call, family);
  const { tasks } = await call("RunTask", { taskDefinition: family });
  return (tasks as { taskArn: string; containerInstanceArn: string }[])[0];
};

export const tagged: readonly TaggedCase[] = [
  {
    service: "ecs",
    type: "cluster",
    create: async (call, clusterName) =>
      ((await call("CreateCluster", { clusterName }))["cluster"] as { clusterArn: string }).clusterArn,
  },
  {
    service: "ecs",
    type: "service",
    async create(call, serviceName) {
      await register(call, "shop");
      const input = { serviceName, taskDefinition: "shop", desiredCount: 0 };
      return ((await call("CreateService", input))["service"] as { serviceArn: string }).serviceArn;
    },
  },
  { service: "ecs", type: "task-definition", create: register },
  { service: "ecs", type: "task", create: async (call, name) => (await run(call, name))?.taskArn ?? "" },
  {
    service: "ecs",
    type: "container-instance",
    create: async (call, name) => (await run(call, name))?.containerInstanceArn ?? "",
  },
];
