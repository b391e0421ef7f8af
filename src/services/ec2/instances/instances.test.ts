import assert from "node:assert/strict";
import { test } from "node:test";
import { SSM } from "@aws-sdk/client-ssm";
import { clientOptions } from "../../../../test/cloud.ts";
import { until } from "../../../../test/until.ts";
import { refuses } from "../fixture.test.ts";
import { ask, base64, launchPad, webServer } from "./fixture.test.ts";

const pad = await launchPad();
const { cloud, account, ec2, get, is, launch, state } = pad;
test.after(() => cloud.stop());

const CREDENTIALS = `
const imds = process.env.AWS_EC2_METADATA_SERVICE_ENDPOINT;
(async () => {
  const token = await (await fetch(imds + "/latest/api/token", { method: "PUT", headers: { "x-aws-ec2-metadata-token-ttl-seconds": "60" } })).text();
  const read = async (path) => (await fetch(imds + "/latest/" + path, { headers: { "x-aws-ec2-metadata-token": token } })).text();
  console.log("without a token: " + (await fetch(imds + "/latest/meta-data/instance-id")).status);
  console.log("id: " + await read("meta-data/instance-id"));
  console.log("role: " + await read("meta-data/iam/security-credentials/"));
  console.log("region: " + JSON.parse(await read("dynamic/instance-identity/document")).region);
  console.log("endpoint: " + process.env.AWS_ENDPOINT_URL);
})();`;

test("user data is a machine's program, found at its address, and its own metadata tell it who it is", async () => {
  const instance = await launch({ UserData: base64(webServer(18_101, CREDENTIALS)) });
  const id = instance.InstanceId!;
  assert.match(
    await until(
      () => ask(instance, 18_101),
      (text) => /^\d+$/.test(text),
    ),
    /^\d+$/,
  );
  const text = await until(
    async () =>
      Buffer.from((await ec2.getConsoleOutput({ InstanceId: id })).Output ?? "", "base64").toString(),
    (output) => output.includes("endpoint: "),
  );
  assert.deepEqual(
    text
      .trim()
      .split("\n")
      .filter((line) => line !== "up"),
    [
      "without a token: 401",
      `id: ${id}`,
      "role: ec2-instance-without-role",
      "region: us-east-1",
      `endpoint: ${cloud.url.replace(/\/$/, "")}`,
    ],
  );
  await ec2.terminateInstances({ InstanceIds: [id] });
});

test("an instance stops, starts and ends, and its program with it", async () => {
  const instance = await launch({ UserData: base64(webServer(18_102)) });
  const id = instance.InstanceId!;
  const pid = await until(
    () => ask(instance, 18_102),
    (text) => /^\d+$/.test(text),
  );
  const { StoppingInstances } = await ec2.stopInstances({ InstanceIds: [id] });
  assert.deepEqual(StoppingInstances, [
    {
      InstanceId: id,
      CurrentState: { Code: 64, Name: "stopping" },
      PreviousState: { Code: 16, Name: "running" },
    },
  ]);
  await is(id, "stopped");
  // The first may go by a connection of before, which is reset.
  await until(
    () => ask(instance, 18_102),
    (text) => text === "ECONNREFUSED",
  );
  const stopped = await get(id);
  assert.match(stopped!.StateTransitionReason!, /^User initiated \(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d GMT\)$/);
  assert.equal(stopped!.StateReason?.Code, "Client.UserInitiatedShutdown");
  const { InstanceStatuses } = await ec2.describeInstanceStatus({ InstanceIds: [id] });
  assert.deepEqual(InstanceStatuses, []);

  await ec2.startInstances({ InstanceIds: [id] });
  await is(id, "running");
  const again = await until(
    () => ask(instance, 18_102),
    (text) => /^\d+$/.test(text),
  );
  assert.notEqual(again, pid);

  await ec2.rebootInstances({ InstanceIds: [id] });
  await until(
    () => ask(instance, 18_102),
    (text) => /^\d+$/.test(text) && text !== again,
  );
  assert.equal(await state(id), "running");

  await ec2.terminateInstances({ InstanceIds: [id] });
  await is(id, "terminated");
  await until(async () => (await ask(instance, 18_102)) === "ECONNREFUSED");
  await refuses(
    ec2.startInstances({ InstanceIds: [id] }),
    "IncorrectInstanceState",
    `The instance '${id}' is not in a state from which it can be started.`,
  );
  await cloud.clock.advance("PT61M");
  await refuses(
    ec2.describeInstances({ InstanceIds: [id] }),
    "InvalidInstanceID.NotFound",
    `The instance ID '${id}' does not exist`,
  );
});

test("a launch says what it makes: tags, volume, interface, address, and is found by filters", async () => {
  const instance = await launch({
    TagSpecifications: [{ ResourceType: "instance", Tags: [{ Key: "role", Value: "db" }] }],
    BlockDeviceMappings: [{ DeviceName: "/dev/xvda", Ebs: { VolumeSize: 20 } }],
  });
  const id = instance.InstanceId!;
  assert.deepEqual(instance.Tags, [{ Key: "role", Value: "db" }]);
  const { Reservations } = await ec2.describeInstances({
    Filters: [
      { Name: "tag:role", Values: ["db"] },
      { Name: "instance-state-name", Values: ["running"] },
    ],
  });
  assert.deepEqual(
    Reservations?.flatMap(({ Instances = [] }) => Instances.map(({ InstanceId }) => InstanceId)),
    [id],
  );
  const { Volumes = [] } = await ec2.describeVolumes({
    Filters: [{ Name: "attachment.instance-id", Values: [id] }],
  });
  assert.deepEqual([Volumes.length, Volumes[0]?.Size, Volumes[0]?.State], [1, 20, "in-use"]);
  const { NetworkInterfaces = [] } = await ec2.describeNetworkInterfaces({
    Filters: [{ Name: "attachment.instance-id", Values: [id] }],
  });
  assert.equal(NetworkInterfaces[0]?.PrivateIpAddress, instance.PrivateIpAddress);

  await ec2.modifyInstanceAttribute({ InstanceId: id, DisableApiTermination: { Value: true } });
  await refuses(
    ec2.terminateInstances({ InstanceIds: [id] }),
    "OperationNotPermitted",
    `The instance '${id}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.`,
  );
  await ec2.modifyInstanceAttribute({ InstanceId: id, DisableApiTermination: { Value: false } });
  await ec2.terminateInstances({ InstanceIds: [id] });
  await is(id, "terminated");
  assert.deepEqual(
    (await ec2.describeVolumes({ VolumeIds: [] })).Volumes?.filter(
      ({ VolumeId }) => VolumeId === Volumes[0]?.VolumeId,
    ),
    [],
  );
});

test("a dry run launches nothing, and a client token launches once", async () => {
  const input = { ImageId: "ami-0abcdef1234567890", MinCount: 1, MaxCount: 2 };
  await refuses(
    ec2.runInstances({ ...input, DryRun: true }),
    "DryRunOperation",
    /Request would have succeeded/,
  );
  const before = (await ec2.describeInstances({})).Reservations?.length;
  const first = await ec2.runInstances({ ...input, ClientToken: "once" });
  const second = await ec2.runInstances({ ...input, ClientToken: "once" });
  assert.equal(first.ReservationId, second.ReservationId);
  assert.equal(first.Instances?.length, 2);
  assert.equal((await ec2.describeInstances({})).Reservations?.length, before! + 1);
  await refuses(
    ec2.runInstances({ ...input, MaxCount: 1, ClientToken: "once" }),
    "IdempotentParameterMismatch",
    /same client token/,
  );
  await ec2.terminateInstances({ InstanceIds: first.Instances!.map(({ InstanceId }) => InstanceId!) });
});

test("an account has room for so many instances as this machine may be asked for", async () => {
  await refuses(
    ec2.runInstances({ ImageId: "ami-1", MinCount: 1_000_000, MaxCount: 1_000_000 }),
    "InstanceLimitExceeded",
    /^You have requested more instances \(1000000\) than your current instance limit of 256 allows/,
  );
});

test("a launch template is what a launch does not say", async () => {
  const { LaunchTemplate } = await ec2.createLaunchTemplate({
    LaunchTemplateName: "web",
    LaunchTemplateData: {
      ImageId: "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64",
      InstanceType: "t3.small",
      TagSpecifications: [{ ResourceType: "instance", Tags: [{ Key: "from", Value: "template" }] }],
    },
  });
  const { Images = [] } = await ec2.describeImages({
    Owners: ["amazon"],
    Filters: [{ Name: "name", Values: ["al2023-ami-2023*-kernel-6.1-x86_64"] }],
  });
  const instance = await launch({
    ImageId: undefined,
    InstanceType: undefined,
    LaunchTemplate: { LaunchTemplateName: "web", Version: "$Latest" },
  });
  assert.ok(Images.some(({ ImageId }) => ImageId === instance.ImageId));
  assert.equal(instance.InstanceType, "t3.small");
  const tags = Object.fromEntries(instance.Tags!.map(({ Key, Value }) => [Key, Value]));
  assert.deepEqual(tags, {
    from: "template",
    "aws:ec2launchtemplate:id": LaunchTemplate!.LaunchTemplateId,
    "aws:ec2launchtemplate:version": "1",
  });
  await ec2.terminateInstances({ InstanceIds: [instance.InstanceId!] });
});

test("instances that run are managed: commands act on them by their ids and tags", async () => {
  const instance = await launch({
    TagSpecifications: [{ ResourceType: "instance", Tags: [{ Key: "fleet", Value: "managed" }] }],
  });
  const id = instance.InstanceId!;
  const ssm = new SSM(clientOptions(cloud, account));
  const { InstanceInformationList = [] } = await ssm.describeInstanceInformation({});
  assert.ok(InstanceInformationList.some(({ InstanceId }) => InstanceId === id));
  const { Command } = await ssm.sendCommand({
    DocumentName: "AWS-RunShellScript",
    Targets: [{ Key: "tag:fleet", Values: ["managed"] }],
    Parameters: { commands: ["echo on $AWS_SSM_INSTANCE_ID"] },
  });
  const ended = await until(
    () => ssm.getCommandInvocation({ CommandId: Command!.CommandId!, InstanceId: id }).catch(() => undefined),
    (one) => one?.Status === "Success",
  );
  assert.equal(ended.StandardOutputContent?.trim(), `on ${id}`);
  await ec2.stopInstances({ InstanceIds: [id] });
  await is(id, "stopped");
  await assert.rejects(
    ssm.sendCommand({
      DocumentName: "AWS-RunShellScript",
      InstanceIds: [id],
      Parameters: { commands: ["true"] },
    }),
    { name: "InvalidInstanceId" },
  );
  await ec2.terminateInstances({ InstanceIds: [id] });
});
