import assert from "node:assert/strict";
import { test } from "node:test";
import { EC2 } from "@aws-sdk/client-ec2";
import { StopExperimentCommand } from "@aws-sdk/client-fis";
import { clientOptions } from "../../../test/cloud.ts";
import { until } from "../../../test/until.ts";
import { laboratory } from "./fixture.test.ts";

// biome-ignore lint/suspicious/noExplicitAny: outputs of Auto Scaling, of which no client is installed
type Output = Record<string, any>;

const lab = await laboratory();
const { cloud, account } = lab;
const ec2 = new EC2(clientOptions(cloud, account));
test.after(() => cloud.stop());
const call = (operation: string, input: object = {}) =>
  cloud.call<Output>("autoscaling", operation, input, { account, region: "us-east-1" });
const AutoScalingGroupName = "web";
const group = async () =>
  (await call("DescribeAutoScalingGroups", { AutoScalingGroupNames: [AutoScalingGroupName] }))[
    "AutoScalingGroups"
  ][0] as Output;
const ids = async (): Promise<string[]> =>
  ((await group())["Instances"] as Output[])
    .filter((one) => one["LifecycleState"] === "InService")
    .map((one) => one["InstanceId"]);
const newest = async () =>
  (await call("DescribeScalingActivities", { AutoScalingGroupName }))["Activities"][0] as Output;

test("a group keeps its capacity: what ends is replaced, with its template and tags", async () => {
  await ec2.createLaunchTemplate({
    LaunchTemplateName: "web",
    LaunchTemplateData: { ImageId: "ami-1", InstanceType: "t3.micro" },
  });
  await call("CreateAutoScalingGroup", {
    AutoScalingGroupName,
    LaunchTemplate: { LaunchTemplateName: "web", Version: "$Latest" },
    MinSize: 1,
    MaxSize: 3,
    DesiredCapacity: 2,
    AvailabilityZones: ["us-east-1a", "us-east-1b"],
    Tags: [{ Key: "app", Value: "shop", PropagateAtLaunch: true }],
  });
  const [first = "", second] = await until(ids, (found) => found.length === 2);
  const { Reservations = [] } = await ec2.describeInstances({
    Filters: [
      { Name: "tag:app", Values: ["shop"] },
      { Name: "tag:aws:autoscaling:groupName", Values: ["web"] },
    ],
  });
  const zones = Reservations.flatMap(({ Instances = [] }) =>
    Instances.map(({ Placement }) => Placement?.AvailabilityZone),
  );
  assert.deepEqual(zones.sort(), ["us-east-1a", "us-east-1b"]);
  await ec2.terminateInstances({ InstanceIds: [first] });
  const after = await until(ids, (found) => found.length === 2 && !found.includes(first));
  assert.ok(second !== undefined && after.includes(second));
  await call("SetDesiredCapacity", { AutoScalingGroupName, DesiredCapacity: 1 });
  await until(ids, (found) => found.length === 1);
  await assert.rejects(call("SetDesiredCapacity", { AutoScalingGroupName, DesiredCapacity: 4 }), {
    code: "ValidationError",
    message: "Desired capacity:4 must be below max group size:3",
  });
});

test("aws:ec2:asg-insufficient-instance-capacity-error fails launches in its zones, until it ends", async () => {
  const id = await lab.start({
    targets: {
      them: {
        resourceType: "aws:ec2:autoscaling-group",
        resourceTags: { app: "shop" },
        selectionMode: "ALL",
      },
    },
    actions: {
      act: {
        actionId: "aws:ec2:asg-insufficient-instance-capacity-error",
        parameters: { duration: "PT10M", availabilityZoneIdentifiers: "us-east-1a,us-east-1b" },
        targets: { AutoScalingGroups: "them" },
      },
    },
  });
  await until(async () => (await lab.get(id)).actions?.["act"]?.state?.status === "running");
  await call("SetDesiredCapacity", { AutoScalingGroupName, DesiredCapacity: 2 });
  const failed = await until(newest, ({ StatusCode }) => StatusCode === "Failed");
  assert.match(
    failed["StatusMessage"],
    /^Could not launch On-Demand Instances\. InsufficientInstanceCapacity - We currently do not have sufficient capacity/,
  );
  assert.equal((await ids()).length, 1);
  // Others launch as they did.
  const { Instances = [] } = await ec2.runInstances({ ImageId: "ami-1", MinCount: 1, MaxCount: 1 });
  assert.equal(Instances.length, 1);
  await lab.fis.send(new StopExperimentCommand({ id }));
  await until(async () => (await lab.states(id)).experiment === "stopped");
  await cloud.clock.advance("PT31S");
  await until(ids, (found) => found.length === 2);
  assert.equal((await newest())["StatusCode"], "Successful");
});

test("a group that is deleted by force takes its instances with it", async () => {
  const before = await ids();
  await assert.rejects(call("DeleteAutoScalingGroup", { AutoScalingGroupName }), { code: "ResourceInUse" });
  await call("DeleteAutoScalingGroup", { AutoScalingGroupName, ForceDelete: true });
  await until(async () => (await group()) === undefined);
  await until(async () => {
    const { Reservations = [] } = await ec2.describeInstances({ InstanceIds: before });
    return Reservations.every(({ Instances = [] }) =>
      Instances.every(({ State }) => State?.Name === "terminated"),
    );
  });
});
