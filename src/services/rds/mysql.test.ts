import assert from "node:assert/strict";
import { test } from "node:test";
import { needs } from "../../../test/needs.ts";
import { until } from "../../../test/until.ts";
import { mysql } from "../../processes/mysql/programs.ts";
import { databaseCloud, mariadb } from "./fixture.test.ts";

const onMariadb = needs("mariadb");
const MYSQL = { Engine: "mysql", Port: 13_306 };

for (const Engine of ["mysql", "mariadb"])
  test(`an instance of ${Engine} has its master user, its database and its password`, onMariadb, async () => {
    await using lab = await databaseCloud();
    const shop = await lab.create("shop", { ...MYSQL, Engine });
    await mariadb(shop, "create table orders (id int primary key)");
    assert.equal(await mariadb(shop, "insert into orders values (7); select * from orders"), "7");
    assert.match(await mariadb(shop, "select 'x' into outfile '/tmp/x'"), /Access denied/);
    assert.match(await mariadb(shop, "set global read_only = on"), /Access denied/);
    assert.match(await mariadb(shop, "select 1", { password: "wrong" }), /Access denied for user 'app'/);
    assert.match(
      await mariadb(shop, "select 1", { user: "root", password: "" }),
      /Access denied for user 'root'/,
    );
    await lab.call("ModifyDBInstance", { DBInstanceIdentifier: "shop", MasterUserPassword: "another-one" });
    assert.match(await mariadb(shop, "select 1"), /Access denied for user 'app'/);
    assert.equal(await mariadb(shop, "select 1", { password: "another-one" }), "1");
    assert.equal((await lab.instance("shop"))["LicenseModel"], "general-public-license");
    await lab.call("DeleteDBInstance", { DBInstanceIdentifier: "shop", SkipFinalSnapshot: true });
    await until(() =>
      lab.instance("shop").then(
        () => false,
        ({ code }) => code === "DBInstanceNotFound",
      ),
    );
    assert.match(await mariadb(shop, "select 1", { password: "another-one" }), /Can't connect/);
  });

test(
  "an instance of MySQL that stops refuses, and has everything when it starts again",
  onMariadb,
  async () => {
    await using lab = await databaseCloud();
    const shop = await lab.create("shop", MYSQL);
    await mariadb(shop, "create table orders (id int); insert into orders values (1), (2)");
    await lab.call("StopDBInstance", { DBInstanceIdentifier: "shop" });
    await lab.is("shop", "stopped");
    assert.match(await mariadb(shop, "select 1"), /Can't connect/);
    await lab.call("StartDBInstance", { DBInstanceIdentifier: "shop" });
    await lab.is("shop", "available");
    assert.equal(await mariadb(shop, "select count(*) from orders"), "2");
  },
);

test(
  "what a parameter group of MySQL's sets is so after a reboot, and what it refuses is told",
  onMariadb,
  async () => {
    await using lab = await databaseCloud();
    const DBParameterGroupName = "own";
    await lab.call("CreateDBParameterGroup", {
      DBParameterGroupName,
      DBParameterGroupFamily: "mysql8.0",
      Description: "own",
    });
    const shop = await lab.create("shop", { ...MYSQL, DBParameterGroupName });
    const set = (ParameterName: string, ParameterValue: string) =>
      lab.call("ModifyDBParameterGroup", {
        DBParameterGroupName,
        Parameters: [{ ParameterName, ParameterValue, ApplyMethod: "pending-reboot" }],
      });
    const reboot = () => lab.call("RebootDBInstance", { DBInstanceIdentifier: "shop" });
    await set("max_connections", "17");
    await reboot();
    await lab.is("shop", "available");
    assert.equal(await mariadb(shop, "select @@max_connections"), "17");
    await set("sql_mode", "NO_SUCH_MODE");
    await reboot();
    const broken = await lab.is("shop", "incompatible-parameters");
    assert.match(broken["StatusInfos"][0].Message, /NO_SUCH_MODE/);
    await set("max_connections", "18");
    await set("sql_mode", "STRICT_TRANS_TABLES");
    await reboot();
    await lab.is("shop", "available");
    assert.equal(await mariadb(shop, "select @@max_connections"), "18");
  },
);

test(
  "no parameter makes MySQL load, run, read or write something else, or listen elsewhere",
  onMariadb,
  async () => {
    await using lab = await databaseCloud();
    await lab.call("CreateDBParameterGroup", {
      DBParameterGroupName: "own",
      DBParameterGroupFamily: "mariadb10.11",
      Description: "own",
    });
    const set = (ParameterName: string, ParameterValue: string) =>
      lab.call("ModifyDBParameterGroup", {
        DBParameterGroupName: "own",
        Parameters: [{ ParameterName, ParameterValue, ApplyMethod: "pending-reboot" }],
      });

    const dangerous = [...(await mysql("mariadb").settings()).keys()].filter(
      (name) =>
        /dir|path|_file$|socket|address|plugin|^init_(?:file|slave)|^ssl|wsrep|priv$|^log_(?:bin|error)$|^skip_/.test(
          name,
        ) &&
        !/^(?:binlog_direct|myisam|character_set_filesystem)/.test(name) &&
        !/^performance_schema|dirty|_mmap/.test(name),
    );
    assert.ok(dangerous.length > 50, dangerous.join(" "));
    for (const name of dangerous)
      await assert.rejects(set(name, "/tmp/x"), {
        code: "InvalidParameterValue",
        message: `The parameter ${name} cannot be modified.`,
      });
    for (const name of ["no_such_thing", "plugin-load", "max_conn"])
      await assert.rejects(set(name, "1"), {
        code: "InvalidParameterValue",
        message: `Could not find parameter with name: ${name}`,
      });
    await assert.rejects(set("local_infile", "perhaps"), {
      message: "Invalid parameter value: perhaps for: local_infile allowed values are: 0,1",
    });
    for (const [name, value] of [
      ["max_connections", "20"],
      ["init_connect", "set names utf8mb4"],
      ["sql_mode", "STRICT_TRANS_TABLES,NO_ZERO_DATE"],
      ["innodb_buffer_pool_size", "16777216"],
      ["slow_query_log", "1"],
    ] as const)
      await set(name, value);
  },
);

test(
  "readers of Aurora MySQL follow its writer, and after a failover one of them is written to",
  onMariadb,
  async () => {
    await using lab = await databaseCloud();
    const { writer, reader } = await lab.createCluster("main", ["one", "two", "three"], "aurora-mysql");
    await mariadb(writer, "create table orders (id int)");
    await mariadb(writer, "insert into orders values (1)");
    const reads = (count: string) =>
      until(
        () => mariadb(reader, "select count(*) from orders"),
        (said) => said === count,
      );
    await reads("1");
    assert.match(await mariadb(reader, "insert into orders values (2)"), /read-only option/);
    const session = mariadb(writer, "select sleep(60)");
    await until(
      () =>
        mariadb(
          writer,
          "select count(*) from information_schema.processlist where info = 'select sleep(60)'",
        ),
      (count) => count === "1",
    );
    await lab.call("FailoverDBCluster", { DBClusterIdentifier: "main", TargetDBInstanceIdentifier: "three" });
    assert.match(await session, /Lost connection|server has gone away/);
    await until(async () => (await lab.cluster("main"))["Status"] === "available");
    const members = (await lab.cluster("main"))["DBClusterMembers"] as {
      DBInstanceIdentifier: string;
      IsClusterWriter: boolean;
    }[];
    assert.deepEqual(
      members.map((one) => [one.DBInstanceIdentifier, one.IsClusterWriter]),
      [
        ["one", false],
        ["two", false],
        ["three", true],
      ],
    );
    // The same address, another server, and nothing that was committed is lost.
    assert.equal(await mariadb(writer, "insert into orders values (2); select count(*) from orders"), "2");
    await reads("2");
    // Who was the writer follows the new one, by its own endpoint.
    const one = lab.where(await lab.instance("one"));
    await until(
      () => mariadb(one, "select count(*) from orders"),
      (said) => said === "2",
    );
    assert.match(await mariadb(one, "insert into orders values (3)"), /read-only option/);
    // A password that changes does so for all of them.
    await lab.call("ModifyDBCluster", { DBClusterIdentifier: "main", MasterUserPassword: "another-one" });
    await until(
      () => mariadb(one, "select 1", { password: "another-one" }),
      (said) => said === "1",
    );
  },
);

test("an engine of a cluster is that of its instances", onMariadb, async () => {
  await using lab = await databaseCloud();
  await lab.createCluster("main", [], "aurora-mysql");
  await assert.rejects(
    lab.call("CreateDBInstance", {
      DBInstanceIdentifier: "one",
      DBInstanceClass: "db.r6g.large",
      Engine: "aurora-postgresql",
      DBClusterIdentifier: "main",
    }),
    {
      code: "InvalidParameterCombination",
      message:
        "The engine name requested for your DB instance (aurora-postgresql) doesn't match the engine name of your DB cluster (aurora-mysql).",
    },
  );
});
