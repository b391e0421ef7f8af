import assert from "node:assert/strict";
import { test } from "node:test";
import { testCloud } from "../../../test/cloud.ts";
import { until } from "../../../test/until.ts";
import { sdkStacks } from "./sdk.fixture.ts";

const waiting = (Count = 1, Timeout = 60) => ({
  Resources: {
    Handle: { Type: "AWS::CloudFormation::WaitConditionHandle" },
    Wait: {
      Type: "AWS::CloudFormation::WaitCondition",
      Properties: { Handle: { Ref: "Handle" }, Count, Timeout },
    },
    After: { Type: "AWS::SQS::Queue", DependsOn: "Wait" },
  },
  Outputs: { Said: { Value: { "Fn::GetAtt": ["Wait", "Data"] } } },
});

test("a wait condition waits for its signals, each once, and gives what they say", async () => {
  await using cloud = await testCloud();
  using stacks = sdkStacks(cloud);
  await stacks.create("waits", waiting(2));
  assert.equal(await stacks.status("waits"), "CREATE_IN_PROGRESS");
  const url = new URL(await stacks.physical("waits", "Handle"));
  url.hostname = "127.0.0.1";
  const say = (UniqueId: string, Data: string, Status = "SUCCESS") =>
    fetch(url, { method: "PUT", body: JSON.stringify({ Status, UniqueId, Data, Reason: Data }) });
  await say("one", "first");
  await say("one", "again");
  assert.equal(await stacks.status("waits"), "CREATE_IN_PROGRESS");
  await say("two", "second");
  await until(
    () => stacks.status("waits"),
    (status) => status === "CREATE_COMPLETE",
  );
  assert.deepEqual(JSON.parse(String((await stacks.outputs("waits"))["Said"])), {
    one: "again",
    two: "second",
  });
});

test("a wait condition that is told of a failure fails, and so does one that hears nothing in its time", async () => {
  await using cloud = await testCloud();
  using stacks = sdkStacks(cloud);
  await stacks.create("told", waiting());
  const url = new URL(await stacks.physical("told", "Handle"));
  url.hostname = "127.0.0.1";
  await fetch(url, {
    method: "PUT",
    body: JSON.stringify({ Status: "FAILURE", UniqueId: "x", Reason: "no disk" }),
  });
  await until(
    () => stacks.status("told"),
    (status) => status === "ROLLBACK_COMPLETE",
  );
  assert.ok(
    (await stacks.events("told")).includes(
      "Wait CREATE_FAILED WaitCondition received failed message: 'no disk' for uniqueId: x",
    ),
  );
  await stacks.create("silent", waiting(1, 60));
  await cloud.clock.advance("PT61S");
  await until(
    () => stacks.status("silent"),
    (status) => status === "ROLLBACK_COMPLETE",
  );
  assert.ok(
    (await stacks.events("silent")).includes(
      "Wait CREATE_FAILED WaitCondition timed out. Received 0 conditions when expecting 1",
    ),
  );
});

test("a stack whose time is over is rolled back", async () => {
  await using cloud = await testCloud();
  using stacks = sdkStacks(cloud);
  await stacks.create("late", waiting(1, 3600), { TimeoutInMinutes: 5 });
  await cloud.clock.advance("PT6M");
  await until(
    () => stacks.status("late"),
    (status) => status === "ROLLBACK_COMPLETE",
  );
  assert.ok((await stacks.events("late")).includes("Wait CREATE_FAILED Resource creation cancelled"));
});

test("under real timings a call is answered at once, and the operation goes on by itself", async () => {
  await using cloud = await testCloud({ timings: "real" });
  using stacks = sdkStacks(cloud);
  const template = {
    Resources: {
      Table: {
        Type: "AWS::DynamoDB::Table",
        Properties: {
          BillingMode: "PAY_PER_REQUEST",
          AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
          KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
        },
      },
    },
  };
  await stacks.create("timed", template);
  assert.equal(await stacks.status("timed"), "CREATE_IN_PROGRESS");
  await cloud.settle("PT5M");
  assert.equal(await stacks.status("timed"), "CREATE_COMPLETE");
  await stacks.call("DeleteStack", { StackName: "timed" });
  assert.equal(await stacks.status("timed"), "DELETE_IN_PROGRESS");
  await cloud.settle("PT5M");
  await assert.rejects(stacks.status("timed"), { message: "Stack with id timed does not exist" });
});

const signalled = (Type: string, Properties: object, CreationPolicy: object) => ({
  Resources: {
    Box: { Type, Properties, CreationPolicy },
    After: { Type: "AWS::SQS::Queue", DependsOn: "Box" },
  },
});
const INSTANCE = { ImageId: "ami-12345678", InstanceType: "t3.micro" };

test("a resource with a creation policy is created when it has been heard of, and its events say what", async () => {
  await using cloud = await testCloud();
  using stacks = sdkStacks(cloud);
  const say = (StackName: string, UniqueId: string, Status = "SUCCESS") =>
    stacks.call("SignalResource", { StackName, LogicalResourceId: "Box", UniqueId, Status });
  const ends = (name: string, end: string) =>
    until(
      () => stacks.status(name),
      (status) => status === end,
    );
  const ofBox = async (name: string) =>
    (await stacks.events(name)).filter((event) => event.startsWith("Box CREATE"));
  for (const [name, type, properties] of [
    ["instance", "AWS::EC2::Instance", INSTANCE],
    ["condition", "AWS::CloudFormation::WaitCondition", {}],
  ] as const) {
    await stacks.create(
      name,
      signalled(type, properties, { ResourceSignal: { Count: 2, Timeout: "PT15M" } }),
    );
    await say(name, "two");
    assert.equal(await stacks.status(name), "CREATE_IN_PROGRESS");
    await say(name, "one");
    await ends(name, "CREATE_COMPLETE");
    assert.deepEqual(await ofBox(name), [
      "Box CREATE_IN_PROGRESS",
      "Box CREATE_IN_PROGRESS Resource creation Initiated",
      "Box CREATE_IN_PROGRESS Received SUCCESS signal with UniqueId two",
      "Box CREATE_IN_PROGRESS Received SUCCESS signal with UniqueId one",
      "Box CREATE_COMPLETE",
    ]);
  }

  await stacks.create("failing", signalled("AWS::EC2::Instance", INSTANCE, { ResourceSignal: {} }));
  await say("failing", "i-1", "FAILURE");
  await ends("failing", "ROLLBACK_COMPLETE");
  assert.equal(
    (await ofBox("failing")).at(-1),
    "Box CREATE_FAILED Received FAILURE signal with UniqueId i-1",
  );

  const late = { ResourceSignal: { Timeout: "PT10M" } };
  await stacks.create("late", signalled("AWS::EC2::Instance", INSTANCE, late));
  await cloud.clock.advance("PT9M");
  assert.equal(await stacks.status("late"), "CREATE_IN_PROGRESS");
  await cloud.clock.advance("PT2M");
  await ends("late", "ROLLBACK_COMPLETE");
  assert.equal(
    (await ofBox("late")).at(-1),
    "Box CREATE_FAILED Failed to receive 1 resource signal(s) within the specified duration",
  );
});

test("an Auto Scaling group is created when as many of its instances say so as its policy wants", async () => {
  await using cloud = await testCloud();
  using stacks = sdkStacks(cloud);
  const group = (count: number, percent?: number) => ({
    Resources: {
      Template: { Type: "AWS::EC2::LaunchTemplate", Properties: { LaunchTemplateData: INSTANCE } },
      Box: {
        Type: "AWS::AutoScaling::AutoScalingGroup",
        Properties: {
          MinSize: "0",
          MaxSize: "4",
          AvailabilityZones: ["us-east-1a"],
          LaunchTemplate: {
            LaunchTemplateId: { Ref: "Template" },
            Version: { "Fn::GetAtt": ["Template", "LatestVersionNumber"] },
          },
        },
        CreationPolicy: {
          ResourceSignal: { Count: count },
          ...(percent !== undefined && {
            AutoScalingCreationPolicy: { MinSuccessfulInstancesPercent: percent },
          }),
        },
      },
    },
  });
  const say = (StackName: string, UniqueId: string, Status: string) =>
    stacks.call("SignalResource", { StackName, LogicalResourceId: "Box", UniqueId, Status });
  const ends = (name: string, end: string) =>
    until(
      () => stacks.status(name),
      (status) => status === end,
    );
  await stacks.create("half", group(2, 50));
  await say("half", "i-1", "FAILURE");
  await say("half", "i-2", "SUCCESS");
  await ends("half", "CREATE_COMPLETE");
  await stacks.create("all", group(2));
  await say("all", "i-1", "FAILURE");
  await ends("all", "ROLLBACK_COMPLETE");
  assert.ok(
    (await stacks.events("all")).includes(
      "Box CREATE_FAILED Received 1 FAILURE signal(s) out of 2.  Unable to satisfy 100% MinSuccessfulInstancesPercent requirement",
    ),
  );
});
