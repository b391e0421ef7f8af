import type { Context } from "../../core/service.ts";
import type * as RDS from "../../models/generated/rds.ts";
import { clusterRecords, type DbClusterRecord, describeCluster } from "./db-cluster.ts";
import { type DbInstanceRecord, heritable, instanceRecords } from "./db-instance.ts";
import { describeHere } from "./described-instance.ts";
import { engineOf } from "./engine.ts";
import { clusterExists, instanceExists } from "./errors.ts";
import { resourceId } from "./ids.ts";
import { checkLimits } from "./limits.ts";
import { groupNameFor, ofClusters, ofInstances } from "./parameter-group.ts";
import { checkZone, groupFor, keepGroup, zoneIn } from "./placement.ts";
import type { Databases } from "./running/databases.ts";
import { checkMachine } from "./running/programs.ts";
import { scalingOf } from "./serverless.ts";
import { tagging } from "./tags.ts";

/** What a restored database begins with. */
type Origin = Pick<DbInstanceRecord, "restoredFrom" | "pointOf">;

/** Makes an instance of what another was. @param input what it is to have otherwise */
export async function restoreInstance(
  id: string,
  of: DbInstanceRecord,
  input: Omit<RDS.RestoreDBInstanceFromDBSnapshotMessage, "DBInstanceIdentifier" | "DBSnapshotIdentifier">,
  origin: Origin,
  databases: Databases,
  ctx: Context,
): Promise<RDS.DBInstance> {
  const engine = engineOf(of.engine);
  checkLimits(input, engine);
  checkMachine(engine);
  const subnetGroup = await groupFor(input.DBSubnetGroupName, ctx);
  checkZone(input.AvailabilityZone, subnetGroup);
  return ctx.store.transaction(() => {
    if (ctx.store.collection(instanceRecords).get([id])) throw instanceExists();
    keepGroup(subnetGroup, ctx);
    const record: DbInstanceRecord = {
      ...heritable(of),
      id,
      resourceId: resourceId("db", ctx.random),
      state: "creating",
      turn: 0,
      ...origin,
      instanceClass: input.DBInstanceClass ?? of.instanceClass,
      port: input.Port ?? of.port,
      storageGiB: input.AllocatedStorage ?? of.storageGiB,
      storageType: input.StorageType ?? of.storageType,
      zone: input.AvailabilityZone ?? zoneIn(subnetGroup, of.zone),
      isMultiZone: input.MultiAZ ?? false,
      isPublic: input.PubliclyAccessible ?? of.isPublic,
      isProtected: input.DeletionProtection ?? false,
      backupDays: input.BackupRetentionPeriod ?? of.backupDays,
      parameterGroup: groupNameFor(
        ofInstances,
        input.DBParameterGroupName,
        engine,
        of.engineVersion,
        ctx.store,
      ),
      isRebootPending: false,
      groupIds: input.VpcSecurityGroupIds ?? of.groupIds,
      subnetGroup: subnetGroup.name,
      createdMs: ctx.clock.now(),
      tags: tagging.read(input.Tags),
    };
    return describeHere(databases.go(ctx, record, "creating"), ctx, databases);
  });
}

/** Makes a cluster of what another was: it has no instances, and the first that is made in it holds what that did. */
export async function restoreCluster(
  id: string,
  of: DbClusterRecord,
  input: Omit<
    RDS.RestoreDBClusterFromSnapshotMessage,
    "DBClusterIdentifier" | "SnapshotIdentifier" | "Engine"
  >,
  origin: Origin,
  databases: Databases,
  ctx: Context,
): Promise<RDS.DBCluster> {
  const engine = engineOf(of.engine);
  checkLimits(input, engine);
  const scaling = scalingOf(input.ServerlessV2ScalingConfiguration);
  const subnetGroup = await groupFor(input.DBSubnetGroupName, ctx);
  return ctx.store.transaction(() => {
    if (ctx.store.collection(clusterRecords).get([id])) throw clusterExists();
    keepGroup(subnetGroup, ctx);
    const {
      secretArn: _,
      writer: __,
      heir: ___,
      globalCluster: ____,
      source: _____,
      hasHttpEndpoint: ______,
      pointOf: _______,
      scaling: ________,
      ...kept
    } = of;
    const record: DbClusterRecord = {
      ...kept,
      ...(scaling && { scaling }),
      id,
      resourceId: resourceId("cluster", ctx.random),
      state: "creating",
      turn: 0,
      ...origin,
      port: input.Port ?? of.port,
      isProtected: input.DeletionProtection ?? false,
      backupDays: input.BackupRetentionPeriod ?? of.backupDays,
      parameterGroup: groupNameFor(
        ofClusters,
        input.DBClusterParameterGroupName,
        engine,
        of.engineVersion,
        ctx.store,
      ),
      groupIds: input.VpcSecurityGroupIds ?? of.groupIds,
      subnetGroup: subnetGroup.name,
      createdMs: ctx.clock.now(),
      tags: tagging.read(input.Tags),
    };
    const made = databases.goCluster(ctx, record, "creating");
    return describeCluster(made, ctx, ctx.store, databases.clusterEndpoints(ctx, made), ctx.clock.now());
  });
}
