import type { Place } from "../../aws/arn-template.ts";
import type { Transition } from "../../aws/lifecycle.ts";
import { subnetGroups } from "../../aws/subnet-groups.ts";
import { type Tags, tagList } from "../../aws/tags.ts";
import { makeArn, partsOf } from "../../core/arn.ts";
import type { Store } from "../../core/storage.ts";
import { defineCollection } from "../../core/storage.ts";
import type * as RDS from "../../models/generated/rds.ts";
import { restoreWindow } from "./automated-backup.ts";
import { engineOf } from "./engine.ts";
import { instanceNotFound } from "./errors.ts";
import { bare } from "./ids.ts";
import { describeSubnetGroup } from "./subnet-group.ts";

/** A DB instance as it is kept, by its name. */
export interface DbInstanceRecord {
  readonly id: string;
  /** `db-ABCDEFGHIJKLMNOPQRSTUVWXYZ` */
  readonly resourceId: string;
  readonly state: string;
  readonly transition?: Transition | undefined;
  /** Goes up with every state: who has waited for the end of one sees whether it is still the same. */
  readonly turn: number;
  /** Why it is not what it should be. */
  readonly failure?: string | undefined;
  readonly engine: string;
  readonly engineVersion: string;
  readonly instanceClass: string;
  readonly clusterId?: string;
  /** The ARN of the instance that it is a read replica of. */
  readonly source?: string | undefined;
  /** That instance is gone, and was in another Region: nothing comes any more. */
  readonly isCutOff?: boolean;
  /** The folder of the snapshot that it begins with. */
  readonly restoredFrom?: string | undefined;
  /** The ARN of whom that folder is to hold: it is left there when this one is made. */
  readonly pointOf?: string | undefined;
  readonly masterUsername: string;
  readonly masterPassword: string;
  readonly adminPassword: string;
  readonly secretArn?: string;
  readonly database?: string;
  readonly port: number;
  readonly storageGiB: number;
  readonly storageType: string;
  readonly zone: string;
  readonly isMultiZone: boolean;
  readonly isPublic: boolean;
  readonly isProtected: boolean;
  readonly backupDays: number;
  readonly promotionTier: number;
  readonly parameterGroup: string;
  /** Settings of its parameter group have changed since it started. */
  readonly isRebootPending: boolean;
  /** The same of its cluster's parameter group. */
  readonly isClusterRebootPending?: boolean;
  readonly groupIds: readonly string[];
  readonly subnetGroup?: string;
  readonly createdMs: number;
  readonly tags: Tags;
}

export const instanceRecords = defineCollection<DbInstanceRecord>({ name: "db-instances" });

export const instanceArn = (id: string, { account, region }: Place): string =>
  makeArn("rds", region, account, `db:${id}`);

/** @throws DBInstanceNotFound */
export function findInstance(id: string, { store }: { readonly store: Store }): DbInstanceRecord {
  const instance = store.collection(instanceRecords).get([bare(id)]);
  if (!instance) throw instanceNotFound(id);
  return instance;
}

/** What another has of it that is made of it: but for where it comes from, what is wrong with it, and its secret. */
export function heritable({
  secretArn: _,
  failure: __,
  source: ___,
  isCutOff: ____,
  pointOf: _____,
  restoredFrom: ______,
  ...kept
}: DbInstanceRecord) {
  return kept;
}

/** What an instance is described with. */
export interface InstanceSurroundings {
  readonly store: Store;
  readonly nowMs: number;
  /** The ARNs of its read replicas. */
  readonly replicas: readonly string[];
  readonly endpoint: { readonly address: string; readonly port: number } | undefined;
}

export function describeInstance(
  instance: DbInstanceRecord,
  place: Place,
  { store, nowMs, replicas, endpoint }: InstanceSurroundings,
): RDS.DBInstance {
  const isBacked =
    instance.backupDays > 0 && instance.clusterId === undefined && instance.state !== "creating";
  const subnetGroup = store.collection(subnetGroups).get([instance.subnetGroup ?? ""]);
  return {
    DBInstanceIdentifier: instance.id,
    DBInstanceClass: instance.instanceClass,
    Engine: instance.engine,
    DBInstanceStatus: instance.state,
    MasterUsername: instance.masterUsername,
    ...(instance.database !== undefined && { DBName: instance.database }),
    ...(endpoint && {
      Endpoint: { Address: endpoint.address, Port: endpoint.port, HostedZoneId: "Z2R2ITUGPM61AM" },
    }),
    AllocatedStorage: instance.storageGiB,
    InstanceCreateTime: new Date(instance.createdMs),
    ...(isBacked && { LatestRestorableTime: restoreWindow(instance, nowMs).LatestTime }),
    PreferredBackupWindow: "03:00-03:30",
    BackupRetentionPeriod: instance.backupDays,
    DBSecurityGroups: [],
    VpcSecurityGroups: instance.groupIds.map((VpcSecurityGroupId) => ({
      VpcSecurityGroupId,
      Status: "active",
    })),
    DBParameterGroups: [
      {
        DBParameterGroupName: instance.parameterGroup,
        ParameterApplyStatus: instance.isRebootPending ? "pending-reboot" : "in-sync",
      },
    ],
    AvailabilityZone: instance.zone,
    ...(subnetGroup && { DBSubnetGroup: describeSubnetGroup(subnetGroup) }),
    PreferredMaintenanceWindow: "sun:04:00-sun:04:30",
    PendingModifiedValues: {},
    MultiAZ: instance.isMultiZone,
    EngineVersion: instance.engineVersion,
    AutoMinorVersionUpgrade: true,
    ReadReplicaDBInstanceIdentifiers: replicas.map((arn) => besideOf(arn, place)),
    ...(instance.source !== undefined && {
      ReadReplicaSourceDBInstanceIdentifier: besideOf(instance.source, place),
    }),
    LicenseModel: engineOf(instance.engine).license,
    OptionGroupMemberships: [],
    PubliclyAccessible: instance.isPublic,
    ...statusInfos(instance),
    StorageType: instance.storageType,
    DbInstancePort: 0,
    ...(instance.clusterId !== undefined && { DBClusterIdentifier: instance.clusterId }),
    StorageEncrypted: false,
    DbiResourceId: instance.resourceId,
    CACertificateIdentifier: "rds-ca-rsa2048-g1",
    DomainMemberships: [],
    CopyTagsToSnapshot: false,
    MonitoringInterval: 0,
    PromotionTier: instance.promotionTier,
    DBInstanceArn: instanceArn(instance.id, place),
    IAMDatabaseAuthenticationEnabled: false,
    PerformanceInsightsEnabled: false,
    DeletionProtection: instance.isProtected,
    AssociatedRoles: [],
    ...(instance.secretArn !== undefined && {
      MasterUserSecret: { SecretArn: instance.secretArn, SecretStatus: "active" },
    }),
    TagList: tagList(instance.tags),
  };
}

/** Who follows whom is told by name within a Region, else by ARN. */
const besideOf = (arn: string, { region }: Place): string =>
  partsOf(arn).region === region ? bare(arn) : arn;

/** What is wrong with it, or how it follows its source. */
function statusInfos({
  state,
  failure,
  source,
  isCutOff = false,
}: DbInstanceRecord): Pick<RDS.DBInstance, "StatusInfos"> {
  if (failure !== undefined)
    return { StatusInfos: [{ StatusType: "squall", Normal: false, Status: state, Message: failure }] };
  if (source === undefined || state === "creating") return {};
  return {
    StatusInfos: [
      {
        StatusType: "read replication",
        Normal: !isCutOff,
        Status: isCutOff ? "terminated" : "replicating",
      },
    ],
  };
}
