import { declareService } from "../../aws/declaration.ts";
import { lifecyclePoint } from "../../aws/lifecycle.ts";
import { type ParameterGroupRecord, parameterGroups } from "../../aws/parameter-groups.ts";
import { defineResource, type TagDeclaration } from "../../aws/resource.ts";
import { type SubnetGroupRecord, subnetGroups } from "../../aws/subnet-groups.ts";
import { type Tags, taggedByArn } from "../../aws/tags.ts";
import { type AclRecord, acls } from "./acl.ts";
import { type ClusterRecord, clusterRecords } from "./cluster.ts";
import {
  CONNECTION,
  clusterConnectionPoint,
  NODE,
  nodePoint,
  REPLICATION,
  replicationPoint,
} from "./fault-points.ts";
import { clusterLifecycle } from "./lifecycles.ts";
import { HOME, type MultiRegionRecord, multiRegionRecords } from "./multi-region-cluster.ts";
import { type SnapshotRecord, snapshots } from "./snapshot.ts";
import { type UserRecord, users } from "./user.ts";

const tagged = <V extends { readonly tags: Tags }>(): TagDeclaration<V> =>
  taggedByArn<V>({ of: ({ tags }) => tags, members: ["ResourceArn", "Tags", "TagKeys"], form: "list" });

/** Amazon MemoryDB: https://docs.aws.amazon.com/memorydb/latest/APIReference/ and https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonmemorydb.html */
export default declareService({
  name: "memorydb",
  resources: {
    cluster: defineResource<ClusterRecord>({
      arn: "arn:{partition}:memorydb:{region}:{account}:cluster/{ClusterName}",
      namedBy: { ClusterName: true, ResourceArn: true },
      fis: "aws:memorydb:cluster",
      cfn: "AWS::MemoryDB::Cluster",
      collection: clusterRecords,
      // Passwords and folders are drawn.
      counted: ({ adminPassword: _, shards, ...record }) => ({
        ...record,
        shards: shards.map(({ nodes, restoresFrom: __, ...shard }) => ({
          ...shard,
          nodes: nodes.map(({ resourceId: ___, ...node }) => node),
        })),
      }),
      tags: tagged<ClusterRecord>(),
    }),
    "multi-region-cluster": defineResource<MultiRegionRecord>({
      arn: "arn:{partition}:memorydb::{account}:multiregioncluster/{MultiRegionClusterName}",
      namedBy: { MultiRegionClusterName: true, ResourceArn: true },
      fis: "aws:memorydb:multi-region-cluster",
      cfn: "AWS::MemoryDB::MultiRegionCluster",
      collection: multiRegionRecords,
      keptIn: HOME,
      tags: tagged<MultiRegionRecord>(),
    }),
    parametergroup: defineResource<ParameterGroupRecord>({
      arn: "arn:{partition}:memorydb:{region}:{account}:parametergroup/{ParameterGroupName}",
      namedBy: { ParameterGroupName: true, ResourceArn: true },
      fis: "aws:memorydb:parametergroup",
      cfn: "AWS::MemoryDB::ParameterGroup",
      collection: parameterGroups,
      tags: tagged<ParameterGroupRecord>(),
    }),
    subnetgroup: defineResource<SubnetGroupRecord>({
      arn: "arn:{partition}:memorydb:{region}:{account}:subnetgroup/{SubnetGroupName}",
      namedBy: { SubnetGroupName: true, ResourceArn: true },
      fis: "aws:memorydb:subnetgroup",
      cfn: "AWS::MemoryDB::SubnetGroup",
      collection: subnetGroups,
      tags: tagged<SubnetGroupRecord>(),
    }),
    acl: defineResource<AclRecord>({
      arn: "arn:{partition}:memorydb:{region}:{account}:acl/{ACLName}",
      namedBy: { ACLName: true, ResourceArn: true },
      fis: "aws:memorydb:acl",
      cfn: "AWS::MemoryDB::ACL",
      collection: acls,
      tags: tagged<AclRecord>(),
    }),
    user: defineResource<UserRecord>({
      arn: "arn:{partition}:memorydb:{region}:{account}:user/{UserName}",
      namedBy: { UserName: true, ResourceArn: true },
      fis: "aws:memorydb:user",
      cfn: "AWS::MemoryDB::User",
      collection: users,
      tags: tagged<UserRecord>(),
    }),
    snapshot: defineResource<SnapshotRecord>({
      arn: "arn:{partition}:memorydb:{region}:{account}:snapshot/{SnapshotName}",
      namedBy: { SnapshotName: true, ResourceArn: true },
      fis: "aws:memorydb:snapshot",
      collection: snapshots,
      counted: ({ resourceId: _, ...record }) => record,
      tags: tagged<SnapshotRecord>(),
    }),
  },
  faultPoints: {
    [NODE]: nodePoint,
    [CONNECTION]: clusterConnectionPoint,
    [REPLICATION]: replicationPoint,
    ...lifecyclePoint(clusterLifecycle),
  },
});
