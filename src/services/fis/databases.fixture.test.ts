// Not tests but what the tests beside it share; named so that the build leaves it out.

import { execFile } from "node:child_process";
import { until } from "../../../test/until.ts";
import { laboratory } from "./fixture.test.ts";

const PASSWORD = "correct-horse";

interface Where {
  readonly address: string;
  readonly port: number;
}

// biome-ignore lint/suspicious/noExplicitAny: outputs of RDS, of which no client is installed
type Output = Record<string, any>;

/** Asks with PostgreSQL's own client; gives its rows, or what it says is wrong. */
export const query = ({ address, port }: Where, statement: string): Promise<string> =>
  new Promise((resolve) => {
    const args = [
      "-h",
      address,
      "-p",
      String(port),
      "-U",
      "app",
      "-d",
      "shop",
      "-X",
      "-A",
      "-t",
      "-c",
      statement,
    ];
    const env = {
      PATH: process.env["PATH"] ?? "",
      PGPASSWORD: PASSWORD,
      PGCONNECT_TIMEOUT: "5",
      LC_ALL: "C",
    };
    execFile("psql", args, { env }, (_error, out, err) => resolve(`${out}${err}`.trim()));
  });

/** A laboratory with databases, and experiments on all of them that its targets pick. */
export async function databaseLab() {
  const lab = await laboratory();
  const { cloud, account } = lab;
  const call = (operation: string, input: object = {}) =>
    cloud.call<Output>("rds", operation, input, { account, region: "us-east-1" });
  const available = (DBInstanceIdentifier: string) =>
    until(
      async () => (await call("DescribeDBInstances", { DBInstanceIdentifier }))["DBInstances"][0] as Output,
      (one) => one["DBInstanceStatus"] === "available",
    );
  const master = { MasterUsername: "app", MasterUserPassword: PASSWORD, Port: 15_433 };
  const instance = async (id: string, Engine = "postgres"): Promise<Where> => {
    await call("CreateDBInstance", {
      DBInstanceIdentifier: id,
      DBInstanceClass: "db.t3.micro",
      Engine,
      DBName: "shop",
      ...master,
    });
    const { Endpoint } = await available(id);
    return { address: Endpoint.Address, port: Endpoint.Port };
  };
  const described = async (DBClusterIdentifier: string) =>
    (await call("DescribeDBClusters", { DBClusterIdentifier }))["DBClusters"][0] as Output;
  const cluster = async (
    id: string,
    members: readonly string[],
    Engine = "aurora-postgresql",
  ): Promise<Where> => {
    await call("CreateDBCluster", { DBClusterIdentifier: id, Engine, DatabaseName: "shop", ...master });
    for (const member of members) {
      const names = { DBInstanceIdentifier: member, DBClusterIdentifier: id };
      await call("CreateDBInstance", { ...names, DBInstanceClass: "db.r6g.large", Engine });
      await available(member);
    }
    const { Endpoint, Port } = await described(id);
    return { address: Endpoint, port: Port };
  };
  const writerOf = async (id: string): Promise<string> => {
    const { DBClusterMembers } = await described(id);
    return DBClusterMembers.find(({ IsClusterWriter }: Output) => IsClusterWriter)?.DBInstanceIdentifier;
  };
  const run = (
    actionId: string,
    [key, target]: readonly [string, { resourceType: string; parameters: Record<string, string> }],
  ) =>
    lab.start({
      targets: { them: { ...target, selectionMode: "ALL" } },
      actions: { act: { actionId, targets: { [key]: "them" } } },
    });
  const is = (id: string, status: string) => until(async () => (await lab.states(id)).experiment === status);
  return { ...lab, instance, cluster, writerOf, run, is, [Symbol.asyncDispose]: () => cloud.stop() };
}
