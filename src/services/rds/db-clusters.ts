import type { Context, Handlers } from "../../core/service.ts";
import type * as RDS from "../../models/generated/rds.ts";
import {
  clusterArn,
  clusterRecords,
  type DbClusterRecord,
  describeCluster,
  findCluster,
  membersOf,
} from "./db-cluster.ts";
import { findInstance, instanceRecords } from "./db-instance.ts";
import { newClusterSnapshot } from "./db-snapshots.ts";
import { pageBy, passes } from "./describing.ts";
import { clusterEngineOf, engineOf, finalSnapshotOf, versionOf } from "./engine.ts";
import { clusterExists, clusterState, invalidParameterCombination, invalidParameterValue } from "./errors.ts";
import { markMembers } from "./group-changes.ts";
import { checkName, newPassword, resourceId } from "./ids.ts";
import { checkLeaving, joinedBy } from "./joining.ts";
import { checkLimits } from "./limits.ts";
import { checkPassword, forgetSecret, masterUser } from "./master-user.ts";
import { groupNameFor, ofClusters } from "./parameter-group.ts";
import { groupFor, keepGroup } from "./placement.ts";
import type { Databases } from "./running/databases.ts";
import type { Snapshots } from "./running/snapshots.ts";
import { scalingOf } from "./serverless.ts";
import { tagging } from "./tags.ts";

/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html and its neighbours */
export const dbClusters = (databases: Databases, snapshots: Snapshots): Handlers<RDS.Operations> => ({
  async CreateDBCluster(input, ctx) {
    const id = checkName(input.DBClusterIdentifier, "DBClusterIdentifier");
    if (ctx.store.collection(clusterRecords).get([id])) throw clusterExists();
    const engine = clusterEngineOf(input.Engine);
    checkLimits(input, engine);
    const scaling = scalingOf(input.ServerlessV2ScalingConfiguration);
    const engineVersion = versionOf(engine, input.EngineVersion);
    const tags = tagging.read(input.Tags);
    const joined = joinedBy(input, engine, ctx);
    const parameterGroup = groupNameFor(
      ofClusters,
      input.DBClusterParameterGroupName,
      engine,
      joined?.engineVersion ?? engineVersion,
      ctx.store,
    );
    const subnetGroup = await groupFor(input.DBSubnetGroupName, ctx);
    const user =
      joined?.source !== undefined
        ? undefined
        : await masterUser(input, engine, { prefix: "cluster", arn: clusterArn(id, ctx) }, ctx);
    return ctx.store.transaction(() => {
      if (ctx.store.collection(clusterRecords).get([id])) throw clusterExists();
      keepGroup(subnetGroup, ctx);
      const record: DbClusterRecord = {
        id,
        resourceId: resourceId("cluster", ctx.random),
        state: "creating",
        turn: 0,
        engine: input.Engine,
        engineVersion,
        // One that follows another has that one's.
        masterUsername: "",
        masterPassword: "",
        ...user,
        adminPassword: newPassword(ctx.random),
        ...joined,
        ...(input.DatabaseName !== undefined && { database: input.DatabaseName }),
        port: input.Port ?? engine.port,
        isProtected: input.DeletionProtection ?? false,
        hasHttpEndpoint: input.EnableHttpEndpoint ?? false,
        ...(scaling && { scaling }),
        backupDays: input.BackupRetentionPeriod ?? 1,
        parameterGroup,
        groupIds: input.VpcSecurityGroupIds ?? [],
        subnetGroup: subnetGroup.name,
        createdMs: ctx.clock.now(),
        tags,
      };
      return { DBCluster: describe(databases.goCluster(ctx, record, "creating"), ctx, databases) };
    });
  },

  DescribeDBClusters(input, ctx) {
    const { DBClusterIdentifier: id, Filters } = input;
    const named =
      id === undefined ? [...ctx.store.collection(clusterRecords).values()] : [findCluster(id, ctx)];
    const isMeant = passes<DbClusterRecord>(Filters, {
      "db-cluster-id": (one) => [one.id, clusterArn(one.id, ctx)],
      "db-cluster-resource-id": (one) => [one.resourceId],
      engine: ({ engine }) => [engine],
    });
    const { items, Marker } = pageBy(named.filter(isMeant), (one) => one.id, input, [ctx.operation, id]);
    return { DBClusters: items.map((cluster) => describe(cluster, ctx, databases)), Marker };
  },

  async ModifyDBCluster(input, ctx) {
    const cluster = available(input.DBClusterIdentifier, ctx);
    checkLimits(input, engineOf(cluster.engine));
    // It is for Aurora Serverless v1: AWS leaves all others as they are, without a word.
    if (input.EnableHttpEndpoint !== undefined)
      ctx.log.warn(
        `ModifyDBCluster leaves the HTTP endpoint of ${cluster.id} as it is: EnableHttpEndpoint and DisableHttpEndpoint change it.`,
      );
    const scaling = scalingOf(input.ServerlessV2ScalingConfiguration, cluster.scaling);
    const { MasterUserPassword: password, DBClusterParameterGroupName: group } = input;
    const parameterGroup =
      group === undefined
        ? cluster.parameterGroup
        : groupNameFor(ofClusters, group, engineOf(cluster.engine), cluster.engineVersion, ctx.store);
    if (password !== undefined) {
      checkPassword(password);
      if (cluster.source !== undefined)
        throw clusterState(
          "Cannot modify the master user password of a secondary cluster: it is that of the primary cluster.",
        );
      if (cluster.secretArn !== undefined)
        throw invalidParameterCombination(
          "You can't modify the master user password because it's managed by RDS in Secrets Manager.",
        );
      if (cluster.writer !== undefined)
        await databases.setPassword(ctx, findInstance(cluster.writer, ctx), password);
    }
    return ctx.store.transaction(() => {
      const current = findCluster(cluster.id, ctx);
      const changed: DbClusterRecord = {
        ...current,
        ...(password !== undefined && { masterPassword: password }),
        ...(scaling && { scaling }),
        isProtected: input.DeletionProtection ?? current.isProtected,
        backupDays: input.BackupRetentionPeriod ?? current.backupDays,
        groupIds: input.VpcSecurityGroupIds ?? current.groupIds,
        parameterGroup,
      };
      ctx.store.collection(clusterRecords).put([changed.id], changed);
      if (parameterGroup !== current.parameterGroup) markMembers(changed.id, ctx.store);
      if (password !== undefined)
        for (const member of membersOf(changed.id, ctx.store))
          ctx.store.collection(instanceRecords).put([member.id], { ...member, masterPassword: password });
      return { DBCluster: describe(changed, ctx, databases) };
    });
  },

  async DeleteDBCluster(input, ctx) {
    const cluster = findCluster(input.DBClusterIdentifier, ctx);
    if (cluster.isProtected)
      throw invalidParameterCombination(
        "Cannot delete protected Cluster, please disable deletion protection and try again.",
      );
    checkLeaving(cluster, ctx);
    if (membersOf(cluster.id, ctx.store).length > 0)
      throw clusterState("Cluster cannot be deleted, it still contains DB instances in non-deleting state.");
    const last = finalSnapshotOf(input);
    const snapshot = last === undefined ? undefined : newClusterSnapshot(last, cluster, undefined, ctx);
    await forgetSecret(cluster.secretArn, ctx);
    return ctx.store.transaction(() => {
      if (snapshot) snapshots.take("cluster", ctx, snapshot);
      const gone = databases.goCluster(ctx, findCluster(cluster.id, ctx), "deleting");
      return { DBCluster: describe(gone, ctx, databases) };
    });
  },

  FailoverDBCluster({ DBClusterIdentifier, TargetDBInstanceIdentifier }, ctx) {
    const cluster = available(DBClusterIdentifier, ctx);
    if (cluster.source !== undefined)
      throw clusterState(`DB cluster ${cluster.id} is a secondary cluster: it has no writer to fail over.`);
    const readers = membersOf(cluster.id, ctx.store).filter(
      ({ id, state }) => id !== cluster.writer && state === "available",
    );
    const target = TargetDBInstanceIdentifier?.toLowerCase();
    if (target !== undefined && !readers.some(({ id }) => id === target))
      throw invalidParameterValue(
        `${TargetDBInstanceIdentifier} is not a reader of ${cluster.id} that is available.`,
      );
    if (readers.length === 0)
      throw clusterState(`DB cluster ${cluster.id} has no reader that is available to fail over to.`);
    return { DBCluster: describe(databases.goCluster(ctx, cluster, "failing-over", target), ctx, databases) };
  },
});

const describe = (cluster: DbClusterRecord, ctx: Context, databases: Databases): RDS.DBCluster =>
  describeCluster(cluster, ctx, ctx.store, databases.clusterEndpoints(ctx, cluster), ctx.clock.now());

/** @throws InvalidDBClusterStateFault */
function available(id: string, ctx: Context): DbClusterRecord {
  const cluster = findCluster(id, ctx);
  if (cluster.state !== "available") throw clusterState(`Cluster ${cluster.id} is not in available state.`);
  return cluster;
}
