import { isThere } from "../../needs.ts";
import { until } from "../../until.ts";
import { twoSubnets } from "../lists/rds.ts";
import { arn } from "../lists.ts";
import type { TaggedCase } from "../tagged.ts";

const group: TaggedCase = {
  service: "rds",
  type: "pg",
  create: async (call) => {
    await call("CreateDBParameterGroup", {
      DBParameterGroupName: "own",
      DBParameterGroupFamily: "postgres17",
      Description: "tagged",
    });
    return arn("rds", call.account, "pg:own");
  },
};

const clusterGroup: TaggedCase = {
  service: "rds",
  type: "cluster-pg",
  create: async (call) => {
    await call("CreateDBClusterParameterGroup", {
      DBClusterParameterGroupName: "own",
      DBParameterGroupFamily: "aurora-mysql8.0",
      Description: "tagged",
    });
    return arn("rds", call.account, "cluster-pg:own");
  },
};

const subnets: TaggedCase = {
  service: "rds",
  type: "subgrp",
  create: async (call) => {
    await call("CreateDBSubnetGroup", {
      DBSubnetGroupName: "own",
      DBSubnetGroupDescription: "tagged",
      SubnetIds: await twoSubnets(call),
    });
    return arn("rds", call.account, "subgrp:own");
  },
};

const cluster: TaggedCase = {
  service: "rds",
  type: "cluster",
  create: async (call) => {
    await call("CreateDBCluster", {
      DBClusterIdentifier: "main",
      Engine: "aurora-postgresql",
      MasterUserPassword: "correct-horse",
    });
    return arn("rds", call.account, "cluster:main");
  },
};

const globalCluster: TaggedCase = {
  service: "rds",
  type: "global-cluster",
  create: async (call) => {
    const { GlobalCluster } = await call("CreateGlobalCluster", {
      GlobalClusterIdentifier: "world",
      Engine: "aurora-postgresql",
    });
    return (GlobalCluster as { GlobalClusterArn: string }).GlobalClusterArn;
  },
};

const instance: TaggedCase = {
  service: "rds",
  type: "db",
  create: async (call) => {
    await call("CreateDBInstance", {
      DBInstanceIdentifier: "shop",
      DBInstanceClass: "db.t3.micro",
      Engine: "postgres",
      MasterUserPassword: "correct-horse",
    });
    return arn("rds", call.account, "db:shop");
  },
};

/** Of a MariaDB: it is there sooner than a PostgreSQL. */
const snapshot: TaggedCase = {
  service: "rds",
  type: "snapshot",
  create: async (call) => {
    await call("CreateDBInstance", {
      DBInstanceIdentifier: "shop",
      DBInstanceClass: "db.t3.micro",
      Engine: "mariadb",
      MasterUserPassword: "correct-horse",
    });
    await until(async () => {
      const { DBInstances } = await call("DescribeDBInstances", { DBInstanceIdentifier: "shop" });
      return (DBInstances as { DBInstanceStatus: string }[])[0]?.DBInstanceStatus === "available";
    });
    await call("CreateDBSnapshot", { DBInstanceIdentifier: "shop", DBSnapshotIdentifier: "taken" });
    return arn("rds", call.account, "snapshot:taken");
  },
};

const clusterSnapshot: TaggedCase = {
  service: "rds",
  type: "cluster-snapshot",
  create: async (call, name) => {
    await cluster.create(call, name);
    await until(async () => {
      const { DBClusters } = await call("DescribeDBClusters", { DBClusterIdentifier: "main" });
      return (DBClusters as { Status: string }[])[0]?.Status === "available";
    });
    await call("CreateDBClusterSnapshot", {
      DBClusterIdentifier: "main",
      DBClusterSnapshotIdentifier: "taken",
    });
    return arn("rds", call.account, "cluster-snapshot:taken");
  },
};

/** A machine without databases has no instances that could be tagged. */
export const tagged: readonly TaggedCase[] = [
  group,
  clusterGroup,
  subnets,
  cluster,
  globalCluster,
  ...(isThere("postgres") ? [instance, clusterSnapshot] : []),
  ...(isThere("mariadb") ? [snapshot] : []),
];
