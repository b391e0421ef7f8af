import { awsError } from "../../core/aws-error.ts";

/**
 * Errors of Amazon ElastiCache: https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/CommonErrors.html and each
 * action's page. Those pages have no texts: what is not known from AWS's answers is inferred.
 */

export const clusterNotFound = awsError(
  "CacheClusterNotFound",
  404,
  (id: string) => `CacheCluster not found: ${id}`,
);
export const clusterExists = awsError(
  "CacheClusterAlreadyExists",
  400,
  (id: string) => `Cache cluster ${id} already exists.`,
);
export const clusterState = awsError("InvalidCacheClusterState", 400, (message: string) => message);
export const groupNotFound = awsError(
  "ReplicationGroupNotFoundFault",
  404,
  (id: string) => `ReplicationGroup ${id} not found.`,
);
export const groupExists = awsError(
  "ReplicationGroupAlreadyExists",
  400,
  (id: string) => `Replication group ${id} already exists.`,
);
export const groupState = awsError("InvalidReplicationGroupState", 400, (message: string) => message);
export const nodeGroupNotFound = awsError(
  "NodeGroupNotFoundFault",
  404,
  (id: string) => `NodeGroup ${id} not found.`,
);
export const failoverNotAvailable = awsError(
  "TestFailoverNotAvailableFault",
  400,
  (message: string) => message,
);
export const nodeQuota = awsError(
  "NodeQuotaForClusterExceeded",
  400,
  (most: number) => `A replication group can have at most ${most} nodes: a primary and ${most - 1} replicas.`,
);
export const invalidParameterValue = awsError("InvalidParameterValue", 400, (message: string) => message);
export const invalidParameterCombination = awsError(
  "InvalidParameterCombination",
  400,
  (message: string) => message,
);
export const invalidArn = awsError("InvalidARN", 400, (arn: string) => `${arn} is not a valid ARN.`);
export const noCapacity = awsError("InsufficientCacheClusterCapacity", 400, (message: string) => message);
export const tooManyTags = awsError(
  "TagQuotaPerResourceExceeded",
  400,
  (most: number) => `A resource can have at most ${most} tags.`,
);
export const invalidMarker = () => invalidParameterValue("The marker is invalid.");
