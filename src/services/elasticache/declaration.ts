import { declareService } from "../../aws/declaration.ts";
import { lifecyclePoint } from "../../aws/lifecycle.ts";
import { type ParameterGroupRecord, parameterGroups } from "../../aws/parameter-groups.ts";
import { defineResource, type TagDeclaration } from "../../aws/resource.ts";
import { type SubnetGroupRecord, subnetGroups } from "../../aws/subnet-groups.ts";
import { type Tags, tagList } from "../../aws/tags.ts";
import { type CacheClusterRecord, cacheClusters } from "./cache-cluster.ts";
import { CONNECTION, cacheConnectionPoint, NODE, nodePoint } from "./fault-points.ts";
import { clusterLifecycle, groupLifecycle } from "./lifecycles.ts";
import { type ReplicationGroupRecord, replicationGroups } from "./replication-group.ts";
import { type SnapshotRecord, snapshots } from "./snapshot.ts";
import { type UserRecord, users } from "./user.ts";
import { type UserGroupRecord, userGroups } from "./user-group.ts";

const tagged = <V extends { readonly tags: Tags }>(): TagDeclaration<V> => ({
  of: ({ tags }) => tags,
  add: {
    operation: "AddTagsToResource",
    input: (ResourceName, given) => ({ ResourceName, Tags: tagList(given) }),
  },
  remove: {
    operation: "RemoveTagsFromResource",
    input: (ResourceName, keys) => ({ ResourceName, TagKeys: [...keys] }),
  },
});

/** Amazon ElastiCache: https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/ and https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticache.html */
export default declareService({
  name: "elasticache",
  resources: {
    replicationgroup: defineResource<ReplicationGroupRecord>({
      arn: "arn:{partition}:elasticache:{region}:{account}:replicationgroup:{ReplicationGroupId}",
      namedBy: { ReplicationGroupId: true, ResourceName: true },
      fis: "aws:elasticache:replicationgroup",
      cfn: "AWS::ElastiCache::ReplicationGroup",
      collection: replicationGroups,
      // Passwords are drawn.
      counted: ({ adminPassword: _, ...record }) => record,
      tags: tagged<ReplicationGroupRecord>(),
    }),
    cluster: defineResource<CacheClusterRecord>({
      arn: "arn:{partition}:elasticache:{region}:{account}:cluster:{CacheClusterId}",
      namedBy: { CacheClusterId: true, ResourceName: true },
      fis: "aws:elasticache:cluster",
      cfn: "AWS::ElastiCache::CacheCluster",
      collection: cacheClusters,
      counted: ({ adminPassword: _, resourceId: __, restoresFrom: ___, ...record }) => record,
      tags: tagged<CacheClusterRecord>(),
    }),
    parametergroup: defineResource<ParameterGroupRecord>({
      arn: "arn:{partition}:elasticache:{region}:{account}:parametergroup:{CacheParameterGroupName}",
      namedBy: { CacheParameterGroupName: true, ResourceName: true },
      fis: "aws:elasticache:parametergroup",
      cfn: "AWS::ElastiCache::ParameterGroup",
      collection: parameterGroups,
      tags: tagged<ParameterGroupRecord>(),
    }),
    snapshot: defineResource<SnapshotRecord>({
      arn: "arn:{partition}:elasticache:{region}:{account}:snapshot:{SnapshotName}",
      namedBy: { SnapshotName: true, ResourceName: true },
      fis: "aws:elasticache:snapshot",
      collection: snapshots,
      counted: ({ resourceId: _, ...record }) => record,
      tags: tagged<SnapshotRecord>(),
    }),
    subnetgroup: defineResource<SubnetGroupRecord>({
      arn: "arn:{partition}:elasticache:{region}:{account}:subnetgroup:{CacheSubnetGroupName}",
      namedBy: { CacheSubnetGroupName: true, ResourceName: true },
      fis: "aws:elasticache:subnetgroup",
      cfn: "AWS::ElastiCache::SubnetGroup",
      collection: subnetGroups,
      tags: tagged<SubnetGroupRecord>(),
    }),
    user: defineResource<UserRecord>({
      arn: "arn:{partition}:elasticache:{region}:{account}:user:{UserId}",
      namedBy: { UserId: true, ResourceName: true },
      fis: "aws:elasticache:user",
      cfn: "AWS::ElastiCache::User",
      collection: users,
      tags: tagged<UserRecord>(),
    }),
    usergroup: defineResource<UserGroupRecord>({
      arn: "arn:{partition}:elasticache:{region}:{account}:usergroup:{UserGroupId}",
      namedBy: { UserGroupId: true, ResourceName: true },
      fis: "aws:elasticache:usergroup",
      cfn: "AWS::ElastiCache::UserGroup",
      collection: userGroups,
      tags: tagged<UserGroupRecord>(),
    }),
  },
  faultPoints: {
    [NODE]: nodePoint,
    [CONNECTION]: cacheConnectionPoint,
    ...lifecyclePoint(groupLifecycle),
    ...lifecyclePoint(clusterLifecycle),
  },
});
