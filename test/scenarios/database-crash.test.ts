import assert from "node:assert/strict";
import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { databaseCloud, mariadb, psql, type Where } from "../../src/services/rds/fixture.test.ts";
import { newAccount } from "../cloud.ts";
import { needs } from "../needs.ts";
import { type SquallProcess, squallProcess } from "../squall-process.ts";
import { until } from "../until.ts";

/** The kernel says what shared memory there is. */
const ONLY_LINUX = process.platform === "linux" ? needs("postgres") : { skip: "Linux only" };
const PASSWORD = "correct-horse";

/** What databases run on: what says in a server's files that it is a copy, and what it says of a write and of one that it refuses. */
const ENGINES = [
  {
    name: "aurora-postgresql",
    tool: "postgres",
    ask: psql,
    copy: "data/standby.signal",
    isWritten: (said: string) => said === "INSERT 0 1",
    isReading: (said: string) => said.includes("read-only transaction"),
  },
  {
    name: "aurora-mysql",
    tool: "mariadb",
    ask: mariadb,
    copy: "data/squall.copy",
    isWritten: (said: string) => said === "",
    isReading: (said: string) => said.includes("read-only option"),
  },
] as const;
type Engine = (typeof ENGINES)[number];

/** RDS by its own protocol, at a squall that may be killed. */
function rdsOf({ url }: SquallProcess, account: string, region = "us-east-1") {
  const call = async (Action: string, input: Record<string, string>): Promise<string> => {
    const response = await fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        authorization: `AWS4-HMAC-SHA256 Credential=${account}/20260101/${region}/rds/aws4_request, SignedHeaders=host, Signature=0`,
      },
      body: new URLSearchParams({ Action, Version: "2014-10-31", ...input }),
    });
    const text = await response.text();
    assert.equal(response.status, 200, text);
    return text;
  };
  const cluster = () => call("DescribeDBClusters", { DBClusterIdentifier: "main" });
  const stateOf = async (id: string) =>
    member(await call("DescribeDBInstances", { DBInstanceIdentifier: id }), "DBInstanceStatus");
  return { call, cluster, stateOf };
}

const member = (xml: string, name: string): string =>
  new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? "";

const writerIn = (xml: string): string | undefined =>
  xml
    .split("<DBClusterMember>")
    .find((one) => one.includes("<IsClusterWriter>true"))
    ?.match(/<DBInstanceIdentifier>([^<]+)/)?.[1];

async function makeCluster({ call, cluster, stateOf }: ReturnType<typeof rdsOf>, Engine: string) {
  await call("CreateDBCluster", {
    DBClusterIdentifier: "main",
    Engine,
    MasterUsername: "app",
    MasterUserPassword: PASSWORD,
    DatabaseName: "shop",
    Port: "15434",
  });
  for (const DBInstanceIdentifier of ["one", "two", "three"]) {
    await call("CreateDBInstance", {
      DBInstanceIdentifier,
      DBInstanceClass: "db.r6g.large",
      Engine,
      DBClusterIdentifier: "main",
    });
    const state = await until(
      () => stateOf(DBInstanceIdentifier),
      (now) => now !== "creating",
    );
    assert.equal(state, "available");
  }
  const xml = await cluster();
  const port = Number(member(xml, "Port"));
  return {
    writer: { address: member(xml, "Endpoint"), port },
    reader: { address: member(xml, "ReaderEndpoint"), port },
  };
}

/** Files of this name of servers. Not by a look at everything: files come and go there. */
const filesOf = (folder: string, name: string): string[] =>
  readdirSync(join(folder, "rds"))
    .map((id) => join(folder, "rds", id, name))
    .filter((path) => existsSync(path));

/** The shared memory that PostgreSQL's servers in a folder have, as the kernel numbers it. */
const sharedMemory = (folder: string): string[] =>
  filesOf(folder, "data/postmaster.pid").flatMap((path) => {
    try {
      return readFileSync(path, "utf8").split("\n")[6]?.trim().split(/\s+/)[1] ?? [];
    } catch {
      return []; // It has ended meanwhile.
    }
  });

const areGone = (ids: readonly string[]): boolean => {
  const there = readFileSync("/proc/sysvipc/shm", "utf8").split("\n").slice(1);
  return !there.some((line) => ids.includes(line.trim().split(/\s+/)[1] ?? ""));
};

/** Writes rows until it is told to stop; those that were acknowledged are in `rows`. */
function writing({ ask, isWritten }: Engine, writer: Where, rows: number[]) {
  let isOver = false;
  const over = (async () => {
    for (let n = rows.length * 1000; !isOver; n++)
      if (isWritten(await ask(writer, `insert into orders values (${n})`))) rows.push(n);
  })();
  return () => {
    isOver = true;
    return over;
  };
}

for (const engine of ENGINES)
  test(
    `a cluster of ${engine.name} whose Squall is killed during a failover is whole again when it is back, with all rows`,
    process.platform === "linux" ? needs(engine.tool) : { skip: "Linux only" },
    async () => {
      const dataDir = mkdtempSync(join(tmpdir(), "squall-databases-"));
      // A database is another user where Squall is root.
      chmodSync(dataDir, 0o711);
      const account = newAccount();
      const files = (name: string) => filesOf(dataDir, name);
      /** What is seen of a failover from outside, and when it is killed. */
      const moments: readonly ((signals: number) => boolean)[] = [
        () => true,
        (signals) => files(engine.copy).length < signals,
        () => files("data.new").length > 0,
      ];
      let squall = await squallProcess({ dataDir });
      try {
        let rds = rdsOf(squall, account);
        const { writer, reader } = await makeCluster(rds, engine.name);
        await engine.ask(writer, "create table orders (id int)");
        const rows: number[] = [];
        for (const isNow of moments) {
          const before = rows.length;
          const end = writing(engine, writer, rows);
          await until(() => rows.length > before + 2);
          const signals = files(engine.copy).length;
          await rds.call("FailoverDBCluster", { DBClusterIdentifier: "main" });
          await until(async () => isNow(signals) || member(await rds.cluster(), "Status") === "available");
          const memory = sharedMemory(dataDir);
          squall.child.kill("SIGKILL");
          await once(squall.child, "exit");
          await end();
          await until(() => areGone(memory));

          squall = await squallProcess({ dataDir });
          rds = rdsOf(squall, account);
          await until(async () => member(await rds.cluster(), "Status") === "available");
          for (const id of ["one", "two", "three"]) assert.equal(await rds.stateOf(id), "available");
          assert.notEqual(writerIn(await rds.cluster()), undefined);
          const mark = -1 - before;
          await until(() => engine.ask(writer, `insert into orders values (${mark})`), engine.isWritten);
          rows.push(mark);
          await until(
            () => engine.ask(reader, `select count(*) from orders where id = ${mark}`),
            (said) => said === "1",
          );
          // Readers come one after the other, and who reads may be cut off as the first of them does.
          await until(() => engine.ask(reader, "insert into orders values (0)"), engine.isReading);
          for (const where of [writer, reader]) {
            const kept = await until(
              () => engine.ask(where, "select id from orders"),
              (said) => /^[-\d\n]+$/.test(said),
            );
            const ids = new Set(kept.split("\n").map(Number));
            assert.deepEqual(
              rows.filter((row) => !ids.has(row)),
              [],
            );
          }
        }
      } finally {
        squall.child.kill("SIGKILL");
        await once(squall.child, "exit");
        await until(() => {
          rmSync(dataDir, { recursive: true, force: true });
          return !existsSync(dataDir);
        });
      }
    },
  );

for (const [Engine, ask] of [
  ["postgres", psql],
  ["mariadb", mariadb],
] as const)
  test(
    `read replicas of a ${Engine} that were being made when Squall was killed are made when it is back`,
    process.platform === "linux" ? needs(Engine) : { skip: "Linux only" },
    async () => {
      const dataDir = mkdtempSync(join(tmpdir(), "squall-databases-"));
      chmodSync(dataDir, 0o711);
      const account = newAccount();
      let squall = await squallProcess({ dataDir });
      // In the order of their Regions what is far comes before its source.
      const labs = () => ({ near: rdsOf(squall, account), far: rdsOf(squall, account, "ap-south-1") });
      const isMade = (lab: ReturnType<typeof rdsOf>, id: string) =>
        until(
          () => lab.stateOf(id),
          (state) => state !== "creating",
        );
      try {
        const { near, far } = labs();
        await near.call("CreateDBInstance", {
          DBInstanceIdentifier: "shop",
          DBInstanceClass: "db.t3.micro",
          Engine,
          MasterUsername: "app",
          MasterUserPassword: PASSWORD,
          DBName: "shop",
          Port: "15437",
        });
        assert.equal(await isMade(near, "shop"), "available");
        const where = async (lab: ReturnType<typeof rdsOf>, id: string): Promise<Where> => {
          const xml = await lab.call("DescribeDBInstances", { DBInstanceIdentifier: id });
          return { address: member(xml, "Address"), port: Number(member(xml, "Port")) };
        };
        await ask(await where(near, "shop"), "create table orders (id int)");
        const of = `arn:aws:rds:us-east-1:${account}:db:shop`;
        for (const [lab, id] of [
          [far, "distant"],
          [near, "copy"],
        ] as const)
          await lab.call("CreateDBInstanceReadReplica", {
            DBInstanceIdentifier: id,
            SourceDBInstanceIdentifier: of,
          });
        await until(() => filesOf(dataDir, "data.new").length > 0);
        squall.child.kill("SIGKILL");
        await once(squall.child, "exit");

        squall = await squallProcess({ dataDir });
        const back = labs();
        const shop = await where(back.near, "shop");
        await until(
          () => ask(shop, "insert into orders values (1)"),
          (said) => /^(?:INSERT 0 1)?$/.test(said),
        );
        for (const [lab, id] of [
          [back.far, "distant"],
          [back.near, "copy"],
        ] as const) {
          assert.equal(await isMade(lab, id), "available");
          const copy = await where(lab, id);
          await until(
            () => ask(copy, "select count(*) from orders"),
            (said) => said === "1",
          );
        }
      } finally {
        squall.child.kill("SIGKILL");
        await once(squall.child, "exit");
        await until(() => {
          rmSync(dataDir, { recursive: true, force: true });
          return !existsSync(dataDir);
        });
      }
    },
  );

test("what PostgreSQL has of shared memory goes with a Squall that is stopped", ONLY_LINUX, async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "squall-databases-"));
  chmodSync(dataDir, 0o711);
  try {
    const lab = await databaseCloud({ dataDir });
    await lab.create("shop");
    const memory = sharedMemory(dataDir);
    assert.equal(memory.length, 1);
    assert.equal(areGone(memory), false);
    await lab.cloud.stop();
    assert.equal(areGone(memory), true);
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
});
