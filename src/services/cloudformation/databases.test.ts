import assert from "node:assert/strict";
import { test } from "node:test";
import { testCloud } from "../../../test/cloud.ts";
import { needs } from "../../../test/needs.ts";
import { until } from "../../../test/until.ts";
import { sdkStacks } from "./sdk.fixture.ts";

const database = (more: object = {}, attributes: object = {}) => ({
  Resources: {
    Shop: {
      Type: "AWS::RDS::DBInstance",
      Properties: { DBInstanceClass: "db.t4g.micro", Engine: "postgres", AllocatedStorage: "20", ...more },
      ...attributes,
    },
  },
});

test(
  "a database that a stack deletes leaves a snapshot unless it is not to, and one is made of it",
  needs("postgres"),
  async () => {
    await using cloud = await testCloud();
    using stacks = sdkStacks(cloud);
    const ends = (name: string, end: string) =>
      until(
        () => stacks.status(name),
        (status) => status === end,
      );
    const snapshots = async () => {
      const { DBSnapshots } = await stacks.of<{ DBSnapshots: { DBSnapshotIdentifier: string }[] }>(
        "rds",
        "DescribeDBSnapshots",
        {},
      );
      return DBSnapshots.map((one) => one.DBSnapshotIdentifier);
    };
    const own = { MasterUsername: "shop", MasterUserPassword: "correct-horse" };
    const plain = await stacks.create("plain", database(own));
    const unkept = await stacks.create("unkept", database(own, { DeletionPolicy: "Delete" }));
    for (const name of ["plain", "unkept"]) await ends(name, "CREATE_COMPLETE");
    for (const StackName of ["plain", "unkept"]) await stacks.call("DeleteStack", { StackName });
    for (const id of [plain, unkept]) await ends(id, "DELETE_COMPLETE");
    const [left, ...others] = await snapshots();
    assert.match(String(left), /^plain-snapshot-shop-[a-z0-9]+$/);
    assert.deepEqual(others, []);

    await stacks.create("again", database({ DBSnapshotIdentifier: left, BackupRetentionPeriod: 3 }));
    await ends("again", "CREATE_COMPLETE");
    const { DBInstances } = await stacks.of<{ DBInstances: Record<string, unknown>[] }>(
      "rds",
      "DescribeDBInstances",
      {},
    );
    assert.deepEqual(
      DBInstances.map((one) => [one["MasterUsername"], one["BackupRetentionPeriod"]]),
      [["shop", 3]],
    );
  },
);

test(
  "a read replica of a stack is promoted when its template names no source any more, and leaves no snapshot",
  needs("mariadb"),
  async () => {
    await using cloud = await testCloud();
    using stacks = sdkStacks(cloud);
    const shop = { DBInstanceClass: "db.t4g.micro", Engine: "mariadb", MasterUserPassword: "correct-horse" };
    const template = (replica: object) => ({
      Resources: {
        Shop: { Type: "AWS::RDS::DBInstance", DeletionPolicy: "Delete", Properties: shop },
        Copy: {
          Type: "AWS::RDS::DBInstance",
          Properties: { DBInstanceClass: "db.t4g.small", Engine: "mariadb", ...replica },
        },
      },
    });
    const ends = (end: string, name = "shop") =>
      until(
        () => stacks.status(name),
        (status) => status === end,
      );
    const copy = async () => {
      const DBInstanceIdentifier = await stacks.physical("shop", "Copy");
      const { DBInstances } = await stacks.of<{ DBInstances: [Record<string, unknown>] }>(
        "rds",
        "DescribeDBInstances",
        { DBInstanceIdentifier },
      );
      return DBInstances[0];
    };
    const followed = template({ SourceDBInstanceIdentifier: { Ref: "Shop" } });
    const id = await stacks.create("shop", followed);
    await ends("CREATE_COMPLETE");
    const before = await copy();
    assert.equal(before["ReadReplicaSourceDBInstanceIdentifier"], await stacks.physical("shop", "Shop"));
    await stacks.update("shop", template({}));
    await ends("UPDATE_COMPLETE");
    const after = await copy();
    assert.deepEqual(
      [after["DbiResourceId"], after["ReadReplicaSourceDBInstanceIdentifier"]],
      [before["DbiResourceId"], undefined],
    );
    await stacks.update("shop", followed);
    await ends("UPDATE_COMPLETE");
    // What follows again is another one.
    assert.notEqual((await copy())["DbiResourceId"], before["DbiResourceId"]);
    await stacks.call("DeleteStack", { StackName: "shop" });
    await ends("DELETE_COMPLETE", id);
  },
);

test(
  "a database of a stack is made as another is at its latest restorable time",
  needs("mariadb"),
  async () => {
    await using cloud = await testCloud();
    using stacks = sdkStacks(cloud);
    const ends = (name: string, end: string) =>
      until(
        () => stacks.status(name),
        (status) => status === end,
      );
    const engine = { Engine: "mariadb", DBName: "orders" };
    await stacks.create(
      "shop",
      database({ ...engine, MasterUsername: "clerk", MasterUserPassword: "correct-horse" }),
    );
    await ends("shop", "CREATE_COMPLETE");
    const source = await stacks.physical("shop", "Shop");
    await stacks.create(
      "again",
      database({
        Engine: "mariadb",
        SourceDBInstanceIdentifier: source,
        UseLatestRestorableTime: true,
        BackupRetentionPeriod: 4,
      }),
    );
    await ends("again", "CREATE_COMPLETE");
    const { DBInstances } = await stacks.of<{ DBInstances: [Record<string, unknown>] }>(
      "rds",
      "DescribeDBInstances",
      { DBInstanceIdentifier: await stacks.physical("again", "Shop") },
    );
    const [{ MasterUsername, DBName, BackupRetentionPeriod, ReadReplicaSourceDBInstanceIdentifier }] =
      DBInstances;
    assert.deepEqual(
      [MasterUsername, DBName, BackupRetentionPeriod, ReadReplicaSourceDBInstanceIdentifier],
      ["clerk", "orders", 4, undefined],
    );
  },
);

/** Of each type: what a group is of, the property of its settings, how they are read, and the operation that changes them. */
const PARAMETER_GROUPS: readonly {
  type: string;
  properties: object;
  settings: string;
  names: readonly [string, string, string];
  service: string;
  describe: string;
  key: string;
  /** What reading them is given beside. */
  asked?: object;
  change: string;
}[] = [
  {
    type: "AWS::RDS::DBParameterGroup",
    properties: { Description: "own", Family: "postgres17" },
    settings: "Parameters",
    names: ["max_connections", "work_mem", "deadlock_timeout"],
    service: "rds",
    describe: "DescribeDBParameters",
    key: "DBParameterGroupName",
    asked: { Source: "user" },
    change: "ModifyDBParameterGroup",
  },
  {
    type: "AWS::RDS::DBClusterParameterGroup",
    properties: { Description: "own", Family: "aurora-postgresql17" },
    settings: "Parameters",
    names: ["max_connections", "work_mem", "deadlock_timeout"],
    service: "rds",
    describe: "DescribeDBClusterParameters",
    key: "DBClusterParameterGroupName",
    asked: { Source: "user" },
    change: "ModifyDBClusterParameterGroup",
  },
  {
    type: "AWS::ElastiCache::ParameterGroup",
    properties: { Description: "own", CacheParameterGroupFamily: "redis7" },
    settings: "Properties",
    names: ["timeout", "maxmemory-samples", "slowlog-max-len"],
    service: "elasticache",
    describe: "DescribeCacheParameters",
    key: "CacheParameterGroupName",
    change: "ModifyCacheParameterGroup",
  },
  {
    type: "AWS::MemoryDB::ParameterGroup",
    properties: { ParameterGroupName: "own", Family: "memorydb_redis7" },
    settings: "Parameters",
    names: ["timeout", "maxmemory-samples", "slowlog-max-len"],
    service: "memorydb",
    describe: "DescribeParameters",
    key: "ParameterGroupName",
    change: "UpdateParameterGroup",
  },
];

for (const { type, properties, settings, names, service, describe, key, asked, change } of PARAMETER_GROUPS) {
  test(`${type}: what its template sets no more is as it was, and what says the same is left alone`, async () => {
    await using cloud = await testCloud();
    using stacks = sdkStacks(cloud);
    const [kept, changed, removed] = names;
    const group = (of: object) => ({
      Resources: { Own: { Type: type, Properties: { ...properties, [settings]: of } } },
    });
    const values = async () => {
      const { Parameters } = await stacks.of<{ Parameters: Record<string, string>[] }>(service, describe, {
        [key]: await stacks.physical("own", "Own"),
        ...asked,
      });
      const all = Parameters.map((one) => [
        one["ParameterName"] ?? one["Name"],
        one["ParameterValue"] ?? one["Value"],
      ]);
      return names.map((name) => all.find(([of]) => of === name)?.[1]);
    };
    const update = async (of: object) => {
      await stacks.update("own", group(of));
      assert.equal(await stacks.status("own"), "UPDATE_COMPLETE", (await stacks.events("own")).join("\n"));
    };
    await stacks.create("own", group({ [kept]: 70 }));
    const [, , otherwise] = await values();
    await update({ [kept]: 70, [changed]: 80, [removed]: 2000 });
    assert.deepEqual(await values(), ["70", "80", "2000"]);
    await update({ [kept]: "70", [changed]: "90" });
    assert.deepEqual(await values(), ["70", "90", otherwise]);
    const before = cloud.calls.of(service, change).length;
    await update({ [kept]: 70, [changed]: 90 });
    assert.equal(cloud.calls.of(service, change).length, before);
  });
}
