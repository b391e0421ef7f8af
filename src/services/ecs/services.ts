import { page } from "../../aws/page.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as ECS from "../../models/generated/ecs.ts";
import { clusterName, DEFAULT_CLUSTER, findCluster } from "./cluster.ts";
import { ensureDefault } from "./clusters.ts";
import {
  invalidParameter,
  invalidToken,
  serviceExists,
  serviceNotActive,
  serviceScaled,
  taskDefinitionInactive,
} from "./errors.ts";
import { ecsArn, lastOf } from "./ids.ts";
import { checkRunnable } from "./new-task.ts";
import type { RunningTasks } from "./running/running-tasks.ts";
import {
  type DeploymentRecord,
  describeService,
  findService,
  type ServiceRecord,
  saveService,
  serviceArn,
  serviceRecords,
} from "./service-record.ts";
import type { ServiceScheduler } from "./service-scheduler.ts";
import { placesOf, type SubnetPlaces } from "./subnet-places.ts";
import { readTags } from "./tag-list.ts";
import { checkLoadBalancers } from "./targets.ts";
import { isWanted, type TaskRecord, tasksOfService } from "./task.ts";
import { findTaskDefinition, type TaskDefinitionRecord, taskDefinitionArn } from "./task-definition.ts";
import { sizeOf } from "./task-definitions.ts";
import { launchTypeOf } from "./tasks.ts";

const PAGE_SIZE = 10;
const MOST_NAMED = 10;
const NAME = /^[a-zA-Z0-9][\w-]{0,254}$/;

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html and its neighbours */
export const services = (scheduler: ServiceScheduler, running: RunningTasks): Handlers<ECS.Operations> => ({
  async CreateService(input, ctx) {
    await checkBalanced(input.loadBalancers, input.taskDefinition, ctx);
    const places = await placesOf(input.networkConfiguration, ctx);
    return ctx.store.transaction(() => {
      const service = created(input, places, ctx, running);
      saveService(service, ctx.store);
      scheduler.look(ctx, service.cluster, service.name);
      return { service: describeService(service, [], ctx, true) };
    });
  },

  async UpdateService(input, ctx) {
    const { name: cluster } = findCluster(input.cluster, ctx);
    const { deployments } = findService(cluster, input.service, ctx);
    await checkBalanced(input.loadBalancers, input.taskDefinition ?? deployments[0]?.definitionArn, ctx);
    const { networkConfiguration: network } = input;
    const places = network && (await placesOf(network, ctx));
    return ctx.store.transaction(() => {
      const before = findService(cluster, input.service, ctx);
      if (before.status !== "ACTIVE") throw serviceNotActive();
      const service = updated(before, input, places, ctx, running);
      saveService(service, ctx.store);
      scheduler.look(ctx, cluster, service.name);
      return { service: describeService(service, tasksOf(service, ctx), ctx, true) };
    });
  },

  DeleteService({ cluster: given, service: name, force = false }, ctx) {
    const { name: cluster } = findCluster(given, ctx);
    const before = findService(cluster, name, ctx);
    if (before.status === "INACTIVE") throw serviceNotActive();
    if (before.desiredCount > 0 && !force && !before.isDaemon) throw serviceScaled();
    const service: ServiceRecord = { ...before, status: "DRAINING", desiredCount: 0 };
    saveService(service, ctx.store);
    scheduler.look(ctx, cluster, service.name);
    return { service: describeService(service, tasksOf(service, ctx), ctx, true) };
  },

  DescribeServices({ cluster: given, services: names, include = [] }, ctx) {
    if (names.length === 0) throw invalidParameter("Services cannot be empty.");
    if (names.length > MOST_NAMED) throw invalidParameter("Services must have at most 10 items.");
    const { name: cluster } = findCluster(given, ctx);
    const found: ECS.Service[] = [];
    const failures: ECS.Failure[] = [];
    for (const name of new Set(names)) {
      const service = ctx.store.collection(serviceRecords).get([cluster, lastOf(name)]);
      if (service) found.push(describeService(service, tasksOf(service, ctx), ctx, include.includes("TAGS")));
      else failures.push({ arn: ecsArn(ctx, "service", cluster, lastOf(name)), reason: "MISSING" });
    }
    return { services: found, failures };
  },

  ListServices({ nextToken: token, maxResults: size = PAGE_SIZE, ...query }, ctx) {
    const { name: cluster } = findCluster(query.cluster, ctx);
    const all = [...ctx.store.collection(serviceRecords).values({ prefix: [cluster] })].filter(
      ({ status, launchType, isDaemon }) =>
        status === "ACTIVE" &&
        (query.launchType === undefined || query.launchType === launchType) &&
        (query.schedulingStrategy === undefined || (query.schedulingStrategy === "DAEMON") === isDaemon),
    );
    const { items, nextToken } = page(all, ({ name }) => [name], {
      size: sizeOf(size),
      token,
      query: { of: "services", ...query },
      refuse: invalidToken,
    });
    return { serviceArns: items.map((service) => serviceArn(ctx, service)), ...(nextToken && { nextToken }) };
  },
});

/** Only where load balancers are given at all is anything asked of them. */
async function checkBalanced(
  given: readonly ECS.LoadBalancer[] | undefined,
  taskDefinition: string | undefined,
  ctx: Context,
): Promise<void> {
  if (given?.length && taskDefinition !== undefined)
    await checkLoadBalancers(given, findTaskDefinition(taskDefinition, ctx), ctx);
}

const tasksOf = ({ cluster, name }: ServiceRecord, { store }: Context): TaskRecord[] =>
  tasksOfService(cluster, name, store).filter(isWanted);

const newDeployment = (definition: TaskDefinitionRecord, ctx: Context): DeploymentRecord => {
  const nowMs = ctx.clock.now();
  const id = `ecs-svc/${String(ctx.random.integer(9e15) + 1e15).padStart(19, "1")}`;
  return {
    id,
    definitionArn: taskDefinitionArn(ctx, definition),
    createdMs: nowMs,
    updatedMs: nowMs,
    rollout: "IN_PROGRESS",
    reason: `ECS deployment ${id} in progress.`,
    failedTasks: 0,
  };
};

/** @throws ClusterNotFoundException, ClientException, InvalidParameterException */
function created(
  input: ECS.CreateServiceRequest,
  places: SubnetPlaces,
  ctx: Context,
  running: RunningTasks,
): ServiceRecord {
  const { serviceName: name, taskDefinition, networkConfiguration: network } = input;
  const cluster = clusterName(input.cluster);
  if (cluster === DEFAULT_CLUSTER) ensureDefault(ctx);
  findCluster(cluster, ctx);
  if (!NAME.test(name)) throw invalidParameter(`Invalid service name: ${name}.`);
  const known = ctx.store.collection(serviceRecords).get([cluster, name]);
  if (known && known.status !== "INACTIVE") throw serviceExists();
  const { type = "ECS" } = input.deploymentController ?? {};
  if (type !== "ECS")
    throw invalidParameter(
      `Squall does not serve the deployment controller ${type}: deployments are rolled by ECS.`,
    );
  if (taskDefinition === undefined) throw invalidParameter("TaskDefinition cannot be null or empty.");
  const definition = findTaskDefinition(taskDefinition, ctx);
  if (definition.status !== "ACTIVE") throw taskDefinitionInactive();
  const launchType = launchTypeOf(input);
  const isDaemon = input.schedulingStrategy === "DAEMON";
  const desiredCount = input.desiredCount ?? (isDaemon ? 1 : 0);
  checkDesiredCount(desiredCount);
  if (!isDaemon && input.desiredCount === undefined)
    throw invalidParameter("Desired count must be set for the REPLICA scheduling strategy.");
  if (desiredCount > 0)
    checkRunnable(definition, { launchType, ...(network && { network }) }, running.images);
  return {
    cluster,
    name,
    status: "ACTIVE",
    desiredCount,
    deployments: [newDeployment(definition, ctx)],
    launchType,
    createdMs: ctx.clock.now(),
    createdBy: ctx.caller.arn,
    configuration: configurationOf(input.deploymentConfiguration),
    ...(network && { network }),
    places,
    isDaemon,
    events: [],
    as: asGiven(input),
    isSteady: false,
    tags: readTags(input.tags),
  };
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html: tasks per service */
const MOST_TASKS = 5_000;

function checkDesiredCount(count: number): void {
  if (count < 0) throw invalidParameter("Invalid service desired count: must not be negative.");
  if (count > MOST_TASKS)
    throw invalidParameter(`Invalid service desired count: a service has at most ${MOST_TASKS} tasks.`);
}

const configurationOf = (
  given: ECS.DeploymentConfiguration = {},
  before: ECS.DeploymentConfiguration = {},
): ECS.DeploymentConfiguration => ({
  deploymentCircuitBreaker: { enable: false, rollback: false },
  maximumPercent: 200,
  minimumHealthyPercent: 100,
  ...before,
  ...given,
});

function updated(
  before: ServiceRecord,
  input: ECS.UpdateServiceRequest,
  places: SubnetPlaces | undefined,
  ctx: Context,
  running: RunningTasks,
): ServiceRecord {
  const { taskDefinition, forceNewDeployment = false, desiredCount = before.desiredCount } = input;
  checkDesiredCount(desiredCount);
  const network = input.networkConfiguration ?? before.network;
  const [primary] = before.deployments;
  const definition = findTaskDefinition(taskDefinition ?? primary?.definitionArn ?? "", ctx);
  if (taskDefinition !== undefined && definition.status !== "ACTIVE") throw taskDefinitionInactive();
  const isNew =
    forceNewDeployment ||
    taskDefinitionArn(ctx, definition) !== primary?.definitionArn ||
    input.networkConfiguration !== undefined;
  if (desiredCount > 0)
    checkRunnable(definition, { launchType: before.launchType, ...(network && { network }) }, running.images);
  return {
    ...before,
    desiredCount,
    deployments: isNew ? [newDeployment(definition, ctx), ...before.deployments] : before.deployments,
    configuration: configurationOf(input.deploymentConfiguration, before.configuration),
    ...(network && { network }),
    ...(places && { places }),
    as: { ...before.as, ...asGiven(input) },
    isSteady: false,
  };
}

const AS_GIVEN = [
  "loadBalancers",
  "serviceRegistries",
  "capacityProviderStrategy",
  "platformVersion",
  "placementConstraints",
  "placementStrategy",
  "healthCheckGracePeriodSeconds",
  "deploymentController",
  "enableECSManagedTags",
  "propagateTags",
  "enableExecuteCommand",
  "availabilityZoneRebalancing",
] as const;

const asGiven = (input: Partial<Record<(typeof AS_GIVEN)[number], unknown>>): ServiceRecord["as"] =>
  Object.fromEntries(
    AS_GIVEN.flatMap((name) => (input[name] === undefined ? [] : [[name, input[name]]])),
  ) as ServiceRecord["as"];
