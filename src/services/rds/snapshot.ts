import type { Place } from "../../aws/arn-template.ts";
import type { Transition } from "../../aws/lifecycle.ts";
import { threeZonesOf } from "../../aws/regions.ts";
import { type Tags, tagList } from "../../aws/tags.ts";
import { makeArn } from "../../core/arn.ts";
import { type Collection, defineCollection, type Store } from "../../core/storage.ts";
import type * as RDS from "../../models/generated/rds.ts";
import type { DbClusterRecord } from "./db-cluster.ts";
import type { DbInstanceRecord } from "./db-instance.ts";
import { engineOf } from "./engine.ts";
import { clusterSnapshotNotFound, snapshotNotFound } from "./errors.ts";
import { bare } from "./ids.ts";

/** A snapshot as it is kept, by its name: what it is of was so when it was taken. */
interface SnapshotOf<Of> {
  readonly id: string;
  /** `snap-ABCDEFGHIJKLMNOPQRSTUVWXYZ`: the name of its folder. */
  readonly resourceId: string;
  readonly state: string;
  readonly transition?: Transition | undefined;
  readonly turn: number;
  readonly of: Of;
  readonly createdMs: number;
  readonly tags: Tags;
}

export type DbSnapshotRecord = SnapshotOf<DbInstanceRecord>;
export type ClusterSnapshotRecord = SnapshotOf<DbClusterRecord>;
export type SnapshotRecord = DbSnapshotRecord | ClusterSnapshotRecord;

export const snapshotRecords = defineCollection<DbSnapshotRecord>({ name: "db-snapshots" });
export const clusterSnapshotRecords = defineCollection<ClusterSnapshotRecord>({
  name: "db-cluster-snapshots",
});

/** What snapshots are of. */
export type SnapshotKind = "instance" | "cluster";

/** Of each the type in its ARN. */
export const kinds = { instance: "snapshot", cluster: "cluster-snapshot" } as const;

export const snapshotsOf = (kind: SnapshotKind, store: Store): Collection<SnapshotRecord> =>
  (kind === "instance"
    ? store.collection(snapshotRecords)
    : store.collection(clusterSnapshotRecords)) as Collection<SnapshotRecord>;

export const snapshotArn = (kind: SnapshotKind, id: string, { account, region }: Place): string =>
  makeArn("rds", region, account, `${kinds[kind]}:${id}`);

/** @throws DBSnapshotNotFound */
export function findSnapshot(id: string, { store }: { readonly store: Store }): DbSnapshotRecord {
  const snapshot = store.collection(snapshotRecords).get([bare(id)]);
  if (!snapshot) throw snapshotNotFound(id);
  return snapshot;
}

/** @throws DBClusterSnapshotNotFoundFault */
export function findClusterSnapshot(id: string, { store }: { readonly store: Store }): ClusterSnapshotRecord {
  const snapshot = store.collection(clusterSnapshotRecords).get([bare(id)]);
  if (!snapshot) throw clusterSnapshotNotFound(id);
  return snapshot;
}

const common = ({ state, of, createdMs, tags }: SnapshotRecord) => ({
  SnapshotCreateTime: new Date(createdMs),
  Engine: of.engine,
  EngineVersion: of.engineVersion,
  LicenseModel: engineOf(of.engine).license,
  Status: state,
  PercentProgress: state === "available" ? 100 : 0,
  Port: of.port,
  MasterUsername: of.masterUsername,
  SnapshotType: "manual",
  IAMDatabaseAuthenticationEnabled: false,
  TagList: tagList(tags),
});

export const describeSnapshot = (snapshot: DbSnapshotRecord, place: Place): RDS.DBSnapshot => ({
  ...common(snapshot),
  DBSnapshotIdentifier: snapshot.id,
  DBInstanceIdentifier: snapshot.of.id,
  DBSnapshotArn: snapshotArn("instance", snapshot.id, place),
  AllocatedStorage: snapshot.of.storageGiB,
  AvailabilityZone: snapshot.of.zone,
  InstanceCreateTime: new Date(snapshot.of.createdMs),
  OriginalSnapshotCreateTime: new Date(snapshot.createdMs),
  StorageType: snapshot.of.storageType,
  Encrypted: false,
  DbiResourceId: snapshot.of.resourceId,
});

export const describeClusterSnapshot = (
  snapshot: ClusterSnapshotRecord,
  place: Place,
): RDS.DBClusterSnapshot => ({
  ...common(snapshot),
  DBClusterSnapshotIdentifier: snapshot.id,
  DBClusterIdentifier: snapshot.of.id,
  DBClusterSnapshotArn: snapshotArn("cluster", snapshot.id, place),
  AllocatedStorage: 1,
  AvailabilityZones: [...threeZonesOf(place.region)],
  ClusterCreateTime: new Date(snapshot.of.createdMs),
  EngineMode: "provisioned",
  StorageEncrypted: false,
  DbClusterResourceId: snapshot.of.resourceId,
});
