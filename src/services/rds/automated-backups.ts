import { threeZonesOf } from "../../aws/regions.ts";
import { subnetGroups } from "../../aws/subnet-groups.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as RDS from "../../models/generated/rds.ts";
import { backupArn, restoreWindow } from "./automated-backup.ts";
import { clusterArn, clusterRecords, type DbClusterRecord } from "./db-cluster.ts";
import { type DbInstanceRecord, instanceArn, instanceRecords } from "./db-instance.ts";
import { pageBy, passes } from "./describing.ts";
import { engineOf } from "./engine.ts";
import { backupNotFound, clusterBackupNotFound } from "./errors.ts";

/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBInstanceAutomatedBackups.html and its neighbour */
export const automatedBackups: Handlers<RDS.Operations> = {
  DescribeDBInstanceAutomatedBackups(input, ctx) {
    const { DBInstanceIdentifier: id, DbiResourceId: resourceId, DBInstanceAutomatedBackupsArn: arn } = input;
    const all = [...ctx.store.collection(instanceRecords).values()].filter(
      (one) => one.clusterId === undefined && isBackedUp(one),
    );
    const named = all.filter(
      (one) =>
        (id === undefined || one.id === id.toLowerCase()) &&
        (resourceId === undefined || one.resourceId === resourceId) &&
        (arn === undefined || backupArn(one, ctx) === arn),
    );
    const name = id ?? resourceId ?? arn;
    if (named.length === 0 && name !== undefined) throw backupNotFound(name);
    const isMeant = passes<DbInstanceRecord>(input.Filters, {
      status: () => ["active"],
      "db-instance-id": (one) => [one.id, instanceArn(one.id, ctx)],
      "dbi-resource-id": (one) => [one.resourceId],
    });
    const { items, Marker } = pageBy(named.filter(isMeant), (one) => one.id, input, [ctx.operation, name]);
    return { DBInstanceAutomatedBackups: items.map((one) => describe(one, ctx)), Marker };
  },

  DescribeDBClusterAutomatedBackups(input, ctx) {
    const { DBClusterIdentifier: id, DbClusterResourceId: resourceId } = input;
    const named = [...ctx.store.collection(clusterRecords).values()].filter(
      (one) =>
        isBackedUp(one) &&
        (id === undefined || one.id === id.toLowerCase()) &&
        (resourceId === undefined || one.resourceId === resourceId),
    );
    const name = id ?? resourceId;
    if (named.length === 0 && name !== undefined) throw clusterBackupNotFound(name);
    const isMeant = passes<DbClusterRecord>(input.Filters, {
      status: () => ["active"],
      "db-cluster-id": (one) => [one.id, clusterArn(one.id, ctx)],
      "db-cluster-resource-id": (one) => [one.resourceId],
    });
    const { items, Marker } = pageBy(named.filter(isMeant), (one) => one.id, input, [ctx.operation, name]);
    return { DBClusterAutomatedBackups: items.map((one) => describeOfCluster(one, ctx)), Marker };
  },
};

const isBackedUp = ({ backupDays, state }: DbInstanceRecord | DbClusterRecord): boolean =>
  backupDays > 0 && state !== "creating" && state !== "deleting";

const common = (of: DbInstanceRecord | DbClusterRecord, ctx: Context) => ({
  Region: ctx.region,
  RestoreWindow: restoreWindow(of, ctx.clock.now()),
  Status: "active",
  Port: of.port,
  ...vpcOf(of, ctx),
  MasterUsername: of.masterUsername,
  Engine: of.engine,
  EngineVersion: of.engineVersion,
  LicenseModel: engineOf(of.engine).license,
  IAMDatabaseAuthenticationEnabled: false,
  BackupRetentionPeriod: of.backupDays,
  PreferredBackupWindow: "03:00-03:30",
});

function vpcOf({ subnetGroup }: DbInstanceRecord | DbClusterRecord, { store }: Context) {
  const group = store.collection(subnetGroups).get([subnetGroup ?? ""]);
  return group && { VpcId: group.vpcId };
}

const describe = (instance: DbInstanceRecord, ctx: Context): RDS.DBInstanceAutomatedBackup => ({
  ...common(instance, ctx),
  DBInstanceArn: instanceArn(instance.id, ctx),
  DbiResourceId: instance.resourceId,
  DBInstanceIdentifier: instance.id,
  AllocatedStorage: instance.storageGiB,
  AvailabilityZone: instance.zone,
  InstanceCreateTime: new Date(instance.createdMs),
  Encrypted: false,
  StorageType: instance.storageType,
  DBInstanceAutomatedBackupsArn: backupArn(instance, ctx),
  BackupTarget: "region",
});

const describeOfCluster = (cluster: DbClusterRecord, ctx: Context): RDS.DBClusterAutomatedBackup => ({
  ...common(cluster, ctx),
  DBClusterArn: clusterArn(cluster.id, ctx),
  DbClusterResourceId: cluster.resourceId,
  DBClusterIdentifier: cluster.id,
  ClusterCreateTime: new Date(cluster.createdMs),
  StorageEncrypted: false,
  AllocatedStorage: 1,
  EngineMode: "provisioned",
  AvailabilityZones: [...threeZonesOf(ctx.region)],
  DBClusterAutomatedBackupsArn: backupArn(cluster, ctx),
});
