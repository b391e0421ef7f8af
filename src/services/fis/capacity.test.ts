import assert from "node:assert/strict";
import { test } from "node:test";
import { EC2 } from "@aws-sdk/client-ec2";
import { StopExperimentCommand } from "@aws-sdk/client-fis";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { clientOptions, testCloud } from "../../../test/cloud.ts";
import { until } from "../../../test/until.ts";
import { laboratory } from "./fixture.test.ts";

type Lab = Awaited<ReturnType<typeof laboratory>>;

const ICE = "InsufficientInstanceCapacity 500";

const template = (account: string, zones: string) => ({
  targets: {
    roles: {
      resourceType: "aws:iam:role",
      resourceArns: [`arn:aws:iam::${account}:role/launcher`],
      selectionMode: "ALL",
    },
  },
  actions: {
    act: {
      actionId: "aws:ec2:api-insufficient-instance-capacity-error",
      parameters: { availabilityZoneIdentifiers: zones, percentage: "100", duration: "PT1M" },
      targets: { Roles: "roles" },
    },
  },
});

/** A client with the session of a role. */
async function asRole({ cloud, account }: Lab, role: string): Promise<EC2> {
  const sts = new STSClient(clientOptions(cloud, account));
  const { Credentials } = await sts.send(
    new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${account}:role/${role}`, RoleSessionName: "session" }),
  );
  return new EC2({
    ...clientOptions(cloud, account),
    credentials: {
      accessKeyId: Credentials!.AccessKeyId!,
      secretAccessKey: Credentials!.SecretAccessKey!,
      sessionToken: Credentials!.SessionToken!,
    },
  });
}

async function ending(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return "ok";
  } catch (error) {
    const { name, $metadata } = error as Error & { $metadata: { httpStatusCode?: number } };
    return `${name} ${$metadata.httpStatusCode}`;
  }
}

const image = { ImageId: "ami-1", MinCount: 1, MaxCount: 1 };
const fleet = (...zones: string[]) => ({
  LaunchTemplateConfigs: [{ Overrides: zones.map((AvailabilityZone) => ({ AvailabilityZone })) }],
  TargetCapacitySpecification: { TotalTargetCapacity: 1 },
});
const reservation = { InstanceType: "m5.large", InstancePlatform: "Linux/UNIX" as const, InstanceCount: 1 };

async function running(lab: Lab, zones: string): Promise<string> {
  const id = await lab.start(template(lab.account, zones));
  await until(async () => (await lab.states(id)).experiment === "running");
  await until(() => lab.cloud.faults.list().length === 4);
  return id;
}

test("capacity is insufficient in the zones for the role, by whatever call asks for it, until the action ends", async () => {
  await using lab = await laboratory();
  const ec2 = await asRole(lab, "launcher");
  const { Subnets } = await ec2.describeSubnets({});
  const subnetIn = (zone: string) =>
    Subnets!.find(({ AvailabilityZone }) => AvailabilityZone === zone)!.SubnetId!;
  const run = (input: object) => ending(ec2.runInstances({ ...image, ...input }));
  const before = await run({ Placement: { AvailabilityZone: "us-east-1a" } });
  assert.notEqual(before, ICE);
  const id = await running(lab, "use1-az1");
  assert.equal(await run({ Placement: { AvailabilityZone: "us-east-1a" } }), ICE);
  assert.equal(await run({ SubnetId: subnetIn("us-east-1a") }), ICE);
  assert.equal(await run({ SubnetId: subnetIn("us-east-1b") }), before);
  assert.equal(await run({}), before, "EC2 may choose another zone");
  assert.equal(await ending(ec2.createFleet(fleet("us-east-1a"))), ICE);
  assert.notEqual(await ending(ec2.createFleet(fleet("us-east-1a", "us-east-1b"))), ICE);
  assert.equal(
    await ending(ec2.createCapacityReservation({ ...reservation, AvailabilityZone: "us-east-1a" })),
    ICE,
  );
  assert.notEqual(
    await ending(ec2.createCapacityReservation({ ...reservation, AvailabilityZone: "us-east-1b" })),
    ICE,
  );
  assert.equal(await ending(ec2.startInstances({ InstanceIds: ["i-0123456789abcdef0"] })), ICE);
  const other = await asRole(lab, "other");
  assert.notEqual(
    await ending(other.runInstances({ ...image, Placement: { AvailabilityZone: "us-east-1a" } })),
    ICE,
  );
  await assert.rejects(
    ec2.runInstances({ ...image, SubnetId: subnetIn("us-east-1a") }),
    /^InsufficientInstanceCapacity: We currently do not have sufficient capacity in the Availability Zone you requested \(us-east-1a\)\./,
  );
  await lab.cloud.clock.advance(60_000);
  await until(async () => (await lab.states(id)).experiment === "completed");
  assert.equal(await run({ Placement: { AvailabilityZone: "us-east-1a" } }), before);
});

test("where all zones of a Region are named, a call that names none has nowhere to go", async () => {
  await using lab = await laboratory();
  const ec2 = await asRole(lab, "launcher");
  const zones = ["a", "b", "c", "d", "e", "f"].map((letter) => `us-east-1${letter}`);
  const id = await running(lab, zones.join(","));
  assert.equal(await ending(ec2.runInstances(image)), ICE);
  await lab.fis.send(new StopExperimentCommand({ id }));
  await until(async () => (await lab.states(id)).experiment === "stopped");
  assert.notEqual(await ending(ec2.runInstances(image)), ICE);
});

test("also in front of an upstream, which gets the calls for other zones", async () => {
  await using upstream = await testCloud();
  await upstream.faults.add({
    effect: "error",
    params: { code: "Beyond" },
    match: { service: "ec2", operation: "RunInstances" },
  });
  await using lab = await laboratory({ upstreams: { ec2: { url: upstream.url } } });
  const ec2 = await asRole(lab, "launcher");
  const run = (AvailabilityZone: string) =>
    ending(ec2.runInstances({ ...image, Placement: { AvailabilityZone } }));
  assert.equal(await run("us-east-1a"), "Beyond 400");
  await running(lab, "us-east-1a");
  assert.equal(await run("us-east-1a"), ICE);
  assert.equal(await run("us-east-1b"), "Beyond 400");
});
