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
