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
