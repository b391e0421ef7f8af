import type { Call, ListCase } from "../lists.ts";

const page = { service: "ecs", size: "maxResults", token: "nextToken", next: "nextToken" } as const;
const lastOf = (name: string) => name.split("/").at(-1);

/** Whose container waits until it is told to end. */
const containerDefinitions = [
  { name: "app", image: "shop", memory: 64, command: ["node", "-e", "setInterval(() => {}, 1000)"] },
];
const register = (call: Call, family: string) =>
  call("RegisterTaskDefinition", { family, containerDefinitions });
const service = (call: Call, serviceName: string) =>
  call("CreateService", { serviceName, taskDefinition: "shop", desiredCount: 0 });

/** Tasks have the ids that they are given. */
const names = new Map<string, string>();
const ids = new Map<string, string>();

export const lists: readonly ListCase[] = [
  {
    ...page,
    operation: "ListClusters",
    items: "clusterArns",
    add: (call, clusterName) => call("CreateCluster", { clusterName }),
    remove: (call, cluster) => call("DeleteCluster", { cluster }),
    nameOf: lastOf,
  },
  {
    ...page,
    operation: "ListTaskDefinitions",
    items: "taskDefinitionArns",
    add: register,
    remove: (call, family) => call("DeregisterTaskDefinition", { taskDefinition: `${family}:1` }),
    nameOf: (name: string) => lastOf(name)?.split(":")[0],
  },
  {
    ...page,
    operation: "ListTaskDefinitionFamilies",
    items: "families",
    add: register,
    remove: (call, family) => call("DeregisterTaskDefinition", { taskDefinition: `${family}:1` }),
    input: () => ({ status: "ACTIVE" }),
    nameOf: (name: string) => name,
  },
  {
    ...page,
    operation: "ListServices",
    items: "serviceArns",
    prepare: (call) => register(call, "shop"),
    add: service,
    remove: (call, name) => call("DeleteService", { service: name }),
    nameOf: lastOf,
  },
  {
    ...page,
    operation: "ListTasks",
    items: "taskArns",
    prepare: (call) => register(call, "shop"),
    add: async (call, name) => {
      const { tasks } = (await call("RunTask", { taskDefinition: "shop" })) as {
        tasks: { taskArn: string }[];
      };
      const task = tasks[0]?.taskArn ?? "";
      names.set(task, name);
      ids.set(`${call.account} ${name}`, task);
    },
    remove: (call, name) => call("StopTask", { task: ids.get(`${call.account} ${name}`) }),
    nameOf: (task: string) => names.get(task),
  },
  {
    ...page,
    operation: "ListAccountSettings",
    items: "settings",
    input: () => ({ effectiveSettings: true }),
    nameOf: ({ name }: { name: string }) => name,
  },
];
