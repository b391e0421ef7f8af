import type { Place } from "../../aws/arn-template.ts";
import type { Transition } from "../../aws/lifecycle.ts";
import type { Tags } from "../../aws/tags.ts";
import { makeArn } from "../../core/arn.ts";
import { defineCollection, type Store } from "../../core/storage.ts";
import type * as ElastiCache from "../../models/generated/elasticache.ts";
import { clusterNotFound } from "./errors.ts";

/** What a cluster has of its own, and one of a replication group of that. */
export interface CacheSettings {
  readonly engine: string;
  readonly engineVersion: string;
  readonly nodeType: string;
  readonly port: number;
  readonly parameterGroup: string;
  readonly subnetGroup?: string | undefined;
  readonly groupIds: readonly string[];
  readonly authToken?: string | undefined;
  readonly authTokenMs?: number | undefined;
  readonly hasTransitEncryption: boolean;
  /** Who speaks plainly is not let in. */
  readonly isTlsRequired?: boolean;
  readonly hasAtRestEncryption: boolean;
  readonly snapshotDays: number;
  readonly snapshotWindow: string;
  readonly maintenanceWindow: string;
  readonly isAutoUpgraded: boolean;
  readonly topicArn?: string | undefined;
}

/** A cache cluster as it is kept, by its name: one node, by itself or of a replication group. */
export interface CacheClusterRecord extends CacheSettings {
  readonly id: string;
  /** The name of its folder. */
  readonly resourceId: string;
  readonly groupId?: string | undefined;
  readonly state: string;
  readonly transition?: Transition | undefined;
  /** Goes up with every state: who has waited for the end of one sees whether it is still the same. */
  readonly turn: number;
  /** Why it is not what it should be. */
  readonly failure?: string | undefined;
  readonly zone: string;
  /** The snapshot whose contents it begins with. */
  readonly restoresFrom?: string | undefined;
  readonly adminPassword: string;
  readonly createdMs: number;
  readonly tags: Tags;
}

export const cacheClusters = defineCollection<CacheClusterRecord>({ name: "cache-clusters" });

export const NODE_ID = "0001";

/** Where clients find something. */
export interface Found {
  readonly address: string;
  readonly port: number;
}

export const endpointOf = ({ address, port }: Found): ElastiCache.Endpoint => ({
  Address: address,
  Port: port,
});

export const clusterArn = (id: string, { account, region }: Place): string =>
  makeArn("elasticache", region, account, `cluster:${id}`);

/** Names are the same whatever their case. @throws CacheClusterNotFound */
export function findCluster(id: string, { store }: { readonly store: Store }): CacheClusterRecord {
  const cluster = store.collection(cacheClusters).get([id.toLowerCase()]);
  if (!cluster) throw clusterNotFound(id);
  return cluster;
}

/** The clusters of a replication group, by name. */
export const membersOf = (groupId: string, store: Store): CacheClusterRecord[] =>
  [...store.collection(cacheClusters).values()].filter((cluster) => cluster.groupId === groupId);

/** What TLS is to those who connect. */
export function tlsModeOf(cache: CacheSettings | undefined): "off" | "preferred" | "required" {
  if (!cache?.hasTransitEncryption) return "off";
  return cache.isTlsRequired ? "required" : "preferred";
}

/** What is under way with it: what is with its group is with all that it has. */
export function stateIn(cluster: CacheClusterRecord, groupState: string | undefined): string {
  const isPassing = groupState === "creating" || groupState === "deleting";
  return isPassing ? groupState : cluster.state;
}

/** @param groupState of the replication group that it is of */
export function describeCluster(
  cluster: CacheClusterRecord,
  place: Place,
  groupState: string | undefined,
  found: Found,
  showNodes: boolean,
): ElastiCache.CacheCluster {
  const state = stateIn(cluster, groupState);
  const isMade = state !== "creating";
  const created = new Date(cluster.createdMs);
  return {
    CacheClusterId: cluster.id,
    ClientDownloadLandingPage: "https://console.aws.amazon.com/elasticache/home#client-download:",
    CacheNodeType: cluster.nodeType,
    Engine: cluster.engine,
    EngineVersion: cluster.engineVersion,
    CacheClusterStatus: state,
    NumCacheNodes: 1,
    PreferredAvailabilityZone: cluster.zone,
    CacheClusterCreateTime: created,
    PreferredMaintenanceWindow: cluster.maintenanceWindow,
    PendingModifiedValues: {},
    ...(cluster.topicArn !== undefined && {
      NotificationConfiguration: { TopicArn: cluster.topicArn, TopicStatus: "active" },
    }),
    CacheSecurityGroups: [],
    CacheParameterGroup: {
      CacheParameterGroupName: cluster.parameterGroup,
      ParameterApplyStatus: "in-sync",
      CacheNodeIdsToReboot: [],
    },
    ...(cluster.subnetGroup !== undefined && { CacheSubnetGroupName: cluster.subnetGroup }),
    ...(showNodes && {
      CacheNodes: [
        {
          CacheNodeId: NODE_ID,
          CacheNodeStatus: state,
          CacheNodeCreateTime: created,
          ...(isMade && { Endpoint: endpointOf(found) }),
          ParameterGroupStatus: "in-sync",
          CustomerAvailabilityZone: cluster.zone,
        },
      ],
    }),
    AutoMinorVersionUpgrade: cluster.isAutoUpgraded,
    SecurityGroups: cluster.groupIds.map((SecurityGroupId) => ({ SecurityGroupId, Status: "active" })),
    ...(cluster.groupId !== undefined && { ReplicationGroupId: cluster.groupId }),
    SnapshotRetentionLimit: cluster.snapshotDays,
    SnapshotWindow: cluster.snapshotWindow,
    AuthTokenEnabled: cluster.authToken !== undefined,
    ...(cluster.authTokenMs !== undefined && { AuthTokenLastModifiedDate: new Date(cluster.authTokenMs) }),
    TransitEncryptionEnabled: cluster.hasTransitEncryption,
    AtRestEncryptionEnabled: cluster.hasAtRestEncryption,
    ARN: clusterArn(cluster.id, place),
    ReplicationGroupLogDeliveryEnabled: false,
    LogDeliveryConfigurations: [],
    NetworkType: "ipv4",
    IpDiscovery: "ipv4",
    ...(cluster.hasTransitEncryption && { TransitEncryptionMode: tlsModeOf(cluster) }),
  };
}
