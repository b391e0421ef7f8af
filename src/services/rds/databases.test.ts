import assert from "node:assert/strict";
import { test } from "node:test";
import { needs } from "../../../test/needs.ts";
import { until } from "../../../test/until.ts";
import { databaseCloud, psql } from "./fixture.test.ts";

const onPostgres = needs("postgres");

test(
  "an instance is a PostgreSQL with its master user, its database and its password",
  onPostgres,
  async () => {
    await using lab = await databaseCloud();
    const shop = await lab.create("shop");
    await psql(shop, "create table orders (id int)");
    assert.equal(await psql(shop, "insert into orders values (7) returning id"), "7\nINSERT 0 1");
    assert.equal(await psql(shop, "select rolsuper from pg_roles where rolname = current_user"), "f");
    assert.match(await psql(shop, "select 1", { password: "wrong" }), /password authentication failed/);
    await lab.call("ModifyDBInstance", { DBInstanceIdentifier: "shop", MasterUserPassword: "another-one" });
    assert.match(await psql(shop, "select 1"), /password authentication failed/);
    assert.equal(await psql(shop, "select 1", { password: "another-one" }), "1");
    await lab.call("DeleteDBInstance", { DBInstanceIdentifier: "shop", SkipFinalSnapshot: true });
    await until(() =>
      lab.instance("shop").then(
        () => false,
        ({ code }) => code === "DBInstanceNotFound",
      ),
    );
    assert.match(await psql(shop, "select 1", { password: "another-one" }), /Connection refused/);
  },
);

test("an instance that stops refuses, and has everything when it starts again", onPostgres, async () => {
  await using lab = await databaseCloud();
  const shop = await lab.create("shop");
  await psql(shop, "create table orders (id int)");
  await psql(shop, "insert into orders values (1), (2)");
  await lab.call("StopDBInstance", { DBInstanceIdentifier: "shop" });
  await lab.is("shop", "stopped");
  assert.match(await psql(shop, "select 1"), /Connection refused/);
  await lab.call("StartDBInstance", { DBInstanceIdentifier: "shop" });
  await lab.is("shop", "available");
  assert.equal(await psql(shop, "select count(*) from orders"), "2");
});

test(
  "what a parameter group sets is so after a reboot, and one that PostgreSQL refuses is told",
  onPostgres,
  async () => {
    await using lab = await databaseCloud();
    await lab.call("CreateDBParameterGroup", {
      DBParameterGroupName: "own",
      DBParameterGroupFamily: "postgres17",
      Description: "own",
    });
    const shop = await lab.create("shop", { DBParameterGroupName: "own" });
    const set = (ParameterName: string, ParameterValue: string) =>
      lab.call("ModifyDBParameterGroup", {
        DBParameterGroupName: "own",
        Parameters: [{ ParameterName, ParameterValue, ApplyMethod: "pending-reboot" }],
      });
    const status = async () => (await lab.instance("shop"))["DBParameterGroups"][0].ParameterApplyStatus;
    const reboot = () => lab.call("RebootDBInstance", { DBInstanceIdentifier: "shop" });
    await set("max_connections", "17");
    assert.equal(await status(), "pending-reboot");
    assert.notEqual(await psql(shop, "show max_connections"), "17");
    await reboot();
    await lab.is("shop", "available");
    assert.equal(await status(), "in-sync");
    assert.equal(await psql(shop, "show max_connections"), "17");
    await set("shared_preload_libraries", "not-there");
    await reboot();
    const broken = await lab.is("shop", "incompatible-parameters");
    assert.match(broken["StatusInfos"][0].Message, /not-there/);
    await set("max_connections", "18");
    await lab.call("ResetDBParameterGroup", {
      DBParameterGroupName: "own",
      Parameters: [{ ParameterName: "shared_preload_libraries", ApplyMethod: "pending-reboot" }],
    });
    await reboot();
    await lab.is("shop", "available");
    assert.equal(await psql(shop, "show max_connections"), "18");
  },
);

test("an instance that has failed can be changed so that it can be deleted", onPostgres, async () => {
  await using lab = await databaseCloud();
  await lab.call("CreateDBParameterGroup", {
    DBParameterGroupName: "broken",
    DBParameterGroupFamily: "postgres17",
    Description: "broken",
  });
  await lab.call("ModifyDBParameterGroup", {
    DBParameterGroupName: "broken",
    Parameters: [
      {
        ParameterName: "shared_preload_libraries",
        ParameterValue: "not-there",
        ApplyMethod: "pending-reboot",
      },
    ],
  });
  const DBInstanceIdentifier = "shop";
  await lab.call("CreateDBInstance", {
    DBInstanceIdentifier,
    DBInstanceClass: "db.t3.micro",
    Engine: "postgres",
    MasterUserPassword: "correct-horse",
    DBParameterGroupName: "broken",
    DeletionProtection: true,
  });
  await until(async () => (await lab.instance("shop"))["DBInstanceStatus"] === "failed");
  for (const operation of ["RebootDBInstance", "StopDBInstance"])
    await assert.rejects(lab.call(operation, { DBInstanceIdentifier }), {
      code: "InvalidDBInstanceState",
      message: "Instance shop is not in available state.",
    });
  const remove = () => lab.call("DeleteDBInstance", { DBInstanceIdentifier, SkipFinalSnapshot: true });
  await assert.rejects(remove(), {
    code: "InvalidParameterCombination",
    message: "Cannot delete protected DB Instance, please disable deletion protection and try again.",
  });
  await lab.call("ModifyDBInstance", { DBInstanceIdentifier, DeletionProtection: false });
  await remove();
  await until(() =>
    lab.instance("shop").then(
      () => false,
      ({ code }) => code === "DBInstanceNotFound",
    ),
  );
});

test("a password that RDS manages is in Secrets Manager", onPostgres, async () => {
  await using lab = await databaseCloud();
  const shop = await lab.create("shop", { MasterUserPassword: undefined, ManageMasterUserPassword: true });
  const { MasterUserSecret } = await lab.instance("shop");
  const { SecretString } = await lab.call(
    "GetSecretValue",
    { SecretId: MasterUserSecret.SecretArn },
    "secretsmanager",
  );
  const { username, password } = JSON.parse(SecretString as string);
  assert.equal(await psql(shop, "select current_user", { user: username, password }), "app");
});

test(
  "a cluster's readers follow its writer, and after a failover one of them is written to",
  onPostgres,
  async () => {
    await using lab = await databaseCloud();
    const { writer, reader } = await lab.createCluster("main", ["one", "two"]);
    await psql(writer, "create table orders (id int)");
    await psql(writer, "insert into orders values (1)");
    await until(
      () => psql(reader, "select count(*) from orders"),
      (count) => count === "1",
    );
    assert.match(await psql(reader, "insert into orders values (2)"), /read-only transaction/);

    const session = psql(writer, "select pg_sleep(60)");
    await until(
      () =>
        psql(
          writer,
          "select count(*) from pg_stat_activity where query like '%pg_sleep(60)%' and pid <> pg_backend_pid()",
        ),
      (count) => count !== "0",
    );
    await lab.call("FailoverDBCluster", { DBClusterIdentifier: "main" });
    assert.match(
      await session,
      /server closed the connection|connection to server was lost|Connection reset|terminating connection/,
    );
    await until(async () => (await lab.cluster("main"))["Status"] === "available");
    const members = (await lab.cluster("main"))["DBClusterMembers"] as {
      DBInstanceIdentifier: string;
      IsClusterWriter: boolean;
    }[];
    assert.deepEqual(
      members.map((one) => [one.DBInstanceIdentifier, one.IsClusterWriter]),
      [
        ["one", false],
        ["two", true],
      ],
    );
    // The same address, another server, and nothing that was committed is lost.
    assert.equal(await psql(writer, "insert into orders values (2) returning id"), "2\nINSERT 0 1");
    await until(
      () => psql(reader, "select count(*) from orders"),
      (count) => count === "2",
    );
    assert.match(await psql(reader, "insert into orders values (3)"), /read-only transaction/);
  },
);

test(
  "for how long backups of a cluster's instance are kept, is said of the cluster",
  onPostgres,
  async () => {
    await using lab = await databaseCloud();
    await lab.createCluster("main", ["one"], "aurora-postgresql", { more: { BackupRetentionPeriod: 7 } });
    await assert.rejects(
      lab.call("ModifyDBInstance", { DBInstanceIdentifier: "one", BackupRetentionPeriod: 3 }),
      {
        code: "InvalidParameterCombination",
        message:
          "The specified DB Instance is a member of a cluster and its backup retention should not be modified directly. Instead, modify the backup retention of the cluster using the ModifyDbCluster API",
      },
    );
    await lab.call("ModifyDBInstance", { DBInstanceIdentifier: "one", BackupRetentionPeriod: 7 });
  },
);

test("what does not run here is refused by its name", async () => {
  await using lab = await databaseCloud();
  const input = { DBInstanceIdentifier: "d", DBInstanceClass: "db.t3.micro", MasterUserPassword: "12345678" };
  await assert.rejects(lab.call("CreateDBInstance", { ...input, Engine: "oracle-ee" }), {
    code: "InvalidParameterValue",
    message:
      "Squall runs postgres, aurora-postgresql, mysql, mariadb, aurora-mysql on this machine's PostgreSQL, MySQL or MariaDB, and not oracle-ee.",
  });
  await assert.rejects(lab.call("DescribeDBInstances", { DBInstanceIdentifier: "none" }), {
    code: "DBInstanceNotFound",
    message: "DBInstance none not found.",
  });
});
