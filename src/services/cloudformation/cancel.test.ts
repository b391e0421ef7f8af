import assert from "node:assert/strict";
import { test } from "node:test";
import { failingCloud } from "../../../test/failing-cloud.ts";
import { FailingWrites } from "../../../test/failing-writes.ts";
import { stacksOf } from "./fixture.test.ts";

const queue = (VisibilityTimeout: number) => ({
  Resources: { Jobs: { Type: "AWS::SQS::Queue", Properties: { VisibilityTimeout } } },
});

test("an update that is cancelled while the store's failure keeps it from going on is rolled back", async () => {
  const database = new FailingWrites();
  await using world = await failingCloud(database, { clockRate: 0 });
  const { cloud } = world;
  const stacks = stacksOf(cloud);
  await stacks.create("jobs", queue(1));
  await cloud.faults.add({
    point: "cloudformation:resource",
    effect: "slow",
    params: { ms: "10m" },
    match: { operation: "UPDATE" },
    times: 1,
  });
  await stacks.update("jobs", queue(2));
  // The write before is the queue's.
  await database.failing(2, async () => {
    await cloud.clock.advance("PT10M");
    await cloud.settle(0);
  });
  assert.equal((await stacks.describe("jobs"))["StackStatus"], "UPDATE_IN_PROGRESS");
  await stacks.call("CancelUpdateStack", { StackName: "jobs" });
  await cloud.clock.advance("PT10M");
  await cloud.settle(0);
  assert.equal((await stacks.describe("jobs"))["StackStatus"], "UPDATE_ROLLBACK_COMPLETE");
  assert.ok(
    (await stacks.events("jobs")).some((event) =>
      /UPDATE_ROLLBACK_IN_PROGRESS Update cancelled by user/.test(event),
    ),
  );
});
