import type { Place } from "../../aws/arn-template.ts";
import { partsOf } from "../../core/arn.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as RDS from "../../models/generated/rds.ts";
import {
  type DbInstanceRecord,
  findInstance,
  heritable,
  instanceArn,
  instanceRecords,
} from "./db-instance.ts";
import { describeHere } from "./described-instance.ts";
import { engineOf } from "./engine.ts";
import {
  instanceExists,
  instanceNotFound,
  instanceState,
  invalidParameterCombination,
  invalidParameterValue,
} from "./errors.ts";
import { checkName, resourceId } from "./ids.ts";
import { checkLimits } from "./limits.ts";
import { groupNameFor, ofInstances } from "./parameter-group.ts";
import { checkZone, groupFor, keepGroup, zonesIn } from "./placement.ts";
import { checkBackups } from "./read-replica.ts";
import type { Databases } from "./running/databases.ts";
import { checkMachine } from "./running/programs.ts";
import { tagging } from "./tags.ts";

/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstanceReadReplica.html and its neighbour */
export const readReplicas = (databases: Databases): Handlers<RDS.Operations> => ({
  /** What it is not told it has of its source, but for the groups of another Region. It has no backups. */
  async CreateDBInstanceReadReplica(input, ctx) {
    const id = checkName(input.DBInstanceIdentifier, "DBInstanceIdentifier");
    if (ctx.store.collection(instanceRecords).get([id])) throw instanceExists();
    const { source, place } = sourceOf(input, ctx);
    const isHere = place.region === ctx.region;
    const engine = engineOf(source.engine);
    checkLimits(input, engine);
    checkMachine(engine);
    const asked = input.DBParameterGroupName ?? (isHere ? source.parameterGroup : undefined);
    const parameterGroup = groupNameFor(ofInstances, asked, engine, source.engineVersion, ctx.store);
    const tags = tagging.read(input.Tags);
    const ownGroup = isHere ? source.subnetGroup : undefined;
    const subnetGroup = await groupFor(input.DBSubnetGroupName ?? ownGroup, ctx);
    checkZone(input.AvailabilityZone, subnetGroup);
    return ctx.store.transaction(() => {
      if (ctx.store.collection(instanceRecords).get([id])) throw instanceExists();
      keepGroup(subnetGroup, ctx);
      const zones = zonesIn(subnetGroup.name, ctx.region, ctx.store);
      const record: DbInstanceRecord = {
        ...heritable(source),
        id,
        resourceId: resourceId("db", ctx.random),
        state: "creating",
        turn: 0,
        source: instanceArn(source.id, place),
        instanceClass: input.DBInstanceClass ?? source.instanceClass,
        port: input.Port ?? source.port,
        storageGiB: input.AllocatedStorage ?? source.storageGiB,
        storageType: input.StorageType ?? source.storageType,
        zone: input.AvailabilityZone ?? zones.find((zone) => zone !== source.zone) ?? source.zone,
        isMultiZone: input.MultiAZ ?? false,
        isPublic: input.PubliclyAccessible ?? false,
        isProtected: input.DeletionProtection ?? false,
        backupDays: 0,
        parameterGroup,
        isRebootPending: false,
        groupIds: input.VpcSecurityGroupIds ?? (isHere ? source.groupIds : []),
        subnetGroup: subnetGroup.name,
        createdMs: ctx.clock.now(),
        tags,
      };
      return { DBInstance: describeHere(databases.go(ctx, record, "creating"), ctx, databases) };
    });
  },

  PromoteReadReplica({ DBInstanceIdentifier, BackupRetentionPeriod = 1 }, ctx) {
    const instance = findInstance(DBInstanceIdentifier, ctx);
    checkLimits({ BackupRetentionPeriod }, engineOf(instance.engine));
    checkBackups(instance.id, BackupRetentionPeriod, ctx, ctx.host);
    if (instance.source === undefined) throw instanceState("DB Instance is not a read replica");
    if (instance.state !== "available")
      throw instanceState(`Instance ${instance.id} is not in available state.`);
    const promoted = { ...instance, backupDays: BackupRetentionPeriod };
    return { DBInstance: describeHere(databases.go(ctx, promoted, "modifying"), ctx, databases) };
  },
});

/** @throws DBInstanceNotFound, InvalidDBInstanceState … */
function sourceOf(
  {
    SourceDBInstanceIdentifier: named,
    SourceDBClusterIdentifier: cluster,
  }: RDS.CreateDBInstanceReadReplicaMessage,
  ctx: Context,
): { source: DbInstanceRecord; place: Place } {
  if (cluster !== undefined)
    throw invalidParameterCombination(
      "Squall makes read replicas of DB instances, and not of DB clusters: say which with SourceDBInstanceIdentifier.",
    );
  if (named === undefined)
    throw invalidParameterValue(
      "The parameter SourceDBInstanceIdentifier must be provided and must not be blank.",
    );
  const { account, region } = named.startsWith("arn:") ? partsOf(named) : ctx;
  if (account !== ctx.account) throw instanceNotFound(named);
  const source = findInstance(named, { store: ctx.host.store(account, region) });
  // The text is inferred.
  if (source.clusterId !== undefined)
    throw instanceState(
      `The specified instance is a member of a cluster. Add an instance to the cluster ${source.clusterId} instead.`,
    );
  if (source.state !== "available") throw instanceState(`Instance ${source.id} is not in available state.`);
  if (source.backupDays === 0)
    throw instanceState(
      "Automated backups are not enabled for this database instance. To enable automated backups, use ModifyDBInstance to set the backup retention period to a non-zero value.",
    );
  return { source, place: { account, region } };
}
