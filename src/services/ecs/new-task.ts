import type { Place } from "../../aws/arn-template.ts";
import { begin } from "../../aws/lifecycle.ts";
import type { Context, ServiceHost } from "../../core/service.ts";
import type { Store } from "../../core/storage.ts";
import type * as ECS from "../../models/generated/ecs.ts";
import { type ContainerInstanceRecord, readyInstances, zoneInTurn } from "./container-instance.ts";
import { invalidParameter } from "./errors.ts";
import { newId } from "./ids.ts";
import { taskLifecycle } from "./lifecycle.ts";
import { commandOf, howToRun, type ImageCommands } from "./running/command.ts";
import type { SubnetPlaces } from "./subnet-places.ts";
import { type TaskRecord, taskArn, taskRecords } from "./task.ts";
import { type TaskDefinitionRecord, taskDefinitionArn } from "./task-definition.ts";

/** What is said of a new task beside its definition. */
export interface NewTask {
  readonly cluster: string;
  readonly launchType: ECS.LaunchType;
  readonly group: string;
  readonly service?: string;
  readonly startedBy?: string;
  readonly overrides?: ECS.TaskOverride;
  readonly network?: ECS.NetworkConfiguration;
  /** Where the subnets of its network are. */
  readonly places?: SubnetPlaces;
  readonly enableExecuteCommand?: boolean;
  readonly tags: Readonly<Record<string, string>>;
  /** Where it is to run; without one it is placed. */
  readonly on?: ContainerInstanceRecord;
}

/** Where a task is made: of a call, or of a service's own scheduler. */
export interface Maker {
  readonly place: Place;
  readonly store: Store;
  readonly host: ServiceHost;
  /** The call that asks for it. */
  readonly parentId?: string;
}

export const makerOf = ({ id, account, region, store, host }: Context): Maker => ({
  place: { account, region },
  store,
  host,
  parentId: id,
});

/**
 * Can its containers run here, and as it is asked?
 * @throws InvalidParameterException
 */
export function checkRunnable(
  definition: TaskDefinitionRecord,
  { launchType, network, overrides }: Pick<NewTask, "launchType" | "network" | "overrides">,
  images: ImageCommands,
): void {
  if (definition.networkMode === "awsvpc" && !network?.awsvpcConfiguration)
    throw invalidParameter("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  if (definition.networkMode !== "awsvpc" && network?.awsvpcConfiguration)
    throw invalidParameter(
      "Network Configuration is not valid for the given networkMode of this task definition.",
    );
  if (launchType === "FARGATE" && definition.networkMode !== "awsvpc")
    throw invalidParameter("Task definition does not support launch_type FARGATE.");
  const given = overrides?.containerOverrides ?? [];
  for (const { name = "" } of given)
    if (!definition.containers.some((container) => container.name === name))
      throw invalidParameter(
        `Override for container named ${name} is not a container in the TaskDefinition.`,
      );
  for (const container of definition.containers) {
    const override = given.find(({ name }) => name === container.name);
    if (!commandOf(container, override?.command, images)) throw invalidParameter(howToRun(container));
  }
}

/**
 * Keeps a new task, to be started. The n-th of its cluster goes to the n-th zone or instance, in turns.
 * @returns undefined when no container instance takes it
 */
export function newTask(
  definition: TaskDefinitionRecord,
  given: NewTask,
  { place, store, host, parentId }: Maker,
): TaskRecord | undefined {
  const { random, clock } = host;
  const tasks = store.collection(taskRecords);
  const { cluster, launchType, network, overrides = {} } = given;
  const turn = tasks.count({ prefix: [cluster] });
  let on = given.on;
  if (launchType !== "FARGATE" && !on) {
    const ready = readyInstances(cluster, { store, random, clock, region: place.region, host });
    on = ready[turn % Math.max(1, ready.length)];
    if (!on) return undefined;
  }
  const id = newId(random);
  const subnets = network?.awsvpcConfiguration?.subnets ?? [];
  const subnet = subnets[turn % Math.max(1, subnets.length)];
  const at = subnet === undefined ? undefined : given.places?.[subnet];
  const task: TaskRecord = {
    cluster,
    id,
    family: definition.family,
    revision: definition.revision,
    definitionArn: taskDefinitionArn(place, definition),
    status: "PROVISIONING",
    desiredStatus: "RUNNING",
    version: 1,
    launchType,
    group: given.group,
    ...(given.service !== undefined && { service: given.service }),
    ...(given.startedBy !== undefined && { startedBy: given.startedBy }),
    ...(parentId !== undefined && { parentId }),
    containers: definition.containers.map((container) => ({
      id: newId(random),
      name: container.name ?? "",
      image: container.image ?? "",
      status: "PENDING",
      bindings: [],
      cpu: container.cpu ?? 0,
      ...(container.memory !== undefined && { memory: container.memory }),
      ...(container.memoryReservation !== undefined && { memoryReservation: container.memoryReservation }),
    })),
    overrides: {
      containerOverrides: definition.containers.map(({ name = "" }) => ({
        ...overrides.containerOverrides?.find((one) => one.name === name),
        name,
      })),
      inferenceAcceleratorOverrides: [],
      ...(overrides.cpu !== undefined && { cpu: overrides.cpu }),
      ...(overrides.memory !== undefined && { memory: overrides.memory }),
      ...(overrides.taskRoleArn !== undefined && { taskRoleArn: overrides.taskRoleArn }),
      ...(overrides.executionRoleArn !== undefined && { executionRoleArn: overrides.executionRoleArn }),
    },
    cpu: overrides.cpu ?? definition.cpu ?? String(sumOf(definition, ({ cpu }) => cpu)),
    memory:
      overrides.memory ??
      definition.memory ??
      String(sumOf(definition, ({ memory, memoryReservation }) => memory ?? memoryReservation)),
    zone: on?.zone ?? at?.zone ?? zoneInTurn(place.region, turn),
    ...(definition.networkMode === "awsvpc" &&
      subnet !== undefined && {
        network: {
          attachment: random.uuid(),
          interface: `eni-0${random.hex(16)}`,
          subnet,
          ...(at && { vpc: at.vpc }),
        },
      }),
    ...(on && { containerInstance: on.id }),
    ...(launchType === "FARGATE" && { platformVersion: "1.4.0" }),
    enableExecuteCommand: given.enableExecuteCommand ?? false,
    createdMs: clock.now(),
    transition: begin(taskLifecycle, "PROVISIONING", taskArn(place, { cluster, id }), place, host),
    tags: given.tags,
  };
  tasks.put([cluster, id], task);
  return task;
}

const sumOf = (
  { containers }: TaskDefinitionRecord,
  of: (container: ECS.ContainerDefinition) => number | undefined,
): number => containers.reduce((sum, container) => sum + (of(container) ?? 0), 0);
