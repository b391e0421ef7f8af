import assert from "node:assert/strict";
import { test } from "node:test";
import { needs } from "../../../test/needs.ts";
import { databaseCloud, psql } from "./fixture.test.ts";

type Lab = Awaited<ReturnType<typeof databaseCloud>>;

const DBClusterParameterGroupName = "shop";

const create = ({ call }: Lab, more: object = {}) =>
  call("CreateDBClusterParameterGroup", {
    DBClusterParameterGroupName: "Shop",
    DBParameterGroupFamily: "aurora-postgresql16",
    Description: "of a test",
    ...more,
  });

const set = ({ call }: Lab, ParameterName: string, ParameterValue: string, ApplyMethod = "pending-reboot") =>
  call("ModifyDBClusterParameterGroup", {
    DBClusterParameterGroupName,
    Parameters: [{ ParameterName, ParameterValue, ApplyMethod }],
  });

const parameters = async ({ call }: Lab, Source?: string) =>
  (await call("DescribeDBClusterParameters", { DBClusterParameterGroupName, Source }))["Parameters"];

test("a cluster parameter group is made, changed, copied, reset and deleted", needs("postgres"), async () => {
  await using lab = await databaseCloud();
  const { DBClusterParameterGroup } = await create(lab);
  assert.deepEqual(DBClusterParameterGroup, {
    DBClusterParameterGroupName,
    DBParameterGroupFamily: "aurora-postgresql16",
    Description: "of a test",
    DBClusterParameterGroupArn: `arn:aws:rds:us-east-1:${lab.account}:cluster-pg:shop`,
  });
  await assert.rejects(create(lab), {
    code: "DBParameterGroupAlreadyExists",
    message: "Parameter group shop already exists",
  });
  await assert.rejects(create(lab, { DBClusterParameterGroupName: "b", DBParameterGroupFamily: "cobol85" }), {
    code: "InvalidParameterValue",
    message: "ParameterGroupFamily cobol85 is not a valid parameter group family",
  });
  await set(lab, "work_mem", "8192", "immediate");
  await set(lab, "apg_plan_mgmt_of_ours", "1");
  await assert.rejects(set(lab, "no_such_thing", "1"), {
    code: "InvalidParameterValue",
    message: "Could not find parameter with name: no_such_thing",
  });
  assert.deepEqual(await parameters(lab, "user"), [
    {
      ParameterName: "apg_plan_mgmt_of_ours",
      ParameterValue: "1",
      Source: "user",
      ApplyType: "static",
      DataType: "string",
      IsModifiable: true,
      ApplyMethod: "pending-reboot",
    },
    {
      ParameterName: "work_mem",
      ParameterValue: "8192",
      Description: "Sets the maximum memory to be used for query workspaces.",
      Source: "user",
      ApplyType: "dynamic",
      DataType: "integer",
      AllowedValues: "64-2147483647",
      IsModifiable: true,
      ApplyMethod: "immediate",
    },
  ]);
  const { EngineDefaults } = await lab.call("DescribeEngineDefaultClusterParameters", {
    DBParameterGroupFamily: "aurora-postgresql16",
    MaxRecords: 20,
  });
  assert.equal(EngineDefaults.Parameters.length, 20);
  assert.equal(typeof EngineDefaults.Marker, "string");
  await lab.call("CopyDBClusterParameterGroup", {
    SourceDBClusterParameterGroupIdentifier: DBClusterParameterGroup.DBClusterParameterGroupArn,
    TargetDBClusterParameterGroupIdentifier: "copied",
    TargetDBClusterParameterGroupDescription: "a copy",
  });
  const copied = await lab.call("DescribeDBClusterParameters", {
    DBClusterParameterGroupName: "copied",
    Source: "user",
  });
  assert.deepEqual(copied["Parameters"], await parameters(lab, "user"));
  await lab.call("ResetDBClusterParameterGroup", { DBClusterParameterGroupName, ResetAllParameters: true });
  assert.deepEqual(await parameters(lab, "user"), []);
  await lab.call("DeleteDBClusterParameterGroup", { DBClusterParameterGroupName });
  await assert.rejects(parameters(lab), {
    code: "DBParameterGroupNotFound",
    message: "DBClusterParameterGroup not found: shop",
  });
  await assert.rejects(
    lab.call("DeleteDBClusterParameterGroup", { DBClusterParameterGroupName: "default.aurora-mysql8.0" }),
    { code: "InvalidDBParameterGroupState" },
  );
});

test(
  "what a cluster's parameter group sets is so on its instances after a reboot, unless their own says otherwise",
  needs("postgres"),
  async () => {
    await using lab = await databaseCloud();
    await create(lab);
    await set(lab, "work_mem", "8192");
    await set(lab, "max_connections", "31");
    await lab.call("CreateDBParameterGroup", {
      DBParameterGroupName: "own",
      DBParameterGroupFamily: "aurora-postgresql16",
      Description: "own",
    });
    await lab.call("ModifyDBParameterGroup", {
      DBParameterGroupName: "own",
      Parameters: [{ ParameterName: "work_mem", ParameterValue: "4096", ApplyMethod: "pending-reboot" }],
    });
    await lab.createCluster("main", ["one"]);
    await lab.call("ModifyDBCluster", { DBClusterIdentifier: "main", DBClusterParameterGroupName: "shop" });
    const status = async () => {
      const { DBClusterParameterGroup, DBClusterMembers } = await lab.cluster("main");
      return [DBClusterParameterGroup, DBClusterMembers[0].DBClusterParameterGroupStatus];
    };
    assert.deepEqual(await status(), ["shop", "pending-reboot"]);
    const one = lab.where(await lab.instance("one"));
    assert.equal(await psql(one, "show max_connections"), "100");
    const reboot = async () => {
      await lab.call("RebootDBInstance", { DBInstanceIdentifier: "one" });
      await lab.is("one", "available");
    };
    await reboot();
    assert.deepEqual(await status(), ["shop", "in-sync"]);
    assert.equal(await psql(one, "show max_connections"), "31");
    assert.equal(await psql(one, "show work_mem"), "8MB");
    await lab.call("ModifyDBInstance", { DBInstanceIdentifier: "one", DBParameterGroupName: "own" });
    await set(lab, "max_connections", "32");
    assert.deepEqual(await status(), ["shop", "pending-reboot"]);
    await reboot();
    assert.equal(await psql(one, "show max_connections"), "32");
    assert.equal(await psql(one, "show work_mem"), "4MB");
    await assert.rejects(lab.call("DeleteDBClusterParameterGroup", { DBClusterParameterGroupName }), {
      code: "InvalidDBParameterGroupState",
      message:
        "One or more database clusters are still members of this parameter group shop, so the group cannot be deleted",
    });
  },
);

test("a group is of the engine and the version that it is for", async () => {
  await using lab = await databaseCloud();
  await create(lab);
  const cluster = (DBClusterParameterGroupName: string) =>
    lab.call("CreateDBCluster", {
      DBClusterIdentifier: "main",
      Engine: "aurora-postgresql",
      EngineVersion: "17.4",
      MasterUserPassword: "correct-horse",
      DBClusterParameterGroupName,
    });
  await assert.rejects(cluster("shop"), {
    code: "InvalidParameterCombination",
    message:
      "The Parameter Group shop with DBParameterGroupFamily aurora-postgresql16 cannot be used for this instance. Please use a Parameter Group with DBParameterGroupFamily aurora-postgresql17",
  });
  await assert.rejects(cluster("none"), {
    code: "DBClusterParameterGroupNotFound",
    message: "DBClusterParameterGroup not found: none",
  });
});

test("an instance's group is of its engine's version", needs("mariadb"), async () => {
  await using lab = await databaseCloud();
  await lab.call("CreateDBParameterGroup", {
    DBParameterGroupName: "own",
    DBParameterGroupFamily: "mariadb10.11",
    Description: "own",
  });
  await assert.rejects(lab.create("shop", { Engine: "mariadb", DBParameterGroupName: "own" }), {
    code: "InvalidParameterCombination",
    message:
      "The parameter group own with DBParameterGroupFamily mariadb10.11 can't be used for this instance. Use a parameter group with DBParameterGroupFamily mariadb11.4.",
  });
});
