import assert from "node:assert/strict";
import { test } from "node:test";
import { needs } from "../../../test/needs.ts";
import { until } from "../../../test/until.ts";
import { databaseCloud, mariadb, onCloud, psql, type Where } from "./fixture.test.ts";

/** What each engine is asked with, and how it refuses to write. */
const ENGINES = {
  postgres: { ask: psql, refusal: /read-only transaction/ },
  mariadb: { ask: mariadb, refusal: /--read-only option/ },
} as const;

const counts = (ask: (where: Where, statement: string) => Promise<string>, where: Where, count: string) =>
  until(
    () => ask(where, "select count(*) from orders"),
    (said) => said === count,
  );

for (const [Engine, { ask, refusal }] of Object.entries(ENGINES)) {
  test(
    `a read replica of a ${Engine} follows its source, refuses writes, and takes them when it is promoted`,
    needs(Engine as keyof typeof ENGINES),
    async () => {
      await using lab = await databaseCloud();
      const source = await lab.create("shop", { Engine });
      await ask(source, "create table orders (id int)");
      await ask(source, "insert into orders values (1)");
      const { DBInstance } = await lab.call("CreateDBInstanceReadReplica", {
        DBInstanceIdentifier: "copy",
        SourceDBInstanceIdentifier: "shop",
        Tags: [{ Key: "a", Value: "1" }],
      });
      assert.deepEqual(
        [DBInstance.ReadReplicaSourceDBInstanceIdentifier, DBInstance.Engine, DBInstance.TagList],
        ["shop", Engine, [{ Key: "a", Value: "1" }]],
      );
      const copy = lab.where(await lab.is("copy", "available"));
      const { ReadReplicaDBInstanceIdentifiers } = await lab.instance("shop");
      assert.deepEqual(ReadReplicaDBInstanceIdentifiers, ["copy"]);
      const { StatusInfos, BackupRetentionPeriod } = await lab.instance("copy");
      assert.deepEqual(
        [StatusInfos, BackupRetentionPeriod],
        [[{ StatusType: "read replication", Normal: true, Status: "replicating" }], 0],
      );
      await ask(source, "insert into orders values (2)");
      await counts(ask, copy, "2");
      assert.match(await ask(copy, "insert into orders values (3)"), refusal);

      // A source that was away is followed again.
      await lab.call("RebootDBInstance", { DBInstanceIdentifier: "shop" });
      await lab.is("shop", "available");
      await ask(source, "insert into orders values (3)");
      await counts(ask, copy, "3");

      // As long as it is a source.
      const withoutBackups = { DBInstanceIdentifier: "shop", BackupRetentionPeriod: 0 };
      await assert.rejects(lab.call("ModifyDBInstance", withoutBackups), { code: "InvalidDBInstanceState" });
      assert.equal((await lab.instance("shop"))["BackupRetentionPeriod"], 1);
      await lab.call("PromoteReadReplica", { DBInstanceIdentifier: "copy", BackupRetentionPeriod: 3 });
      const promoted = await lab.is("copy", "available");
      assert.deepEqual(
        [promoted["ReadReplicaSourceDBInstanceIdentifier"], promoted["BackupRetentionPeriod"]],
        [undefined, 3],
      );
      await ask(copy, "insert into orders values (4)");
      await counts(ask, copy, "4");
      await counts(ask, source, "3");
      await lab.call("ModifyDBInstance", withoutBackups);
      await assert.rejects(lab.call("PromoteReadReplica", { DBInstanceIdentifier: "copy" }), {
        code: "InvalidDBInstanceState",
        message: "DB Instance is not a read replica",
      });
    },
  );
}

test(
  "with its source gone a replica of the same Region has all of it and is promoted, one of another Region is cut off and followed itself",
  needs("mariadb"),
  async () => {
    await using lab = await databaseCloud();
    const source = await lab.create("shop", { Engine: "mariadb" });
    await mariadb(source, "create table orders (id int)");
    const far = onCloud(lab.cloud, lab.account, "eu-west-1");
    const arn = `arn:aws:rds:us-east-1:${lab.account}:db:shop`;
    await lab.call("CreateDBInstanceReadReplica", {
      DBInstanceIdentifier: "near",
      SourceDBInstanceIdentifier: "shop",
    });
    await far.call("CreateDBInstanceReadReplica", {
      DBInstanceIdentifier: "far",
      SourceDBInstanceIdentifier: arn,
    });
    await lab.is("near", "available");
    const there = await far.is("far", "available");
    assert.equal(there["ReadReplicaSourceDBInstanceIdentifier"], arn);
    assert.equal(there["DBParameterGroups"][0].DBParameterGroupName, "default.mariadb11.4");
    assert.deepEqual(
      ((await lab.instance("shop"))["ReadReplicaDBInstanceIdentifiers"] as string[]).toSorted(),
      [`arn:aws:rds:eu-west-1:${lab.account}:db:far`, "near"],
    );
    await assert.rejects(lab.call("StopDBInstance", { DBInstanceIdentifier: "shop" }), {
      code: "InvalidDBInstanceState",
    });
    await mariadb(source, "insert into orders values (1), (2)");
    await lab.call("DeleteDBInstance", { DBInstanceIdentifier: "shop", SkipFinalSnapshot: true });
    const near = await until(
      () => lab.instance("near"),
      (one) => one["DBInstanceStatus"] === "available" && !one["ReadReplicaSourceDBInstanceIdentifier"],
    );
    await mariadb(lab.where(near), "insert into orders values (3)");
    await counts(mariadb, lab.where(near), "3");
    const { StatusInfos } = await far.instance("far");
    assert.deepEqual(StatusInfos, [{ StatusType: "read replication", Normal: false, Status: "terminated" }]);
    assert.match(await mariadb(lab.where(there), "insert into orders values (3)"), /--read-only option/);
    await far.call("ModifyDBInstance", { DBInstanceIdentifier: "far", BackupRetentionPeriod: 1 });
    await far.call("CreateDBInstanceReadReplica", {
      DBInstanceIdentifier: "farther",
      SourceDBInstanceIdentifier: "far",
    });
    assert.deepEqual((await far.is("farther", "available"))["StatusInfos"], [
      { StatusType: "read replication", Normal: true, Status: "replicating" },
    ]);
    for (const operation of ["ModifyDBInstance", "PromoteReadReplica"])
      await assert.rejects(far.call(operation, { DBInstanceIdentifier: "far", BackupRetentionPeriod: 0 }), {
        code: "InvalidDBInstanceState",
        message: "Automated backups cannot be disabled for a DB instance that is a source to read replicas.",
      });
    await assert.rejects(
      far.call("DeleteDBInstance", { DBInstanceIdentifier: "far", FinalDBSnapshotIdentifier: "last" }),
      { code: "InvalidParameterCombination" },
    );
    await far.call("DeleteDBInstance", { DBInstanceIdentifier: "far", SkipFinalSnapshot: true });
  },
);

test("what has no backups, or is not there, has no replicas", needs("mariadb"), async () => {
  await using lab = await databaseCloud();
  await lab.create("shop", { Engine: "mariadb", BackupRetentionPeriod: 0 });
  const replica = (SourceDBInstanceIdentifier: string) =>
    lab.call("CreateDBInstanceReadReplica", { DBInstanceIdentifier: "copy", SourceDBInstanceIdentifier });
  await assert.rejects(replica("shop"), {
    code: "InvalidDBInstanceState",
    message:
      "Automated backups are not enabled for this database instance. To enable automated backups, use ModifyDBInstance to set the backup retention period to a non-zero value.",
  });
  await assert.rejects(replica("none"), {
    code: "DBInstanceNotFound",
    message: "DBInstance none not found.",
  });
});
