import assert from "node:assert/strict";
import { test } from "node:test";
import { automationCloud } from "./fixture.test.ts";

type Bed = Awaited<ReturnType<typeof automationCloud>>;

const launch = (more: object = {}) => ({
  name: "launch",
  action: "aws:runInstances",
  inputs: { ImageId: "{{ image }}", InstanceType: "t3.small", ...more },
});

/** The newest image, as runbooks have it. */
const image = {
  type: "String",
  default: "{{ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64}}",
};

async function instancesOf({ call }: Bed, InstanceIds: string[]) {
  const { Reservations } = await call("DescribeInstances", { InstanceIds }, "ec2");
  // biome-ignore lint/suspicious/noExplicitAny: an output of EC2
  return Reservations.flatMap(({ Instances }: any) => Instances);
}

test("a runbook launches an instance, runs commands on it and terminates it", async () => {
  await using bed = await automationCloud();
  const { call } = bed;
  await call("CreateInstanceProfile", { InstanceProfileName: "managed" }, "iam");
  const { Outputs, AutomationExecutionStatus, FailureMessage } = await bed.run(
    "Load-Generator",
    [
      launch({
        MinInstanceCount: 1,
        MaxInstanceCount: 1,
        IamInstanceProfileName: "managed",
        TagSpecifications: [{ ResourceType: "instance", Tags: [{ Key: "Name", Value: "generator" }] }],
      }),
      {
        name: "online",
        action: "aws:waitForAwsResourceProperty",
        timeoutSeconds: 300,
        inputs: {
          Service: "ssm",
          Api: "DescribeInstanceInformation",
          InstanceInformationFilterList: [{ key: "InstanceIds", valueSet: ["{{ launch.InstanceIds }}"] }],
          PropertySelector: "$.InstanceInformationList[0].PingStatus",
          DesiredValues: ["Online"],
        },
      },
      {
        name: "load",
        action: "aws:runCommand",
        inputs: {
          DocumentName: "AWS-RunShellScript",
          InstanceIds: "{{ launch.InstanceIds }}",
          Parameters: { commands: ["#!/bin/bash\nset -e\ndnf install -y git > /dev/null\necho loaded"] },
        },
      },
      {
        name: "terminate",
        action: "aws:changeInstanceState",
        inputs: { InstanceIds: "{{ launch.InstanceIds }}", DesiredState: "terminated" },
      },
    ],
    {
      parameters: { image },
      outputs: ["launch.InstanceIds", "launch.InstanceStates", "load.Output", "terminate.InstanceStates"],
    },
  );
  assert.equal(AutomationExecutionStatus, "Success", FailureMessage);
  const ids: string[] = Outputs["launch.InstanceIds"];
  assert.equal(ids.length, 1);
  assert.deepEqual(
    [Outputs["launch.InstanceStates"], Outputs["load.Output"], Outputs["terminate.InstanceStates"]],
    [["running"], ["loaded\n"], ["terminated"]],
  );
  const [instance] = await instancesOf(bed, ids);
  assert.match(instance.IamInstanceProfile.Arn, /:instance-profile\/managed$/);
  assert.deepEqual(instance.Tags, [{ Key: "Name", Value: "generator" }]);
});

test("as many instances are launched as are asked for, and one without an image is refused", async () => {
  await using bed = await automationCloud();
  const { Outputs } = await bed.run("Fleet", [launch({ MinInstanceCount: "2", MaxInstanceCount: "3" })], {
    parameters: { image },
    outputs: ["launch.InstanceIds"],
  });
  assert.equal(new Set(Outputs["launch.InstanceIds"]).size, 3);
  const { AutomationExecutionStatus, FailureMessage } = await bed.run("Nowhere", [
    { name: "launch", action: "aws:runInstances", inputs: { ImageId: "ami-12345678", SubnetId: "subnet-0" } },
  ]);
  assert.equal(AutomationExecutionStatus, "Failed");
  assert.match(FailureMessage, /subnet-0/);
});
