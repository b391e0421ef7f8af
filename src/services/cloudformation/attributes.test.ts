import assert from "node:assert/strict";
import { test } from "node:test";
import { testCloud } from "../../../test/cloud.ts";
import { sdkStacks } from "./sdk.fixture.ts";

const ref = (Ref: string) => ({ Ref });

const RESOURCES = {
  Vpc: { Type: "AWS::EC2::VPC", Properties: { CidrBlock: "10.0.0.0/16", EnableDnsHostnames: true } },
  Subnet: { Type: "AWS::EC2::Subnet", Properties: { VpcId: ref("Vpc"), CidrBlock: "10.0.1.0/24" } },
  Ip: { Type: "AWS::EC2::EIP", Properties: {} },
  Nat: {
    Type: "AWS::EC2::NatGateway",
    Properties: { SubnetId: ref("Subnet"), AllocationId: { "Fn::GetAtt": ["Ip", "AllocationId"] } },
  },
  Endpoint: {
    Type: "AWS::EC2::VPCEndpoint",
    Properties: {
      VpcEndpointType: "Interface",
      ServiceName: "com.amazonaws.us-east-1.ssm",
      VpcId: ref("Vpc"),
      SubnetIds: [ref("Subnet")],
    },
  },
  Policy: {
    Type: "AWS::IAM::ManagedPolicy",
    Properties: {
      PolicyDocument: {
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "s3:Get*", Resource: "*" }],
      },
    },
  },
};

/** What `Fn::GetAtt` gives of what its service makes beside a resource, or says of it. */
const ATTRIBUTES: Record<string, RegExp> = {
  "Vpc.DefaultNetworkAcl": /^acl-[0-9a-f]{17}$/,
  "Vpc.DefaultSecurityGroup": /^sg-[0-9a-f]{17}$/,
  "Subnet.NetworkAclAssociationId": /^aclassoc-[0-9a-f]{17}$/,
  "Nat.EniId": /^eni-[0-9a-f]{17}$/,
  "Policy.IsAttachable": /^true$/,
  "Policy.PermissionsBoundaryUsageCount": /^0$/,
  "Policy.DefaultVersionId": /^v1$/,
  "Policy.CreateDate": /^\d{4}-\d\d-\d\dT/,
};
const LISTS: Record<string, RegExp> = {
  "Endpoint.DnsEntries": /^Z[0-9A-Z]+:vpce-[0-9a-f-]+\.ssm\.us-east-1\.vpce\.amazonaws\.com/,
};

test("what a service gives a resource beside what was asked for is an attribute of it", async () => {
  await using cloud = await testCloud();
  using stacks = sdkStacks(cloud);
  const value = (path: string) => ({ "Fn::GetAtt": path.split(".") });
  const output = (path: string, Value: object) => [path.replace(".", ""), { Value }];
  await stacks.create(
    "attributes",
    {
      Resources: RESOURCES,
      Outputs: Object.fromEntries([
        ...Object.keys(ATTRIBUTES).map((path) => output(path, value(path))),
        ...Object.keys(LISTS).map((path) => output(path, { "Fn::Join": [",", value(path)] })),
      ]),
    },
    { Capabilities: ["CAPABILITY_IAM"] },
  );
  assert.equal(
    await stacks.status("attributes"),
    "CREATE_COMPLETE",
    (await stacks.events("attributes")).join("\n"),
  );
  const outputs = await stacks.outputs("attributes");
  for (const [path, pattern] of Object.entries({ ...ATTRIBUTES, ...LISTS }))
    assert.match(String(outputs[path.replace(".", "")]), pattern, path);
  const [group] = (
    await stacks.of<{ SecurityGroups: { GroupName: string; VpcId: string }[] }>(
      "ec2",
      "DescribeSecurityGroups",
      {
        GroupIds: [outputs["VpcDefaultSecurityGroup"]],
      },
    )
  ).SecurityGroups;
  assert.deepEqual([group?.GroupName, group?.VpcId], ["default", await stacks.physical("attributes", "Vpc")]);
});
