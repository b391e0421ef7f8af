import type { Context, Handlers } from "../../core/service.ts";
import type * as MemoryDB from "../../models/generated/memorydb.ts";
import {
  available,
  type ClusterRecord,
  clusterRecords,
  describeCluster,
  findCluster,
  type ShardRecord,
} from "./cluster.ts";
import { pageBy } from "./describing.ts";
import { checkLimits, versionOf } from "./engine.ts";
import {
  clusterExists,
  clusterState,
  failoverNotAvailable,
  invalidParameterCombination,
  invalidParameterValue,
  noOperation,
  shardNotFound,
} from "./errors.ts";
import { checkName, newPassword } from "./ids.ts";
import { joined } from "./multi-region-cluster.ts";
import { checkAcl, checkReplicas, newNode, newShards, nodeName, settingsOf } from "./new-cluster.ts";
import { findParameterGroup } from "./parameter-group.ts";
import type { Clusters } from "./running/clusters.ts";
import { keepSnapshot } from "./snapshots.ts";
import { tagging } from "./tags.ts";

const LONGEST_NAME = 40;

/** https://docs.aws.amazon.com/memorydb/latest/APIReference/API_CreateCluster.html and its neighbours */
export const clusterHandlers = (clusters: Clusters): Handlers<MemoryDB.Operations> => ({
  CreateCluster(input, ctx) {
    const name = checkName(input.ClusterName, "ClusterName", LONGEST_NAME);
    if (ctx.store.collection(clusterRecords).get([name])) throw clusterExists();
    checkServed(input);
    const asked = joined(input, ctx);
    const settings = settingsOf(asked, ctx);
    const hasTls = asked.TLSEnabled ?? true;
    const cluster: ClusterRecord = {
      ...settings,
      name,
      state: "creating",
      turn: 0,
      shards: newShards(name, asked, ctx),
      groupIds: asked.SecurityGroupIds ?? [],
      hasTls,
      acl: checkAcl(asked.ACLName, hasTls, ctx),
      isAutoUpgraded: asked.AutoMinorVersionUpgrade ?? true,
      multiRegion: asked.MultiRegionClusterName,
      adminPassword: newPassword(ctx.random),
      createdMs: ctx.clock.now(),
      tags: tagging.read(asked.Tags),
    };
    return { Cluster: describe(clusters.go(ctx, cluster, "creating"), ctx, clusters) };
  },

  DescribeClusters(input, ctx) {
    const { ClusterName: name, ShowShardDetails } = input;
    const named =
      name === undefined ? [...ctx.store.collection(clusterRecords).values()] : [findCluster(name, ctx)];
    const { items, ...rest } = pageBy(named, (cluster) => [cluster.name], input, ctx.operation);
    return {
      Clusters: items.map((cluster) => describe(cluster, ctx, clusters, ShowShardDetails ?? false)),
      ...rest,
    };
  },

  UpdateCluster(input, ctx) {
    const cluster = available(input.ClusterName, ctx);
    checkLimits(input);
    if (
      input.ShardConfiguration !== undefined &&
      input.ShardConfiguration.ShardCount !== cluster.shards.length
    )
      throw invalidParameterValue("Squall does not change the number of a cluster's shards.");
    const changed: ClusterRecord = {
      ...cluster,
      description: input.Description ?? cluster.description,
      groupIds: input.SecurityGroupIds ?? cluster.groupIds,
      maintenanceWindow: input.MaintenanceWindow?.toLowerCase() ?? cluster.maintenanceWindow,
      topicArn: input.SnsTopicStatus === "INACTIVE" ? undefined : (input.SnsTopicArn ?? cluster.topicArn),
      parameterGroup:
        input.ParameterGroupName === undefined
          ? cluster.parameterGroup
          : findParameterGroup(input.ParameterGroupName, ctx.store).name,
      snapshotWindow: input.SnapshotWindow ?? cluster.snapshotWindow,
      snapshotDays: input.SnapshotRetentionLimit ?? cluster.snapshotDays,
      nodeType: input.NodeType ?? cluster.nodeType,
      engineVersion:
        input.EngineVersion === undefined
          ? cluster.engineVersion
          : versionOf(input.Engine ?? cluster.engine, input.EngineVersion),
      engine: input.Engine?.toLowerCase() ?? cluster.engine,
      acl: input.ACLName === undefined ? cluster.acl : checkAcl(input.ACLName, cluster.hasTls, ctx),
      shards: resized(cluster, input.ReplicaConfiguration?.ReplicaCount, ctx),
    };
    return { Cluster: describe(clusters.go(ctx, changed, "updating"), ctx, clusters) };
  },

  DeleteCluster({ ClusterName, FinalSnapshotName }, ctx) {
    const cluster = findCluster(ClusterName, ctx);
    if (cluster.state === "deleting" || cluster.state === "creating")
      throw clusterState(
        `Cluster ${cluster.name} has status ${cluster.state} which is not valid for deletion.`,
      );
    if (FinalSnapshotName !== undefined) keepSnapshot(FinalSnapshotName, cluster, {}, clusters, ctx);
    return { Cluster: describe(clusters.go(ctx, cluster, "deleting"), ctx, clusters) };
  },

  FailoverShard({ ClusterName, ShardName }, ctx) {
    const cluster = available(ClusterName, ctx);
    const shard = cluster.shards.find(({ name }) => name === ShardName);
    if (!shard) throw shardNotFound(ShardName);
    if (shard.nodes.length < 2)
      throw failoverNotAvailable(`Shard ${ShardName} of cluster ${cluster.name} has no replica.`);
    // It is done before the cluster is available again.
    clusters.failOver(ctx, cluster.name, ShardName);
    return { Cluster: describe(clusters.go(ctx, cluster, "updating"), ctx, clusters) };
  },
});

const describe = (
  cluster: ClusterRecord,
  ctx: Context,
  clusters: Clusters,
  showShards = true,
): MemoryDB.Cluster => describeCluster(cluster, ctx, clusters.endpoints(ctx, cluster), showShards);

/** Its shards with another number of replicas: the newest go. @throws NoOperationFault, NodeQuotaForClusterExceededFault */
function resized(cluster: ClusterRecord, replicas: number | undefined, ctx: Context): readonly ShardRecord[] {
  if (replicas === undefined) return cluster.shards;
  if (replicas < 0) throw invalidParameterValue("The number of replicas must not be negative.");
  checkReplicas(replicas);
  if (cluster.shards.every(({ nodes }) => nodes.length === replicas + 1))
    throw noOperation(`The shards of cluster ${cluster.name} have ${replicas} replicas already.`);
  return cluster.shards.map((shard) => {
    const others = shard.nodes.filter(({ name }) => name !== shard.primary).slice(0, replicas);
    const nodes = shard.nodes.filter((node) => node.name === shard.primary || others.includes(node));
    for (let number = 1; nodes.length < replicas + 1; number++)
      if (!nodes.some(({ name }) => name === nodeName(cluster.name, shard.name, number)))
        nodes.push(newNode(cluster.name, shard.name, number, ctx));
    return { ...shard, nodes };
  });
}

/** What Squall's clusters do not have is refused by name. */
function checkServed(input: MemoryDB.CreateClusterRequest): void {
  if (input.SnapshotArns !== undefined)
    throw invalidParameterValue("Squall does not make clusters of snapshots in S3.");
  if (input.DataTiering) throw invalidParameterCombination("Squall does not serve data tiering.");
  if (input.NetworkType !== undefined && input.NetworkType !== "ipv4")
    throw invalidParameterValue("Squall's clusters are reached by IPv4.");
}
