import assert from "node:assert/strict";
import { test } from "node:test";
import {
  DeleteFunctionCommand,
  GetFunctionConfigurationCommand,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { newAccount, testCloud } from "../../../test/cloud.ts";
import { ec2Client, newSubnet, newVpc, refuses } from "../ec2/fixture.test.ts";
import { createNodeFunction, lambdaClient } from "./functions.fixture.ts";

const SOURCE = "export const handler = async () => 1";

test("a function in subnets is told with their VPC, and shares a network interface with its like", async () => {
  await using cloud = await testCloud();
  const account = newAccount();
  const [lambda, ec2] = [lambdaClient(cloud, account), ec2Client(cloud, { account })];
  const VpcId = await newVpc(ec2);
  const SubnetId = await newSubnet(ec2, VpcId);
  const { GroupId } = await ec2.createSecurityGroup({ GroupName: "f", Description: "f", VpcId });
  const VpcConfig = { SubnetIds: [SubnetId], SecurityGroupIds: [GroupId!] };
  for (const name of ["one", "two"]) await createNodeFunction(lambda, name, SOURCE, { VpcConfig });
  const { VpcConfig: told } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: "one" }));
  assert.deepEqual(told, { ...VpcConfig, VpcId, Ipv6AllowedForDualStack: false });
  const interfaces = async () =>
    (await ec2.describeNetworkInterfaces({ Filters: [{ Name: "interface-type", Values: ["lambda"] }] }))
      .NetworkInterfaces!;
  const [eni, ...more] = await interfaces();
  assert.deepEqual(more, []);
  assert.equal(eni?.SubnetId, SubnetId);
  assert.equal(eni?.Groups?.[0]?.GroupId, GroupId);
  assert.equal(eni?.Status, "in-use");
  assert.equal(eni?.RequesterManaged, true);
  assert.match(eni?.Description ?? "", /^AWS Lambda VPC ENI-one-[0-9a-f-]{36}$/);
  await refuses(ec2.deleteSubnet({ SubnetId }), "DependencyViolation", /has dependencies/);
  await refuses(ec2.deleteSecurityGroup({ GroupId: GroupId! }), "DependencyViolation", /dependent object/);

  await lambda.send(
    new UpdateFunctionConfigurationCommand({
      FunctionName: "one",
      VpcConfig: { SubnetIds: [], SecurityGroupIds: [] },
    }),
  );
  assert.equal((await interfaces()).length, 1, "the other function needs it");
  await lambda.send(new DeleteFunctionCommand({ FunctionName: "two" }));
  assert.deepEqual(await interfaces(), []);
  await ec2.deleteSubnet({ SubnetId });
});

test("subnets and groups that are not there are taken, and refused when Squall is strict", async () => {
  const unknown = { SubnetIds: ["subnet-0123456789abcdef0"], SecurityGroupIds: ["sg-0123456789abcdef0"] };
  await using lenient = await testCloud();
  const { VpcConfig } = await createNodeFunction(lambdaClient(lenient, newAccount()), "f", SOURCE, {
    VpcConfig: unknown,
  });
  assert.deepEqual(VpcConfig?.SubnetIds, unknown.SubnetIds);

  await using strict = await testCloud({ strict: true });
  const account = newAccount();
  const lambda = lambdaClient(strict, account);
  await refuses(
    createNodeFunction(lambda, "f", SOURCE, { VpcConfig: unknown }),
    "InvalidParameterValueException",
    "Error occurred while DescribeSubnets. EC2 Error Code: InvalidSubnetID.NotFound. EC2 Error Message: The subnet ID 'subnet-0123456789abcdef0' does not exist",
  );
  const ec2 = ec2Client(strict, { account });
  const SubnetIds = [await newSubnet(ec2, await newVpc(ec2))];
  await refuses(
    createNodeFunction(lambda, "f", SOURCE, { VpcConfig: { ...unknown, SubnetIds } }),
    "InvalidParameterValueException",
    "Error occurred while DescribeSecurityGroups. EC2 Error Code: InvalidGroup.NotFound. EC2 Error Message: The security group 'sg-0123456789abcdef0' does not exist",
  );
});
