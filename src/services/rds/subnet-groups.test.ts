import assert from "node:assert/strict";
import { test } from "node:test";
import { needs } from "../../../test/needs.ts";
import { databaseCloud } from "./fixture.test.ts";

const REGION = "us-east-1";

type Lab = Awaited<ReturnType<typeof databaseCloud>>;

/** A VPC with a subnet in each of some zones, by their letters. */
async function vpc({ call }: Lab, letters: string): Promise<{ id: string; subnets: string[] }> {
  const { Vpc } = await call("CreateVpc", { CidrBlock: "10.0.0.0/16" }, "ec2");
  const subnets: string[] = [];
  for (const [at, letter] of [...letters].entries()) {
    const input = { VpcId: Vpc.VpcId, CidrBlock: `10.0.${at}.0/24`, AvailabilityZone: `${REGION}${letter}` };
    subnets.push((await call("CreateSubnet", input, "ec2"))["Subnet"].SubnetId);
  }
  return { id: Vpc.VpcId, subnets };
}

const group = (DBSubnetGroupName: string, SubnetIds: readonly string[]) => ({
  DBSubnetGroupName,
  DBSubnetGroupDescription: "of a test",
  SubnetIds,
});

test("a subnet group has the subnets of one VPC in two zones at least", async () => {
  await using lab = await databaseCloud();
  const { id, subnets } = await vpc(lab, "ab");
  const { DBSubnetGroup } = await lab.call("CreateDBSubnetGroup", group("Shop.subnets", subnets));
  const inOrder = (of: { SubnetAvailabilityZone: { Name: string } }[]) =>
    of.toSorted((a, b) => (a.SubnetAvailabilityZone.Name < b.SubnetAvailabilityZone.Name ? -1 : 1));
  assert.deepEqual(
    { ...DBSubnetGroup, Subnets: inOrder(DBSubnetGroup.Subnets) },
    {
      DBSubnetGroupName: "shop.subnets",
      DBSubnetGroupDescription: "of a test",
      VpcId: id,
      SubnetGroupStatus: "Complete",
      Subnets: subnets.map((SubnetIdentifier, at) => ({
        SubnetIdentifier,
        SubnetAvailabilityZone: { Name: `${REGION}${"ab"[at]}` },
        SubnetStatus: "Active",
      })),
      DBSubnetGroupArn: `arn:aws:rds:${REGION}:${lab.account}:subgrp:shop.subnets`,
      SupportedNetworkTypes: ["IPV4"],
    },
  );
  const [first = ""] = subnets;
  const other = await vpc(lab, "ab");
  for (const [given, code, message] of [
    [
      [first],
      "DBSubnetGroupDoesNotCoverEnoughAZs",
      "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current AZ coverage: us-east-1a. Add subnets to cover at least 2 AZs.",
    ],
    [["subnet-1"], "InvalidParameterValue", "Some input subnets in :[subnet-1] are invalid."],
    [
      [first, ...other.subnets],
      "InvalidParameterValue",
      `Some input subnets in :[${[first, ...other.subnets].join(", ")}] are invalid.`,
    ],
    [[], "InvalidSubnet", "Subnet IDs are required."],
  ] as const)
    await assert.rejects(lab.call("CreateDBSubnetGroup", group("other", given)), { code, message });
  await assert.rejects(lab.call("CreateDBSubnetGroup", group("SHOP.subnets", subnets)), {
    code: "DBSubnetGroupAlreadyExists",
    message: "The DB subnet group 'shop.subnets' already exists.",
  });
  await assert.rejects(lab.call("CreateDBSubnetGroup", group("default", subnets)), {
    code: "InvalidParameterValue",
  });
  await lab.call("DeleteDBSubnetGroup", { DBSubnetGroupName: "shop.subnets" });
  await assert.rejects(lab.call("DescribeDBSubnetGroups", { DBSubnetGroupName: "shop.subnets" }), {
    code: "DBSubnetGroupNotFoundFault",
    message: "DB subnet group 'shop.subnets' does not exist.",
  });
});

test("an account has fifty subnet groups at most", async () => {
  await using lab = await databaseCloud();
  const { subnets } = await vpc(lab, "ab");
  for (let n = 1; n <= 50; n++) await lab.call("CreateDBSubnetGroup", group(`g${n}`, subnets));
  await assert.rejects(lab.call("CreateDBSubnetGroup", group("g51", subnets)), {
    code: "DBSubnetGroupQuotaExceeded",
    message: "You have already reached your quota of 50 DB subnet groups per customer.",
  });
});

test("a cluster is in the group that it names, and one that names none in the default VPC's", async () => {
  await using lab = await databaseCloud();
  const { subnets } = await vpc(lab, "ab");
  await lab.call("CreateDBSubnetGroup", group("shop", subnets));
  const create = (DBClusterIdentifier: string, more: object = {}) =>
    lab.call("CreateDBCluster", {
      DBClusterIdentifier,
      Engine: "aurora-postgresql",
      MasterUserPassword: "correct-horse",
      ...more,
    });
  await create("shop", { DBSubnetGroupName: "Shop" });
  assert.equal((await lab.cluster("shop"))["DBSubnetGroup"], "shop");
  await assert.rejects(create("lost", { DBSubnetGroupName: "none" }), {
    code: "DBSubnetGroupNotFoundFault",
    message: "DB subnet group 'none' does not exist.",
  });
  await assert.rejects(lab.call("DeleteDBSubnetGroup", { DBSubnetGroupName: "shop" }), {
    code: "InvalidDBSubnetGroupStateFault",
    message:
      "Cannot delete the subnet group 'shop' because at least one database cluster: shop is still using it.",
  });
  await create("plain");
  assert.equal((await lab.cluster("plain"))["DBSubnetGroup"], "default");
  const { DBSubnetGroups } = await lab.call("DescribeDBSubnetGroups", { DBSubnetGroupName: "default" });
  const { Vpcs } = await lab.call(
    "DescribeVpcs",
    { Filters: [{ Name: "is-default", Values: ["true"] }] },
    "ec2",
  );
  assert.equal(DBSubnetGroups[0].VpcId, Vpcs[0].VpcId);
  for (const [operation, more] of [
    ["DeleteDBSubnetGroup", {}],
    ["ModifyDBSubnetGroup", { SubnetIds: subnets }],
  ] as const)
    await assert.rejects(lab.call(operation, { DBSubnetGroupName: "default", ...more }), {
      code: "InvalidDBSubnetGroupStateFault",
    });
});

test("without default subnets a database names its group", async () => {
  await using lab = await databaseCloud();
  const { Subnets } = await lab.call("DescribeSubnets", {}, "ec2");
  for (const { SubnetId } of Subnets) await lab.call("DeleteSubnet", { SubnetId }, "ec2");
  const input = { DBClusterIdentifier: "c", Engine: "aurora-mysql", MasterUserPassword: "correct-horse" };
  await assert.rejects(lab.call("CreateDBCluster", input), {
    code: "InvalidSubnet",
    message: "No default subnet detected in VPC. Please contact AWS Support to recreate default Subnets.",
  });
});

test("an instance is in a zone of its group, which keeps the subnet there", needs("mariadb"), async () => {
  await using lab = await databaseCloud();
  const { id, subnets } = await vpc(lab, "dbc");
  const [inD = "", inB = "", inC = ""] = subnets;
  await lab.call("CreateDBSubnetGroup", group("shop", [inD, inB]));
  const input = { Engine: "mariadb", DBSubnetGroupName: "shop" };
  await assert.rejects(lab.create("lost", { ...input, AvailabilityZone: "us-east-1a" }), {
    code: "InvalidVPCNetworkStateFault",
    message:
      "Cannot create a database instance because there is not a subnet in us-east-1a, the targeted availability zone.",
  });
  await lab.create("shop", { ...input, MultiAZ: true });
  const { AvailabilityZone, DBSubnetGroup } = await lab.instance("shop");
  assert.equal(AvailabilityZone, "us-east-1b");
  assert.deepEqual(
    [DBSubnetGroup.DBSubnetGroupName, DBSubnetGroup.VpcId, DBSubnetGroup.Subnets.length],
    ["shop", id, 2],
  );
  const change = (SubnetIds: readonly string[]) =>
    lab.call("ModifyDBSubnetGroup", { DBSubnetGroupName: "shop", SubnetIds });
  await assert.rejects(change([inD, inC]), {
    code: "SubnetAlreadyInUse",
    message: `Some of the subnets to be deleted are currently in use: ${inB}`,
  });
  await change([inC, inB]);
  await lab.call("RebootDBInstance", { DBInstanceIdentifier: "shop", ForceFailover: true });
  await lab.is("shop", "available");
  assert.equal((await lab.instance("shop"))["AvailabilityZone"], "us-east-1c");
  await assert.rejects(lab.call("DeleteDBSubnetGroup", { DBSubnetGroupName: "shop" }), {
    message:
      "Cannot delete the subnet group 'shop' because at least one database instance: shop is still using it.",
  });
  await lab.call("CreateDBSubnetGroup", group("same", [inD, inC]));
  const move = (DBSubnetGroupName: string) =>
    lab.call("ModifyDBInstance", { DBInstanceIdentifier: "shop", DBSubnetGroupName });
  await assert.rejects(move("same"), {
    code: "InvalidVPCNetworkStateFault",
    message:
      "You cannot move DB instance shop to subnet group same. The specified DB subnet group and DB instance are in the same VPC. Choose a DB subnet group in different VPC than the specified DB instance and try again.",
  });
  await lab.call("CreateDBSubnetGroup", group("far", (await vpc(lab, "ef")).subnets));
  const { DBInstance } = await move("far");
  assert.deepEqual(
    [DBInstance.DBSubnetGroup.DBSubnetGroupName, DBInstance.AvailabilityZone],
    ["far", "us-east-1e"],
  );
});
