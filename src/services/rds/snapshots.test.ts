import assert from "node:assert/strict";
import { test } from "node:test";
import { needs } from "../../../test/needs.ts";
import { until } from "../../../test/until.ts";
import { databaseCloud, mariadb, psql } from "./fixture.test.ts";

type Lab = Awaited<ReturnType<typeof databaseCloud>>;

const snapshotIs = (lab: Lab, DBSnapshotIdentifier: string) =>
  until(
    async () => (await lab.call("DescribeDBSnapshots", { DBSnapshotIdentifier }))["DBSnapshots"][0],
    ({ Status }) => Status === "available",
  );

const clusterSnapshotIs = (lab: Lab, DBClusterSnapshotIdentifier: string) =>
  until(
    async () =>
      (await lab.call("DescribeDBClusterSnapshots", { DBClusterSnapshotIdentifier }))[
        "DBClusterSnapshots"
      ][0],
    ({ Status }) => Status === "available",
  );

const isGone = (describe: () => Promise<unknown>) =>
  until(() =>
    describe().then(
      () => false,
      ({ code }) => /NotFound/.test(code),
    ),
  );

for (const { engine, aurora, tool, ask } of [
  { engine: "postgres", aurora: "aurora-postgresql", tool: "postgres", ask: psql },
  { engine: "mysql", aurora: "aurora-mysql", tool: "mariadb", ask: mariadb },
] as const) {
  test(
    `a snapshot of ${engine} has what there was, and becomes an instance of its own`,
    needs(tool),
    async () => {
      await using lab = await databaseCloud();
      const shop = await lab.create("shop", { Engine: engine });
      await ask(shop, "create table orders (id int)");
      await ask(shop, "insert into orders values (1)");
      const { DBSnapshot } = await lab.call("CreateDBSnapshot", {
        DBInstanceIdentifier: "shop",
        DBSnapshotIdentifier: "before",
      });
      assert.deepEqual(
        [DBSnapshot.Status, DBSnapshot.Engine, DBSnapshot.MasterUsername],
        ["creating", engine, "app"],
      );
      await snapshotIs(lab, "before");
      await ask(shop, "insert into orders values (2)");
      await lab.call("RestoreDBInstanceFromDBSnapshot", {
        DBInstanceIdentifier: "again",
        DBSnapshotIdentifier: "before",
      });
      const again = lab.where(await lab.is("again", "available"));
      assert.notEqual(again.address, shop.address);
      assert.equal(await ask(again, "select count(*) from orders"), "1");
      await ask(again, "insert into orders values (3)");
      assert.equal(await ask(shop, "select max(id) from orders"), "2");
      assert.equal(await ask(again, "select max(id) from orders"), "3");

      await lab.call("DeleteDBSnapshot", { DBSnapshotIdentifier: "before" });
      await lab.call("DeleteDBInstance", { DBInstanceIdentifier: "shop", FinalDBSnapshotIdentifier: "last" });
      await isGone(() => lab.instance("shop"));
      await snapshotIs(lab, "last");
      await lab.call("RestoreDBInstanceFromDBSnapshot", {
        DBInstanceIdentifier: "shop",
        DBSnapshotIdentifier: "last",
      });
      assert.equal(
        await ask(lab.where(await lab.is("shop", "available")), "select max(id) from orders"),
        "2",
      );
    },
  );

  test(
    `a cluster of ${aurora} outlives its instances, and a snapshot outlives the cluster`,
    needs(tool),
    async () => {
      await using lab = await databaseCloud();
      const { writer } = await lab.createCluster("main", ["one", "two"], aurora);
      await ask(writer, "create table orders (id int)");
      await ask(writer, "insert into orders values (1)");
      for (const DBInstanceIdentifier of ["one", "two"]) {
        await lab.call("DeleteDBInstance", { DBInstanceIdentifier });
        await isGone(() => lab.instance(DBInstanceIdentifier));
      }
      const instance = { DBInstanceClass: "db.r6g.large", Engine: aurora };
      await lab.call("CreateDBInstance", {
        ...instance,
        DBInstanceIdentifier: "three",
        DBClusterIdentifier: "main",
      });
      await lab.is("three", "available");
      assert.equal(await ask(writer, "select count(*) from orders"), "1");
      await lab.call("CreateDBClusterSnapshot", {
        DBClusterIdentifier: "main",
        DBClusterSnapshotIdentifier: "whole",
      });
      await clusterSnapshotIs(lab, "whole");
      await ask(writer, "insert into orders values (2)");
      await lab.call("DeleteDBInstance", { DBInstanceIdentifier: "three" });
      await isGone(() => lab.instance("three"));
      await lab.call("DeleteDBCluster", { DBClusterIdentifier: "main", FinalDBSnapshotIdentifier: "last" });
      await isGone(() => lab.cluster("main"));
      await clusterSnapshotIs(lab, "last");
      for (const [snapshot, count] of [
        ["whole", "1"],
        ["last", "2"],
      ] as const) {
        await lab.call("RestoreDBClusterFromSnapshot", {
          DBClusterIdentifier: snapshot,
          SnapshotIdentifier: snapshot,
          Engine: aurora,
        });
        await lab.call("CreateDBInstance", {
          ...instance,
          DBInstanceIdentifier: `${snapshot}-one`,
          DBClusterIdentifier: snapshot,
        });
        await lab.is(`${snapshot}-one`, "available");
        const { Endpoint: address, Port: port } = await lab.cluster(snapshot);
        assert.equal(await ask({ address, port }, "select count(*) from orders"), count);
      }
    },
  );
}

test("what snapshots cannot be is refused", needs("postgres"), async () => {
  await using lab = await databaseCloud();
  await lab.createCluster("main", ["one"]);
  const DBSnapshotIdentifier = "taken";
  await assert.rejects(lab.call("DescribeDBSnapshots", { DBSnapshotIdentifier }), {
    code: "DBSnapshotNotFound",
    message: "DBSnapshot not found: taken",
  });
  await assert.rejects(lab.call("CreateDBSnapshot", { DBSnapshotIdentifier, DBInstanceIdentifier: "one" }), {
    code: "InvalidDBInstanceState",
  });
  await lab.create("shop");
  const take = () => lab.call("CreateDBSnapshot", { DBSnapshotIdentifier, DBInstanceIdentifier: "shop" });
  await take();
  await snapshotIs(lab, "taken");
  await assert.rejects(take(), {
    code: "DBSnapshotAlreadyExists",
    message: "Cannot create the snapshot because a snapshot with the identifier taken already exists.",
  });
  await assert.rejects(
    lab.call("DeleteDBInstance", { DBInstanceIdentifier: "shop", FinalDBSnapshotIdentifier: "taken" }),
    { code: "DBSnapshotAlreadyExists" },
  );
  await assert.rejects(
    lab.call("RestoreDBInstanceFromDBSnapshot", { DBInstanceIdentifier: "shop", DBSnapshotIdentifier }),
    { code: "DBInstanceAlreadyExists" },
  );
});
