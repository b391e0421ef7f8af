import { declareService } from "../../aws/declaration.ts";
import { lifecyclePoint } from "../../aws/lifecycle.ts";
import { type ParameterGroupRecord, parameterGroups } from "../../aws/parameter-groups.ts";
import { defineResource, type TagDeclaration } from "../../aws/resource.ts";
import { type SubnetGroupRecord, subnetGroups } from "../../aws/subnet-groups.ts";
import { type Tags, tagList } from "../../aws/tags.ts";
import { clusterRecords, type DbClusterRecord } from "./db-cluster.ts";
import { type DbInstanceRecord, instanceRecords } from "./db-instance.ts";
import { CONNECTION, databaseConnectionPoint } from "./fault-points.ts";
import { type GlobalClusterRecord, globalRecords, HOME } from "./global-cluster.ts";
import { clusterLifecycle, globalLifecycle, instanceLifecycle, snapshotLifecycle } from "./lifecycles.ts";
import { clusterParameterGroups } from "./parameter-group.ts";
import {
  type ClusterSnapshotRecord,
  clusterSnapshotRecords,
  type DbSnapshotRecord,
  snapshotRecords,
} from "./snapshot.ts";

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

/** Amazon RDS: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/ and https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonrds.html */
export default declareService({
  name: "rds",
  iam: {
    takesRolesAs: ["monitoring.rds.amazonaws.com", "rds.amazonaws.com"],
    passesRole: {
      CreateDBInstance: "MonitoringRoleArn",
      ModifyDBInstance: "MonitoringRoleArn",
      CreateDBInstanceReadReplica: "MonitoringRoleArn",
      CreateDBCluster: ["MonitoringRoleArn", "AssociatedRoles[].RoleArn"],
      ModifyDBCluster: "MonitoringRoleArn",
      RestoreDBClusterFromSnapshot: ["MonitoringRoleArn", "AssociatedRoles[].RoleArn"],
      RestoreDBClusterToPointInTime: ["MonitoringRoleArn", "AssociatedRoles[].RoleArn"],
    },
  },
  resources: {
    db: defineResource<DbInstanceRecord>({
      arn: "arn:{partition}:rds:{region}:{account}:db:{DBInstanceIdentifier}",
      namedBy: { DBInstanceIdentifier: true, ResourceName: true },
      fis: "aws:rds:db",
      cfn: "AWS::RDS::DBInstance",
      collection: instanceRecords,
      // Passwords are drawn.
      counted: ({ adminPassword: _, masterPassword: __, ...record }) => record,
      tags: tagged<DbInstanceRecord>(),
    }),
    cluster: defineResource<DbClusterRecord>({
      arn: "arn:{partition}:rds:{region}:{account}:cluster:{DBClusterIdentifier}",
      namedBy: { DBClusterIdentifier: true, ResourceName: true, ResourceArn: true },
      fis: "aws:rds:cluster",
      cfn: "AWS::RDS::DBCluster",
      collection: clusterRecords,
      counted: ({ adminPassword: _, masterPassword: __, ...record }) => record,
      tags: tagged<DbClusterRecord>(),
    }),
    snapshot: defineResource<DbSnapshotRecord>({
      arn: "arn:{partition}:rds:{region}:{account}:snapshot:{DBSnapshotIdentifier}",
      namedBy: { DBSnapshotIdentifier: true, ResourceName: true },
      fis: "aws:rds:snapshot",
      collection: snapshotRecords,
      counted: ({ of: { adminPassword: _, masterPassword: __, ...of }, ...record }) => ({ ...record, of }),
      tags: tagged<DbSnapshotRecord>(),
    }),
    "cluster-snapshot": defineResource<ClusterSnapshotRecord>({
      arn: "arn:{partition}:rds:{region}:{account}:cluster-snapshot:{DBClusterSnapshotIdentifier}",
      namedBy: { DBClusterSnapshotIdentifier: true, ResourceName: true },
      fis: "aws:rds:cluster-snapshot",
      collection: clusterSnapshotRecords,
      counted: ({ of: { adminPassword: _, masterPassword: __, ...of }, ...record }) => ({ ...record, of }),
      tags: tagged<ClusterSnapshotRecord>(),
    }),
    "global-cluster": defineResource<GlobalClusterRecord>({
      arn: "arn:{partition}:rds::{account}:global-cluster:{GlobalClusterIdentifier}",
      namedBy: { GlobalClusterIdentifier: true, ResourceName: true },
      fis: "aws:rds:global-cluster",
      cfn: "AWS::RDS::GlobalCluster",
      collection: globalRecords,
      keptIn: HOME,
      tags: tagged<GlobalClusterRecord>(),
    }),
    pg: defineResource<ParameterGroupRecord>({
      arn: "arn:{partition}:rds:{region}:{account}:pg:{DBParameterGroupName}",
      namedBy: { DBParameterGroupName: true, ResourceName: true },
      fis: "aws:rds:pg",
      cfn: "AWS::RDS::DBParameterGroup",
      collection: parameterGroups,
      tags: tagged<ParameterGroupRecord>(),
    }),
    "cluster-pg": defineResource<ParameterGroupRecord>({
      arn: "arn:{partition}:rds:{region}:{account}:cluster-pg:{DBClusterParameterGroupName}",
      namedBy: { DBClusterParameterGroupName: true, ResourceName: true },
      fis: "aws:rds:cluster-pg",
      cfn: "AWS::RDS::DBClusterParameterGroup",
      collection: clusterParameterGroups,
      tags: tagged<ParameterGroupRecord>(),
    }),
    subgrp: defineResource<SubnetGroupRecord>({
      arn: "arn:{partition}:rds:{region}:{account}:subgrp:{DBSubnetGroupName}",
      namedBy: { DBSubnetGroupName: true, ResourceName: true },
      fis: "aws:rds:subgrp",
      cfn: "AWS::RDS::DBSubnetGroup",
      collection: subnetGroups,
      tags: tagged<SubnetGroupRecord>(),
    }),
  },
  faultPoints: {
    [CONNECTION]: databaseConnectionPoint,
    ...lifecyclePoint(instanceLifecycle),
    ...lifecyclePoint(clusterLifecycle),
    ...lifecyclePoint(globalLifecycle),
    ...lifecyclePoint(snapshotLifecycle),
  },
});
