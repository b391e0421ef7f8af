import assert from "node:assert/strict";
import { test } from "node:test";
import { needs } from "../../../test/needs.ts";
import { databaseCloud, mariadb, psql } from "./fixture.test.ts";

for (const [Engine, ask] of Object.entries({ postgres: psql, mariadb }))
  test(
    `a ${Engine} is restored as it is at the latest restorable time, and each goes its own way`,
    needs(Engine as "postgres" | "mariadb"),
    async () => {
      await using lab = await databaseCloud();
      const shop = await lab.create("shop", { Engine });
      await ask(shop, "create table orders (id int)");
      await ask(shop, "insert into orders values (1)");
      const { DBInstance } = await lab.call("RestoreDBInstanceToPointInTime", {
        SourceDBInstanceIdentifier: "shop",
        TargetDBInstanceIdentifier: "again",
        UseLatestRestorableTime: true,
        BackupRetentionPeriod: 3,
        Tags: [{ Key: "a", Value: "1" }],
      });
      assert.deepEqual(
        [DBInstance.DBInstanceStatus, DBInstance.BackupRetentionPeriod, DBInstance.TagList],
        ["creating", 3, [{ Key: "a", Value: "1" }]],
      );
      const again = lab.where(await lab.is("again", "available"));
      await ask(again, "insert into orders values (2)");
      assert.equal(await ask(again, "select count(*) from orders"), "2");
      assert.equal(await ask(shop, "select count(*) from orders"), "1");
    },
  );

test("what is asked for is within what there is, and is the latest", needs("mariadb"), async () => {
  await using lab = await databaseCloud();
  await lab.create("shop", { Engine: "mariadb" });
  await lab.cloud.clock.advance(3_600_000);
  const restore = (input: object) =>
    lab.call("RestoreDBInstanceToPointInTime", {
      SourceDBInstanceIdentifier: "shop",
      TargetDBInstanceIdentifier: "again",
      ...input,
    });
  const { DBInstanceAutomatedBackups } = await lab.call("DescribeDBInstanceAutomatedBackups", {
    DBInstanceIdentifier: "shop",
  });
  const [{ RestoreWindow, DBInstanceAutomatedBackupsArn, DbiResourceId, Status, BackupRetentionPeriod }] =
    DBInstanceAutomatedBackups;
  assert.deepEqual([Status, BackupRetentionPeriod], ["active", 1]);
  assert.match(DBInstanceAutomatedBackupsArn, /:auto-backup:ab-[a-z0-9]{26}$/);
  const { LatestRestorableTime } = await lab.instance("shop");
  const [earliest, latest] = [RestoreWindow.EarliestTime, RestoreWindow.LatestTime].map((time) =>
    new Date(time).getTime(),
  ) as [number, number];
  assert.equal(new Date(LatestRestorableTime).getTime(), latest);
  for (const [input, code, message] of [
    [{}, "InvalidParameterCombination", /^Specify either RestoreTime or UseLatestRestorableTime\.$/],
    [
      { RestoreTime: new Date(latest), UseLatestRestorableTime: true },
      "InvalidParameterCombination",
      /, and not both\.$/,
    ],
    [
      { RestoreTime: new Date(earliest - 1000) },
      "InvalidParameterValue",
      /^The specified time .* is not between/,
    ],
    [
      { RestoreTime: new Date(latest + 1000) },
      "InvalidParameterValue",
      /^The specified time .* is not between/,
    ],
    [{ RestoreTime: new Date(earliest) }, "InvalidParameterValue", /^Squall restores to the latest/],
  ] as const)
    await assert.rejects(
      restore(input),
      (error: Error & { code: string }) => {
        assert.equal(error.code, code);
        assert.match(error.message, message);
        return true;
      },
      JSON.stringify(input),
    );
  await assert.rejects(
    lab.call("RestoreDBInstanceToPointInTime", {
      SourceDbiResourceId: "db-NONE",
      TargetDBInstanceIdentifier: "again",
      UseLatestRestorableTime: true,
    }),
    { code: "DBInstanceAutomatedBackupNotFound" },
  );
  await lab.call("RestoreDBInstanceToPointInTime", {
    SourceDbiResourceId: DbiResourceId,
    TargetDBInstanceIdentifier: "again",
    RestoreTime: new Date(latest),
  });
  await lab.is("again", "available");
  await lab.call("ModifyDBInstance", { DBInstanceIdentifier: "shop", BackupRetentionPeriod: 0 });
  await assert.rejects(restore({ TargetDBInstanceIdentifier: "b", UseLatestRestorableTime: true }), {
    code: "PointInTimeRestoreNotEnabled",
    message: "SourceDBInstanceIdentifier refers to a DB instance with BackupRetentionPeriod equal to 0.",
  });
  await assert.rejects(lab.call("DescribeDBInstanceAutomatedBackups", { DBInstanceIdentifier: "shop" }), {
    code: "DBInstanceAutomatedBackupNotFound",
  });
});

test(
  "a cluster is restored, and its first instance holds what the other cluster did",
  needs("postgres"),
  async () => {
    await using lab = await databaseCloud();
    const { writer } = await lab.createCluster("main", ["one"]);
    await psql(writer, "create table orders (id int)");
    await psql(writer, "insert into orders values (1), (2)");
    const { EarliestRestorableTime, LatestRestorableTime } = await lab.cluster("main");
    assert.ok(new Date(EarliestRestorableTime) <= new Date(LatestRestorableTime));
    await lab.call("RestoreDBClusterToPointInTime", {
      SourceDBClusterIdentifier: "main",
      DBClusterIdentifier: "clone",
      RestoreType: "copy-on-write",
      UseLatestRestorableTime: true,
    });
    await lab.call("CreateDBInstance", {
      DBInstanceIdentifier: "two",
      DBInstanceClass: "db.r6g.large",
      Engine: "aurora-postgresql",
      DBClusterIdentifier: "clone",
    });
    const two = lab.where(await lab.is("two", "available"));
    await psql(two, "delete from orders");
    assert.equal(await psql(two, "select count(*) from orders"), "0");
    assert.equal(await psql(writer, "select count(*) from orders"), "2");
    const { DBClusterAutomatedBackups } = await lab.call("DescribeDBClusterAutomatedBackups");
    assert.deepEqual(
      DBClusterAutomatedBackups.map((one: { DBClusterIdentifier: string }) => one.DBClusterIdentifier),
      ["clone", "main"],
    );
  },
);
