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

async function newGroup(GroupName: string, VpcId?: string): Promise<string> {
  const { GroupId } = await ec2.createSecurityGroup({
    GroupName,
    Description: GroupName,
    ...(VpcId && { VpcId }),
  });
  return GroupId!;
}

const ssh = { IpProtocol: "tcp", FromPort: 22, ToPort: 22 };

test("a new group lets everything out and nothing in", async () => {
  const GroupId = await newGroup("fresh");
  const { SecurityGroups } = await ec2.describeSecurityGroups({ GroupIds: [GroupId] });
  assert.deepEqual(SecurityGroups?.[0]?.IpPermissions, []);
  assert.deepEqual(SecurityGroups?.[0]?.IpPermissionsEgress, [
    {
      IpProtocol: "-1",
      IpRanges: [{ CidrIp: "0.0.0.0/0" }],
      Ipv6Ranges: [],
      PrefixListIds: [],
      UserIdGroupPairs: [],
    },
  ]);
});

test("each peer of a permission is a rule with an id of its own", async () => {
  const GroupId = await newGroup("rules");
  const { SecurityGroupRules } = await ec2.authorizeSecurityGroupIngress({
    GroupId,
    IpPermissions: [
      { ...ssh, IpRanges: [{ CidrIp: "10.0.0.0/8", Description: "office" }, { CidrIp: "192.168.0.0/16" }] },
      { ...ssh, UserIdGroupPairs: [{ GroupId }] },
    ],
  });
  assert.equal(SecurityGroupRules?.length, 3);
  assert.match(SecurityGroupRules[0]!.SecurityGroupRuleId!, /^sgr-[0-9a-f]{17}$/);
  assert.equal(SecurityGroupRules[0]!.Description, "office");
  const { SecurityGroups } = await ec2.describeSecurityGroups({ GroupIds: [GroupId] });
  assert.equal(SecurityGroups?.[0]?.IpPermissions?.length, 1, "those of the same ports stand together");
  assert.equal(SecurityGroups[0]?.IpPermissions[0]?.IpRanges?.length, 2);
  assert.equal(SecurityGroups[0]?.IpPermissions[0]?.UserIdGroupPairs?.[0]?.GroupId, GroupId);
  const ids = SecurityGroupRules.map(({ SecurityGroupRuleId }) => SecurityGroupRuleId!);
  await ec2.modifySecurityGroupRules({
    GroupId,
    SecurityGroupRules: [
      { SecurityGroupRuleId: ids[1]!, SecurityGroupRule: { ...ssh, ToPort: 23, CidrIpv4: "172.16.0.0/12" } },
    ],
  });
  await ec2.updateSecurityGroupRuleDescriptionsIngress({
    GroupId,
    SecurityGroupRuleDescriptions: [{ SecurityGroupRuleId: ids[0]!, Description: "home" }],
  });
  const { SecurityGroupRules: after } = await ec2.describeSecurityGroupRules({ SecurityGroupRuleIds: ids });
  const by = (id: string | undefined) => after?.find(({ SecurityGroupRuleId }) => SecurityGroupRuleId === id);
  assert.deepEqual(
    [by(ids[1])?.ToPort, by(ids[1])?.CidrIpv4, by(ids[0])?.Description],
    [23, "172.16.0.0/12", "home"],
  );
  const { RevokedSecurityGroupRules } = await ec2.revokeSecurityGroupIngress({
    GroupId,
    SecurityGroupRuleIds: ids,
  });
  assert.equal(RevokedSecurityGroupRules?.length, 3);
});

test("a rule that is there is a duplicate, and one that is not cannot be revoked", async () => {
  const GroupId = await newGroup("twice");
  const open = { GroupId, IpPermissions: [{ ...ssh, IpRanges: [{ CidrIp: "0.0.0.0/0" }] }] };
  await ec2.authorizeSecurityGroupIngress(open);
  await refuses(
    ec2.authorizeSecurityGroupIngress(open),
    "InvalidPermission.Duplicate",
    'the specified rule "peer: 0.0.0.0/0, TCP, from port: 22, to port: 22, ALLOW" already exists',
  );
  await ec2.revokeSecurityGroupIngress(open);
  await refuses(
    ec2.revokeSecurityGroupIngress(open),
    "InvalidPermission.NotFound",
    "The specified rule does not exist in this security group.",
  );
});

test("a group has 60 rules each way at most", async () => {
  const GroupId = await newGroup("full");
  const blocks = (from: number, count: number) =>
    Array.from({ length: count }, (_, at) => ({ CidrIp: `10.0.${from + at}.0/24` }));
  const allow = (from: number, count: number) =>
    ec2.authorizeSecurityGroupIngress({
      GroupId,
      IpPermissions: [{ ...ssh, IpRanges: blocks(from, count) }],
    });
  await allow(0, 60);
  await refuses(
    allow(60, 1),
    "RulesPerSecurityGroupLimitExceeded",
    "The maximum number of rules per security group has been reached.",
  );
});

test("names are unique in a VPC, and name a group in the default one", async () => {
  const VpcId = await newVpc(ec2);
  await newGroup("web", VpcId);
  await newGroup("web");
  await refuses(
    newGroup("web", VpcId),
    "InvalidGroup.Duplicate",
    `The security group 'web' already exists for VPC '${VpcId}'`,
  );
  const { SecurityGroups } = await ec2.describeSecurityGroups({ GroupNames: ["web"] });
  assert.notEqual(SecurityGroups?.[0]?.VpcId, VpcId);
  await ec2.deleteSecurityGroup({ GroupName: "web" });
  await refuses(
    ec2.describeSecurityGroups({ GroupNames: ["web"] }),
    "InvalidGroup.NotFound",
    /'web' does not exist in default VPC/,
  );
  await refuses(
    newGroup("default", VpcId),
    "InvalidParameterValue",
    "Cannot use reserved security group name: default",
  );
});

test("a group that an interface or another group's rule has stays", async () => {
  const VpcId = await newVpc(ec2);
  const SubnetId = await newSubnet(ec2, VpcId);
  const GroupId = await newGroup("used", VpcId);
  const other = await newGroup("other", VpcId);
  const { NetworkInterface } = await ec2.createNetworkInterface({ SubnetId, Groups: [GroupId] });
  const stays = () =>
    refuses(
      ec2.deleteSecurityGroup({ GroupId }),
      "DependencyViolation",
      `resource ${GroupId} has a dependent object`,
    );
  await stays();
  await ec2.deleteNetworkInterface({ NetworkInterfaceId: NetworkInterface!.NetworkInterfaceId! });
  const pair = { GroupId: other, IpPermissions: [{ ...ssh, UserIdGroupPairs: [{ GroupId }] }] };
  await ec2.authorizeSecurityGroupEgress(pair);
  await stays();
  await ec2.revokeSecurityGroupEgress(pair);
  await ec2.deleteSecurityGroup({ GroupId });
  const { SecurityGroupForVpcs } = await ec2.getSecurityGroupsForVpc({ VpcId });
  assert.deepEqual(SecurityGroupForVpcs?.map(({ GroupName }) => GroupName).sort(), ["default", "other"]);
  const { SecurityGroups } = await ec2.describeSecurityGroups({
    Filters: [
      { Name: "vpc-id", Values: [VpcId] },
      { Name: "group-name", Values: ["default"] },
    ],
  });
  const id = SecurityGroups![0]!.GroupId!;
  await refuses(
    ec2.deleteSecurityGroup({ GroupId: id }),
    "CannotDelete",
    `the specified group: "${id}" name: "default" cannot be deleted by a user`,
  );
});
