import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { testCloud } from "../../../test/cloud.ts";
import { until } from "../../../test/until.ts";
import { stacksOf } from "./fixture.test.ts";

const TWO = {
  Resources: {
    First: { Type: "AWS::SQS::Queue", Properties: { VisibilityTimeout: 1 } },
    Second: { Type: "AWS::SQS::Queue", DependsOn: "First", Properties: { VisibilityTimeout: 1 } },
  },
};

test("a resource that a rule fails at creation rehearses the rollback", async () => {
  await using cloud = await testCloud({ listen: false });
  const stacks = stacksOf(cloud);
  await cloud.faults.add({
    point: "cloudformation:resource",
    effect: "fail",
    params: { reason: "no capacity" },
    match: { operation: "CREATE", resource: "arn:aws:cloudformation:*:stack/two/*/Second" },
  });
  await stacks.create("two", TWO);
  assert.equal((await stacks.describe("two"))["StackStatus"], "ROLLBACK_COMPLETE");
  assert.ok((await stacks.events("two")).includes("Second CREATE_FAILED no capacity"));
  assert.deepEqual(await cloud.call("sqs", "ListQueues", {}), {});
});

test("a resource that a rule fails at deletion leaves its stack DELETE_FAILED, until it may go or is retained", async () => {
  await using cloud = await testCloud({ listen: false });
  const stacks = stacksOf(cloud);
  const id = await stacks.create("two", TWO);
  await cloud.faults.add({
    point: "cloudformation:resource",
    effect: "fail",
    match: { operation: "DELETE", resource: "arn:aws:cloudformation:*:stack/two/*/First" },
  });
  await stacks.call("DeleteStack", { StackName: "two" });
  const stack = await stacks.describe("two");
  assert.equal(stack["StackStatus"], "DELETE_FAILED");
  assert.equal(stack["StackStatusReason"], "The following resource(s) failed to delete: [First]. ");
  await stacks.call("DeleteStack", { StackName: "two", RetainResources: ["First"] });
  assert.equal((await stacks.describe(id))["StackStatus"], "DELETE_COMPLETE");
  assert.ok((await stacks.events(id)).includes("First DELETE_SKIPPED"));
});

test("a slow resource keeps its stack in progress by the clock; the update goes on after a restart", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "squall-stacks-"));
  try {
    const slower = structuredClone(TWO);
    for (const { Properties } of Object.values(slower.Resources)) Properties.VisibilityTimeout = 9;
    {
      await using cloud = await testCloud({ listen: false, dataDir });
      const stacks = stacksOf(cloud);
      await stacks.create("two", TWO);
      await cloud.faults.add({
        point: "cloudformation:resource",
        effect: "slow",
        params: { ms: "10m" },
        match: { operation: "UPDATE", resource: "arn:aws:cloudformation:*:stack/two/*/Second" },
      });
      await stacks.update("two", slower);
      assert.equal((await stacks.describe("two"))["StackStatus"], "UPDATE_IN_PROGRESS");
    }
    await using cloud = await testCloud({ listen: false, dataDir });
    const stacks = stacksOf(cloud);
    await until(async () => (await stacks.describe("two"))["StackStatus"] === "UPDATE_COMPLETE");
    for (const logicalId of ["First", "Second"]) {
      const { Attributes } = await cloud.call<{ Attributes: Record<string, string> }>(
        "sqs",
        "GetQueueAttributes",
        {
          QueueUrl: await stacks.physical("two", logicalId),
          AttributeNames: ["VisibilityTimeout"],
        },
      );
      assert.equal(Attributes["VisibilityTimeout"], "9", logicalId);
    }
  } finally {
    rmSync(dataDir, { recursive: true });
  }
});
