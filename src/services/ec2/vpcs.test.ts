import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newAccount, testCloud } from "../../../test/cloud.ts";
import type { Cloud } from "../../index.ts";
import { ec2Client, newSubnet, newVpc, refuses } from "./fixture.test.ts";

let cloud: Cloud;
before(async () => {
  cloud = await testCloud({ services: ["ec2"] });
});
after(() => cloud[Symbol.asyncDispose]());

test("an account finds a default VPC with a subnet in each zone, a way out, a main table, an ACL and a group", async () => {
  const ec2 = ec2Client(cloud, { region: "eu-west-1" });
  const { Vpcs } = await ec2.describeVpcs({});
  assert.equal(Vpcs?.length, 1);
  const [vpc] = Vpcs;
  assert.equal(vpc?.CidrBlock, "172.31.0.0/16");
  assert.equal(vpc?.IsDefault, true);
  const here = { Filters: [{ Name: "vpc-id", Values: [vpc!.VpcId!] }] };
  const { Subnets } = await ec2.describeSubnets(here);
  assert.deepEqual(
    Subnets?.map(({ AvailabilityZone, CidrBlock, DefaultForAz, AvailableIpAddressCount }) => [
      AvailabilityZone,
      CidrBlock,
      DefaultForAz,
      AvailableIpAddressCount,
    ]).sort(),
    [
      ["eu-west-1a", "172.31.0.0/20", true, 4091],
      ["eu-west-1b", "172.31.16.0/20", true, 4091],
      ["eu-west-1c", "172.31.32.0/20", true, 4091],
    ],
  );
  const { RouteTables } = await ec2.describeRouteTables(here);
  assert.equal(RouteTables?.length, 1);
  assert.equal(RouteTables[0]?.Associations?.[0]?.Main, true);
  const { InternetGateways } = await ec2.describeInternetGateways({
    Filters: [{ Name: "attachment.vpc-id", Values: [vpc!.VpcId!] }],
  });
  assert.deepEqual(
    RouteTables[0]?.Routes?.map(({ DestinationCidrBlock, GatewayId }) => [DestinationCidrBlock, GatewayId]),
    [
      ["172.31.0.0/16", "local"],
      ["0.0.0.0/0", InternetGateways?.[0]?.InternetGatewayId],
    ],
  );
  const { NetworkAcls } = await ec2.describeNetworkAcls(here);
  assert.equal(NetworkAcls?.[0]?.IsDefault, true);
  assert.equal(NetworkAcls[0]?.Associations?.length, 3);
  const { SecurityGroups } = await ec2.describeSecurityGroups(here);
  assert.deepEqual(
    SecurityGroups?.map(({ GroupName, Description }) => [GroupName, Description]),
    [["default", "default VPC security group"]],
  );
  const { AccountAttributes } = await ec2.describeAccountAttributes({ AttributeNames: ["default-vpc"] });
  assert.equal(AccountAttributes?.[0]?.AttributeValues?.[0]?.AttributeValue, vpc?.VpcId);
});

test("the default network has the same ids in every run, so that templates can name them", async () => {
  const account = newAccount();
  await using other = await testCloud({ services: ["ec2"], seed: "another" });
  const ids = async (of: Cloud) =>
    (await ec2Client(of, { account }).describeSubnets({})).Subnets?.map(({ SubnetId }) => SubnetId);
  assert.deepEqual(await ids(cloud), await ids(other));
});

test("what is deleted of the default network stays deleted, and can be made again", async () => {
  const ec2 = ec2Client(cloud);
  const { Subnets } = await ec2.describeSubnets({});
  const gone = Subnets![0]!;
  await ec2.deleteSubnet({ SubnetId: gone.SubnetId! });
  const { Subnets: left } = await ec2.describeSubnets({});
  assert.equal(left?.length, Subnets!.length - 1);
  const { Subnet } = await ec2.createDefaultSubnet({ AvailabilityZone: gone.AvailabilityZone! });
  assert.equal(Subnet?.CidrBlock, gone.CidrBlock);
  await refuses(
    ec2.createDefaultVpc({}),
    "DefaultVpcAlreadyExists",
    "A Default VPC already exists for this account in this region.",
  );
});

test("a VPC is made with its main table, ACL and group, changed, and deleted when nothing of its user's is left", async () => {
  const ec2 = ec2Client(cloud);
  const { Vpc } = await ec2.createVpc({
    CidrBlock: "10.0.3.7/16",
    TagSpecifications: [{ ResourceType: "vpc", Tags: [{ Key: "Name", Value: "shop" }] }],
  });
  assert.equal(Vpc?.State, "pending");
  assert.equal(Vpc?.CidrBlock, "10.0.0.0/16");
  const VpcId = Vpc!.VpcId!;
  assert.match(VpcId, /^vpc-[0-9a-f]{17}$/);
  await ec2.modifyVpcAttribute({ VpcId, EnableDnsHostnames: { Value: true } });
  const { EnableDnsHostnames } = await ec2.describeVpcAttribute({ VpcId, Attribute: "enableDnsHostnames" });
  assert.deepEqual(EnableDnsHostnames, { Value: true });
  const { CidrBlockAssociation } = await ec2.associateVpcCidrBlock({ VpcId, CidrBlock: "10.1.0.0/16" });
  const { Vpcs } = await ec2.describeVpcs({ VpcIds: [VpcId] });
  assert.deepEqual(
    Vpcs?.[0]?.CidrBlockAssociationSet?.map(({ CidrBlock }) => CidrBlock),
    ["10.0.0.0/16", "10.1.0.0/16"],
  );
  await ec2.disassociateVpcCidrBlock({ AssociationId: CidrBlockAssociation!.AssociationId! });
  await ec2.modifyVpcTenancy({ VpcId, InstanceTenancy: "default" });
  const SubnetId = await newSubnet(ec2, VpcId);
  await refuses(
    ec2.deleteVpc({ VpcId }),
    "DependencyViolation",
    `The vpc '${VpcId}' has dependencies and cannot be deleted.`,
  );
  await ec2.deleteSubnet({ SubnetId });
  await ec2.deleteVpc({ VpcId });
  await refuses(
    ec2.describeVpcs({ VpcIds: [VpcId] }),
    "InvalidVpcID.NotFound",
    `The vpc ID '${VpcId}' does not exist`,
  );
  const { SecurityGroups } = await ec2.describeSecurityGroups({
    Filters: [{ Name: "vpc-id", Values: [VpcId] }],
  });
  assert.deepEqual(SecurityGroups, []);
});

test("an id that is none is malformed", async () => {
  await refuses(
    ec2Client(cloud).describeVpcs({ VpcIds: ["shop"] }),
    "InvalidVpcId.Malformed",
    'Invalid id: "shop" (expecting "vpc-...")',
  );
});

test("blocks of addresses are between /16 and /28, inside their VPC, and nobody else's", async () => {
  const ec2 = ec2Client(cloud);
  await refuses(
    ec2.createVpc({ CidrBlock: "10.0.0.0/15" }),
    "InvalidVpc.Range",
    "The CIDR '10.0.0.0/15' is invalid.",
  );
  await refuses(
    ec2.createVpc({ CidrBlock: "10.0.0.0/29" }),
    "InvalidVpc.Range",
    "The CIDR '10.0.0.0/29' is invalid.",
  );
  await refuses(
    ec2.createVpc({ CidrBlock: "10.0.0.256/16" }),
    "InvalidParameterValue",
    "Value (10.0.0.256/16) for parameter cidrBlock is invalid. This is not a valid CIDR block.",
  );
  const VpcId = await newVpc(ec2, "10.0.0.0/16");
  await newSubnet(ec2, VpcId, "10.0.0.0/24");
  await refuses(
    ec2.createSubnet({ VpcId, CidrBlock: "10.0.0.128/25" }),
    "InvalidSubnet.Conflict",
    "The CIDR '10.0.0.128/25' conflicts with another subnet",
  );
  await refuses(
    ec2.createSubnet({ VpcId, CidrBlock: "10.1.0.0/24" }),
    "InvalidSubnet.Range",
    "The CIDR '10.1.0.0/24' is invalid.",
  );
  await refuses(
    ec2.createSubnet({ VpcId, CidrBlock: "10.0.1.0/24", AvailabilityZone: "us-east-1z" }),
    "InvalidParameterValue",
    /^Value \(us-east-1z\) for parameter availabilityZone is invalid\. Subnets can currently only be created in the following availability zones: us-east-1a, /,
  );
});

test("IPv6 blocks are Amazon's: a /56 for a VPC, a /64 of it for a subnet", async () => {
  const ec2 = ec2Client(cloud);
  const { Vpc } = await ec2.createVpc({ CidrBlock: "10.0.0.0/16", AmazonProvidedIpv6CidrBlock: true });
  const block = Vpc!.Ipv6CidrBlockAssociationSet![0]!.Ipv6CidrBlock!;
  assert.match(block, /^2600:1f18:[0-9a-f]+:[0-9a-f]+::\/56$/);
  const SubnetId = await newSubnet(ec2, Vpc!.VpcId!);
  const { Ipv6CidrBlockAssociation } = await ec2.associateSubnetCidrBlock({
    SubnetId,
    Ipv6CidrBlock: block.replace("/56", "/64"),
  });
  assert.equal(Ipv6CidrBlockAssociation?.Ipv6CidrBlock, block.replace("/56", "/64"));
  await ec2.disassociateSubnetCidrBlock({ AssociationId: Ipv6CidrBlockAssociation!.AssociationId! });
});

test("zones have names and ids, and are found by either", async () => {
  const ec2 = ec2Client(cloud);
  const { AvailabilityZones } = await ec2.describeAvailabilityZones({ ZoneIds: ["use1-az2"] });
  assert.deepEqual(AvailabilityZones, [
    {
      OptInStatus: "opt-in-not-required",
      Messages: [],
      RegionName: "us-east-1",
      ZoneName: "us-east-1b",
      ZoneId: "use1-az2",
      GroupName: "us-east-1-zg-1",
      GroupLongName: "US East (N. Virginia) 1",
      NetworkBorderGroup: "us-east-1",
      ZoneType: "availability-zone",
      State: "available",
    },
  ]);
  await refuses(
    ec2.describeAvailabilityZones({ ZoneNames: ["us-east-1z"] }),
    "InvalidParameterValue",
    "Invalid availability zone: [us-east-1z]",
  );
  const { Regions } = await ec2.describeRegions({ RegionNames: ["eu-west-1"] });
  assert.equal(Regions?.[0]?.Endpoint, "ec2.eu-west-1.amazonaws.com");
});

test("a subnet's settings are changed one at a time", async () => {
  const ec2 = ec2Client(cloud);
  const SubnetId = await newSubnet(ec2, await newVpc(ec2));
  await ec2.modifySubnetAttribute({ SubnetId, MapPublicIpOnLaunch: { Value: true } });
  const { Subnets } = await ec2.describeSubnets({ SubnetIds: [SubnetId] });
  assert.equal(Subnets?.[0]?.MapPublicIpOnLaunch, true);
  await refuses(
    ec2.modifySubnetAttribute({
      SubnetId,
      MapPublicIpOnLaunch: { Value: true },
      EnableDns64: { Value: true },
    }),
    "InvalidParameterCombination",
    /one attribute/,
  );
});
