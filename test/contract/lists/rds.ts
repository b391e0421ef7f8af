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
  ...(
    [
      ["DBParameterGroup", "DBParameters", "postgres17"],
      ["DBClusterParameterGroup", "DBClusterParameters", "aurora-postgresql17"],
    ] as const
  ).flatMap(([group, parameters, DBParameterGroupFamily]): ListCase[] => {
    const named = (name: string) => ({ [`${group}Name`]: name });
    const create = (call: Call, name: string) =>
      call(`Create${group}`, { ...named(name), DBParameterGroupFamily, Description: "a list's" });
    return [
      {
        ...paged,
        operation: `Describe${group}s`,
        items: `${group}s`,
        add: create,
        remove: (call, name) => call(`Delete${group}`, named(name)),
        nameOf: (item: Record<string, string>) => item[`${group}Name`],
      },
      {
        ...paged,
        operation: `Describe${parameters}`,
        items: "Parameters",
        input: () => ({ ...named("listed"), Source: "user" }),
        prepare: (call) => create(call, "listed"),
        add: (call, name) =>
          call(`Modify${group}`, {
            ...named("listed"),
            Parameters: [
              { ParameterName: `own.${name}`, ParameterValue: "1", ApplyMethod: "pending-reboot" },
            ],
          }),
        remove: (call, name) =>
          call(`Reset${group}`, {
            ...named("listed"),
            Parameters: [{ ParameterName: `own.${name}`, ApplyMethod: "pending-reboot" }],
          }),
        nameOf: ({ ParameterName }: { ParameterName: string }) => ParameterName.slice(4),
      },
    ];
  }),
];
