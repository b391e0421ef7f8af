import assert from "node:assert/strict";
import { test } from "node:test";
import { testCloud } from "../../../test/cloud.ts";
import { until } from "../../../test/until.ts";

interface Described {
  readonly Reservations: { Instances: { InstanceType: string; InstanceLifecycle?: string }[] }[];
}

test("a mixed instances policy says of what type instances are, and how many are on demand", async () => {
  await using cloud = await testCloud({ listen: false });
  await cloud.call("ec2", "CreateLaunchTemplate", {
    LaunchTemplateName: "web",
    LaunchTemplateData: { ImageId: "ami-1", InstanceType: "t3.micro" },
  });
  const MixedInstancesPolicy = {
    LaunchTemplate: {
      LaunchTemplateSpecification: { LaunchTemplateName: "web", Version: "$Latest" },
      Overrides: [{ InstanceType: "m5.large" }, { InstanceType: "m5a.large" }],
    },
    InstancesDistribution: { OnDemandBaseCapacity: 1, OnDemandPercentageAboveBaseCapacity: 50 },
  };
  const group = { AutoScalingGroupName: "mixed" };
  await cloud.call("autoscaling", "CreateAutoScalingGroup", {
    ...group,
    MixedInstancesPolicy,
    MinSize: 5,
    MaxSize: 5,
    AvailabilityZones: ["us-east-1a"],
  });
  const instances = async () =>
    (await cloud.call<Described>("ec2", "DescribeInstances", {})).Reservations.flatMap(
      ({ Instances }) => Instances,
    );
  const all = await until(instances, (there) => there.length === 5);
  assert.deepEqual([...new Set(all.map(({ InstanceType }) => InstanceType))], ["m5.large"]);
  // One, and half of the other four.
  assert.equal(all.filter(({ InstanceLifecycle }) => InstanceLifecycle === "spot").length, 2);
  const described = async () =>
    (
      await cloud.call<{ AutoScalingGroups: Record<string, unknown>[] }>(
        "autoscaling",
        "DescribeAutoScalingGroups",
        {},
      )
    ).AutoScalingGroups[0];
  assert.deepEqual((await described())?.["MixedInstancesPolicy"], MixedInstancesPolicy);
  assert.equal((await described())?.["LaunchTemplate"], undefined);
  const LaunchTemplate = { LaunchTemplateName: "web" };
  await cloud.call("autoscaling", "UpdateAutoScalingGroup", { ...group, LaunchTemplate });
  assert.deepEqual(
    [(await described())?.["LaunchTemplate"], (await described())?.["MixedInstancesPolicy"]],
    [LaunchTemplate, undefined],
  );
});

test("a group has one thing to launch from", async () => {
  await using cloud = await testCloud({ listen: false });
  const LaunchTemplateSpecification = { LaunchTemplateName: "web" };
  const group = { AutoScalingGroupName: "g", MinSize: 0, MaxSize: 1, AvailabilityZones: ["us-east-1a"] };
  for (const [input, message] of [
    [
      {
        LaunchTemplate: LaunchTemplateSpecification,
        MixedInstancesPolicy: { LaunchTemplate: { LaunchTemplateSpecification } },
      },
      /either LaunchTemplate/,
    ],
    [{ MixedInstancesPolicy: {} }, /LaunchTemplateSpecification is required/],
    [{ LaunchConfigurationName: "old" }, /does not serve launch configurations/],
  ] as const)
    await assert.rejects(cloud.call("autoscaling", "CreateAutoScalingGroup", { ...group, ...input }), {
      code: "ValidationError",
      message,
    });
});
