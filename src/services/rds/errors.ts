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
export const clusterGroupNotFound = awsError(
  "DBParameterGroupNotFound",
  404,
  (name: string) => `DBClusterParameterGroup not found: ${name}`,
);
export const clusterGroupMissing = awsError(
  "DBClusterParameterGroupNotFound",
  404,
  (name: string) => `DBClusterParameterGroup not found: ${name}`,
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
export const subnetGroupExists = awsError(
  "DBSubnetGroupAlreadyExists",
  400,
  (name: string) => `The DB subnet group '${name}' already exists.`,
);
export const subnetGroupState = awsError("InvalidDBSubnetGroupStateFault", 400, (message: string) => message);
export const subnetGroupCoverage = awsError(
  "DBSubnetGroupDoesNotCoverEnoughAZs",
  400,
  (zones: string) =>
    `The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current AZ coverage: ${zones}. Add subnets to cover at least 2 AZs.`,
);
export const tooManySubnetGroups = awsError(
  "DBSubnetGroupQuotaExceeded",
  400,
  (most: number) => `You have already reached your quota of ${most} DB subnet groups per customer.`,
);
export const tooManySubnets = awsError(
  "DBSubnetQuotaExceededFault",
  400,
  "The request would result in the user exceeding the allowed number of subnets in a DB subnet groups.",
);
export const subnetInUse = awsError(
  "SubnetAlreadyInUse",
  400,
  (ids: string) => `Some of the subnets to be deleted are currently in use: ${ids}`,
);
export const noSubnets = awsError("InvalidSubnet", 400, "Subnet IDs are required.");
export const noDefaultSubnet = awsError(
  "InvalidSubnet",
  400,
  "No default subnet detected in VPC. Please contact AWS Support to recreate default Subnets.",
);
export const networkState = awsError("InvalidVPCNetworkStateFault", 400, (message: string) => message);
export const invalidParameterValue = awsError("InvalidParameterValue", 400, (message: string) => message);
export const invalidParameterCombination = awsError(
  "InvalidParameterCombination",
  400,
  (message: string) => message,
);
export const familyMismatch = (name: string, family: string, wanted: string) =>
  invalidParameterCombination(
    `The parameter group ${name} with DBParameterGroupFamily ${family} can't be used for this instance. Use a parameter group with DBParameterGroupFamily ${wanted}.`,
  );
export const clusterFamilyMismatch = (name: string, family: string, wanted: string) =>
  invalidParameterCombination(
    `The Parameter Group ${name} with DBParameterGroupFamily ${family} cannot be used for this instance. Please use a Parameter Group with DBParameterGroupFamily ${wanted}`,
  );
export const invalidFamily = (family: string) =>
  invalidParameterValue(`ParameterGroupFamily ${family} is not a valid parameter group family`);
export const backupNotFound = awsError(
  "DBInstanceAutomatedBackupNotFound",
  404,
  (name: string) => `DBInstance automated backup not found: ${name}`,
);
export const clusterBackupNotFound = awsError(
  "DBClusterAutomatedBackupNotFoundFault",
  404,
  (name: string) => `DBCluster automated backup not found: ${name}`,
);
export const pointInTimeNotEnabled = awsError(
  "PointInTimeRestoreNotEnabled",
  400,
  "SourceDBInstanceIdentifier refers to a DB instance with BackupRetentionPeriod equal to 0.",
);
/** That it is refused, AWS documents; in which words, is inferred. */
export const backsReplicas = () =>
  instanceState("Automated backups cannot be disabled for a DB instance that is a source to read replicas.");
export const noCapacity = awsError("InsufficientDBInstanceCapacity", 400, (message: string) => message);
export const invalidSubnets = (ids: readonly string[]) =>
  invalidParameterValue(`Some input subnets in :[${ids.join(", ")}] are invalid.`);
export const tooManyTags = () => invalidParameterValue("The resource can have at most 50 tags.");
