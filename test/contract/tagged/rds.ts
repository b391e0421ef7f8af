import { isThere } from "../../needs.ts";
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

/** A machine without PostgreSQL has no instances that could be tagged. */
export const tagged: readonly TaggedCase[] = [
  group,
  cluster,
  globalCluster,
  ...(isThere("postgres") ? [instance] : []),
];
