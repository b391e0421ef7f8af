import type { Context, Handlers } from "../../core/service.ts";
import type * as ElastiCache from "../../models/generated/elasticache.ts";
import {
  type CacheClusterRecord,
  cacheClusters,
  describeCluster,
  findCluster,
  NODE_ID,
} from "./cache-cluster.ts";
import { changesOf } from "./changed-cache.ts";
import { pageBy } from "./describing.ts";
import { checkLimits } from "./engine.ts";
import { clusterExists, clusterState, invalidParameterCombination, invalidParameterValue } from "./errors.ts";
import { checkName, newPassword, resourceId } from "./ids.ts";
import { restored, settingsOf, zonesFor } from "./new-cache.ts";
import { groupStateOf } from "./replication-group.ts";
import type { Caches } from "./running/caches.ts";
import { tagging } from "./tags.ts";

const LONGEST_NAME = 50;

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateCacheCluster.html and its neighbours */
export const clusterHandlers = (caches: Caches): Handlers<ElastiCache.Operations> => ({
  CreateCacheCluster(input, ctx) {
    const id = checkName(input.CacheClusterId, "CacheClusterId", LONGEST_NAME);
    if (ctx.store.collection(cacheClusters).get([id])) throw clusterExists(id);
    if (input.ReplicationGroupId !== undefined)
      throw invalidParameterValue(
        "Squall adds replicas to a replication group by IncreaseReplicaCount alone.",
      );
    if ((input.NumCacheNodes ?? 1) !== 1)
      throw invalidParameterValue(
        "Cannot create a Redis cluster with a NumCacheNodes parameter greater than 1.",
      );
    if (input.Engine === undefined)
      throw invalidParameterValue("The parameter Engine must be provided and must not be blank.");
    const settings = settingsOf(input, ctx);
    const named = input.PreferredAvailabilityZone ?? input.PreferredAvailabilityZones?.[0];
    const [zone = ""] = zonesFor(1, named === undefined ? [] : [named], ctx);
    const cluster: CacheClusterRecord = {
      id,
      resourceId: resourceId(ctx.random),
      state: "creating",
      turn: 0,
      ...settings,
      zone,
      restoresFrom: restored(input.SnapshotName, ctx),
      adminPassword: newPassword(ctx.random),
      createdMs: ctx.clock.now(),
      tags: tagging.read(input.Tags),
    };
    return { CacheCluster: describe(caches.goCluster(ctx, cluster, "creating"), ctx, caches, false) };
  },

  DescribeCacheClusters(input, ctx) {
    const { CacheClusterId: id, ShowCacheNodeInfo, ShowCacheClustersNotInReplicationGroups: isAlone } = input;
    const named =
      id === undefined ? [...ctx.store.collection(cacheClusters).values()] : [findCluster(id, ctx)];
    const meant = named.filter(({ groupId }) => !isAlone || groupId === undefined);
    const { items, Marker } = pageBy(meant, (cluster) => cluster.id, input, ctx.operation);
    return {
      CacheClusters: items.map((cluster) => describe(cluster, ctx, caches, ShowCacheNodeInfo ?? false)),
      Marker,
    };
  },

  ModifyCacheCluster(input, ctx) {
    const cluster = alone(input.CacheClusterId, ctx, "modified");
    checkLimits(input);
    if ((input.NumCacheNodes ?? 1) !== 1)
      throw invalidParameterValue("A cluster of Redis or Valkey has one cache node.");
    const changed: CacheClusterRecord = { ...cluster, ...changesOf(input, cluster, ctx) };
    return { CacheCluster: describe(caches.goCluster(ctx, changed, "modifying"), ctx, caches, false) };
  },

  DeleteCacheCluster({ CacheClusterId }, ctx) {
    const cluster = findCluster(CacheClusterId, ctx);
    if (cluster.groupId !== undefined)
      throw invalidParameterCombination(
        `Cache cluster ${cluster.id} is a member of replication group ${cluster.groupId}: it goes by DecreaseReplicaCount, or with the group.`,
      );
    if (cluster.state === "deleting" || cluster.state === "creating")
      throw clusterState(
        `Cache cluster ${cluster.id} has status ${cluster.state} which is not valid for deletion.`,
      );
    return { CacheCluster: describe(caches.goCluster(ctx, cluster, "deleting"), ctx, caches, false) };
  },

  RebootCacheCluster({ CacheClusterId, CacheNodeIdsToReboot }, ctx) {
    const cluster = available(CacheClusterId, ctx);
    if (CacheNodeIdsToReboot.some((id) => id !== NODE_ID))
      throw invalidParameterValue(`Cache cluster ${cluster.id} has the cache node ${NODE_ID} and no other.`);
    return {
      CacheCluster: describe(caches.goCluster(ctx, cluster, "rebooting cluster nodes"), ctx, caches, true),
    };
  },
});

function describe(
  cluster: CacheClusterRecord,
  ctx: Context,
  caches: Caches,
  showNodes: boolean,
): ElastiCache.CacheCluster {
  const endpoint = caches.endpoint(ctx, cluster);
  return describeCluster(cluster, ctx, groupStateOf(cluster, ctx.store), endpoint, showNodes);
}

/** @throws InvalidCacheClusterState */
function available(id: string, ctx: Context): CacheClusterRecord {
  const cluster = findCluster(id, ctx);
  if (cluster.state !== "available" || (groupStateOf(cluster, ctx.store) ?? "available") !== "available")
    throw clusterState(`Cache cluster ${cluster.id} is not in available state.`);
  return cluster;
}

/** @throws InvalidParameterCombination for a member of a group */
function alone(id: string, ctx: Context, what: string): CacheClusterRecord {
  const cluster = available(id, ctx);
  if (cluster.groupId !== undefined)
    throw invalidParameterCombination(
      `Cache cluster ${cluster.id} is a member of replication group ${cluster.groupId}: it is ${what} with the group.`,
    );
  return cluster;
}
