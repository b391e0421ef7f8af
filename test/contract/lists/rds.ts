import type { Call, ListCase } from "../lists.ts";

const paged = { service: "rds", size: "MaxRecords", token: "Marker", next: "Marker", least: 20 } as const;

/** Subnets of the default VPC, in zones of their own. */
export async function twoSubnets(call: Call): Promise<string[]> {
  const { Subnets } = await call("DescribeSubnets", {}, "ec2");
  return (Subnets as { SubnetId: string }[]).slice(0, 2).map(({ SubnetId }) => SubnetId);
}

export const lists: readonly ListCase[] = [
  {
    ...paged,
    operation: "DescribeDBClusters",
    items: "DBClusters",
    add: (call, DBClusterIdentifier) =>
      call("CreateDBCluster", {
        DBClusterIdentifier,
        Engine: "aurora-postgresql",
        MasterUserPassword: "correct-horse",
      }),
    remove: (call, DBClusterIdentifier) =>
      call("DeleteDBCluster", { DBClusterIdentifier, SkipFinalSnapshot: true }),
    nameOf: ({ DBClusterIdentifier, Status }: { DBClusterIdentifier: string; Status: string }) =>
      Status === "deleting" ? undefined : DBClusterIdentifier,
  },
  {
    ...paged,
    operation: "DescribeGlobalClusters",
    items: "GlobalClusters",
    add: (call, GlobalClusterIdentifier) =>
      call("CreateGlobalCluster", { GlobalClusterIdentifier, Engine: "aurora-mysql" }),
    remove: (call, GlobalClusterIdentifier) => call("DeleteGlobalCluster", { GlobalClusterIdentifier }),
    nameOf: ({ GlobalClusterIdentifier }: { GlobalClusterIdentifier: string }) => GlobalClusterIdentifier,
  },
  {
    ...paged,
    operation: "DescribeDBParameterGroups",
    items: "DBParameterGroups",
    add: (call, DBParameterGroupName) =>
      call("CreateDBParameterGroup", {
        DBParameterGroupName,
        DBParameterGroupFamily: "postgres17",
        Description: "a list's",
      }),
    remove: (call, DBParameterGroupName) => call("DeleteDBParameterGroup", { DBParameterGroupName }),
    nameOf: ({ DBParameterGroupName }: { DBParameterGroupName: string }) => DBParameterGroupName,
  },
  {
    ...paged,
    operation: "DescribeDBSubnetGroups",
    most: 50,
    items: "DBSubnetGroups",
    add: async (call, DBSubnetGroupName) =>
      call("CreateDBSubnetGroup", {
        DBSubnetGroupName,
        DBSubnetGroupDescription: "a list's",
        SubnetIds: await twoSubnets(call),
      }),
    remove: (call, DBSubnetGroupName) => call("DeleteDBSubnetGroup", { DBSubnetGroupName }),
    nameOf: ({ DBSubnetGroupName }: { DBSubnetGroupName: string }) => DBSubnetGroupName,
  },
  {
    ...paged,
    operation: "DescribeDBParameters",
    items: "Parameters",
    input: () => ({ DBParameterGroupName: "listed" }),
    prepare: (call) =>
      call("CreateDBParameterGroup", {
        DBParameterGroupName: "listed",
        DBParameterGroupFamily: "postgres17",
        Description: "a list's",
      }),
    add: (call, ParameterName) =>
      call("ModifyDBParameterGroup", {
        DBParameterGroupName: "listed",
        Parameters: [
          { ParameterName: `own.${ParameterName}`, ParameterValue: "1", ApplyMethod: "pending-reboot" },
        ],
      }),
    remove: (call, ParameterName) =>
      call("ResetDBParameterGroup", {
        DBParameterGroupName: "listed",
        Parameters: [{ ParameterName: `own.${ParameterName}`, ApplyMethod: "pending-reboot" }],
      }),
    nameOf: ({ ParameterName }: { ParameterName: string }) => ParameterName.slice(4),
  },
];
