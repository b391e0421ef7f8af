import type { Context, Handlers } from "../../core/service.ts";
import type * as RDS from "../../models/generated/rds.ts";
import { backupArn, windowOf } from "./automated-backup.ts";
import { clusterArn, clusterRecords, type DbClusterRecord, findCluster } from "./db-cluster.ts";
import { type DbInstanceRecord, findInstance, instanceArn, instanceRecords } from "./db-instance.ts";
import { SNAPPABLE } from "./db-snapshots.ts";
import { engineOf } from "./engine.ts";
import {
  backupNotFound,
  clusterBackupNotFound,
  clusterExists,
  clusterState,
  instanceExists,
  instanceState,
  invalidParameterCombination,
  invalidParameterValue,
  pointInTimeNotEnabled,
} from "./errors.ts";
import { checkName, resourceId } from "./ids.ts";
import { restoreCluster, restoreInstance } from "./restored.ts";
import type { Databases } from "./running/databases.ts";
import { checkMachine } from "./running/programs.ts";

const RESTORE_TYPES: readonly string[] = ["full-copy", "copy-on-write"];

/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RestoreDBInstanceToPointInTime.html and its neighbour */
export const pointsInTime = (databases: Databases): Handlers<RDS.Operations> => ({
  async RestoreDBInstanceToPointInTime(input, ctx) {
    const id = checkName(input.TargetDBInstanceIdentifier, "TargetDBInstanceIdentifier");
    if (ctx.store.collection(instanceRecords).get([id])) throw instanceExists();
    const of = instanceOf(input, ctx);
    if (of.clusterId !== undefined)
      throw instanceState(
        `The specified instance is a member of a cluster. Restore the cluster ${of.clusterId} instead.`,
      );
    if (!SNAPPABLE.includes(of.state)) throw instanceState(`Instance ${of.id} is not in available state.`);
    if (input.Engine !== undefined && input.Engine !== of.engine)
      throw invalidParameterCombination(
        `The DB instance is of the engine ${of.engine}, and not of ${input.Engine}.`,
      );
    checkTime(of, "RestoreTime", input.RestoreTime, input.UseLatestRestorableTime, ctx);
    const origin = { restoredFrom: resourceId("snap", ctx.random), pointOf: instanceArn(of.id, ctx) };
    return { DBInstance: await restoreInstance(id, of, input, origin, databases, ctx) };
  },

  async RestoreDBClusterToPointInTime(input, ctx) {
    const id = checkName(input.DBClusterIdentifier, "DBClusterIdentifier");
    if (ctx.store.collection(clusterRecords).get([id])) throw clusterExists();
    const of = clusterOf(input, ctx);
    if (of.state !== "available") throw clusterState(`Cluster ${of.id} is not in available state.`);
    const { RestoreType: type = "full-copy" } = input;
    if (!RESTORE_TYPES.includes(type)) throw invalidParameterValue(`Invalid restore type: ${type}`);
    checkTime(of, "RestoreToTime", input.RestoreToTime, input.UseLatestRestorableTime, ctx);
    checkMachine(engineOf(of.engine));
    const origin = { restoredFrom: resourceId("snap", ctx.random), pointOf: clusterArn(of.id, ctx) };
    return { DBCluster: await restoreCluster(id, of, input, origin, databases, ctx) };
  },
});

/** @throws DBInstanceNotFound, DBInstanceAutomatedBackupNotFound, InvalidParameterCombination */
function instanceOf(input: RDS.RestoreDBInstanceToPointInTimeMessage, ctx: Context): DbInstanceRecord {
  const {
    SourceDBInstanceIdentifier: id,
    SourceDbiResourceId: resource,
    SourceDBInstanceAutomatedBackupsArn: arn,
  } = input;
  if (id !== undefined) return findInstance(id, ctx);
  const name = resource ?? arn;
  if (name === undefined)
    throw invalidParameterCombination(
      "One of SourceDBInstanceIdentifier, SourceDbiResourceId and SourceDBInstanceAutomatedBackupsArn must be specified.",
    );
  for (const one of ctx.store.collection(instanceRecords).values())
    if (one.resourceId === resource || backupArn(one, ctx) === arn) return one;
  throw backupNotFound(name);
}

/** @throws DBClusterNotFoundFault, DBClusterAutomatedBackupNotFoundFault, InvalidParameterCombination */
function clusterOf(input: RDS.RestoreDBClusterToPointInTimeMessage, ctx: Context): DbClusterRecord {
  const { SourceDBClusterIdentifier: id, SourceDbClusterResourceId: resource } = input;
  if (id !== undefined) return findCluster(id, ctx);
  if (resource === undefined)
    throw invalidParameterCombination(
      "One of SourceDBClusterIdentifier and SourceDbClusterResourceId must be specified.",
    );
  for (const one of ctx.store.collection(clusterRecords).values())
    if (one.resourceId === resource) return one;
  throw clusterBackupNotFound(resource);
}

/**
 * A database is restored as it is when it is asked for: what was written is not put away, so there is no going back to a time before
 * the latest. The texts are inferred.
 * @param parameter that the time is given as
 * @throws PointInTimeRestoreNotEnabled, InvalidParameterCombination, InvalidParameterValue
 */
function checkTime(
  of: DbInstanceRecord | DbClusterRecord,
  parameter: string,
  time: Date | undefined,
  isLatest: boolean | undefined,
  ctx: Context,
): void {
  const window = windowOf(of, ctx.clock.now());
  if (!window) throw pointInTimeNotEnabled();
  if ((time !== undefined) === (isLatest ?? false))
    throw invalidParameterCombination(
      `Specify either ${parameter} or UseLatestRestorableTime${time === undefined ? "." : ", and not both."}`,
    );
  if (time === undefined) return;
  const ms = time.getTime();
  const { earliestMs, latestMs } = window;
  if (ms < earliestMs || ms > latestMs)
    throw invalidParameterValue(
      `The specified time ${time.toISOString()} is not between the earliest restorable time ${new Date(earliestMs).toISOString()} and the latest restorable time ${new Date(latestMs).toISOString()}.`,
    );
  if (ms < latestMs)
    throw invalidParameterValue(
      `Squall restores to the latest restorable time alone, and not to ${time.toISOString()}: use UseLatestRestorableTime.`,
    );
}
