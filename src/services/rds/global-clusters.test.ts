import assert from "node:assert/strict";
import { test } from "node:test";
import { needs } from "../../../test/needs.ts";
import { until } from "../../../test/until.ts";
import { databaseCloud, mariadb, onCloud, psql, type Where } from "./fixture.test.ts";

type Cloud = Awaited<ReturnType<typeof databaseCloud>>["cloud"];

const PRIMARY = "us-east-1";
const SECONDARY = "eu-west-1";
const NAME = { GlobalClusterIdentifier: "world" };

/** A global cluster of two Regions, with an instance in the first and two in the other. */
async function world(cloud: Cloud, account: string, Engine: string) {
  const home = onCloud(cloud, account, PRIMARY);
  const away = onCloud(cloud, account, SECONDARY);
  await home.call("CreateGlobalCluster", { ...NAME, Engine });
  const master = { MasterUsername: "app", MasterUserPassword: "correct-horse", DatabaseName: "shop" };
  const made = { DBClusterIdentifier: "main", Engine, Port: 15_436, ...NAME };
  await home.call("CreateDBCluster", { ...made, ...master });
  const instance = { DBInstanceClass: "db.r6g.large", Engine, DBClusterIdentifier: "main" };
  await home.call("CreateDBInstance", { ...instance, DBInstanceIdentifier: "one" });
  await home.is("one", "available");
  await away.call("CreateDBCluster", made);
  for (const DBInstanceIdentifier of ["two", "three"]) {
    await away.call("CreateDBInstance", { ...instance, DBInstanceIdentifier });
    await away.is(DBInstanceIdentifier, "available");
  }
  const endpoints = async ({ cluster }: typeof home) => {
    const { Endpoint, ReaderEndpoint, Port } = await cluster("main");
    return {
      writer: { address: Endpoint, port: Port } as Where,
      reader: { address: ReaderEndpoint, port: Port } as Where,
    };
  };
  const described = async () => {
    const { GlobalClusters } = await away.call("DescribeGlobalClusters", NAME);
    return GlobalClusters[0];
  };
  const settled = () => until(described, ({ Status }) => Status === "available");
  const target = (region: string) => ({
    ...NAME,
    TargetDbClusterIdentifier: `arn:aws:rds:${region}:${account}:cluster:main`,
  });
  return { home, away, target, settled, at: { home: await endpoints(home), away: await endpoints(away) } };
}

for (const { engine, tool, ask } of [
  { engine: "aurora-postgresql", tool: "postgres", ask: psql },
  { engine: "aurora-mysql", tool: "mariadb", ask: mariadb },
] as const) {
  const says = (where: Where, statement: string, wanted: string | RegExp) =>
    until(
      () => ask(where, statement),
      (said) => (typeof wanted === "string" ? said === wanted : wanted.test(said)),
    );
  const written = /^(?:INSERT 0 1)?$/;

  test(
    `what is written to a global cluster of ${engine} is read in another Region, which can take over`,
    needs(tool),
    async () => {
      await using lab = await databaseCloud();
      const { home, away, target, settled, at } = await world(lab.cloud, lab.account, engine);
      await ask(at.home.writer, "create table orders (id int)");
      await ask(at.home.writer, "insert into orders values (1)");
      await says(at.away.reader, "select count(*) from orders", "1");
      assert.match(await ask(at.away.reader, "insert into orders values (2)"), /read-only/);
      assert.match(await ask(at.away.writer, "select 1"), /refused|Can't connect/);

      const { GlobalCluster } = await away.call("SwitchoverGlobalCluster", target(SECONDARY));
      assert.equal(GlobalCluster.Status, "switching-over");
      assert.equal(GlobalCluster.FailoverState.IsDataLossAllowed, false);
      const { GlobalClusterMembers } = await settled();
      assert.deepEqual(
        GlobalClusterMembers.map(
          ({ DBClusterArn, IsWriter }: { DBClusterArn: string; IsWriter: boolean }) => [
            DBClusterArn.split(":")[3],
            IsWriter,
          ],
        ),
        [
          [SECONDARY, true],
          [PRIMARY, false],
        ],
      );
      assert.match(await ask(at.away.writer, "insert into orders values (2)"), written);
      await says(at.home.reader, "select count(*) from orders", "2");
      assert.match(await ask(at.home.reader, "insert into orders values (3)"), /read-only/);
      // The other instance there reads what the new writer writes.
      await says(at.away.reader, "select count(*) from orders", "2");

      // A writer that dies is followed when it is back.
      const { DBClusterMembers } = await away.cluster("main");
      const member = DBClusterMembers.find(
        ({ IsClusterWriter }: { IsClusterWriter: boolean }) => IsClusterWriter,
      );
      await away.kill(member.DBInstanceIdentifier);
      await says(at.away.writer, "insert into orders values (3)", written);
      await says(at.home.reader, "select count(*) from orders", "3");

      await home.call("FailoverGlobalCluster", { ...target(PRIMARY), AllowDataLoss: true });
      await settled();
      await says(at.home.writer, "insert into orders values (4)", written);
      await says(at.away.reader, "select id from orders order by id desc limit 1", "4");
      assert.match(await ask(at.away.reader, "insert into orders values (5)"), /read-only/);
    },
  );

  test(
    `a cluster of ${engine} that leaves a global one is written to, and follows nobody`,
    needs(tool),
    async () => {
      await using lab = await databaseCloud();
      const { home, away, at } = await world(lab.cloud, lab.account, engine);
      await ask(at.home.writer, "create table orders (id int)");
      await says(at.away.reader, "select count(*) from orders", "0");
      await assert.rejects(
        away.call("DeleteDBCluster", { DBClusterIdentifier: "main", SkipFinalSnapshot: true }),
        {
          code: "InvalidDBClusterStateFault",
          message: "This cluster is a part of a global cluster, please remove it from globalcluster first",
        },
      );
      await assert.rejects(
        home.call("DeleteDBCluster", { DBClusterIdentifier: "main", SkipFinalSnapshot: true }),
        {
          code: "InvalidGlobalClusterStateFault",
          message:
            "Unable to delete cluster that is a primary member of global cluster while there are other global cluster members",
        },
      );
      await assert.rejects(home.call("DeleteGlobalCluster", NAME), {
        code: "InvalidGlobalClusterStateFault",
        message: "Global Cluster world is not empty",
      });
      await away.call("RemoveFromGlobalCluster", { ...NAME, DbClusterIdentifier: "main" });
      await says(at.away.writer, "insert into orders values (1)", written);
      await says(at.away.reader, "select count(*) from orders", "1");
      await ask(at.home.writer, "insert into orders values (7), (8)");
      await says(at.away.writer, "select count(*) from orders", "1");
      await home.call("RemoveFromGlobalCluster", { ...NAME, DbClusterIdentifier: "main" });
      await home.call("DeleteGlobalCluster", NAME);
      await assert.rejects(home.call("DescribeGlobalClusters", NAME), { code: "GlobalClusterNotFoundFault" });
    },
  );
}

test("what a global cluster cannot be is refused", async () => {
  await using lab = await databaseCloud();
  const home = onCloud(lab.cloud, lab.account, PRIMARY);
  const away = onCloud(lab.cloud, lab.account, SECONDARY);
  await home.call("CreateGlobalCluster", { ...NAME, Engine: "aurora-mysql" });
  await assert.rejects(away.call("CreateGlobalCluster", { ...NAME, Engine: "aurora-mysql" }), {
    code: "GlobalClusterAlreadyExistsFault",
  });
  const cluster = { DBClusterIdentifier: "main", ...NAME, MasterUserPassword: "correct-horse" };
  await assert.rejects(home.call("CreateDBCluster", { ...cluster, Engine: "aurora-postgresql" }), {
    code: "InvalidParameterCombination",
  });
  await home.call("CreateDBCluster", { ...cluster, Engine: "aurora-mysql" });
  await assert.rejects(
    home.call("CreateDBCluster", { ...cluster, DBClusterIdentifier: "b", Engine: "aurora-mysql" }),
    {
      code: "InvalidGlobalClusterStateFault",
    },
  );
  await assert.rejects(away.call("CreateDBCluster", { ...cluster, Engine: "aurora-mysql" }), {
    code: "InvalidParameterCombination",
    message: "Cannot specify password for cross region replication cluster",
  });
  const arn = (region: string) => `arn:aws:rds:${region}:${lab.account}:cluster:main`;
  await assert.rejects(
    home.call("SwitchoverGlobalCluster", { ...NAME, TargetDbClusterIdentifier: arn(PRIMARY) }),
    { code: "InvalidGlobalClusterStateFault" },
  );
  await assert.rejects(
    home.call("SwitchoverGlobalCluster", { ...NAME, TargetDbClusterIdentifier: arn(SECONDARY) }),
    { code: "DBClusterNotFoundFault" },
  );
  await away.call("CreateDBCluster", { DBClusterIdentifier: "main", ...NAME, Engine: "aurora-mysql" });
  await assert.rejects(
    home.call("SwitchoverGlobalCluster", { ...NAME, TargetDbClusterIdentifier: arn(SECONDARY) }),
    { code: "InvalidDBClusterStateFault" },
  );
  await assert.rejects(home.call("RemoveFromGlobalCluster", { ...NAME, DbClusterIdentifier: "nobody" }), {
    code: "InvalidParameterValue",
    message: "Cluster nobody is not part of the global cluster world",
  });
});
