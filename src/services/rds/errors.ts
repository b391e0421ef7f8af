import { awsError } from "../../core/aws-error.ts";

/** Errors of Amazon RDS: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/CommonErrors.html and each action's page. */

export const instanceNotFound = awsError(
  "DBInstanceNotFound",
  404,
  (id: string) => `DBInstance ${id} not found.`,
);
export const instanceExists = awsError("DBInstanceAlreadyExists", 400, "DB instance already exists");
export const clusterNotFound = awsError(
  "DBClusterNotFoundFault",
  404,
  (id: string) => `DBCluster ${id} not found.`,
);
export const clusterExists = awsError("DBClusterAlreadyExistsFault", 400, "DB Cluster already exists");
export const instanceState = awsError("InvalidDBInstanceState", 400, (message: string) => message);
export const clusterState = awsError("InvalidDBClusterStateFault", 400, (message: string) => message);
export const resourceNotFound = awsError(
  "ResourceNotFoundFault",
  404,
  "The specified resource ID was not found.",
);
export const resourceState = awsError("InvalidResourceStateFault", 400, (message: string) => message);
export const globalClusterNotFound = awsError(
  "GlobalClusterNotFoundFault",
  404,
  (name: string) => `Global cluster ${name} not found`,
);
export const globalClusterExists = awsError(
  "GlobalClusterAlreadyExistsFault",
  400,
  (name: string) => `Global cluster ${name} already exists`,
);
export const globalClusterState = awsError(
  "InvalidGlobalClusterStateFault",
  400,
  (message: string) => message,
);
export const snapshotNotFound = awsError(
  "DBSnapshotNotFound",
  404,
  (id: string) => `DBSnapshot not found: ${id}`,
);
export const snapshotExists = awsError(
  "DBSnapshotAlreadyExists",
  400,
  (id: string) => `Cannot create the snapshot because a snapshot with the identifier ${id} already exists.`,
);
export const clusterSnapshotNotFound = awsError(
  "DBClusterSnapshotNotFoundFault",
  404,
  (id: string) => `DBClusterSnapshot not found: ${id}`,
);
export const clusterSnapshotExists = awsError(
  "DBClusterSnapshotAlreadyExistsFault",
  400,
  (id: string) => `Cannot create the snapshot because a snapshot with the identifier ${id} already exists.`,
);
export const snapshotState = awsError("InvalidDBSnapshotState", 400, (message: string) => message);
export const clusterSnapshotState = awsError(
  "InvalidDBClusterSnapshotStateFault",
  400,
  (message: string) => message,
);
export const groupNotFound = awsError(
  "DBParameterGroupNotFound",
  404,
  (name: string) => `DBParameterGroup not found: ${name}`,
);
export const groupExists = awsError(
  "DBParameterGroupAlreadyExists",
  400,
  (name: string) => `Parameter group ${name} already exists`,
);
export const groupState = awsError("InvalidDBParameterGroupState", 400, (message: string) => message);
export const subnetGroupNotFound = awsError(
  "DBSubnetGroupNotFoundFault",
  404,
  (name: string) => `DB subnet group '${name}' does not exist.`,
);
export const invalidParameterValue = awsError("InvalidParameterValue", 400, (message: string) => message);
export const invalidParameterCombination = awsError(
  "InvalidParameterCombination",
  400,
  (message: string) => message,
);
export const noCapacity = awsError("InsufficientDBInstanceCapacity", 400, (message: string) => message);
export const tooManyTags = () => invalidParameterValue("The resource can have at most 50 tags.");
