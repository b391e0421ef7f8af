import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { EC2 } from "@aws-sdk/client-ec2";
import { newAccount, testCloud } from "../../../test/cloud.ts";
import type { Cloud } from "../../index.ts";
import { ec2Client, newSubnet, newVpc, refuses } from "./fixture.test.ts";

let cloud: Cloud;
before(async () => {
  cloud = await testCloud({ services: ["ec2"] });
});
after(() => cloud[Symbol.asyncDispose]());

test("transit gateways join VPCs, and each other across Regions", async () => {
  const account = newAccount();
  const [here, there] = [ec2Client(cloud, { account }), ec2Client(cloud, { account, region: "eu-west-1" })];
  const gateway = async (by: EC2) =>
    (await by.createTransitGateway({ Description: "hub" })).TransitGateway!.TransitGatewayId!;
  const [TransitGatewayId, PeerTransitGatewayId] = [await gateway(here), await gateway(there)];
  const { TransitGateways } = await here.describeTransitGateways({ TransitGatewayIds: [TransitGatewayId] });
  const { Options, State } = TransitGateways![0]!;
  assert.equal(State, "available");
  const { TransitGatewayRouteTables } = await here.describeTransitGatewayRouteTables({
    TransitGatewayRouteTableIds: [Options!.AssociationDefaultRouteTableId!],
  });
  assert.equal(TransitGatewayRouteTables?.[0]?.DefaultAssociationRouteTable, true);
  const VpcId = await newVpc(here);
  const attach = { TransitGatewayId, VpcId, SubnetIds: [await newSubnet(here, VpcId)] };
  const { TransitGatewayVpcAttachment } = await here.createTransitGatewayVpcAttachment(attach);
  await refuses(here.createTransitGatewayVpcAttachment(attach), "InvalidParameterValue", /same VPC ID/);
  const { TransitGatewayPeeringAttachment } = await here.createTransitGatewayPeeringAttachment({
    TransitGatewayId,
    PeerTransitGatewayId,
    PeerAccountId: account,
    PeerRegion: "eu-west-1",
  });
  const peering = {
    TransitGatewayAttachmentId: TransitGatewayPeeringAttachment!.TransitGatewayAttachmentId!,
  };
  await there.acceptTransitGatewayPeeringAttachment(peering);
  const { TransitGatewayAttachments } = await here.describeTransitGatewayAttachments({});
  assert.deepEqual(
    new Set(
      TransitGatewayAttachments?.map(
        ({ ResourceType, ResourceId, State: state }) => `${ResourceType} ${ResourceId} ${state}`,
      ),
    ),
    new Set([`vpc ${VpcId} available`, `peering ${PeerTransitGatewayId} available`]),
  );
  await refuses(
    here.deleteTransitGateway({ TransitGatewayId }),
    "IncorrectState",
    `${TransitGatewayId} has non-deleted Attachments.`,
  );
  await here.deleteTransitGatewayPeeringAttachment(peering);
  const attachmentOf = {
    TransitGatewayAttachmentId: TransitGatewayVpcAttachment!.TransitGatewayAttachmentId!,
  };
  const main = { TransitGatewayRouteTableId: Options!.AssociationDefaultRouteTableId! };
  const seen = async () => {
    const { Associations } = await here.getTransitGatewayRouteTableAssociations(main);
    const { TransitGatewayRouteTablePropagations } = await here.getTransitGatewayRouteTablePropagations(main);
    return [Associations, TransitGatewayRouteTablePropagations].map((list) =>
      list?.map((one) => one.ResourceId),
    );
  };
  assert.deepEqual(await seen(), [[VpcId], [VpcId]]);
  await refuses(
    here.associateTransitGatewayRouteTable({ ...main, ...attachmentOf }),
    "Resource.AlreadyAssociated",
    /already associated to a route table/,
  );
  await here.disassociateTransitGatewayRouteTable({ ...main, ...attachmentOf });
  await here.disableTransitGatewayRouteTablePropagation({ ...main, ...attachmentOf });
  assert.deepEqual(await seen(), [[], []]);
  await here.associateTransitGatewayRouteTable({ ...main, ...attachmentOf });
  await here.enableTransitGatewayRouteTablePropagation({ ...main, ...attachmentOf });
  assert.deepEqual(await seen(), [[VpcId], [VpcId]]);
  const vpcAttachment = {
    TransitGatewayAttachmentId: TransitGatewayVpcAttachment!.TransitGatewayAttachmentId!,
  };
  await here.modifyTransitGatewayVpcAttachment({
    ...vpcAttachment,
    Options: { ApplianceModeSupport: "enable" },
  });
  await here.deleteTransitGatewayVpcAttachment(vpcAttachment);
  const { TransitGatewayVpcAttachments } = await here.describeTransitGatewayVpcAttachments({
    TransitGatewayAttachmentIds: [vpcAttachment.TransitGatewayAttachmentId],
  });
  assert.equal(TransitGatewayVpcAttachments?.[0]?.State, "deleted");
  await here.modifyTransitGateway({ TransitGatewayId, Description: "old hub" });
  await here.deleteTransitGateway({ TransitGatewayId });
});
