import type { Tags } from "../../aws/tags.ts";
import type { Context, Handlers } from "../../core/service.ts";
import { sure } from "../../core/sure.ts";
import type * as MemoryDB from "../../models/generated/memorydb.ts";
import { available, type ClusterRecord } from "./cluster.ts";
import { pageBy } from "./describing.ts";
import { invalidParameterValue, snapshotExists, snapshotState } from "./errors.ts";
import { checkName, resourceId } from "./ids.ts";
import type { Clusters } from "./running/clusters.ts";
import { findSnapshot, type SnapshotRecord, snapshotArn, snapshots } from "./snapshot.ts";
import { tagging } from "./tags.ts";

const LONGEST_NAME = 255;

/** https://docs.aws.amazon.com/memorydb/latest/APIReference/API_CreateSnapshot.html and its neighbours */
export const snapshotHandlers = (clusters: Clusters): Handlers<MemoryDB.Operations> => ({
  CreateSnapshot(input, ctx) {
    const cluster = available(input.ClusterName, ctx);
    const tags = tagging.read(input.Tags);
    return { Snapshot: describe(keepSnapshot(input.SnapshotName, cluster, tags, clusters, ctx), ctx, true) };
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
    clusters.snapshotFiles.copy(source, snapshot);
    ctx.store.collection(snapshots).put([name], snapshot);
    return { Snapshot: describe(snapshot, ctx, true) };
  },

  DescribeSnapshots(input, ctx) {
    const { SnapshotName, ClusterName, Source, ShowDetail } = input;
    const named =
      SnapshotName === undefined
        ? [...ctx.store.collection(snapshots).values()]
        : [findSnapshot(SnapshotName, ctx.store)];
    const meant = named.filter(
      ({ clusterName }) =>
        (ClusterName === undefined || clusterName === ClusterName.toLowerCase()) && Source !== "system",
    );
    const { items, ...rest } = pageBy(meant, ({ name }) => [name], input, ctx.operation);
    return { Snapshots: items.map((snapshot) => describe(snapshot, ctx, ShowDetail ?? false)), ...rest };
  },

  DeleteSnapshot({ SnapshotName }, ctx) {
    const snapshot = findSnapshot(SnapshotName, ctx.store);
    ctx.store.collection(snapshots).delete([snapshot.name]);
    clusters.snapshotFiles.drop(snapshot);
    return { Snapshot: { ...describe(snapshot, ctx, true), Status: "deleting" } };
  },
});

/** Has a snapshot of a cluster taken, behind the answer. @throws SnapshotAlreadyExistsFault, InvalidParameterValueException */
export function keepSnapshot(
  asked: string,
  cluster: ClusterRecord,
  tags: Tags,
  clusters: Clusters,
  ctx: Context,
): SnapshotRecord {
  const name = checkSnapshotName(asked, ctx);
  // Clusters have one shard at least.
  const shard = sure(cluster.shards[0]);
  const { description, nodeType, engine, engineVersion, port, parameterGroup, subnetGroup, topicArn } =
    cluster;
  const { snapshotDays, snapshotWindow, maintenanceWindow } = cluster;
  const snapshot: SnapshotRecord = {
    description,
    nodeType,
    engine,
    engineVersion,
    port,
    parameterGroup,
    subnetGroup,
    topicArn,
    snapshotDays,
    snapshotWindow,
    maintenanceWindow,
    name,
    resourceId: resourceId(ctx.random),
    clusterName: cluster.name,
    shard: { name: shard.name, slots: shard.slots, replicas: shard.nodes.length - 1 },
    state: "creating",
    createdMs: ctx.clock.now(),
    tags,
  };
  ctx.store.collection(snapshots).put([name], snapshot);
  clusters.takeSnapshot(ctx, snapshot);
  return snapshot;
}

/** @throws InvalidParameterValueException, SnapshotAlreadyExistsFault */
function checkSnapshotName(asked: string, { store }: Context): string {
  const name = checkName(asked, "SnapshotName", LONGEST_NAME);
  if (store.collection(snapshots).get([name])) throw snapshotExists();
  return name;
}

const describe = (snapshot: SnapshotRecord, ctx: Context, showDetail: boolean): MemoryDB.Snapshot => ({
  Name: snapshot.name,
  Status: snapshot.state,
  Source: "manual",
  ARN: snapshotArn(snapshot.name, ctx),
  ClusterConfiguration: {
    Name: snapshot.clusterName,
    Description: snapshot.description,
    NodeType: snapshot.nodeType,
    Engine: snapshot.engine,
    EngineVersion: snapshot.engineVersion,
    MaintenanceWindow: snapshot.maintenanceWindow,
    ...(snapshot.topicArn !== undefined && { TopicArn: snapshot.topicArn }),
    Port: snapshot.port,
    ParameterGroupName: snapshot.parameterGroup,
    ...(snapshot.subnetGroup !== undefined && { SubnetGroupName: snapshot.subnetGroup }),
    SnapshotRetentionLimit: snapshot.snapshotDays,
    SnapshotWindow: snapshot.snapshotWindow,
    NumShards: 1,
    ...(showDetail && {
      Shards: [
        {
          Name: snapshot.shard.name,
          Configuration: { Slots: snapshot.shard.slots, ReplicaCount: snapshot.shard.replicas },
          SnapshotCreationTime: new Date(snapshot.createdMs),
        },
      ],
    }),
  },
  DataTiering: "false",
});
