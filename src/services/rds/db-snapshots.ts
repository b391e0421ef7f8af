import type { Context, Handlers } from "../../core/service.ts";
import type * as RDS from "../../models/generated/rds.ts";
import { clusterArn, clusterRecords, type DbClusterRecord, findCluster } from "./db-cluster.ts";
import { type DbInstanceRecord, findInstance, instanceArn, instanceRecords } from "./db-instance.ts";
import { pageBy, passes } from "./describing.ts";
import { engineOf } from "./engine.ts";
import {
  clusterExists,
  clusterSnapshotExists,
  clusterSnapshotState,
  clusterState,
  instanceExists,
  instanceState,
  invalidParameterCombination,
  snapshotExists,
  snapshotState,
} from "./errors.ts";
import { checkName, resourceId } from "./ids.ts";
import { restoreCluster, restoreInstance } from "./restored.ts";
import type { Databases } from "./running/databases.ts";
import { checkMachine } from "./running/programs.ts";
import type { Snapshots } from "./running/snapshots.ts";
import {
  type ClusterSnapshotRecord,
  clusterSnapshotRecords,
  type DbSnapshotRecord,
  describeClusterSnapshot,
  describeSnapshot,
  findClusterSnapshot,
  findSnapshot,
  snapshotRecords,
} from "./snapshot.ts";
import { tagging } from "./tags.ts";

const LONGEST_NAME = 255;
/** What can have a snapshot taken of it. */
export const SNAPPABLE: readonly string[] = ["available", "stopped"];

/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBSnapshot.html and its neighbours */
export const dbSnapshots = (snapshots: Snapshots, databases: Databases): Handlers<RDS.Operations> => ({
  CreateDBSnapshot(input, ctx) {
    const instance = findInstance(input.DBInstanceIdentifier, ctx);
    if (!SNAPPABLE.includes(instance.state))
      throw instanceState(
        `Cannot create a snapshot because the database instance ${instance.id} is not currently in the available state.`,
      );
    if (instance.clusterId !== undefined)
      throw instanceState(
        `The specified instance is a member of a cluster. Create a snapshot of the cluster ${instance.clusterId} instead.`,
      );
    const snapshot = newSnapshot(input.DBSnapshotIdentifier, instance, input.Tags, ctx);
    return { DBSnapshot: describeSnapshot(snapshots.take("instance", ctx, snapshot), ctx) };
  },

  DescribeDBSnapshots(input, ctx) {
    const { DBSnapshotIdentifier: id, DBInstanceIdentifier: of, SnapshotType: type } = input;
    const named =
      id === undefined ? [...ctx.store.collection(snapshotRecords).values()] : [findSnapshot(id, ctx)];
    const isMeant = passes<DbSnapshotRecord>(input.Filters, {
      "db-instance-id": (one) => [one.of.id, instanceArn(one.of.id, ctx)],
      "db-snapshot-id": (one) => [one.id],
      "dbi-resource-id": (one) => [one.of.resourceId],
      "snapshot-type": () => ["manual"],
      engine: (one) => [one.of.engine],
    });
    const wanted = named.filter(
      (one) =>
        isMeant(one) &&
        (of === undefined || one.of.id === of.toLowerCase()) &&
        (type === undefined || type === "manual"),
    );
    const { items, Marker } = pageBy(wanted, (one) => one.id, input, [ctx.operation, id, of, type]);
    return { DBSnapshots: items.map((one) => describeSnapshot(one, ctx)), Marker };
  },

  DeleteDBSnapshot({ DBSnapshotIdentifier }, ctx) {
    const snapshot = findSnapshot(DBSnapshotIdentifier, ctx);
    if (snapshot.state === "creating")
      throw snapshotState(`Cannot delete the snapshot because it is not currently in the available state.`);
    snapshots.remove("instance", ctx, snapshot);
    return { DBSnapshot: { ...describeSnapshot(snapshot, ctx), Status: "deleted" } };
  },

  async RestoreDBInstanceFromDBSnapshot(input, ctx) {
    const id = checkName(input.DBInstanceIdentifier, "DBInstanceIdentifier");
    if (ctx.store.collection(instanceRecords).get([id])) throw instanceExists();
    const { of, state, resourceId: restoredFrom } = findSnapshot(input.DBSnapshotIdentifier ?? "", ctx);
    if (state !== "available")
      throw snapshotState(
        "Cannot restore from the snapshot because it is not currently in the available state.",
      );
    if (input.Engine !== undefined && input.Engine !== of.engine)
      throw invalidParameterCombination(
        `The snapshot is of the engine ${of.engine}, and not of ${input.Engine}.`,
      );
    return { DBInstance: await restoreInstance(id, of, input, { restoredFrom }, databases, ctx) };
  },

  CreateDBClusterSnapshot(input, ctx) {
    const cluster = findCluster(input.DBClusterIdentifier, ctx);
    if (cluster.state !== "available")
      throw clusterState(
        `Can't create a snapshot because the database cluster ${cluster.id} isn't currently in the available state.`,
      );
    checkMachine(engineOf(cluster.engine));
    const snapshot = newClusterSnapshot(input.DBClusterSnapshotIdentifier, cluster, input.Tags, ctx);
    return { DBClusterSnapshot: describeClusterSnapshot(snapshots.take("cluster", ctx, snapshot), ctx) };
  },

  DescribeDBClusterSnapshots(input, ctx) {
    const { DBClusterSnapshotIdentifier: id, DBClusterIdentifier: of, SnapshotType: type } = input;
    const named =
      id === undefined
        ? [...ctx.store.collection(clusterSnapshotRecords).values()]
        : [findClusterSnapshot(id, ctx)];
    const isMeant = passes<ClusterSnapshotRecord>(input.Filters, {
      "db-cluster-id": (one) => [one.of.id, clusterArn(one.of.id, ctx)],
      "db-cluster-snapshot-id": (one) => [one.id],
      "snapshot-type": () => ["manual"],
      engine: (one) => [one.of.engine],
    });
    const wanted = named.filter(
      (one) =>
        isMeant(one) &&
        (of === undefined || one.of.id === of.toLowerCase()) &&
        (type === undefined || type === "manual"),
    );
    const { items, Marker } = pageBy(wanted, (one) => one.id, input, [ctx.operation, id, of, type]);
    return { DBClusterSnapshots: items.map((one) => describeClusterSnapshot(one, ctx)), Marker };
  },

  DeleteDBClusterSnapshot({ DBClusterSnapshotIdentifier }, ctx) {
    const snapshot = findClusterSnapshot(DBClusterSnapshotIdentifier, ctx);
    if (snapshot.state === "creating")
      throw clusterSnapshotState(
        "Cannot delete the snapshot because it is not currently in the available state.",
      );
    snapshots.remove("cluster", ctx, snapshot);
    return { DBClusterSnapshot: { ...describeClusterSnapshot(snapshot, ctx), Status: "deleted" } };
  },

  /** It has no instances: the first that is made in it is written to, and holds what the snapshot does. */
  async RestoreDBClusterFromSnapshot(input, ctx) {
    const id = checkName(input.DBClusterIdentifier, "DBClusterIdentifier");
    if (ctx.store.collection(clusterRecords).get([id])) throw clusterExists();
    const { of, state, resourceId: restoredFrom } = findClusterSnapshot(input.SnapshotIdentifier, ctx);
    if (state !== "available")
      throw clusterSnapshotState(
        "Cannot restore from the snapshot because it is not currently in the available state.",
      );
    if (input.Engine !== of.engine)
      throw invalidParameterCombination(
        `The snapshot is of the engine ${of.engine}, and not of ${input.Engine}.`,
      );
    return { DBCluster: await restoreCluster(id, of, input, { restoredFrom }, databases, ctx) };
  },
});

const begun = (ctx: Context) => ({
  resourceId: resourceId("snap", ctx.random),
  state: "creating",
  turn: 0,
  createdMs: ctx.clock.now(),
});

/** @throws DBSnapshotAlreadyExists */
export function newSnapshot(
  name: string,
  of: DbInstanceRecord,
  tags: RDS.TagList | undefined,
  ctx: Context,
): DbSnapshotRecord {
  const id = checkName(name, "DBSnapshotIdentifier", LONGEST_NAME);
  if (ctx.store.collection(snapshotRecords).get([id])) throw snapshotExists(id);
  return { id, of, ...begun(ctx), tags: tagging.read(tags) };
}

/** @throws DBClusterSnapshotAlreadyExistsFault */
export function newClusterSnapshot(
  name: string,
  of: DbClusterRecord,
  tags: RDS.TagList | undefined,
  ctx: Context,
): ClusterSnapshotRecord {
  const id = checkName(name, "DBClusterSnapshotIdentifier", LONGEST_NAME);
  if (ctx.store.collection(clusterSnapshotRecords).get([id])) throw clusterSnapshotExists(id);
  return { id, of, ...begun(ctx), tags: tagging.read(tags) };
}
