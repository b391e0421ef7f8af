import { declareService } from "../../aws/declaration.ts";
import { lifecyclePoint } from "../../aws/lifecycle.ts";
import { defineResource, type TagDeclaration } from "../../aws/resource.ts";
import { type Tags, tagList } from "../../aws/tags.ts";
import { type CacheClusterRecord, cacheClusters } from "./cache-cluster.ts";
import { NODE, nodePoint } from "./fault-points.ts";
import { clusterLifecycle, groupLifecycle } from "./lifecycles.ts";
import { type ReplicationGroupRecord, replicationGroups } from "./replication-group.ts";

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
      counted: ({ adminPassword: _, resourceId: __, ...record }) => record,
      tags: tagged<CacheClusterRecord>(),
    }),
  },
  faultPoints: {
    [NODE]: nodePoint,
    ...lifecyclePoint(groupLifecycle),
    ...lifecyclePoint(clusterLifecycle),
  },
});
