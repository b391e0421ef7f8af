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
export const noOperation = awsError("NoOperationFault", 400, (message: string) => message);
export const subnetGroupNotFound = awsError(
  "CacheSubnetGroupNotFoundFault",
  400,
  (name: string) => `Cache Subnet Group ${name} does not exist.`,
);
export const subnetGroupExists = awsError(
  "CacheSubnetGroupAlreadyExists",
  400,
  (name: string) => `Cache subnet group ${name} already exists.`,
);
export const subnetGroupInUse = awsError(
  "CacheSubnetGroupInUse",
  400,
  (name: string) => `Cache subnet group ${name} is currently in use by a cache cluster.`,
);
export const invalidSubnet = awsError(
  "InvalidSubnet",
  400,
  (ids: readonly string[]) => `Some input subnets in :[${ids.join(", ")}] are invalid.`,
);
export const parameterGroupNotFound = awsError(
  "CacheParameterGroupNotFound",
  404,
  (name: string) => `CacheParameterGroup ${name} not found.`,
);
export const parameterGroupExists = awsError(
  "CacheParameterGroupAlreadyExists",
  400,
  (name: string) => `Cache parameter group ${name} already exists.`,
);
export const parameterGroupState = awsError(
  "InvalidCacheParameterGroupState",
  400,
  (message: string) => message,
);
export const snapshotNotFound = awsError(
  "SnapshotNotFoundFault",
  404,
  (name: string) => `Snapshot ${name} not found.`,
);
// Its message is inferred: what the API reference says of it.
export const snapshotState = awsError(
  "InvalidSnapshotState",
  400,
  "The current state of the snapshot does not allow the requested operation to occur.",
);
export const snapshotExists = awsError(
  "SnapshotAlreadyExistsFault",
  400,
  (name: string) => `A snapshot with the name ${name} already exists.`,
);
export const userNotFound = awsError("UserNotFound", 404, (id: string) => `User ${id} not found.`);
export const userExists = awsError("UserAlreadyExists", 400, (id: string) => `User ${id} already exists.`);
export const userState = awsError("InvalidUserState", 400, (message: string) => message);
export const userNameTaken = awsError(
  "DuplicateUserName",
  400,
  (name: string) => `Two users of a user group cannot both be named ${name}.`,
);
export const userGroupNotFound = awsError(
  "UserGroupNotFound",
  404,
  (id: string) => `UserGroup ${id} not found.`,
);
export const userGroupExists = awsError(
  "UserGroupAlreadyExists",
  400,
  (id: string) => `User group ${id} already exists.`,
);
export const userGroupState = awsError("InvalidUserGroupState", 400, (message: string) => message);
export const defaultUserRequired = awsError(
  "DefaultUserRequired",
  400,
  "A user group of redis needs a user with the user name default.",
);
