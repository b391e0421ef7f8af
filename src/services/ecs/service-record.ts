import type { Place } from "../../aws/arn-template.ts";
import type { Context } from "../../core/service.ts";
import { defineCollection, type Store } from "../../core/storage.ts";
import type * as ECS from "../../models/generated/ecs.ts";
import { clusterArn } from "./cluster.ts";
import { serviceNotFound } from "./errors.ts";
import { ecsArn, lastOf } from "./ids.ts";
import type { SubnetPlaces } from "./subnet-places.ts";
import { shownTags } from "./tag-list.ts";
import type { TaskRecord } from "./task.ts";

/** A deployment of a service: the newest is the primary one. */
export interface DeploymentRecord {
  readonly id: string;
  readonly definitionArn: string;
  readonly createdMs: number;
  readonly updatedMs: number;
  readonly rollout: ECS.DeploymentRolloutState;
  readonly reason: string;
  readonly failedTasks: number;
  /** Since tasks have failed again and again: not before this is another one started. */
  readonly notBeforeMs?: number;
}

/** A service as it is kept, by its cluster and name. */
export interface ServiceRecord {
  readonly cluster: string;
  readonly name: string;
  readonly status: "ACTIVE" | "DRAINING" | "INACTIVE";
  readonly desiredCount: number;
  /** The primary one first. */
  readonly deployments: readonly DeploymentRecord[];
  readonly launchType: ECS.LaunchType;
  readonly createdMs: number;
  readonly createdBy: string;
  readonly configuration: ECS.DeploymentConfiguration;
  readonly network?: ECS.NetworkConfiguration;
  /** Where the subnets of its network are; absent where an earlier Squall kept it. */
  readonly places?: SubnetPlaces;
  readonly isDaemon: boolean;
  /** Newest first. */
  readonly events: readonly { readonly id: string; readonly atMs: number; readonly message: string }[];
  /** What is kept and shown as it was given. */
  readonly as: Partial<
    Pick<
      ECS.Service,
      | "loadBalancers"
      | "serviceRegistries"
      | "capacityProviderStrategy"
      | "platformVersion"
      | "placementConstraints"
      | "placementStrategy"
      | "healthCheckGracePeriodSeconds"
      | "deploymentController"
      | "enableECSManagedTags"
      | "propagateTags"
      | "enableExecuteCommand"
      | "availabilityZoneRebalancing"
      | "roleArn"
    >
  >;
  readonly isSteady: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

export const serviceRecords = defineCollection<ServiceRecord>({ name: "services" });

export const MOST_EVENTS = 100;

export const serviceArn = (
  place: Place,
  { cluster, name }: Pick<ServiceRecord, "cluster" | "name">,
): string => ecsArn(place, "service", cluster, name);

/** @throws ServiceNotFoundException */
export function findService(
  cluster: string,
  given: string,
  { store }: Pick<Context, "store">,
): ServiceRecord {
  const service = store.collection(serviceRecords).get([cluster, lastOf(given)]);
  if (!service) throw serviceNotFound();
  return service;
}

export const saveService = (service: ServiceRecord, store: Store): void =>
  store.collection(serviceRecords).put([service.cluster, service.name], service);

const isRunning = ({ status }: TaskRecord) => status === "RUNNING";
const isPending = ({ status, desiredStatus }: TaskRecord) =>
  desiredStatus === "RUNNING" &&
  (status === "PROVISIONING" || status === "PENDING" || status === "ACTIVATING");

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Service.html */
export function describeService(
  service: ServiceRecord,
  tasks: readonly TaskRecord[],
  place: Place,
  withTags: boolean,
): ECS.Service {
  const { desiredCount, deployments, network, launchType } = service;
  const hasStrategy = (service.as.capacityProviderStrategy ?? []).length > 0;
  return {
    serviceArn: serviceArn(place, service),
    serviceName: service.name,
    clusterArn: clusterArn(place, service.cluster),
    loadBalancers: [],
    serviceRegistries: [],
    status: service.status,
    desiredCount,
    runningCount: tasks.filter(isRunning).length,
    pendingCount: tasks.filter(isPending).length,
    ...(!hasStrategy && { launchType }),
    ...(launchType === "FARGATE" && { platformVersion: "LATEST", platformFamily: "Linux" }),
    taskDefinition: deployments[0]?.definitionArn ?? "",
    deploymentConfiguration: service.configuration,
    deployments: deployments.map((deployment, n) =>
      describeDeployment(
        deployment,
        n === 0,
        service,
        tasks.filter(({ startedBy }) => startedBy === deployment.id),
      ),
    ),
    events: service.events.map(({ id, atMs, message }) => ({ id, createdAt: new Date(atMs), message })),
    createdAt: new Date(service.createdMs),
    createdBy: service.createdBy,
    placementConstraints: [],
    placementStrategy: [],
    ...(network && { networkConfiguration: network }),
    schedulingStrategy: service.isDaemon ? "DAEMON" : "REPLICA",
    deploymentController: { type: "ECS" },
    enableECSManagedTags: false,
    propagateTags: "NONE",
    enableExecuteCommand: false,
    availabilityZoneRebalancing: "DISABLED",
    ...service.as,
    ...(withTags && { tags: shownTags(service.tags) }),
  };
}

const describeDeployment = (
  deployment: DeploymentRecord,
  isPrimary: boolean,
  { desiredCount, launchType, network }: ServiceRecord,
  tasks: readonly TaskRecord[],
): ECS.Deployment => ({
  id: deployment.id,
  status: isPrimary ? "PRIMARY" : "ACTIVE",
  taskDefinition: deployment.definitionArn,
  desiredCount: isPrimary ? desiredCount : 0,
  pendingCount: tasks.filter(isPending).length,
  runningCount: tasks.filter(isRunning).length,
  failedTasks: deployment.failedTasks,
  createdAt: new Date(deployment.createdMs),
  updatedAt: new Date(deployment.updatedMs),
  launchType,
  ...(launchType === "FARGATE" && { platformVersion: "1.4.0", platformFamily: "Linux" }),
  ...(network && { networkConfiguration: network }),
  rolloutState: deployment.rollout,
  rolloutStateReason: deployment.reason,
});
