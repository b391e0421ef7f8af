import type { Context, Handlers } from "../../core/service.ts";
import type * as ElastiCache from "../../models/generated/elasticache.ts";
import { type CacheClusterRecord, findCluster, NODE_ID } from "./cache-cluster.ts";
import { pageBy } from "./describing.ts";
import {
  clusterState,
  groupState,
  invalidParameterCombination,
  invalidParameterValue,
  snapshotExists,
  snapshotState,
} from "./errors.ts";
import { resourceId } from "./ids.ts";
import { findGroup, NODE_GROUP_ID } from "./replication-group.ts";
import type { Caches } from "./running/caches.ts";
import { findSnapshot, type SnapshotRecord, snapshotArn, snapshots } from "./snapshot.ts";
import { tagging } from "./tags.ts";

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateSnapshot.html and its neighbours */
export const snapshotHandlers = (caches: Caches): Handlers<ElastiCache.Operations> => ({
  CreateSnapshot(input, ctx) {
    const name = checkSnapshotName(input.SnapshotName, ctx);
    const { cluster, ...of } = sourceOf(input, ctx);
    const { id, zone, createdMs, engine, engineVersion, nodeType, port, parameterGroup, subnetGroup } =
      cluster;
    const snapshot: SnapshotRecord = {
      engine,
      engineVersion,
      nodeType,
      port,
      parameterGroup,
      subnetGroup,
      snapshotDays: cluster.snapshotDays,
      snapshotWindow: cluster.snapshotWindow,
      maintenanceWindow: cluster.maintenanceWindow,
      isAutoUpgraded: cluster.isAutoUpgraded,
      topicArn: cluster.topicArn,
      zone,
      ...of,
      name,
      resourceId: resourceId(ctx.random),
      clusterId: id,
      state: "creating",
      clusterCreatedMs: createdMs,
      createdMs: ctx.clock.now(),
      tags: tagging.read(input.Tags),
    };
    ctx.store.collection(snapshots).put([name], snapshot);
    caches.takeSnapshot(ctx, snapshot);
    return { Snapshot: describe(snapshot, ctx) };
  },

  CopySnapshot(input, ctx) {
    if (input.TargetBucket) throw invalidParameterValue("Squall does not export snapshots to S3.");
    const name = checkSnapshotName(input.TargetSnapshotName, ctx);
    const source = findSnapshot(input.SourceSnapshotName, ctx.store);
    if (source.state !== "available") throw snapshotState();
    const snapshot: SnapshotRecord = {
      ...source,
      name,
      resourceId: resourceId(ctx.random),
      tags: tagging.read(input.Tags),
    };
    caches.snapshotFiles.copy(source, snapshot);
    ctx.store.collection(snapshots).put([name], snapshot);
    return { Snapshot: describe(snapshot, ctx) };
  },

  DescribeSnapshots(input, ctx) {
    const { SnapshotName, ReplicationGroupId, CacheClusterId, SnapshotSource } = input;
    const named =
      SnapshotName === undefined
        ? [...ctx.store.collection(snapshots).values()]
        : [findSnapshot(SnapshotName, ctx.store)];
    const meant = named.filter(
      ({ groupId, clusterId }) =>
        (ReplicationGroupId === undefined || groupId === ReplicationGroupId.toLowerCase()) &&
        (CacheClusterId === undefined || clusterId === CacheClusterId.toLowerCase()) &&
        SnapshotSource !== "system",
    );
    const { items, Marker } = pageBy(meant, (snapshot) => snapshot.name, input, ctx.operation);
    return { Snapshots: items.map((snapshot) => describe(snapshot, ctx)), Marker };
  },

  DeleteSnapshot({ SnapshotName }, ctx) {
    const snapshot = findSnapshot(SnapshotName, ctx.store);
    ctx.store.collection(snapshots).delete([snapshot.name]);
    caches.snapshotFiles.drop(snapshot);
    return { Snapshot: { ...describe(snapshot, ctx), SnapshotStatus: "deleting" } };
  },
});

/** @throws InvalidParameterValue, SnapshotAlreadyExistsFault */
function checkSnapshotName(name: string, { store }: Context): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,254}$/.test(name))
    throw invalidParameterValue(`The parameter SnapshotName is not a valid identifier: ${name}`);
  if (store.collection(snapshots).get([name])) throw snapshotExists(name);
  return name;
}

/** What a snapshot is taken of: a cluster by itself, one of a group's, or the one of a group that is to be taken. */
function sourceOf(
  { ReplicationGroupId, CacheClusterId }: ElastiCache.CreateSnapshotMessage,
  ctx: Context,
): { cluster: CacheClusterRecord; groupId?: string; description?: string; hasFailover: boolean } {
  if ((ReplicationGroupId === undefined) === (CacheClusterId === undefined))
    throw invalidParameterCombination("Exactly one of ReplicationGroupId and CacheClusterId must be given.");
  if (ReplicationGroupId !== undefined) {
    const group = findGroup(ReplicationGroupId, ctx);
    if (group.state !== "available")
      throw groupState(`Replication group ${group.id} is not in available state.`);
    return {
      cluster: findCluster(group.primary, ctx),
      groupId: group.id,
      description: group.description,
      hasFailover: group.hasFailover,
    };
  }
  const cluster = findCluster(CacheClusterId ?? "", ctx);
  if (cluster.state !== "available")
    throw clusterState(`Cache cluster ${cluster.id} is not in available state.`);
  return { cluster, hasFailover: false };
}

const describe = (snapshot: SnapshotRecord, ctx: Context): ElastiCache.Snapshot => ({
  SnapshotName: snapshot.name,
  ...(snapshot.groupId === undefined
    ? { CacheClusterId: snapshot.clusterId }
    : { ReplicationGroupId: snapshot.groupId, ReplicationGroupDescription: snapshot.description }),
  SnapshotStatus: snapshot.state,
  SnapshotSource: "manual",
  CacheNodeType: snapshot.nodeType,
  Engine: snapshot.engine,
  EngineVersion: snapshot.engineVersion,
  NumCacheNodes: 1,
  PreferredAvailabilityZone: snapshot.zone,
  CacheClusterCreateTime: new Date(snapshot.clusterCreatedMs),
  PreferredMaintenanceWindow: snapshot.maintenanceWindow,
  ...(snapshot.topicArn !== undefined && { TopicArn: snapshot.topicArn }),
  Port: snapshot.port,
  CacheParameterGroupName: snapshot.parameterGroup,
  ...(snapshot.subnetGroup !== undefined && { CacheSubnetGroupName: snapshot.subnetGroup }),
  AutoMinorVersionUpgrade: snapshot.isAutoUpgraded,
  SnapshotRetentionLimit: snapshot.snapshotDays,
  SnapshotWindow: snapshot.snapshotWindow,
  NumNodeGroups: 1,
  AutomaticFailover: snapshot.hasFailover ? "enabled" : "disabled",
  NodeSnapshots: [
    {
      CacheClusterId: snapshot.clusterId,
      NodeGroupId: NODE_GROUP_ID,
      CacheNodeId: NODE_ID,
      CacheNodeCreateTime: new Date(snapshot.clusterCreatedMs),
      SnapshotCreateTime: new Date(snapshot.createdMs),
    },
  ],
  ARN: snapshotArn(snapshot.name, ctx),
  DataTiering: "disabled",
});
