import type { Place } from "../../aws/arn-template.ts";
import type { Context } from "../../core/service.ts";
import { defineCollection, type Store } from "../../core/storage.ts";
import type * as ECS from "../../models/generated/ecs.ts";
import { clusterNotFound } from "./errors.ts";
import { ecsArn, lastOf } from "./ids.ts";

export const DEFAULT_CLUSTER = "default";

/** A cluster as it is kept, by its name. */
export interface ClusterRecord {
  readonly name: string;
  readonly createdMs: number;
  readonly settings: readonly ECS.ClusterSetting[];
  readonly configuration?: ECS.ClusterConfiguration;
  readonly serviceConnectDefaults?: ECS.ClusterServiceConnectDefaults;
  readonly capacityProviders: readonly string[];
  readonly defaultCapacityProviderStrategy: readonly ECS.CapacityProviderStrategyItem[];
  readonly tags: Readonly<Record<string, string>>;
}

export const clusterRecords = defineCollection<ClusterRecord>({ name: "clusters" });

/** A cluster's name, as an input gives it: a name, an ARN, or nothing. */
export const clusterName = (given: string | undefined): string => lastOf(given || DEFAULT_CLUSTER);

/** @throws ClusterNotFoundException */
export function findCluster(given: string | undefined, { store }: { readonly store: Store }): ClusterRecord {
  const cluster = store.collection(clusterRecords).get([clusterName(given)]);
  if (!cluster) throw clusterNotFound();
  return cluster;
}

export const saveCluster = (cluster: ClusterRecord, { store }: { readonly store: Store }): void =>
  store.collection(clusterRecords).put([cluster.name], cluster);

export const clusterArn = (place: Place, name: string): string => ecsArn(place, "cluster", name);

/** How many of what a cluster has. */
export interface Counts {
  readonly running: number;
  readonly pending: number;
  readonly services: number;
  readonly instances: number;
}

export function describeCluster(
  cluster: ClusterRecord,
  counts: Counts,
  ctx: Pick<Context, "account" | "region">,
): ECS.Cluster {
  const { configuration, serviceConnectDefaults } = cluster;
  return {
    clusterArn: clusterArn(ctx, cluster.name),
    clusterName: cluster.name,
    status: "ACTIVE",
    registeredContainerInstancesCount: counts.instances,
    runningTasksCount: counts.running,
    pendingTasksCount: counts.pending,
    activeServicesCount: counts.services,
    statistics: [],
    tags: [],
    settings: [...cluster.settings],
    capacityProviders: [...cluster.capacityProviders],
    defaultCapacityProviderStrategy: [...cluster.defaultCapacityProviderStrategy],
    ...(configuration && { configuration }),
    ...(serviceConnectDefaults && { serviceConnectDefaults }),
  };
}
