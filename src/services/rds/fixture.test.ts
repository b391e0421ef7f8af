// Not tests but what the tests beside it share; named so that the build leaves it out.

import assert from "node:assert/strict";
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import type { Readable } from "node:stream";
import { newAccount, testCloud } from "../../../test/cloud.ts";
import { until } from "../../../test/until.ts";
import type { CloudOptions } from "../../index.ts";

export interface Where {
  readonly address: string;
  readonly port: number;
}

const PASSWORD = "correct-horse";

/** Asks a database with PostgreSQL's own client; gives its rows, or what it says is wrong. */
export function psql(
  { address, port }: Where,
  statement: string,
  {
    user = "app",
    password = PASSWORD,
    database = "shop",
    environment = {},
  }: { user?: string; password?: string; database?: string; environment?: Record<string, string> } = {},
): Promise<string> {
  const child = spawn(
    "psql",
    ["-h", address, "-p", String(port), "-U", user, "-d", database, "-X", "-A", "-t", "-c", statement],
    {
      env: {
        PATH: process.env["PATH"] ?? "",
        PGPASSWORD: password,
        PGCONNECT_TIMEOUT: "5",
        LC_ALL: "C",
        ...environment,
      },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  return saidBy(child);
}

function saidBy(child: ChildProcessByStdio<null, Readable, Readable>): Promise<string> {
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", () => resolve(Buffer.concat(chunks).toString("utf8").trim()));
  });
}

/** Asks a database with MariaDB's own client; gives its rows, or what it says is wrong. */
export function mariadb(
  { address, port }: Where,
  statement: string,
  { user = "app", password = PASSWORD, database = "shop" } = {},
): Promise<string> {
  const where = ["--no-defaults", "-h", address, "-P", String(port), "-u", user, "--connect-timeout=5"];
  const child = spawn("mariadb", [...where, "-N", "-B", "-e", statement, database], {
    env: { PATH: process.env["PATH"] ?? "", MYSQL_PWD: password, LC_ALL: "C" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  return saidBy(child);
}

// biome-ignore lint/suspicious/noExplicitAny: outputs of RDS, of which no client is installed
type Output = Record<string, any>;

/** A cloud whose account has databases. */
export async function databaseCloud(options: CloudOptions & { account?: string } = {}) {
  const { account = newAccount(), ...others } = options;
  const cloud = await testCloud(others);
  return { cloud, account, ...onCloud(cloud, account), [Symbol.asyncDispose]: () => cloud.stop() };
}

export function onCloud(cloud: Awaited<ReturnType<typeof testCloud>>, account: string, region = "us-east-1") {
  const call = (operation: string, input: object = {}, service = "rds") =>
    cloud.call<Output>(service, operation, input, { account, region });
  const instance = async (id: string) =>
    (await call("DescribeDBInstances", { DBInstanceIdentifier: id }))["DBInstances"][0] as Output;
  const cluster = async (id: string) =>
    (await call("DescribeDBClusters", { DBClusterIdentifier: id }))["DBClusters"][0] as Output;
  const is = (id: string, state: string) =>
    until(
      () => instance(id),
      (one) => {
        if (one["DBInstanceStatus"] === "failed") throw new Error(JSON.stringify(one["StatusInfos"]));
        return one["DBInstanceStatus"] === state;
      },
    );
  const where = ({ Endpoint }: Output): Where => ({ address: Endpoint.Address, port: Endpoint.Port });
  const create = async (id: string, more: object = {}) => {
    await call("CreateDBInstance", {
      DBInstanceIdentifier: id,
      DBInstanceClass: "db.t3.micro",
      Engine: "postgres",
      MasterUsername: "app",
      MasterUserPassword: PASSWORD,
      DBName: "shop",
      Port: 15_432,
      ...more,
    });
    return where(await is(id, "available"));
  };
  /** A cluster with a writer and readers, in zones of their own. */
  const createCluster = async (
    id: string,
    members: readonly string[],
    Engine: "aurora-postgresql" | "aurora-mysql" = "aurora-postgresql",
    { more = {}, instanceClass = "db.r6g.large" }: { more?: object; instanceClass?: string } = {},
  ) => {
    await call("CreateDBCluster", {
      DBClusterIdentifier: id,
      Engine,
      MasterUsername: "app",
      MasterUserPassword: PASSWORD,
      DatabaseName: "shop",
      Port: 15_432,
      ...more,
    });
    for (const member of members) {
      await call("CreateDBInstance", {
        DBInstanceIdentifier: member,
        DBInstanceClass: instanceClass,
        Engine,
        DBClusterIdentifier: id,
      });
      await is(member, "available");
    }
    const { Endpoint, ReaderEndpoint, Port } = await cluster(id);
    return {
      writer: { address: Endpoint, port: Port } as Where,
      reader: { address: ReaderEndpoint, port: Port } as Where,
    };
  };
  /** Kills the server of an instance, as nobody does it in order. */
  const kill = async (id: string) => {
    const { DbiResourceId } = await instance(id);
    const pids = readdirSync("/proc").filter((pid) => {
      try {
        const [program = "", ...args] = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
        return /postgres$|mariadbd$|mysqld$/.test(program) && args.join(" ").includes(DbiResourceId);
      } catch {
        return false;
      }
    });
    // What it has just forked has its command line, until it sets a title of its own.
    const first = pids.filter((pid) => !pids.includes(parentOf(pid)));
    assert.equal(first.length, 1, `${id} has ${first.length} servers`);
    process.kill(Number(first[0]), "SIGKILL");
  };
  return { call, instance, cluster, is, where, create, createCluster, kill };
}

/** Of a process that may have ended: "". */
function parentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ")[1] ?? "";
  } catch {
    return "";
  }
}
