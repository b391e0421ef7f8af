import type { SubnetGroupRecord } from "../../aws/subnet-groups.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as RDS from "../../models/generated/rds.ts";
import { clusterOf, clusterRecords, findCluster, membersOf } from "./db-cluster.ts";
import { type DbInstanceRecord, findInstance, instanceArn, instanceRecords } from "./db-instance.ts";
import { newSnapshot, SNAPPABLE } from "./db-snapshots.ts";
import { describeHere } from "./described-instance.ts";
import { pageBy, passes } from "./describing.ts";
import { engineOf, finalSnapshotOf, versionOf } from "./engine.ts";
import { instanceExists, instanceState, invalidParameterCombination, networkState } from "./errors.ts";
import { checkName, newPassword, resourceId } from "./ids.ts";
import { checkLimits } from "./limits.ts";
import { checkPassword, forgetSecret, type MasterUser, masterUser } from "./master-user.ts";
import { groupNameFor, ofInstances } from "./parameter-group.ts";
import { checkZone, groupFor, groups, keepGroup, zoneIn, zonesIn } from "./placement.ts";
import { checkBackups, replicasBySource, replicasOf } from "./read-replica.ts";
import type { Databases } from "./running/databases.ts";
import { checkMachine } from "./running/programs.ts";
import type { Snapshots } from "./running/snapshots.ts";
import { checkServerless } from "./serverless.ts";
import { tagging } from "./tags.ts";

/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html and its neighbours */
export const dbInstances = (databases: Databases, snapshots: Snapshots): Handlers<RDS.Operations> => ({
  async CreateDBInstance(input, ctx) {
    const id = checkName(input.DBInstanceIdentifier, "DBInstanceIdentifier");
    if (ctx.store.collection(instanceRecords).get([id])) throw instanceExists();
    const engine = engineOf(input.Engine);
    const cluster =
      input.DBClusterIdentifier === undefined ? undefined : findCluster(input.DBClusterIdentifier, ctx);
    if ((cluster !== undefined) !== engine.isAurora)
      throw invalidParameterCombination(
        "A DB instance of Aurora is one of a cluster, and one of another engine is not: say which with DBClusterIdentifier.",
      );
    if (cluster && cluster.engine !== engine.name)
      throw invalidParameterCombination(
        `The engine name requested for your DB instance (${engine.name}) doesn't match the engine name of your DB cluster (${cluster.engine}).`,
      );
    if (cluster && input.MasterUserPassword !== undefined)
      throw invalidParameterCombination(
        "The requested DB Instance will be a member of a DB Cluster. Set master user password for the DB Cluster.",
      );
    checkLimits({ ...input, ...(cluster && { EngineVersion: cluster.engineVersion }) }, engine);
    checkServerless(input.DBInstanceClass, cluster);
    checkMachine(engine);
    const engineVersion = cluster?.engineVersion ?? versionOf(engine, input.EngineVersion);
    const parameterGroup = groupNameFor(
      ofInstances,
      input.DBParameterGroupName,
      engine,
      engineVersion,
      ctx.store,
    );
    const tags = tagging.read(input.Tags);
    const subnetGroup = await groupFor(input.DBSubnetGroupName ?? cluster?.subnetGroup, ctx);
    if (cluster?.subnetGroup !== undefined && cluster.subnetGroup !== subnetGroup.name)
      throw invalidParameterCombination(
        `The DB subnet group of your DB instance (${subnetGroup.name}) doesn't match that of your DB cluster (${cluster.subnetGroup}).`,
      );
    checkZone(input.AvailabilityZone, subnetGroup);
    const user: MasterUser & { adminPassword: string } = cluster ?? {
      ...(await masterUser(input, engine, { prefix: "db", arn: instanceArn(id, ctx) }, ctx)),
      adminPassword: newPassword(ctx.random),
    };
    return ctx.store.transaction(() => {
      if (ctx.store.collection(instanceRecords).get([id])) throw instanceExists();
      keepGroup(subnetGroup, ctx);
      const siblings = cluster ? membersOf(cluster.id, ctx.store) : [];
      const zones = zonesIn(subnetGroup.name, ctx.region, ctx.store);
      const database = cluster?.database ?? input.DBName;
      const record: DbInstanceRecord = {
        id,
        resourceId: resourceId("db", ctx.random),
        state: "creating",
        turn: 0,
        engine: input.Engine,
        engineVersion,
        instanceClass: input.DBInstanceClass,
        ...(cluster && { clusterId: cluster.id }),
        masterUsername: user.masterUsername,
        masterPassword: user.masterPassword,
        adminPassword: user.adminPassword,
        ...(!cluster && user.secretArn !== undefined && { secretArn: user.secretArn }),
        ...(database !== undefined && { database }),
        port: cluster?.port ?? input.Port ?? engine.port,
        storageGiB: cluster ? 1 : (input.AllocatedStorage ?? 20),
        storageType: cluster ? "aurora" : (input.StorageType ?? "gp2"),
        zone: input.AvailabilityZone ?? zones[siblings.length % zones.length] ?? `${ctx.region}a`,
        isMultiZone: input.MultiAZ ?? false,
        isPublic: input.PubliclyAccessible ?? false,
        isProtected: input.DeletionProtection ?? false,
        backupDays: input.BackupRetentionPeriod ?? 1,
        promotionTier: input.PromotionTier ?? 1,
        parameterGroup,
        isRebootPending: false,
        groupIds: input.VpcSecurityGroupIds ?? [],
        subnetGroup: subnetGroup.name,
        createdMs: ctx.clock.now(),
        tags,
      };
      // The first instance of a cluster is written to, unless all of them follow another Region's.
      const current = cluster && ctx.store.collection(clusterRecords).get([cluster.id]);
      if (current && current.writer === undefined && current.source === undefined)
        ctx.store.collection(clusterRecords).put([current.id], { ...current, writer: id });
      return { DBInstance: describeHere(databases.go(ctx, record, "creating"), ctx, databases) };
    });
  },

  DescribeDBInstances(input, ctx) {
    const { DBInstanceIdentifier: id, Filters } = input;
    const named =
      id === undefined ? [...ctx.store.collection(instanceRecords).values()] : [findInstance(id, ctx)];
    const { items, Marker } = pageBy(named.filter(passes(Filters, FILTERS(ctx))), (one) => one.id, input, [
      ctx.operation,
      id,
    ]);
    const replicas = replicasBySource(ctx.host, ctx.account);
    return {
      DBInstances: items.map((instance) =>
        describeHere(instance, ctx, databases, replicas.get(instanceArn(instance.id, ctx)) ?? []),
      ),
      Marker,
    };
  },

  async ModifyDBInstance(input, ctx) {
    const { MasterUserPassword: password } = input;
    const instance = inState(input.DBInstanceIdentifier, password === undefined ? "modify" : "password", ctx);
    checkLimits(input, engineOf(instance.engine));
    checkBackups(instance.id, input.BackupRetentionPeriod, ctx, ctx.host);
    const ofCluster = clusterOf(instance, ctx.store)?.backupDays;
    if (ofCluster !== undefined && (input.BackupRetentionPeriod ?? ofCluster) !== ofCluster)
      throw invalidParameterCombination(
        "The specified DB Instance is a member of a cluster and its backup retention should not be modified directly. Instead, modify the backup retention of the cluster using the ModifyDbCluster API",
      );
    if (password !== undefined) {
      checkPassword(password);
      // The text is inferred.
      if (instance.source !== undefined)
        throw invalidParameterCombination(
          "You can't modify the master user password of a read replica: it is that of its source.",
        );
      if (instance.secretArn !== undefined)
        throw invalidParameterCombination(
          "You can't modify the master user password because it's managed by RDS in Secrets Manager.",
        );
      if (instance.clusterId !== undefined)
        throw invalidParameterCombination(
          "The specified DB Instance is a member of a cluster. Modify the master user password for the DB Cluster using the ModifyDbCluster API",
        );
      await databases.setPassword(ctx, instance, password);
    }
    const subnetGroup = movedTo(input.DBSubnetGroupName, instance, ctx);
    const group =
      input.DBParameterGroupName === undefined
        ? undefined
        : groupNameFor(
            ofInstances,
            input.DBParameterGroupName,
            engineOf(instance.engine),
            instance.engineVersion,
            ctx.store,
          );
    return ctx.store.transaction(() => {
      const current = findInstance(instance.id, ctx);
      const changed: DbInstanceRecord = {
        ...current,
        ...(password !== undefined && { masterPassword: password }),
        ...(group !== undefined &&
          group !== current.parameterGroup && { parameterGroup: group, isRebootPending: true }),
        ...(subnetGroup && { subnetGroup: subnetGroup.name, zone: zoneIn(subnetGroup, current.zone) }),
        instanceClass: input.DBInstanceClass ?? current.instanceClass,
        storageGiB: input.AllocatedStorage ?? current.storageGiB,
        isMultiZone: input.MultiAZ ?? current.isMultiZone,
        isProtected: input.DeletionProtection ?? current.isProtected,
        isPublic: input.PubliclyAccessible ?? current.isPublic,
        backupDays: input.BackupRetentionPeriod ?? current.backupDays,
        promotionTier: input.PromotionTier ?? current.promotionTier,
        groupIds: input.VpcSecurityGroupIds ?? current.groupIds,
      };
      ctx.store.collection(instanceRecords).put([changed.id], changed);
      return { DBInstance: describeHere(changed, ctx, databases) };
    });
  },

  async DeleteDBInstance(input, ctx) {
    const instance = findInstance(input.DBInstanceIdentifier, ctx);
    if (instance.state === "deleting")
      throw instanceState(`Instance ${instance.id} is already being deleted.`);
    if (instance.isProtected)
      throw invalidParameterCombination(
        "Cannot delete protected DB Instance, please disable deletion protection and try again.",
      );
    // The text is inferred.
    if (instance.source !== undefined && input.FinalDBSnapshotIdentifier !== undefined)
      throw invalidParameterCombination(
        "FinalDBSnapshotIdentifier can not be specified when a read replica is deleted.",
      );
    const hasLast = instance.clusterId === undefined && instance.source === undefined;
    const last = hasLast ? finalSnapshotOf(input) : undefined;
    if (last !== undefined && !SNAPPABLE.includes(instance.state))
      throw instanceState(
        `Cannot create a snapshot because the database instance ${instance.id} is not currently in the available state.`,
      );
    const snapshot = last === undefined ? undefined : newSnapshot(last, instance, undefined, ctx);
    await forgetSecret(instance.secretArn, ctx);
    return ctx.store.transaction(() => {
      if (snapshot) snapshots.take("instance", ctx, snapshot);
      for (const arn of replicasOf(instance.id, ctx, ctx.host)) databases.leave(arn, ctx);
      const gone = databases.go(ctx, findInstance(instance.id, ctx), "deleting");
      return { DBInstance: describeHere(gone, ctx, databases) };
    });
  },

  RebootDBInstance({ DBInstanceIdentifier, ForceFailover }, ctx) {
    const instance = inState(DBInstanceIdentifier, "reboot", ctx);
    if (ForceFailover && !instance.isMultiZone)
      throw invalidParameterCombination(
        "Cannot force failover since the instance is not configured for Multi-AZ.",
      );
    // The standby of a Multi-AZ instance is in another zone.
    const zones = zonesIn(instance.subnetGroup, ctx.region, ctx.store);
    const zone = ForceFailover
      ? (zones.find((one) => one !== instance.zone) ?? instance.zone)
      : instance.zone;
    return {
      DBInstance: describeHere(databases.go(ctx, { ...instance, zone }, "rebooting"), ctx, databases),
    };
  },

  StopDBInstance({ DBInstanceIdentifier }, ctx) {
    const instance = inState(DBInstanceIdentifier, "stop", ctx);
    if (instance.clusterId !== undefined)
      throw instanceState(`Instance ${instance.id} is a member of a cluster, which cannot be stopped here.`);
    // The texts are inferred.
    if (instance.source !== undefined)
      throw instanceState(`Instance ${instance.id} is a read replica and cannot be stopped.`);
    if (replicasOf(instance.id, ctx, ctx.host).length > 0)
      throw instanceState(`Instance ${instance.id} has read replicas and cannot be stopped.`);
    return { DBInstance: describeHere(databases.go(ctx, instance, "stopping"), ctx, databases) };
  },

  StartDBInstance({ DBInstanceIdentifier }, ctx) {
    const instance = findInstance(DBInstanceIdentifier, ctx);
    if (instance.state !== "stopped")
      throw instanceState(`Instance ${instance.id} is not stopped and cannot be started.`);
    return { DBInstance: describeHere(databases.go(ctx, instance, "starting"), ctx, databases) };
  },
});

/**
 * In which states an instance can be what: one that has failed can at least be changed so that it can be deleted.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html#Overview.DBInstance.Status
 */
const STATES = {
  modify: ["available", "stopped", "incompatible-parameters", "failed"],
  /** It is changed in the database itself. */
  password: ["available"],
  reboot: ["available", "incompatible-parameters"],
  stop: ["available"],
} as const satisfies Record<string, readonly string[]>;

/** @throws InvalidDBInstanceState */
function inState(id: string, operation: keyof typeof STATES, ctx: Context): DbInstanceRecord {
  const instance = findInstance(id, ctx);
  const states: readonly string[] = STATES[operation];
  if (!states.includes(instance.state))
    throw instanceState(`Instance ${instance.id} is not in available state.`);
  return instance;
}

/**
 * The subnet group that an instance moves to; undefined for one that stays.
 * @throws DBSubnetGroupNotFoundFault, InvalidVPCNetworkStateFault within a VPC
 */
function movedTo(
  name: string | undefined,
  { id, subnetGroup }: DbInstanceRecord,
  ctx: Context,
): SubnetGroupRecord | undefined {
  const group = name === undefined ? undefined : groups.find(name, ctx);
  if (!group || subnetGroup === undefined || group.name === subnetGroup) return undefined;
  if (group.vpcId === groups.find(subnetGroup, ctx).vpcId)
    throw networkState(
      `You cannot move DB instance ${id} to subnet group ${group.name}. The specified DB subnet group and DB instance are in the same VPC. Choose a DB subnet group in different VPC than the specified DB instance and try again.`,
    );
  return group;
}

const FILTERS = (
  ctx: Context,
): Readonly<Record<string, (record: DbInstanceRecord) => readonly (string | undefined)[]>> => ({
  "db-cluster-id": ({ clusterId }) => [clusterId],
  "db-instance-id": ({ id }) => [id, instanceArn(id, ctx)],
  "dbi-resource-id": (record) => [record.resourceId],
  engine: ({ engine }) => [engine],
});
