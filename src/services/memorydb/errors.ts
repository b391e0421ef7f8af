import { awsError } from "../../core/aws-error.ts";

/**
 * Errors of Amazon MemoryDB: https://docs.aws.amazon.com/memorydb/latest/APIReference/CommonErrors.html and each action's page.
 * Those pages have no texts: what is not known from AWS's answers is inferred.
 */

export const clusterNotFound = awsError(
  "ClusterNotFoundFault",
  404,
  (name: string) => `Cluster ${name} not found.`,
);
export const clusterExists = awsError(
  "ClusterAlreadyExistsFault",
  400,
  "Cluster with specified name already exists.",
);
export const clusterState = awsError("InvalidClusterStateFault", 400, (message: string) => message);
export const shardNotFound = awsError(
  "ShardNotFoundFault",
  404,
  (name: string) => `Shard ${name} not found.`,
);
export const failoverNotAvailable = awsError(
  "TestFailoverNotAvailableFault",
  400,
  (message: string) => message,
);
export const nodeQuota = awsError(
  "NodeQuotaForClusterExceededFault",
  400,
  (most: number) => `A shard can have at most ${most} replicas.`,
);
export const noCapacity = awsError("InsufficientClusterCapacityFault", 400, (message: string) => message);
export const noOperation = awsError("NoOperationFault", 400, (message: string) => message);
export const invalidParameterValue = awsError(
  "InvalidParameterValueException",
  400,
  (message: string) => message,
);
export const invalidParameterCombination = awsError(
  "InvalidParameterCombinationException",
  400,
  (message: string) => message,
);
export const invalidArn = awsError("InvalidARNFault", 400, (arn: string) => `${arn} is not a valid ARN.`);
export const tooManyTags = awsError(
  "TagQuotaPerResourceExceeded",
  400,
  (most: number) => `A resource can have at most ${most} tags.`,
);
export const subnetGroupNotFound = awsError(
  "SubnetGroupNotFoundFault",
  404,
  (name: string) => `Subnet group ${name} not found.`,
);
export const subnetGroupExists = awsError(
  "SubnetGroupAlreadyExistsFault",
  400,
  (name: string) => `Subnet group ${name} already exists.`,
);
export const subnetGroupInUse = awsError(
  "SubnetGroupInUseFault",
  400,
  (name: string) => `Subnet group ${name} is currently in use by a cluster.`,
);
export const invalidSubnet = awsError(
  "InvalidSubnet",
  400,
  (ids: readonly string[]) => `Subnet ${ids.join(", ")} not found.`,
);
export const parameterGroupNotFound = awsError(
  "ParameterGroupNotFoundFault",
  404,
  (name: string) => `Parameter group ${name} not found.`,
);
export const parameterGroupExists = awsError(
  "ParameterGroupAlreadyExistsFault",
  400,
  (name: string) => `Parameter group ${name} already exists.`,
);
export const parameterGroupState = awsError(
  "InvalidParameterGroupStateFault",
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
  "InvalidSnapshotStateFault",
  400,
  "The snapshot is not in a valid state for the requested operation.",
);
export const snapshotExists = awsError(
  "SnapshotAlreadyExistsFault",
  400,
  "Snapshot with specified name already exists.",
);
export const userNotFound = awsError("UserNotFoundFault", 404, (name: string) => `User ${name} not found.`);
export const userExists = awsError(
  "UserAlreadyExistsFault",
  400,
  (name: string) => `User ${name} already exists.`,
);
export const userState = awsError("InvalidUserStateFault", 400, (message: string) => message);
export const aclNotFound = awsError("ACLNotFoundFault", 404, (name: string) => `ACL ${name} not found.`);
export const aclExists = awsError(
  "ACLAlreadyExistsFault",
  400,
  (name: string) => `ACL ${name} already exists.`,
);
export const aclState = awsError("InvalidACLStateFault", 400, (message: string) => message);
export const multiRegionNotFound = awsError(
  "MultiRegionClusterNotFoundFault",
  404,
  (name: string) => `Multi-Region cluster ${name} not found.`,
);
export const multiRegionExists = awsError(
  "MultiRegionClusterAlreadyExistsFault",
  400,
  (name: string) => `Multi-Region cluster ${name} already exists.`,
);
export const multiRegionState = awsError(
  "InvalidMultiRegionClusterStateFault",
  400,
  (message: string) => message,
);
export const multiRegionParameterGroupNotFound = awsError(
  "MultiRegionParameterGroupNotFoundFault",
  404,
  (name: string) => `Multi-Region parameter group ${name} not found.`,
);
