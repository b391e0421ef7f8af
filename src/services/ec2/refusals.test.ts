import assert from "node:assert/strict";
import { test } from "node:test";
import { ECS } from "@aws-sdk/client-ecs";
import { clientOptions, newAccount, testCloud } from "../../../test/cloud.ts";
import { until } from "../../../test/until.ts";
import { ec2Client, newSubnet, newVpc, refuses } from "./fixture.test.ts";

const cloud = await testCloud();
test.after(() => cloud.stop());
const account = newAccount();
const ec2 = ec2Client(cloud, { account });

type Output = Record<string, unknown>;
const call = (operation: string, input: object): Promise<Output> =>
  cloud.call<Output>("ec2", operation, input, { account, region: "us-east-1" });
const refused = (operation: string, input: object, code: string, message?: string) =>
  assert.rejects(call(operation, input), (error: Error & { code: string }) => {
    assert.equal(error.code, code, `${operation} ${JSON.stringify(input)}: ${error.message}`);
    if (message !== undefined) assert.equal(error.message, message);
    return true;
  });
const LAUNCH = { ImageId: "ami-0abcdef1234567890", MinCount: 1, MaxCount: 1 };

const IDS: readonly (readonly [
  operation: string,
  member: string,
  prefix: string,
  code: string,
  malformed?: string,
])[] = [
  ["DescribeInstances", "InstanceIds", "i", "InvalidInstanceID"],
  ["TerminateInstances", "InstanceIds", "i", "InvalidInstanceID"],
  ["DescribeVpcs", "VpcIds", "vpc", "InvalidVpcI"],
  ["DescribeSubnets", "SubnetIds", "subnet", "InvalidSubnetI"],
  ["DescribeSecurityGroups", "GroupIds", "sg", "InvalidGroup"],
  ["DescribeVolumes", "VolumeIds", "vol", "InvalidVolume", "InvalidParameterValue"],
  ["DescribeLaunchTemplates", "LaunchTemplateIds", "lt", "InvalidLaunchTemplateId"],
  ["DescribeNetworkInterfaces", "NetworkInterfaceIds", "eni", "InvalidNetworkInterface"],
];

test("an id is its kind's prefix and 8 or 17 hex digits: else it is malformed, and not missing", async () => {
  for (const [operation, member, prefix, code, malformed = `${code}.*\\.Malformed`] of IDS) {
    const answer = (id: string) =>
      call(operation, { [member]: [id] }).then(
        () => "found",
        (error: { code: string }) => error.code,
      );
    for (const id of [
      "",
      "nonsense",
      `${prefix}-`,
      `${prefix}-xyz`,
      `${prefix}-123`,
      `${prefix}-0123456789abcdefg`,
    ])
      assert.match(await answer(id), new RegExp(`^${malformed}$`), `${operation} ${id}`);
    for (const id of [`${prefix}-01234567`, `${prefix}-0123456789abcdef0`])
      assert.match(await answer(id), new RegExp(`^${code}.*\\.NotFound$`), `${operation} ${id}`);
  }
});

test("a page has as many as its operation gives", async () => {
  for (const [operation, least, most] of [
    ["DescribeVpcs", 5, 1000],
    ["DescribeInstances", 5, 1000],
    ["DescribeTags", 5, 1000],
    ["DescribeVolumes", 5, 1000],
    ["DescribeRouteTables", 5, 100],
    ["DescribeLaunchTemplates", 1, 200],
  ] as const) {
    for (const MaxResults of [least, most]) await call(operation, { MaxResults });
    for (const MaxResults of [least - 1, most + 1])
      await refused(operation, { MaxResults }, "InvalidParameterValue");
  }
});

test("groups and subnets of two VPCs do not go together", async () => {
  const [here, elsewhere] = [await newVpc(ec2), await newVpc(ec2)];
  const SubnetId = await newSubnet(ec2, here);
  const { GroupId = "" } = await ec2.createSecurityGroup({
    GroupName: "web",
    Description: "web",
    VpcId: elsewhere,
  });
  const networks = `Security group ${GroupId} and subnet ${SubnetId} belong to different networks.`;
  await refused(
    "RunInstances",
    { ...LAUNCH, SubnetId, SecurityGroupIds: [GroupId] },
    "InvalidParameter",
    networks,
  );
  await refused("CreateNetworkInterface", { SubnetId, Groups: [GroupId] }, "InvalidParameter", networks);
  const { NetworkInterface } = await ec2.createNetworkInterface({ SubnetId });
  await refused(
    "ModifyNetworkInterfaceAttribute",
    { NetworkInterfaceId: NetworkInterface?.NetworkInterfaceId, Groups: [GroupId] },
    "InvalidParameter",
    "You have specified two resources that belong to different networks.",
  );
  await refused(
    "RunInstances",
    { ...LAUNCH, SubnetId, SecurityGroups: ["default"] },
    "InvalidParameterCombination",
    "The parameter groupName cannot be used with the parameter subnet",
  );
});

test("a hop limit is from 1 to 64", async () => {
  const { Instances } = await ec2.runInstances({
    ...LAUNCH,
    MetadataOptions: { HttpPutResponseHopLimit: 64 },
  });
  const InstanceId = Instances?.[0]?.InstanceId;
  await ec2.modifyInstanceMetadataOptions({ InstanceId, HttpPutResponseHopLimit: 1 });
  for (const HttpPutResponseHopLimit of [0, 65]) {
    await refused(
      "RunInstances",
      { ...LAUNCH, MetadataOptions: { HttpPutResponseHopLimit } },
      "InvalidParameterValue",
    );
    await refused(
      "ModifyInstanceMetadataOptions",
      { InstanceId, HttpPutResponseHopLimit },
      "InvalidParameterValue",
    );
  }
  await ec2.terminateInstances({ InstanceIds: [InstanceId!] });
});

test("a launch takes no more addresses than its subnet has", async () => {
  const VpcId = await newVpc(ec2, "10.9.0.0/16");
  const SubnetId = await newSubnet(ec2, VpcId, "10.9.0.0/28");
  const free = async () =>
    (await ec2.describeSubnets({ SubnetIds: [SubnetId] })).Subnets?.[0]?.AvailableIpAddressCount;
  assert.equal(await free(), 11);
  await refused(
    "RunInstances",
    { ...LAUNCH, SubnetId, MinCount: 12, MaxCount: 20 },
    "InsufficientFreeAddressesInSubnet",
    `There are not enough free addresses in subnet '${SubnetId}' to satisfy the requested number of instances.`,
  );
  assert.equal(await free(), 11, "nothing is left behind");
  const { Instances = [] } = await ec2.runInstances({ ...LAUNCH, SubnetId, MinCount: 11, MaxCount: 20 });
  assert.equal(Instances.length, 11);
  assert.equal(await free(), 0);
  await ec2.terminateInstances({ InstanceIds: Instances.map(({ InstanceId }) => InstanceId!) });
});

test("a block is kept as AWS writes it: without what lies behind its length", async () => {
  const VpcId = await newVpc(ec2, "10.7.3.1/16");
  assert.equal((await ec2.describeVpcs({ VpcIds: [VpcId] })).Vpcs?.[0]?.CidrBlock, "10.7.0.0/16");
  const { GroupId } = await ec2.createSecurityGroup({ GroupName: "blocks", Description: "blocks", VpcId });
  await ec2.authorizeSecurityGroupIngress({
    GroupId,
    IpProtocol: "tcp",
    FromPort: 80,
    ToPort: 80,
    CidrIp: "10.0.0.1/8",
  });
  const { SecurityGroups } = await ec2.describeSecurityGroups({ GroupIds: [GroupId!] });
  assert.deepEqual(
    SecurityGroups?.[0]?.IpPermissions?.[0]?.IpRanges?.map(({ CidrIp }) => CidrIp),
    ["10.0.0.0/8"],
  );
  await refused(
    "AuthorizeSecurityGroupIngress",
    {
      GroupId,
      IpPermissions: [{ IpProtocol: "tcp", FromPort: 80, ToPort: 80, IpRanges: [{ CidrIp: "10.0.0.0/8" }] }],
    },
    "InvalidPermission.Duplicate",
  );
  const { PrefixList } = await ec2.createManagedPrefixList({
    PrefixListName: "own",
    AddressFamily: "IPv4",
    MaxEntries: 2,
    Entries: [{ Cidr: "10.0.0.1/8" }],
  });
  const { Entries } = await ec2.getManagedPrefixListEntries({ PrefixListId: PrefixList?.PrefixListId });
  assert.equal(Entries?.[0]?.Cidr, "10.0.0.0/8");
  const { TransitGateway } = await ec2.createTransitGateway({
    Options: { TransitGatewayCidrBlocks: ["10.0.0.1/24"] },
  });
  assert.deepEqual(TransitGateway?.Options?.TransitGatewayCidrBlocks, ["10.0.0.0/24"]);
});

test("an instance that has stopped has no public address, and one again when it runs", async () => {
  const { Instances } = await ec2.runInstances(LAUNCH);
  const id = Instances?.[0]?.InstanceId ?? "";
  const get = async () =>
    (await ec2.describeInstances({ InstanceIds: [id] })).Reservations?.[0]?.Instances?.[0];
  const is = (state: string) => until(get, (one) => one?.State?.Name === state);
  assert.notEqual((await is("running"))?.PublicIpAddress, undefined);
  await ec2.stopInstances({ InstanceIds: [id] });
  const stopped = await is("stopped");
  assert.equal(stopped?.PublicIpAddress, undefined);
  assert.equal(stopped?.PublicDnsName, "");
  assert.notEqual(stopped?.PrivateIpAddress, undefined);
  await ec2.startInstances({ InstanceIds: [id] });
  assert.notEqual((await is("running"))?.PublicIpAddress, undefined);
  await ec2.terminateInstances({ InstanceIds: [id] });
});

test("a container's port is one", async () => {
  const ecs = new ECS(clientOptions(cloud, account));
  for (const containerPort of [-1, 65_536, 99_999])
    await refuses(
      ecs.registerTaskDefinition({
        family: "web",
        containerDefinitions: [{ name: "app", image: "web", memory: 64, portMappings: [{ containerPort }] }],
      }),
      "ClientException",
      `Invalid 'portMappings' setting for container 'app': port ${containerPort} is not between 0 and 65535.`,
    );
});

const VERSION =
  "Invalid launch template version: either '$Default', '$Latest', or a numeric version are allowed.";

test("a launch template's version is a number, $Latest or $Default", async () => {
  const { LaunchTemplate } = await ec2.createLaunchTemplate({
    LaunchTemplateName: "web",
    LaunchTemplateData: { ImageId: LAUNCH.ImageId, InstanceType: "t3.micro" },
  });
  const LaunchTemplateId = LaunchTemplate?.LaunchTemplateId ?? "";
  for (const [operation, input] of [
    ["RunInstances", { MinCount: 1, MaxCount: 1, LaunchTemplate: { LaunchTemplateId, Version: "foo" } }],
    ["ModifyLaunchTemplate", { LaunchTemplateId, DefaultVersion: "1.5" }],
    ["DescribeLaunchTemplateVersions", { LaunchTemplateId, Versions: ["$latest"] }],
    ["DescribeLaunchTemplateVersions", { LaunchTemplateId, MinVersion: "first" }],
    ["DeleteLaunchTemplateVersions", { LaunchTemplateId, Versions: ["foo"] }],
    ["CreateLaunchTemplateVersion", { LaunchTemplateId, SourceVersion: "foo", LaunchTemplateData: {} }],
  ] as const)
    await refused(operation, input, "InvalidLaunchTemplateVersion", VERSION);
  await refused(
    "RunInstances",
    { MinCount: 1, MaxCount: 1, LaunchTemplate: { LaunchTemplateId, Version: "7" } },
    "InvalidLaunchTemplateId.VersionNotFound",
    `Could not find the specified version 7 for the launch template with ID ${LaunchTemplateId}.`,
  );
});

test("a group whose template is broken tells by its activities why nothing is launched", async () => {
  const scaling = (operation: string, input: object) =>
    cloud.call<Output>("autoscaling", operation, input, { account, region: "us-east-1" });
  await ec2.createLaunchTemplate({
    LaunchTemplateName: "grouped",
    LaunchTemplateData: { ImageId: LAUNCH.ImageId, InstanceType: "t3.micro" },
  });
  const create = (Version: string) =>
    scaling("CreateAutoScalingGroup", {
      AutoScalingGroupName: "workers",
      MinSize: 0,
      MaxSize: 2,
      AvailabilityZones: ["us-east-1a"],
      LaunchTemplate: { LaunchTemplateName: "grouped", Version },
    });
  await assert.rejects(create("foo"), {
    code: "ValidationError",
    message: `You must use a valid fully-formed launch template. ${VERSION}`,
  });
  await create("1");
  await ec2.deleteLaunchTemplate({ LaunchTemplateName: "grouped" });
  await scaling("SetDesiredCapacity", { AutoScalingGroupName: "workers", DesiredCapacity: 1 });
  const failed = await until(async () => {
    const { Activities } = await scaling("DescribeScalingActivities", { AutoScalingGroupName: "workers" });
    return (Activities as { StatusCode: string; StatusMessage: string }[])[0];
  });
  assert.equal(failed.StatusCode, "Failed");
  assert.match(
    failed.StatusMessage,
    /The specified launch template, with template name grouped, does not exist\./,
  );
});
