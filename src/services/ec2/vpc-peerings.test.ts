import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { EC2 } from "@aws-sdk/client-ec2";
import { newAccount, testCloud } from "../../../test/cloud.ts";
import type { Cloud } from "../../index.ts";
import { ec2Client, newVpc, refuses } from "./fixture.test.ts";

let cloud: Cloud;
let ec2: EC2;
before(async () => {
  cloud = await testCloud({ services: ["ec2"] });
  ec2 = ec2Client(cloud);
});
after(() => cloud[Symbol.asyncDispose]());

test("a peering connection is accepted by the other side, in another account and Region", async () => {
  const accepter = newAccount();
  const there = ec2Client(cloud, { account: accepter, region: "eu-west-1" });
  const [ours, theirs] = [await newVpc(ec2, "10.0.0.0/16"), await newVpc(there, "10.1.0.0/16")];
  const { VpcPeeringConnection } = await ec2.createVpcPeeringConnection({
    VpcId: ours,
    PeerVpcId: theirs,
    PeerOwnerId: accepter,
    PeerRegion: "eu-west-1",
  });
  const VpcPeeringConnectionId = VpcPeeringConnection!.VpcPeeringConnectionId!;
  const seen = async (by: EC2) =>
    (await by.describeVpcPeeringConnections({ VpcPeeringConnectionIds: [VpcPeeringConnectionId] }))
      .VpcPeeringConnections![0]!;
  const pending = await seen(there);
  assert.deepEqual(pending.Status, {
    Code: "pending-acceptance",
    Message: `Pending Acceptance by ${accepter}`,
  });
  assert.equal(pending.AccepterVpcInfo?.CidrBlock, undefined);
  await refuses(
    ec2.acceptVpcPeeringConnection({ VpcPeeringConnectionId }),
    "OperationNotPermitted",
    /cannot accept peering/,
  );
  await there.acceptVpcPeeringConnection({ VpcPeeringConnectionId });
  const active = await seen(ec2);
  assert.deepEqual(active.Status, { Code: "active", Message: "Active" });
  assert.equal(active.AccepterVpcInfo?.CidrBlock, "10.1.0.0/16");
  await ec2.modifyVpcPeeringConnectionOptions({
    VpcPeeringConnectionId,
    RequesterPeeringConnectionOptions: { AllowDnsResolutionFromRemoteVpc: true },
  });
  assert.equal((await seen(there)).RequesterVpcInfo?.PeeringOptions?.AllowDnsResolutionFromRemoteVpc, true);
  await there.deleteVpcPeeringConnection({ VpcPeeringConnectionId });
  assert.equal((await seen(ec2)).Status?.Code, "deleted");
  await refuses(
    there.rejectVpcPeeringConnection({ VpcPeeringConnectionId }),
    "InvalidStateTransition",
    /from deleted to rejected/,
  );
});
