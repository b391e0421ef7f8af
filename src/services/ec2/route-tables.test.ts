import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { EC2 } from "@aws-sdk/client-ec2";
import { testCloud } from "../../../test/cloud.ts";
import type { Cloud } from "../../index.ts";
import { ec2Client, newSubnet, newVpc, refuses } from "./fixture.test.ts";

let cloud: Cloud;
let ec2: EC2;
before(async () => {
  cloud = await testCloud({ services: ["ec2"] });
  ec2 = ec2Client(cloud);
});
after(() => cloud[Symbol.asyncDispose]());

async function newTable(VpcId: string): Promise<string> {
  const { RouteTable } = await ec2.createRouteTable({ VpcId });
  return RouteTable!.RouteTableId!;
}
async function tableOf(RouteTableId: string) {
  const { RouteTables } = await ec2.describeRouteTables({ RouteTableIds: [RouteTableId] });
  return RouteTables![0]!;
}

test("a table is associated with a subnet, and told with its routes", async () => {
  const VpcId = await newVpc(ec2);
  const SubnetId = await newSubnet(ec2, VpcId);
  const RouteTableId = await newTable(VpcId);
  const { AssociationId } = await ec2.associateRouteTable({ RouteTableId, SubnetId });
  const table = await tableOf(RouteTableId);
  assert.deepEqual(table.Associations, [
    {
      Main: false,
      RouteTableAssociationId: AssociationId,
      RouteTableId,
      SubnetId,
      AssociationState: { State: "associated" },
    },
  ]);
  assert.deepEqual(table.Routes, [
    { DestinationCidrBlock: "10.0.0.0/16", GatewayId: "local", Origin: "CreateRouteTable", State: "active" },
  ]);
  await refuses(
    ec2.deleteRouteTable({ RouteTableId }),
    "DependencyViolation",
    `The routeTable '${RouteTableId}' has dependencies and cannot be deleted.`,
  );
  const other = await newTable(VpcId);
  await refuses(
    ec2.associateRouteTable({ RouteTableId: other, SubnetId }),
    "Resource.AlreadyAssociated",
    /conflicts/,
  );
  const { NewAssociationId } = await ec2.replaceRouteTableAssociation({
    AssociationId: AssociationId!,
    RouteTableId: other,
  });
  await ec2.disassociateRouteTable({ AssociationId: NewAssociationId! });
  await ec2.deleteRouteTable({ RouteTableId });
  await refuses(
    ec2.disassociateRouteTable({ AssociationId: AssociationId! }),
    "InvalidAssociationID.NotFound",
    `The association ID '${AssociationId}' does not exist`,
  );
});

test("routes lead to what is there, once a destination", async () => {
  const VpcId = await newVpc(ec2);
  const RouteTableId = await newTable(VpcId);
  const { InternetGateway } = await ec2.createInternetGateway({});
  const GatewayId = InternetGateway!.InternetGatewayId!;
  await ec2.attachInternetGateway({ InternetGatewayId: GatewayId, VpcId });
  const route = { RouteTableId, DestinationCidrBlock: "0.0.0.0/0" };
  await ec2.createRoute({ ...route, GatewayId });
  await refuses(
    ec2.createRoute({ ...route, GatewayId }),
    "RouteAlreadyExists",
    "The route identified by 0.0.0.0/0 already exists.",
  );
  await refuses(
    ec2.createRoute({
      RouteTableId,
      DestinationCidrBlock: "1.0.0.0/8",
      NatGatewayId: "nat-0123456789abcdef0",
    }),
    "NatGatewayNotFound",
    "NAT gateway nat-0123456789abcdef0 was not found",
  );
  const { EgressOnlyInternetGateway } = await ec2.createEgressOnlyInternetGateway({ VpcId });
  const EgressOnlyInternetGatewayId = EgressOnlyInternetGateway!.EgressOnlyInternetGatewayId!;
  await ec2.createRoute({ RouteTableId, DestinationIpv6CidrBlock: "::/0", EgressOnlyInternetGatewayId });
  const { Routes } = await tableOf(RouteTableId);
  assert.equal(
    Routes?.find((one) => one.DestinationIpv6CidrBlock === "::/0")?.EgressOnlyInternetGatewayId,
    EgressOnlyInternetGatewayId,
  );
  await refuses(
    ec2.detachInternetGateway({ InternetGatewayId: GatewayId, VpcId: await newVpc(ec2) }),
    "Gateway.NotAttached",
    /is not attached to network/,
  );
  await refuses(
    ec2.deleteInternetGateway({ InternetGatewayId: GatewayId }),
    "DependencyViolation",
    /^The internetGateway '/,
  );
  await ec2.deleteRoute(route);
  await refuses(
    ec2.deleteRoute(route),
    "InvalidRoute.NotFound",
    `no route with destination-cidr-block 0.0.0.0/0 in route table ${RouteTableId}`,
  );
  await ec2.detachInternetGateway({ InternetGatewayId: GatewayId, VpcId });
  await ec2.deleteInternetGateway({ InternetGatewayId: GatewayId });
  await ec2.deleteEgressOnlyInternetGateway({ EgressOnlyInternetGatewayId });
});

test("a NAT gateway takes an elastic IP address and an interface, and gives them back", async () => {
  const VpcId = await newVpc(ec2);
  const SubnetId = await newSubnet(ec2, VpcId);
  const { AllocationId, PublicIp } = await ec2.allocateAddress({});
  const { NatGateway } = await ec2.createNatGateway({ SubnetId, AllocationId: AllocationId! });
  assert.equal(NatGateway?.State, "pending");
  const NatGatewayId = NatGateway!.NatGatewayId!;
  const { NatGateways } = await ec2.describeNatGateways({ NatGatewayIds: [NatGatewayId] });
  assert.equal(NatGateways?.[0]?.State, "available");
  assert.equal(NatGateways[0]?.NatGatewayAddresses?.[0]?.PublicIp, PublicIp);
  const RouteTableId = await newTable(VpcId);
  await ec2.createRoute({ RouteTableId, DestinationCidrBlock: "0.0.0.0/0", NatGatewayId });
  await refuses(
    ec2.releaseAddress({ AllocationId: AllocationId! }),
    "InvalidIPAddress.InUse",
    `Address ${PublicIp} is in use.`,
  );
  await refuses(
    ec2.deleteSubnet({ SubnetId }),
    "DependencyViolation",
    `The subnet '${SubnetId}' has dependencies and cannot be deleted.`,
  );
  await ec2.deleteNatGateway({ NatGatewayId });
  await ec2.releaseAddress({ AllocationId: AllocationId! });
  await ec2.deleteSubnet({ SubnetId });
});

test("an elastic IP address is given to an interface and taken from it", async () => {
  const SubnetId = await newSubnet(ec2, await newVpc(ec2));
  const { NetworkInterface } = await ec2.createNetworkInterface({ SubnetId, PrivateIpAddress: "10.0.1.9" });
  const NetworkInterfaceId = NetworkInterface!.NetworkInterfaceId!;
  const { AllocationId } = await ec2.allocateAddress({});
  const { AssociationId } = await ec2.associateAddress({ AllocationId: AllocationId!, NetworkInterfaceId });
  const { Addresses } = await ec2.describeAddresses({ AllocationIds: [AllocationId!] });
  assert.equal(Addresses?.[0]?.PrivateIpAddress, "10.0.1.9");
  await ec2.disassociateAddress({ AssociationId: AssociationId! });
  await ec2.releaseAddress({ AllocationId: AllocationId! });
  await refuses(
    ec2.describeAddresses({ AllocationIds: [AllocationId!] }),
    "InvalidAllocationID.NotFound",
    `The allocation ID '${AllocationId}' does not exist`,
  );
});

test("a network ACL has numbered entries, and the subnets that it is put before", async () => {
  const VpcId = await newVpc(ec2);
  const SubnetId = await newSubnet(ec2, VpcId);
  const { NetworkAcl } = await ec2.createNetworkAcl({ VpcId });
  const NetworkAclId = NetworkAcl!.NetworkAclId!;
  const entry = {
    NetworkAclId,
    RuleNumber: 100,
    Protocol: "tcp",
    Egress: false,
    CidrBlock: "0.0.0.0/0",
    PortRange: { From: 443, To: 443 },
  };
  await ec2.createNetworkAclEntry({ ...entry, RuleAction: "allow" });
  await refuses(
    ec2.createNetworkAclEntry({ ...entry, RuleAction: "allow" }),
    "NetworkAclEntryAlreadyExists",
    "The network acl entry identified by 100 already exists.",
  );
  await ec2.replaceNetworkAclEntry({ ...entry, RuleAction: "deny" });
  const { NetworkAcls } = await ec2.describeNetworkAcls({
    Filters: [{ Name: "association.subnet-id", Values: [SubnetId] }],
  });
  const { NetworkAclAssociationId } = NetworkAcls![0]!.Associations!.find(
    (one) => one.SubnetId === SubnetId,
  )!;
  await ec2.replaceNetworkAclAssociation({ AssociationId: NetworkAclAssociationId!, NetworkAclId });
  const { NetworkAcls: now } = await ec2.describeNetworkAcls({ NetworkAclIds: [NetworkAclId] });
  assert.equal(now?.[0]?.Associations?.[0]?.SubnetId, SubnetId);
  assert.deepEqual(
    now[0]?.Entries?.filter(({ Egress }) => !Egress).map(({ RuleNumber, RuleAction, Protocol }) => [
      RuleNumber,
      RuleAction,
      Protocol,
    ]),
    [
      [100, "deny", "6"],
      [32767, "deny", "-1"],
    ],
  );
  await refuses(ec2.deleteNetworkAcl({ NetworkAclId }), "DependencyViolation", /has dependencies/);
  await ec2.deleteNetworkAclEntry({ NetworkAclId, RuleNumber: 100, Egress: false });
  await ec2.deleteSubnet({ SubnetId });
  await ec2.deleteNetworkAcl({ NetworkAclId });
});

test("an interface has addresses of its subnet and is told by its group", async () => {
  const VpcId = await newVpc(ec2);
  const SubnetId = await newSubnet(ec2, VpcId, "10.0.1.0/28");
  const { NetworkInterface } = await ec2.createNetworkInterface({
    SubnetId,
    SecondaryPrivateIpAddressCount: 1,
  });
  const NetworkInterfaceId = NetworkInterface!.NetworkInterfaceId!;
  assert.equal(NetworkInterface?.PrivateIpAddress, "10.0.1.4");
  assert.equal(NetworkInterface?.PrivateIpAddresses?.length, 2);
  const { Subnets } = await ec2.describeSubnets({ SubnetIds: [SubnetId] });
  assert.equal(Subnets?.[0]?.AvailableIpAddressCount, 16 - 5 - 2);
  await refuses(
    ec2.createNetworkInterface({ SubnetId, PrivateIpAddress: "10.0.1.4" }),
    "InvalidIPAddress.InUse",
    "Address 10.0.1.4 is in use.",
  );
  await refuses(
    ec2.createNetworkInterface({ SubnetId, PrivateIpAddress: "10.0.2.4" }),
    "InvalidParameterValue",
    "Address does not fall within the subnet's address range",
  );
  await refuses(
    ec2.assignPrivateIpAddresses({ NetworkInterfaceId, SecondaryPrivateIpAddressCount: 10 }),
    "InsufficientFreeAddressesInSubnet",
    /enough free addresses/,
  );
  await ec2.unassignPrivateIpAddresses({ NetworkInterfaceId, PrivateIpAddresses: ["10.0.1.5"] });
  await ec2.modifyNetworkInterfaceAttribute({ NetworkInterfaceId, Description: { Value: "mine" } });
  const { Description } = await ec2.describeNetworkInterfaceAttribute({
    NetworkInterfaceId,
    Attribute: "description",
  });
  assert.equal(Description?.Value, "mine");
  await ec2.modifyNetworkInterfaceAttribute({ NetworkInterfaceId, SourceDestCheck: { Value: false } });
  await ec2.resetNetworkInterfaceAttribute({ NetworkInterfaceId });
  const { AttachmentId } = await ec2.attachNetworkInterface({
    NetworkInterfaceId,
    InstanceId: "i-0123456789abcdef0",
    DeviceIndex: 1,
  });
  await refuses(
    ec2.deleteNetworkInterface({ NetworkInterfaceId }),
    "InvalidNetworkInterface.InUse",
    `Interface: [${NetworkInterfaceId}] in use.`,
  );
  await ec2.detachNetworkInterface({ AttachmentId: AttachmentId! });
  await ec2.deleteNetworkInterface({ NetworkInterfaceId });
});

test("a VPC's DHCP options are a set of their own", async () => {
  const VpcId = await newVpc(ec2);
  const { DhcpOptions } = await ec2.createDhcpOptions({
    DhcpConfigurations: [{ Key: "domain-name-servers", Values: ["10.0.0.2"] }],
  });
  const DhcpOptionsId = DhcpOptions!.DhcpOptionsId!;
  await ec2.associateDhcpOptions({ DhcpOptionsId, VpcId });
  await refuses(ec2.deleteDhcpOptions({ DhcpOptionsId }), "DependencyViolation", /has dependencies/);
  await ec2.associateDhcpOptions({ DhcpOptionsId: "default", VpcId });
  await ec2.deleteDhcpOptions({ DhcpOptionsId });
});
