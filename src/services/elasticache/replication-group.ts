import type { Place } from "../../aws/arn-template.ts";
import type { Transition } from "../../aws/lifecycle.ts";
import type { Tags } from "../../aws/tags.ts";
import { makeArn } from "../../core/arn.ts";
import { defineCollection, type Store } from "../../core/storage.ts";
import type * as ElastiCache from "../../models/generated/elasticache.ts";
import {
  type CacheClusterRecord,
  type CacheSettings,
  endpointOf,
  type Found,
  membersOf,
  NODE_ID,
  tlsModeOf,
} from "./cache-cluster.ts";
import { groupNotFound } from "./errors.ts";

/** A replication group as it is kept, by its name: a primary and its replicas, each a cache cluster. */
export interface ReplicationGroupRecord extends CacheSettings {
  readonly id: string;
  readonly description: string;
  readonly state: string;
  readonly transition?: Transition | undefined;
  readonly turn: number;
  readonly failure?: string | undefined;
  /** The member that is written to. */
  readonly primary: string;
  readonly hasFailover: boolean;
  readonly isMultiZone: boolean;
  readonly userGroupIds: readonly string[];
  readonly snapshottingId?: string | undefined;
  readonly adminPassword: string;
  readonly createdMs: number;
  readonly tags: Tags;
}

export const replicationGroups = defineCollection<ReplicationGroupRecord>({ name: "replication-groups" });

/** A group without cluster mode has one node group, of this name. */
export const NODE_GROUP_ID = "0001";

export const groupArn = (id: string, { account, region }: Place): string =>
  makeArn("elasticache", region, account, `replicationgroup:${id}`);

/** @throws ReplicationGroupNotFoundFault */
export function findGroup(id: string, { store }: { readonly store: Store }): ReplicationGroupRecord {
  const group = store.collection(replicationGroups).get([id.toLowerCase()]);
  if (!group) throw groupNotFound(id);
  return group;
}

/** The state of the group that a cluster is of; undefined for one by itself. */
export const groupStateOf = ({ groupId }: CacheClusterRecord, store: Store): string | undefined =>
  groupId === undefined ? undefined : store.collection(replicationGroups).get([groupId])?.state;

/** Where the primary, the replicas and each node are found. */
export interface GroupEndpoints {
  readonly primary: Found;
  readonly reader: Found;
  node(cluster: CacheClusterRecord): Found;
}

export function describeGroup(
  group: ReplicationGroupRecord,
  place: Place,
  store: Store,
  endpoints: GroupEndpoints,
): ElastiCache.ReplicationGroup {
  const isMade = group.state !== "creating" && group.state !== "create-failed";
  const members = membersOf(group.id, store);
  return {
    ReplicationGroupId: group.id,
    Description: group.description,
    Status: group.state,
    PendingModifiedValues: {},
    MemberClusters: members.map(({ id }) => id),
    ...(isMade && {
      NodeGroups: [
        {
          NodeGroupId: NODE_GROUP_ID,
          Status: group.state,
          PrimaryEndpoint: endpointOf(endpoints.primary),
          ReaderEndpoint: endpointOf(endpoints.reader),
          NodeGroupMembers: members.map((member) => ({
            CacheClusterId: member.id,
            CacheNodeId: NODE_ID,
            ReadEndpoint: endpointOf(endpoints.node(member)),
            PreferredAvailabilityZone: member.zone,
            CurrentRole: member.id === group.primary ? "primary" : "replica",
          })),
        },
      ],
    }),
    ...(group.snapshottingId !== undefined && { SnapshottingClusterId: group.snapshottingId }),
    AutomaticFailover: group.hasFailover ? "enabled" : "disabled",
    MultiAZ: group.isMultiZone ? "enabled" : "disabled",
    SnapshotRetentionLimit: group.snapshotDays,
    SnapshotWindow: group.snapshotWindow,
    ClusterEnabled: false,
    CacheNodeType: group.nodeType,
    AuthTokenEnabled: group.authToken !== undefined,
    ...(group.authTokenMs !== undefined && { AuthTokenLastModifiedDate: new Date(group.authTokenMs) }),
    TransitEncryptionEnabled: group.hasTransitEncryption,
    AtRestEncryptionEnabled: group.hasAtRestEncryption,
    ARN: groupArn(group.id, place),
    UserGroupIds: [...group.userGroupIds],
    LogDeliveryConfigurations: [],
    ReplicationGroupCreateTime: new Date(group.createdMs),
    DataTiering: "disabled",
    AutoMinorVersionUpgrade: group.isAutoUpgraded,
    NetworkType: "ipv4",
    IpDiscovery: "ipv4",
    ...(group.hasTransitEncryption && { TransitEncryptionMode: tlsModeOf(group) }),
    ClusterMode: "disabled",
    Engine: group.engine,
  };
}
