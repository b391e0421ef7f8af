import assert from "node:assert/strict";
import { test } from "node:test";
import { needs } from "../../../test/needs.ts";
import { postgres } from "../../processes/postgres/programs.ts";
import { databaseCloud } from "./fixture.test.ts";

const INSTANCE = {
  DBInstanceIdentifier: "shop",
  DBInstanceClass: "db.t3.micro",
  Engine: "postgres",
  MasterUserPassword: "correct-horse",
};
const CLUSTER = {
  DBClusterIdentifier: "main",
  Engine: "aurora-postgresql",
  MasterUserPassword: "correct-horse",
};
const IDENTIFIER = (parameter: string) =>
  `The parameter ${parameter} is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens.`;

type Row = readonly [operation: string, input: object, code: string, message: string];

const value = (operation: string, input: object, message: string): Row => [
  operation,
  input,
  "InvalidParameterValue",
  message,
];
const instance = (more: object, message: string) =>
  value("CreateDBInstance", { ...INSTANCE, ...more }, message);
const cluster = (more: object, message: string) => value("CreateDBCluster", { ...CLUSTER, ...more }, message);

const REFUSED: readonly Row[] = [
  instance({ DBInstanceClass: "db.foo" }, "Invalid DB Instance class: db.foo"),
  instance({ DBInstanceClass: "t3.micro" }, "Invalid DB Instance class: t3.micro"),
  instance({ DBInstanceClass: "db.t3.gigantic" }, "Invalid DB Instance class: db.t3.gigantic"),
  instance({ Port: 1_149 }, "Invalid database port: 1149. Valid range: 1150-65535."),
  instance({ Port: 65_536 }, "Invalid database port: 65536. Valid range: 1150-65535."),
  cluster({ Port: 80 }, "Invalid database port: 80. Valid range: 1150-65535."),
  instance({ DBInstanceIdentifier: "1st" }, IDENTIFIER("DBInstanceIdentifier")),
  instance({ DBInstanceIdentifier: "a--b" }, IDENTIFIER("DBInstanceIdentifier")),
  instance({ DBInstanceIdentifier: "a".repeat(64) }, IDENTIFIER("DBInstanceIdentifier")),
  cluster({ DBClusterIdentifier: "main-" }, IDENTIFIER("DBClusterIdentifier")),
  instance(
    { DBName: "my-shop" },
    "DBName must begin with a letter and contain only alphanumeric characters.",
  ),
  cluster(
    { DatabaseName: "1shop" },
    "DatabaseName must begin with a letter and contain only alphanumeric characters.",
  ),
  instance(
    { AllocatedStorage: 19 },
    "Invalid storage size for engine name postgres and storage type gp2: 19",
  ),
  instance(
    { AllocatedStorage: 99, StorageType: "io1" },
    "Invalid storage size for engine name postgres and storage type io1: 99",
  ),
  instance({ StorageType: "tape" }, "Invalid storage type: tape"),
  instance(
    { BackupRetentionPeriod: 36 },
    "Invalid backup retention period: 36. Retention period must be between 0 and 35.",
  ),
  cluster(
    { BackupRetentionPeriod: 0 },
    "Invalid backup retention period: 0. Retention period must be between 1 and 35.",
  ),
  instance({ PromotionTier: 16 }, "Invalid promotion tier: 16. Valid range: 0-15."),
  instance(
    { MasterUserPassword: "a".repeat(129) },
    "The parameter MasterUserPassword is not a valid password because it is longer than 128 characters.",
  ),
  [
    "CreateDBInstance",
    { ...INSTANCE, EngineVersion: "9.6" },
    "InvalidParameterCombination",
    "Cannot find version 9.6 for postgres",
  ],
  [
    "CreateDBCluster",
    { ...CLUSTER, EngineVersion: "latest" },
    "InvalidParameterCombination",
    "Cannot find version latest for aurora-postgresql",
  ],
  ...["DescribeDBInstances", "DescribeDBClusters", "DescribeDBParameterGroups"].flatMap((operation) =>
    [19, 101].map((MaxRecords) =>
      value(
        operation,
        { MaxRecords },
        `Invalid value ${MaxRecords} for MaxRecords. Must be between 20 and 100`,
      ),
    ),
  ),
  value(
    "CreateDBParameterGroup",
    { DBParameterGroupName: "my_group", DBParameterGroupFamily: "postgres17", Description: "own" },
    IDENTIFIER("DBParameterGroupName"),
  ),
];

test("what RDS does not have is refused, with AWS's codes", async () => {
  await using lab = await databaseCloud();
  for (const [operation, input, code, message] of REFUSED)
    await assert.rejects(lab.call(operation, input), { code, message });
});

test("what lies at the limits is taken", async () => {
  await using lab = await databaseCloud();
  for (const [n, Port] of [1_150, 65_535].entries())
    await lab.call("CreateDBCluster", {
      ...CLUSTER,
      DBClusterIdentifier: `c${n}`,
      Port,
      BackupRetentionPeriod: 35,
    });
  for (const MaxRecords of [20, 100])
    assert.equal((await lab.call("DescribeDBClusters", { MaxRecords }))["DBClusters"].length, 2);
  await assert.rejects(
    lab.call("DeleteDBCluster", {
      DBClusterIdentifier: "c0",
      SkipFinalSnapshot: true,
      FinalDBSnapshotIdentifier: "last",
    }),
    {
      code: "InvalidParameterCombination",
      message: "FinalDBSnapshotIdentifier can not be specified when SkipFinalSnapshot is enabled.",
    },
  );
  await lab.call("DeleteDBCluster", { DBClusterIdentifier: "c0", SkipFinalSnapshot: true });
});

test("a parameter is one of PostgreSQL's, with a value that it may have", needs("postgres"), async () => {
  await using lab = await databaseCloud();
  await lab.call("CreateDBParameterGroup", {
    DBParameterGroupName: "own",
    DBParameterGroupFamily: "postgres17",
    Description: "own",
  });
  const set = (ParameterName: string, ParameterValue: string, ApplyMethod = "pending-reboot") =>
    lab.call("ModifyDBParameterGroup", {
      DBParameterGroupName: "own",
      Parameters: [{ ParameterName, ParameterValue, ApplyMethod }],
    });
  const refused: readonly (readonly [name: string, value: string, message: string | RegExp])[] = [
    ["no_such_thing", "1", "Could not find parameter with name: no_such_thing"],
    ["port", "5432", "The parameter port cannot be modified."],
    [
      "max_connections",
      "many",
      /^Invalid parameter value: many for: max_connections allowed values are: 1-\d+$/,
    ],
    ["max_connections", "0", /^Invalid parameter value: 0 for: max_connections allowed values are: 1-\d+$/],
    ["autovacuum", "perhaps", "Invalid parameter value: perhaps for: autovacuum allowed values are: 0,1"],
  ];
  for (const [name, given, message] of refused)
    await assert.rejects(set(name, given), { code: "InvalidParameterValue", message });
  await assert.rejects(set("max_connections", "20", "immediate"), {
    code: "InvalidParameterCombination",
    message: "cannot use immediate apply method for static parameter",
  });
  for (const [name, given] of [
    ["max_connections", "20"],
    ["random_page_cost", "1.1"],
    ["autovacuum", "off"],
    ["rds.force_ssl", "1"],
  ] as const)
    await set(name, given);
});

test(
  "no parameter makes PostgreSQL run, load, read or write something else, or listen elsewhere",
  needs("postgres"),
  async () => {
    await using lab = await databaseCloud();
    const group = { DBParameterGroupName: "own", DBParameterGroupFamily: "postgres17", Description: "own" };
    await lab.call("CreateDBParameterGroup", group);
    const set = (ParameterName: string, ParameterValue: string) =>
      lab.call("ModifyDBParameterGroup", {
        DBParameterGroupName: "own",
        Parameters: [{ ParameterName, ParameterValue, ApplyMethod: "pending-reboot" }],
      });
    // Whatever PostgreSQL calls so, in the version that is here.
    const dangerous = [...(await postgres.settings())]
      .filter(([name, { type }]) => type === "STRING" && name !== "search_path")
      .map(([name]) => name)
      .filter((name) => /command|librar|file|dir|path|provider|address|socket|conninfo|bonjour/.test(name));
    assert.ok(dangerous.length > 25, dangerous.join(" "));
    for (const name of dangerous)
      for (const value of ["/tmp/x", "../x", "*", "sh -c true"])
        await assert.rejects(set(name, value), { code: "InvalidParameterValue" }, `${name} = ${value}`);
    await assert.rejects(set("bonjour", "on"), { code: "InvalidParameterValue" });
    await set("shared_preload_libraries", "pg_stat_statements, auto_explain");
    await set("log_filename", "postgresql.log.%Y-%m-%d-%H");
  },
);

test("an empty version, as Terraform sends it, is none", async () => {
  await using lab = await databaseCloud();
  await lab.call("CreateDBCluster", { ...CLUSTER, EngineVersion: "" });
  assert.equal((await lab.cluster(CLUSTER.DBClusterIdentifier))["EngineVersion"], "16.9");
});
