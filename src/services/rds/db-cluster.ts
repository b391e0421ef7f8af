import type { Place } from "../../aws/arn-template.ts";
import type { Transition } from "../../aws/lifecycle.ts";
import { threeZonesOf } from "../../aws/regions.ts";
import { type Tags, tagList } from "../../aws/tags.ts";
import { makeArn } from "../../core/arn.ts";
import { defineCollection, type Store } from "../../core/storage.ts";
import type * as RDS from "../../models/generated/rds.ts";
import { restoreWindow } from "./automated-backup.ts";
import { type DbInstanceRecord, instanceRecords } from "./db-instance.ts";
import { clusterNotFound } from "./errors.ts";
import { bare } from "./ids.ts";
import { describeScaling, type Scaling } from "./serverless.ts";

/** A DB cluster as it is kept, by its name. */
export interface DbClusterRecord {
  readonly id: string;
  /** `cluster-ABCDEFGHIJKLMNOPQRSTUVWXYZ` */
  readonly resourceId: string;
  readonly state: string;
  readonly transition?: Transition | undefined;
  readonly turn: number;
  readonly engine: string;
  readonly engineVersion: string;
  readonly masterUsername: string;
  readonly masterPassword: string;
  readonly adminPassword: string;
  readonly secretArn?: string;
  readonly database?: string;
  readonly port: number;
  /** The member that is written to; undefined as long as there is none. */
  readonly writer?: string | undefined;
  /** The member that it is being handed over to. */
  readonly heir?: string | undefined;
  /** The global cluster that it is one of. */
  readonly globalCluster?: string | undefined;
  /** The ARN of the cluster in another Region that its instances follow: it has no writer then. */
  readonly source?: string | undefined;
  /** The folder of the snapshot that it begins with. */
  readonly restoredFrom?: string | undefined;
  /** The ARN of whom that folder is to hold: it is left there when this one is made. */
  readonly pointOf?: string | undefined;
  readonly isProtected: boolean;
  /** Does the Data API take statements for it? */
  readonly hasHttpEndpoint?: boolean;
  readonly scaling?: Scaling | undefined;
  readonly backupDays: number;
  readonly parameterGroup: string;
  readonly groupIds: readonly string[];
  readonly subnetGroup?: string;
  readonly createdMs: number;
  readonly tags: Tags;
}

export const clusterRecords = defineCollection<DbClusterRecord>({ name: "db-clusters" });

export const clusterArn = (id: string, { account, region }: Place): string =>
  makeArn("rds", region, account, `cluster:${id}`);

/** @throws DBClusterNotFoundFault */
export function findCluster(id: string, { store }: { readonly store: Store }): DbClusterRecord {
  const cluster = store.collection(clusterRecords).get([bare(id)]);
  if (!cluster) throw clusterNotFound(id);
  return cluster;
}

/** The cluster of an instance; undefined for one of its own. */
export const clusterOf = (
  { clusterId }: Pick<DbInstanceRecord, "clusterId">,
  store: Store,
): DbClusterRecord | undefined =>
  clusterId === undefined ? undefined : store.collection(clusterRecords).get([clusterId]);

/** Its instances, in the order in which they were made. */
export const membersOf = (id: string, store: Store): DbInstanceRecord[] =>
  [...store.collection(instanceRecords).values()]
    .filter(({ clusterId }) => clusterId === id)
    .sort((a, b) => a.createdMs - b.createdMs || (a.id < b.id ? -1 : 1));

/** Where its writer and its readers are found. */
export interface ClusterAddresses {
  readonly writer: { readonly address: string; readonly port: number };
  readonly reader: { readonly address: string };
}

export function describeCluster(
  cluster: DbClusterRecord,
  place: Place,
  store: Store,
  { writer, reader }: ClusterAddresses,
  nowMs: number,
): RDS.DBCluster {
  const members = membersOf(cluster.id, store);
  return {
    DBClusterIdentifier: cluster.id,
    DBClusterArn: clusterArn(cluster.id, place),
    DbClusterResourceId: cluster.resourceId,
    Status: cluster.state,
    AllocatedStorage: 1,
    AvailabilityZones: [...threeZonesOf(place.region)],
    BackupRetentionPeriod: cluster.backupDays,
    ...(cluster.state !== "creating" && restorableTimes(cluster, nowMs)),
    ...(cluster.database !== undefined && { DatabaseName: cluster.database }),
    DBClusterParameterGroup: cluster.parameterGroup,
    ...(cluster.subnetGroup !== undefined && { DBSubnetGroup: cluster.subnetGroup }),
    Endpoint: writer.address,
    ReaderEndpoint: reader.address,
    Port: writer.port,
    MultiAZ: new Set(members.map(({ zone }) => zone)).size > 1,
    Engine: cluster.engine,
    EngineVersion: cluster.engineVersion,
    EngineMode: "provisioned",
    MasterUsername: cluster.masterUsername,
    PreferredBackupWindow: "03:00-03:30",
    PreferredMaintenanceWindow: "sun:04:00-sun:04:30",
    ReadReplicaIdentifiers: [],
    DBClusterMembers: members.map(({ id, promotionTier, isClusterRebootPending }) => ({
      DBInstanceIdentifier: id,
      IsClusterWriter: id === cluster.writer,
      DBClusterParameterGroupStatus: isClusterRebootPending ? "pending-reboot" : "in-sync",
      PromotionTier: promotionTier,
    })),
    VpcSecurityGroups: cluster.groupIds.map((VpcSecurityGroupId) => ({
      VpcSecurityGroupId,
      Status: "active",
    })),
    HostedZoneId: "Z2R2ITUGPM61AM",
    StorageEncrypted: false,
    AssociatedRoles: [],
    IAMDatabaseAuthenticationEnabled: false,
    ClusterCreateTime: new Date(cluster.createdMs),
    CopyTagsToSnapshot: false,
    CrossAccountClone: false,
    DeletionProtection: cluster.isProtected,
    HttpEndpointEnabled: cluster.hasHttpEndpoint ?? false,
    ...(cluster.scaling && { ServerlessV2ScalingConfiguration: describeScaling(cluster.scaling) }),
    ...(cluster.globalCluster !== undefined && { GlobalClusterIdentifier: cluster.globalCluster }),
    ...(cluster.source !== undefined && { GlobalWriteForwardingStatus: "disabled" as const }),
    AutoMinorVersionUpgrade: true,
    DomainMemberships: [],
    ...(cluster.secretArn !== undefined && {
      MasterUserSecret: { SecretArn: cluster.secretArn, SecretStatus: "active" },
    }),
    TagList: tagList(cluster.tags),
  };
}

function restorableTimes(
  cluster: DbClusterRecord,
  nowMs: number,
): Pick<RDS.DBCluster, "EarliestRestorableTime" | "LatestRestorableTime"> {
  const { EarliestTime, LatestTime } = restoreWindow(cluster, nowMs);
  return { EarliestRestorableTime: EarliestTime, LatestRestorableTime: LatestTime };
}
