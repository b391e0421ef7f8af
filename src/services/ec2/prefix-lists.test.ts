import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { EC2 } from "@aws-sdk/client-ec2";
import { testCloud } from "../../../test/cloud.ts";
import type { Cloud } from "../../index.ts";
import { ec2Client, refuses } from "./fixture.test.ts";

let cloud: Cloud;
let ec2: EC2;
before(async () => {
  cloud = await testCloud({ services: ["ec2"] });
  ec2 = ec2Client(cloud);
});
after(() => cloud[Symbol.asyncDispose]());

test("a customer's prefix list has versions, and AWS's own are nobody's to change", async () => {
  const { PrefixList } = await ec2.createManagedPrefixList({
    PrefixListName: "offices",
    AddressFamily: "IPv4",
    MaxEntries: 2,
    Entries: [{ Cidr: "10.0.0.0/8", Description: "home" }],
  });
  const PrefixListId = PrefixList!.PrefixListId!;
  assert.equal(PrefixList?.Version, 1);
  const { PrefixList: changed } = await ec2.modifyManagedPrefixList({
    PrefixListId,
    CurrentVersion: 1,
    AddEntries: [{ Cidr: "192.168.0.0/16" }],
  });
  assert.equal(changed?.Version, 2);
  await refuses(
    ec2.modifyManagedPrefixList({ PrefixListId, CurrentVersion: 1, AddEntries: [{ Cidr: "1.0.0.0/8" }] }),
    "PrefixListVersionMismatch",
    /different version/,
  );
  await refuses(
    ec2.modifyManagedPrefixList({ PrefixListId, CurrentVersion: 2, AddEntries: [{ Cidr: "1.0.0.0/8" }] }),
    "PrefixListMaxEntriesExceeded",
    /: 2\.$/,
  );
  await ec2.restoreManagedPrefixListVersion({ PrefixListId, PreviousVersion: 1, CurrentVersion: 2 });
  const { Entries } = await ec2.getManagedPrefixListEntries({ PrefixListId });
  assert.deepEqual(Entries, [{ Cidr: "10.0.0.0/8", Description: "home" }]);
  await ec2.deleteManagedPrefixList({ PrefixListId });
  await refuses(
    ec2.deleteManagedPrefixList({ PrefixListId: "pl-63a5400a" }),
    "OperationNotPermitted",
    /AWS-managed/,
  );
});
