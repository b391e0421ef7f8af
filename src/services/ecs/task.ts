import type { Place } from "../../aws/arn-template.ts";
import type { Transition } from "../../aws/lifecycle.ts";
import type { Context } from "../../core/service.ts";
import { defineCollection, type Store } from "../../core/storage.ts";
import type * as ECS from "../../models/generated/ecs.ts";
import { clusterArn } from "./cluster.ts";
import { ecsArn, lastOf } from "./ids.ts";
import { shownTags } from "./tag-list.ts";

export type TaskStatus =
  | "PROVISIONING"
  | "PENDING"
  | "ACTIVATING"
  | "RUNNING"
  | "DEACTIVATING"
  | "STOPPING"
  | "DEPROVISIONING"
  | "STOPPED";

/** A container of a task, as it is by now. */
export interface ContainerRecord {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly status: "PENDING" | "RUNNING" | "STOPPED";
  readonly health?: ECS.HealthStatus;
  readonly exitCode?: number;
  readonly reason?: string;
  readonly bindings: readonly ECS.NetworkBinding[];
  readonly cpu: number;
  readonly memory?: number;
  readonly memoryReservation?: number;
}

/** A task as it is kept, by its cluster and id. */
export interface TaskRecord {
  readonly cluster: string;
  readonly id: string;
  readonly family: string;
  readonly revision: number;
  readonly definitionArn: string;
  readonly status: TaskStatus;
  readonly desiredStatus: "RUNNING" | "STOPPED";
  readonly version: number;
  readonly launchType: ECS.LaunchType;
  readonly group: string;
  /** The service that it is one of. */
  readonly service?: string;
  readonly startedBy?: string;
  /** The call that asked for it; absent for a service's own tasks. */
  readonly parentId?: string;
  readonly containers: readonly ContainerRecord[];
  readonly overrides: ECS.TaskOverride;
  readonly cpu: string;
  readonly memory: string;
  readonly zone: string;
  /** The network interface of an awsvpc task. */
  readonly network?: {
    readonly attachment: string;
    readonly interface: string;
    readonly subnet: string;
    /** Absent for a subnet that EC2 here does not know. */
    readonly vpc?: string;
  };
  readonly containerInstance?: string;
  readonly platformVersion?: string;
  readonly enableExecuteCommand: boolean;
  readonly createdMs: number;
  readonly startedMs?: number;
  readonly stoppingMs?: number;
  readonly executionStoppedMs?: number;
  readonly stoppedMs?: number;
  readonly stopCode?: ECS.TaskStopCode;
  readonly stoppedReason?: string;
  readonly protectedUntilMs?: number;
  readonly transition?: Transition | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

export const taskRecords = defineCollection<TaskRecord>({
  name: "tasks",
  indexes: {
    byService: ({ cluster, service, id }) => (service === undefined ? undefined : [cluster, service, id]),
  },
});

/** How long a task that has stopped can still be described. */
const KEPT_MS = 3_600_000;

export const taskArn = (place: Place, { cluster, id }: Pick<TaskRecord, "cluster" | "id">): string =>
  ecsArn(place, "task", cluster, id);

export const isStopped = ({ status }: TaskRecord): boolean => status === "STOPPED";

/** Is it on its way up, or there? */
export const isWanted = ({ desiredStatus }: TaskRecord): boolean => desiredStatus === "RUNNING";

/** Tasks of a cluster; those that stopped more than an hour ago are gone. */
export function tasksOf(cluster: string, store: Store, nowMs: number): TaskRecord[] {
  const tasks = store.collection(taskRecords);
  const all = [...tasks.values({ prefix: [cluster] })];
  const old = all.filter(({ stoppedMs }) => stoppedMs !== undefined && stoppedMs + KEPT_MS < nowMs);
  for (const { id } of old) tasks.delete([cluster, id]);
  return old.length === 0 ? all : all.filter((task) => !old.includes(task));
}

/** All tasks of a service that are known, whatever has become of them. */
export const tasksOfService = (cluster: string, service: string, store: Store): TaskRecord[] => [
  ...store
    .collection(taskRecords)
    .by("byService")
    .values({ prefix: [cluster, service] }),
];

/** A task by its id or ARN; undefined when there is none. */
export function findTask(cluster: string, given: string, { store, clock }: Context): TaskRecord | undefined {
  const task = store.collection(taskRecords).get([cluster, lastOf(given)]);
  return task?.stoppedMs !== undefined && task.stoppedMs + KEPT_MS < clock.now() ? undefined : task;
}

const time = (ms: number | undefined): Date | undefined => (ms === undefined ? undefined : new Date(ms));

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Task.html */
export function describeTask(task: TaskRecord, place: Place, withTags = false): ECS.Task {
  const { cluster, containerInstance, network, startedBy, platformVersion, stopCode, stoppedReason } = task;
  const times = {
    startedAt: time(task.startedMs),
    stoppingAt: time(task.stoppingMs),
    executionStoppedAt: time(task.executionStoppedMs),
    stoppedAt: time(task.stoppedMs),
    connectivityAt: time(task.startedMs),
    pullStartedAt: time(task.startedMs),
    pullStoppedAt: time(task.startedMs),
  };
  const told = Object.entries(times).filter(([, at]) => at !== undefined);
  return {
    taskArn: taskArn(place, task),
    clusterArn: clusterArn(place, cluster),
    taskDefinitionArn: task.definitionArn,
    attachments: network ? [attachmentOf(network, task)] : [],
    attributes: [{ name: "ecs.cpu-architecture", value: "x86_64" }],
    availabilityZone: task.zone,
    ...(containerInstance !== undefined && {
      containerInstanceArn: ecsArn(place, "container-instance", cluster, containerInstance),
    }),
    ...(task.startedMs !== undefined && { connectivity: "CONNECTED" as const }),
    containers: task.containers.map((container) => describeContainer(container, task, place)),
    cpu: task.cpu,
    memory: task.memory,
    createdAt: new Date(task.createdMs),
    desiredStatus: task.desiredStatus,
    lastStatus: task.status,
    enableExecuteCommand: task.enableExecuteCommand,
    group: task.group,
    healthStatus: healthOf(task),
    launchType: task.launchType,
    overrides: task.overrides,
    ...(platformVersion !== undefined && { platformVersion, platformFamily: "Linux" }),
    ...(startedBy !== undefined && { startedBy }),
    ...(stopCode !== undefined && { stopCode }),
    ...(stoppedReason !== undefined && { stoppedReason }),
    ...Object.fromEntries(told),
    tags: withTags ? shownTags(task.tags) : [],
    version: task.version,
    ...(task.launchType === "FARGATE" && { ephemeralStorage: { sizeInGiB: 20 } }),
  };
}

/** Worst first: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/healthcheck.html */
const healthOf = ({ containers }: TaskRecord): ECS.HealthStatus =>
  containers.some(({ health }) => health === "UNHEALTHY")
    ? "UNHEALTHY"
    : containers.some(({ health }) => health === "HEALTHY")
      ? "HEALTHY"
      : "UNKNOWN";

const attachmentOf = (
  { attachment, interface: networkInterface, subnet }: NonNullable<TaskRecord["network"]>,
  { status }: TaskRecord,
): ECS.Attachment => ({
  id: attachment,
  type: "ElasticNetworkInterface",
  status: status === "PROVISIONING" ? "PRECREATED" : status === "STOPPED" ? "DELETED" : "ATTACHED",
  details: [
    { name: "subnetId", value: subnet },
    { name: "networkInterfaceId", value: networkInterface },
    { name: "privateIPv4Address", value: "127.0.0.1" },
  ],
});

function describeContainer(container: ContainerRecord, task: TaskRecord, place: Place): ECS.Container {
  const { exitCode, reason, memory, memoryReservation, health } = container;
  return {
    containerArn: ecsArn(place, "container", task.cluster, task.id, container.id),
    taskArn: taskArn(place, task),
    name: container.name,
    image: container.image,
    ...(container.status !== "PENDING" && { runtimeId: `${task.id}-${container.id.slice(0, 10)}` }),
    lastStatus: container.status,
    ...(exitCode !== undefined && { exitCode }),
    ...(reason !== undefined && { reason }),
    networkBindings: [...container.bindings],
    networkInterfaces: task.network
      ? [{ attachmentId: task.network.attachment, privateIpv4Address: "127.0.0.1" }]
      : [],
    healthStatus: health ?? "UNKNOWN",
    cpu: String(container.cpu),
    ...(memory !== undefined && { memory: String(memory) }),
    ...(memoryReservation !== undefined && { memoryReservation: String(memoryReservation) }),
  };
}
