import { page } from "../../aws/page.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as ECS from "../../models/generated/ecs.ts";
import { clusterName, DEFAULT_CLUSTER, findCluster } from "./cluster.ts";
import { ensureDefault } from "./clusters.ts";
import { findInstance } from "./container-instance.ts";
import {
  clientError,
  invalidParameter,
  invalidToken,
  taskDefinitionInactive,
  taskNotFound,
} from "./errors.ts";
import { ecsArn, lastOf } from "./ids.ts";
import { checkRunnable, makerOf, type NewTask, newTask } from "./new-task.ts";
import type { RunningTasks } from "./running/running-tasks.ts";
import { placesOf, type SubnetPlaces } from "./subnet-places.ts";
import { readTags } from "./tag-list.ts";
import {
  describeTask,
  findTask,
  isStopped,
  isWanted,
  type TaskRecord,
  taskArn,
  taskRecords,
  tasksOf,
} from "./task.ts";
import { findTaskDefinition, type TaskDefinitionRecord } from "./task-definition.ts";
import { sizeOf } from "./task-definitions.ts";

const PAGE_SIZE = 100;
const MOST_AT_ONCE = 10;
const MOST_NAMED = 100;

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html and its neighbours */
export const tasks = (running: RunningTasks): Handlers<ECS.Operations> => ({
  async RunTask(input, ctx) {
    const { count = 1 } = input;
    if (count < 1 || count > MOST_AT_ONCE) throw invalidParameter("Task count must be between 1 and 10.");
    const places = await placesOf(input.networkConfiguration, ctx);
    return ctx.store.transaction(() => {
      const { definition, given } = asked(input, launchTypeOf(input), places, ctx, running);
      const started: TaskRecord[] = [];
      const failures: ECS.Failure[] = [];
      for (let n = 0; n < count; n++) {
        const task = newTask(definition, given, makerOf(ctx));
        if (task) started.push(task);
        else failures.push(...noInstance(given.cluster, ctx));
      }
      for (const task of started) running.start(ctx, task);
      return { tasks: started.map((task) => describeTask(task, ctx, true)), failures };
    });
  },

  async StartTask(input, ctx) {
    const { containerInstances } = input;
    if (containerInstances.length > MOST_AT_ONCE)
      throw invalidParameter("Container instances must have at most 10 items.");
    const places = await placesOf(input.networkConfiguration, ctx);
    return ctx.store.transaction(() => {
      const { definition, given } = asked(input, "EC2", places, ctx, running);
      const started: TaskRecord[] = [];
      const failures: ECS.Failure[] = [];
      for (const name of containerInstances) {
        const on = findInstance(given.cluster, name, ctx.store);
        const task = on && newTask(definition, { ...given, on }, makerOf(ctx));
        if (task) started.push(task);
        else
          failures.push({
            arn: ecsArn(ctx, "container-instance", given.cluster, lastOf(name)),
            reason: "MISSING",
          });
      }
      for (const task of started) running.start(ctx, task);
      return { tasks: started.map((task) => describeTask(task, ctx, true)), failures };
    });
  },

  StopTask({ cluster: given, task: name, reason }, ctx) {
    const { name: cluster } = findCluster(given, ctx);
    const task = findTask(cluster, name, ctx);
    if (!task) throw taskNotFound();
    if (isStopped(task) || !isWanted(task)) return { task: describeTask(task, ctx, true) };
    const asked: TaskRecord = {
      ...task,
      desiredStatus: "STOPPED",
      stopCode: "UserInitiated",
      stoppedReason: reason ?? "Task stopped by user",
      stoppingMs: ctx.clock.now(),
      version: task.version + 1,
    };
    ctx.store.collection(taskRecords).put([cluster, task.id], asked);
    running.stop(ctx, task, { code: "UserInitiated", reason: reason ?? "Task stopped by user" });
    return { task: describeTask(asked, ctx, true) };
  },

  DescribeTasks({ cluster: given, tasks: names, include = [] }, ctx) {
    if (names.length === 0) throw invalidParameter("Tasks cannot be empty.");
    if (names.length > MOST_NAMED) throw invalidParameter("Tasks must have at most 100 items.");
    const { name: cluster } = findCluster(given, ctx);
    const found: ECS.Task[] = [];
    const failures: ECS.Failure[] = [];
    for (const name of new Set(names)) {
      const task = findTask(cluster, name, ctx);
      if (task) found.push(describeTask(task, ctx, include.includes("TAGS")));
      else failures.push({ arn: taskArn(ctx, { cluster, id: lastOf(name) }), reason: "MISSING" });
    }
    return { tasks: found, failures };
  },

  ListTasks({ nextToken: token, maxResults: size = PAGE_SIZE, ...query }, ctx) {
    const { name: cluster } = findCluster(query.cluster, ctx);
    const { items, nextToken } = page(
      tasksOf(cluster, ctx.store, ctx.clock.now()).filter((task) => isAsked(task, query)),
      ({ id }) => [id],
      {
        size: sizeOf(size),
        token,
        query: { of: "tasks", ...query },
        refuse: invalidToken,
      },
    );
    return { taskArns: items.map((task) => taskArn(ctx, task)), ...(nextToken && { nextToken }) };
  },

  UpdateTaskProtection({ cluster: given, tasks: names, protectionEnabled, expiresInMinutes = 120 }, ctx) {
    const { name: cluster } = findCluster(given, ctx);
    return eachProtected(cluster, names, ctx, (task) => {
      const { protectedUntilMs: _, ...rest } = task;
      const changed: TaskRecord = protectionEnabled
        ? { ...rest, protectedUntilMs: ctx.clock.now() + expiresInMinutes * 60_000 }
        : rest;
      ctx.store.collection(taskRecords).put([cluster, task.id], changed);
      return changed;
    });
  },

  GetTaskProtection({ cluster: given, tasks: names }, ctx) {
    const { name: cluster } = findCluster(given, ctx);
    const all = tasksOf(cluster, ctx.store, ctx.clock.now()).filter(({ service }) => service !== undefined);
    return eachProtected(cluster, names ?? all.map(({ id }) => id), ctx, (task) => task);
  },
});

/** What RunTask and StartTask have in common. @throws ClusterNotFoundException, ClientException, InvalidParameterException */
function asked(
  input: ECS.RunTaskRequest | ECS.StartTaskRequest,
  launchType: ECS.LaunchType,
  places: SubnetPlaces,
  ctx: Context,
  running: RunningTasks,
): { definition: TaskDefinitionRecord; given: NewTask } {
  const cluster = clusterName(input.cluster);
  if (cluster === DEFAULT_CLUSTER) ensureDefault(ctx);
  findCluster(cluster, ctx);
  const definition = findTaskDefinition(input.taskDefinition, ctx);
  if (definition.status !== "ACTIVE") throw taskDefinitionInactive();
  const { overrides, networkConfiguration: network, startedBy, enableExecuteCommand } = input;
  if (startedBy !== undefined && startedBy.length > 128)
    throw invalidParameter("startedBy must be at most 128 characters long.");
  checkRunnable(
    definition,
    { launchType, ...(network && { network }), ...(overrides && { overrides }) },
    running.images,
  );
  return {
    definition,
    given: {
      cluster,
      launchType,
      group: input.group ?? `family:${definition.family}`,
      ...(startedBy !== undefined && { startedBy }),
      ...(overrides && { overrides }),
      ...(network && { network }),
      places,
      ...(enableExecuteCommand !== undefined && { enableExecuteCommand }),
      tags: {
        ...(input.propagateTags === "TASK_DEFINITION" && definition.tags),
        ...readTags(input.tags),
      },
    },
  };
}

/** @throws InvalidParameterException */
export function launchTypeOf({
  launchType,
  capacityProviderStrategy = [],
}: Pick<ECS.RunTaskRequest, "launchType" | "capacityProviderStrategy">): ECS.LaunchType {
  if (launchType !== undefined && capacityProviderStrategy.length > 0)
    throw invalidParameter(
      "Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.",
    );
  if (launchType !== undefined) return launchType;
  return capacityProviderStrategy.some(({ capacityProvider }) => /^FARGATE/.test(capacityProvider))
    ? "FARGATE"
    : "EC2";
}

const noInstance = (cluster: string, ctx: Context): ECS.Failure[] => [
  { arn: ecsArn(ctx, "cluster", cluster), reason: "RESOURCE:CPU" },
];

function isAsked(task: TaskRecord, query: ECS.ListTasksRequest): boolean {
  const { desiredStatus = "RUNNING", family, serviceName, startedBy, launchType, containerInstance } = query;
  return (
    task.desiredStatus === desiredStatus &&
    (family === undefined || task.family === family) &&
    (serviceName === undefined || task.service === lastOf(serviceName)) &&
    (startedBy === undefined || task.startedBy === startedBy) &&
    (launchType === undefined || task.launchType === launchType) &&
    (containerInstance === undefined || task.containerInstance === lastOf(containerInstance))
  );
}

function eachProtected(
  cluster: string,
  names: readonly string[],
  ctx: Context,
  each: (task: TaskRecord) => TaskRecord,
): ECS.GetTaskProtectionResponse {
  const protectedTasks: ECS.ProtectedTask[] = [];
  const failures: ECS.Failure[] = [];
  for (const name of names) {
    const task = findTask(cluster, name, ctx);
    if (task && task.service === undefined) throw clientError("Task protection is for tasks of a service.");
    if (!task || isStopped(task)) {
      failures.push({ arn: taskArn(ctx, { cluster, id: lastOf(name) }), reason: "TASK_NOT_VALID" });
      continue;
    }
    const { protectedUntilMs = 0 } = each(task);
    const isProtected = protectedUntilMs > ctx.clock.now();
    protectedTasks.push({
      taskArn: taskArn(ctx, task),
      protectionEnabled: isProtected,
      ...(isProtected && { expirationDate: new Date(protectedUntilMs) }),
    });
  }
  return { protectedTasks, failures };
}
