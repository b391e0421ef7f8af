import type { Place } from "../../aws/arn-template.ts";
import type { Transition } from "../../aws/lifecycle.ts";
import type { Tags } from "../../aws/tags.ts";
import { makeArn } from "../../core/arn.ts";
import { defineCollection, type Store } from "../../core/storage.ts";
import type * as MemoryDB from "../../models/generated/memorydb.ts";
import { clusterNotFound, clusterState } from "./errors.ts";

/** What a cluster is asked to be, and what its snapshots remember. */
export interface ClusterSettings {
  readonly description: string;
  readonly nodeType: string;
  readonly engine: string;
  readonly engineVersion: string;
  readonly port: number;
  readonly parameterGroup: string;
  readonly subnetGroup?: string | undefined;
  readonly snapshotDays: number;
  readonly snapshotWindow: string;
  readonly maintenanceWindow: string;
  readonly topicArn?: string | undefined;
}

/** One server of a shard. */
export interface NodeRecord {
  /** `shop-0001-001` */
  readonly name: string;
  /** The name of its folder. */
  readonly resourceId: string;
  readonly zone: string;
  readonly createdMs: number;
}

/** A primary and its replicas. */
export interface ShardRecord {
  /** `0001` */
  readonly name: string;
  readonly slots: string;
  readonly nodes: readonly NodeRecord[];
  /** The node that is written to. */
  readonly primary: string;
  /** The snapshot whose contents it begins with: the name of its folder. */
  readonly restoresFrom?: string | undefined;
}

/** A cluster as it is kept, by its name. */
export interface ClusterRecord extends ClusterSettings {
  readonly name: string;
  readonly state: string;
  readonly transition?: Transition | undefined;
  /** Goes up with every state: who has waited for the end of one sees whether it is still the same. */
  readonly turn: number;
  /** Why it is not what it should be. */
  readonly failure?: string | undefined;
  readonly shards: readonly ShardRecord[];
  readonly groupIds: readonly string[];
  readonly hasTls: boolean;
  readonly acl: string;
  readonly isAutoUpgraded: boolean;
  /** The multi-Region cluster that it is of. */
  readonly multiRegion?: string | undefined;
  readonly adminPassword: string;
  readonly createdMs: number;
  readonly tags: Tags;
}

export const clusterRecords = defineCollection<ClusterRecord>({ name: "clusters" });

export const clusterArn = (name: string, { account, region }: Place): string =>
  makeArn("memorydb", region, account, `cluster/${name}`);

/** Names are the same whatever their case. @throws ClusterNotFoundFault */
export function findCluster(name: string, { store }: { readonly store: Store }): ClusterRecord {
  const cluster = store.collection(clusterRecords).get([name.toLowerCase()]);
  if (!cluster) throw clusterNotFound(name);
  return cluster;
}

/** @throws InvalidClusterStateFault */
export function available(name: string, at: { readonly store: Store }): ClusterRecord {
  const cluster = findCluster(name, at);
  if (cluster.state !== "available")
    throw clusterState(`Cluster ${cluster.name} is not in available state: it is ${cluster.state}.`);
  return cluster;
}

/** Where clients find something. */
export interface Found {
  readonly address: string;
  readonly port: number;
}

/** Where a cluster and each of its nodes are found. */
export interface ClusterEndpoints {
  readonly cluster: Found;
  node(name: string): Found;
}

const endpointOf = ({ address, port }: Found): MemoryDB.Endpoint => ({ Address: address, Port: port });

/** @param endpoints none while it is being made */
export function describeCluster(
  cluster: ClusterRecord,
  place: Place,
  endpoints: ClusterEndpoints,
  showShards: boolean,
): MemoryDB.Cluster {
  const isMade = cluster.state !== "creating" && cluster.state !== "create-failed";
  const nodes = cluster.shards.flatMap((shard) => shard.nodes);
  return {
    Name: cluster.name,
    Description: cluster.description,
    Status: cluster.state,
    PendingUpdates: {},
    ...(cluster.multiRegion !== undefined && { MultiRegionClusterName: cluster.multiRegion }),
    NumberOfShards: cluster.shards.length,
    ...(showShards && {
      Shards: cluster.shards.map((shard) => ({
        Name: shard.name,
        Status: cluster.state,
        Slots: shard.slots,
        NumberOfNodes: shard.nodes.length,
        Nodes: shard.nodes.map((node) => ({
          Name: node.name,
          Status: cluster.state,
          AvailabilityZone: node.zone,
          CreateTime: new Date(node.createdMs),
          ...(isMade && { Endpoint: endpointOf(endpoints.node(node.name)) }),
        })),
      })),
    }),
    AvailabilityMode: new Set(nodes.map(({ zone }) => zone)).size > 1 ? "multiaz" : "singleaz",
    ...(isMade && { ClusterEndpoint: endpointOf(endpoints.cluster) }),
    NodeType: cluster.nodeType,
    Engine: cluster.engine,
    EngineVersion: cluster.engineVersion,
    EnginePatchVersion: `${cluster.engineVersion}.0`,
    ParameterGroupName: cluster.parameterGroup,
    ParameterGroupStatus: "in-sync",
    SecurityGroups: cluster.groupIds.map((SecurityGroupId) => ({ SecurityGroupId, Status: "active" })),
    ...(cluster.subnetGroup !== undefined && { SubnetGroupName: cluster.subnetGroup }),
    TLSEnabled: cluster.hasTls,
    ARN: clusterArn(cluster.name, place),
    ...(cluster.topicArn !== undefined && { SnsTopicArn: cluster.topicArn, SnsTopicStatus: "ACTIVE" }),
    SnapshotRetentionLimit: cluster.snapshotDays,
    MaintenanceWindow: cluster.maintenanceWindow,
    SnapshotWindow: cluster.snapshotWindow,
    ACLName: cluster.acl,
    AutoMinorVersionUpgrade: cluster.isAutoUpgraded,
    DataTiering: "false",
    NetworkType: "ipv4",
    IpDiscovery: "ipv4",
  };
}
