import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "../../../test/until.ts";
import { balancedCloud } from "../elbv2/fixture.test.ts";

const PORT = 18_300;
/** It answers for as long as nobody asks it to be ill. */
const USER_DATA = `#!/bin/sh
exec node -e '
let status = 200;
require("http").createServer((request, response) => {
  if (request.url === "/ill") status = 500;
  response.writeHead(status);
  response.end(process.env.SQUALL_ADDRESS);
}).listen(${PORT}, process.env.SQUALL_ADDRESS)'`;

test("a group's instances are targets, and one that its load balancer finds unhealthy is replaced", async () => {
  await using lab = await balancedCloud();
  const { arn, host } = await lab.balancer();
  const group = await lab.group("instances", { TargetType: "instance", Port: PORT });
  await lab.listen(arn, group, 18_301);
  await lab.call("ec2", "CreateLaunchTemplate", {
    LaunchTemplateName: "web",
    LaunchTemplateData: { ImageId: "ami-1", UserData: Buffer.from(USER_DATA).toString("base64") },
  });
  await lab.call("autoscaling", "CreateAutoScalingGroup", {
    AutoScalingGroupName: "web",
    LaunchTemplate: { LaunchTemplateName: "web" },
    MinSize: 0,
    MaxSize: 3,
    DesiredCapacity: 2,
    VPCZoneIdentifier: lab.subnets
      .slice(0, 2)
      .map(({ SubnetId }) => SubnetId)
      .join(),
    TargetGroupARNs: [group],
    HealthCheckType: "ELB",
  });
  const members = async () => {
    const { AutoScalingGroups } = await lab.call("autoscaling", "DescribeAutoScalingGroups");
    return (AutoScalingGroups[0].Instances as { InstanceId: string }[]).map(({ InstanceId }) => InstanceId);
  };
  const healthy = async () =>
    (await lab.health(group)).filter(({ state }) => state === "healthy").map(({ id = "" }) => id);
  await until(healthy, (ids) => ids.length === 2);
  const before = await members();
  assert.deepEqual((await healthy()).sort(), [...before].sort());
  const sick = await (await lab.ask(host, "/ill")).text();
  assert.match(sick, /^127\./);
  await until(async () => {
    await lab.cloud.clock.advance(5_000);
    return (await members()).some((id) => !before.includes(id));
  });
  await until(healthy, (ids) => ids.length === 2);
  assert.equal((await members()).filter((id) => before.includes(id)).length, 1);
  const { Activities } = await lab.call("autoscaling", "DescribeScalingActivities");
  assert.ok(
    (Activities as { Cause: string }[]).some(({ Cause }) =>
      Cause.endsWith(
        "an instance was taken out of service in response to an ELB system health check failure.",
      ),
    ),
  );
});

test("target groups come and go with a group's instances, and one that is not there is refused", async () => {
  await using lab = await balancedCloud();
  const { arn } = await lab.balancer();
  const group = await lab.group("instances", { TargetType: "instance", Port: PORT });
  await lab.listen(arn, group, 18_302);
  await lab.call("ec2", "CreateLaunchTemplate", {
    LaunchTemplateName: "idle",
    LaunchTemplateData: { ImageId: "ami-1" },
  });
  const AutoScalingGroupName = "idle";
  await lab.call("autoscaling", "CreateAutoScalingGroup", {
    AutoScalingGroupName,
    LaunchTemplate: { LaunchTemplateName: "idle" },
    MinSize: 1,
    MaxSize: 1,
    AvailabilityZones: ["us-east-1a"],
  });
  await until(async () => {
    const { AutoScalingGroups } = await lab.call("autoscaling", "DescribeAutoScalingGroups");
    return AutoScalingGroups[0].Instances.length === 1;
  });
  const change = (operation: string, TargetGroupARNs: readonly string[]) =>
    lab.call("autoscaling", operation, { AutoScalingGroupName, TargetGroupARNs });
  await assert.rejects(change("AttachLoadBalancerTargetGroups", [`${group}0`]), {
    code: "ValidationError",
    message: "Provided Target Groups may not be valid. Please ensure they exist and try again.",
  });
  await change("AttachLoadBalancerTargetGroups", [group]);
  assert.equal((await lab.health(group)).length, 1);
  const told = await lab.call("autoscaling", "DescribeLoadBalancerTargetGroups", { AutoScalingGroupName });
  assert.deepEqual(told.LoadBalancerTargetGroups, [
    { LoadBalancerTargetGroupARN: group, State: "InService" },
  ]);
  await change("DetachLoadBalancerTargetGroups", [group]);
  assert.deepEqual(
    (await lab.health(group)).map(({ state }) => state),
    ["draining"],
  );
});
