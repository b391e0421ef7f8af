import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import {
  CreateArchiveCommand,
  DeleteArchiveCommand,
  DeleteRuleCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  RemoveTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import type { CloudOptions } from "../../index.ts";
import { eventsCloud } from "./fixture.test.ts";

/** A cloud with an alarm, whose every change is an event of AWS's own. */
async function alarming(options: CloudOptions = {}, account?: string) {
  const world = await eventsCloud(options, account);
  const call = (operation: string, input: object) =>
    world.cloud.call("cloudwatch", operation, input, { account: world.account, region: "us-east-1" });
  const dimension = { Namespace: "n", MetricName: "m", Statistic: "Sum", Period: 60, EvaluationPeriods: 1 };
  const condition = { Threshold: 1, ComparisonOperator: "GreaterThanThreshold" };
  await call("PutMetricAlarm", { AlarmName: "hot", ...dimension, ...condition });
  await world.cloud.settle(0);
  let states = 0;
  return {
    world,
    /** Changes the alarm's state. @returns how many calls of PutEvents came of it */
    async change(): Promise<number> {
      const before = world.cloud.calls.of("events", "PutEvents").length;
      const StateValue = states++ % 2 === 0 ? "ALARM" : "OK";
      await call("SetAlarmState", { AlarmName: "hot", StateValue, StateReason: "tested" });
      await world.cloud.settle(0);
      return world.cloud.calls.of("events", "PutEvents").length - before;
    },
  };
}

test("an event of AWS's own is sent while a rule with a target is enabled for its source, and not otherwise", async () => {
  const { world, change } = await alarming();
  await using _ = world;
  const { events } = world;
  const target = { Id: "q", Arn: await world.queue("heard") };
  assert.equal(await change(), 0);
  await world.rule("other", { source: ["aws.states"] }, [target]);
  assert.equal(await change(), 0);
  await world.rule("alarms", { source: ["aws.cloudwatch"] }, [target]);
  assert.equal(await change(), 1);
  await events.send(new DisableRuleCommand({ Name: "alarms" }));
  assert.equal(await change(), 0);
  await events.send(new EnableRuleCommand({ Name: "alarms" }));
  assert.equal(await change(), 1);
  await events.send(new RemoveTargetsCommand({ Rule: "alarms", Ids: ["q"] }));
  assert.equal(await change(), 0);
  await events.send(new DeleteRuleCommand({ Name: "alarms" }));
  assert.equal(await change(), 0);
});

for (const pattern of [
  { source: [{ prefix: "aws." }] },
  { "detail-type": ["CloudWatch Alarm State Change"] },
  { $or: [{ source: ["aws.cloudwatch"] }, { source: ["shop"] }] },
  { source: ["shop", "aws.cloudwatch"] },
]) {
  test(`a rule for ${JSON.stringify(pattern)} hears an alarm`, async () => {
    const { world, change } = await alarming();
    await using _ = world;
    const queue = await world.queue("heard");
    await world.rule("any", pattern, [{ Id: "q", Arn: queue }]);
    assert.equal(await change(), 1);
    assert.equal((await world.bodies(queue, 1)).length, 1);
  });
}

test("an archive of the default bus hears, until it is deleted; a rule on another bus does not", async () => {
  const { world, change } = await alarming();
  await using _ = world;
  const { events, account } = world;
  await world.bus("orders");
  await world.rule(
    "all",
    { source: ["aws.cloudwatch"] },
    [{ Id: "q", Arn: await world.queue("q") }],
    "orders",
  );
  assert.equal(await change(), 0);
  const EventSourceArn = `arn:aws:events:us-east-1:${account}:event-bus/default`;
  await events.send(new CreateArchiveCommand({ ArchiveName: "all", EventSourceArn }));
  assert.equal(await change(), 1);
  await events.send(new DeleteArchiveCommand({ ArchiveName: "all" }));
  assert.equal(await change(), 0);
});

test("a rule of an earlier process is heard from the first event on", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "squall-listening-"));
  let account: string;
  let queue: string;
  {
    const { world } = await alarming({ dataDir });
    await using _ = world;
    queue = await world.queue("heard");
    account = world.account;
    await world.rule("alarms", { source: ["aws.cloudwatch"] }, [{ Id: "q", Arn: queue }]);
  }
  {
    const { world, change } = await alarming({ dataDir }, account);
    await using _ = world;
    assert.equal(await change(), 1);
    await world.first(queue, (event) => event["detail-type"] === "CloudWatch Alarm State Change");
  }
  rmSync(dataDir, { recursive: true });
});
