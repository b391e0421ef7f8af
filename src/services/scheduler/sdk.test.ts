import assert from "node:assert/strict";
import { test } from "node:test";
import { ResourceNotFoundException, Scheduler } from "@aws-sdk/client-scheduler";
import { clientOptions, newAccount, testCloud } from "../../../test/cloud.ts";
import { allCalled } from "../../../test/every-operation.ts";

/** EventBridge Scheduler as its SDK sees it: every operation that is served. */
const cloud = await testCloud();
const account = newAccount();
const scheduler = new Scheduler(clientOptions(cloud, account));
test.after(async () => {
  scheduler.destroy();
  await cloud.stop();
});

test("groups are made, listed, tagged and deleted, with the schedules in them", async () => {
  const before = cloud.clock.now();
  const { ScheduleGroupArn = "" } = await scheduler.createScheduleGroup({
    Name: "nightly",
    Tags: [{ Key: "team", Value: "a" }],
  });
  assert.equal(ScheduleGroupArn, `arn:aws:scheduler:us-east-1:${account}:schedule-group/nightly`);
  const {
    $metadata: _,
    CreationDate,
    LastModificationDate,
    ...group
  } = await scheduler.getScheduleGroup({
    Name: "nightly",
  });
  assert.deepEqual(group, { Arn: ScheduleGroupArn, Name: "nightly", State: "ACTIVE" });
  assert.ok(CreationDate && CreationDate.getTime() >= Math.floor(before / 1000) * 1000);
  assert.deepEqual(LastModificationDate, CreationDate);
  const { ScheduleGroups } = await scheduler.listScheduleGroups({});
  assert.deepEqual(ScheduleGroups?.map(({ Name }) => Name).sort(), ["default", "nightly"]);
  const prefixed = await scheduler.listScheduleGroups({ NamePrefix: "ni" });
  assert.deepEqual(
    prefixed.ScheduleGroups?.map(({ Name }) => Name),
    ["nightly"],
  );
  await scheduler.tagResource({ ResourceArn: ScheduleGroupArn, Tags: [{ Key: "cost", Value: "7" }] });
  await scheduler.untagResource({ ResourceArn: ScheduleGroupArn, TagKeys: ["team"] });
  const { Tags } = await scheduler.listTagsForResource({ ResourceArn: ScheduleGroupArn });
  assert.deepEqual(Tags, [{ Key: "cost", Value: "7" }]);
});

test("a schedule has what it was made with, and after an update only what the update said", async () => {
  const Target = {
    Arn: `arn:aws:sqs:us-east-1:${account}:jobs`,
    RoleArn: `arn:aws:iam::${account}:role/scheduler`,
    Input: "go",
  };
  const named = { Name: "report", GroupName: "nightly" };
  const { ScheduleArn } = await scheduler.createSchedule({
    ...named,
    ScheduleExpression: "cron(0 3 * * ? *)",
    ScheduleExpressionTimezone: "Europe/Berlin",
    Description: "the report of the day",
    FlexibleTimeWindow: { Mode: "FLEXIBLE", MaximumWindowInMinutes: 15 },
    Target,
  });
  assert.equal(ScheduleArn, `arn:aws:scheduler:us-east-1:${account}:schedule/nightly/report`);
  const made = await scheduler.getSchedule(named);
  assert.deepEqual(
    [made.Description, made.ScheduleExpressionTimezone, made.FlexibleTimeWindow, made.State],
    ["the report of the day", "Europe/Berlin", { Mode: "FLEXIBLE", MaximumWindowInMinutes: 15 }, "ENABLED"],
  );
  await scheduler.updateSchedule({
    ...named,
    ScheduleExpression: "rate(1 day)",
    FlexibleTimeWindow: { Mode: "OFF" },
    State: "DISABLED",
    Target,
  });
  const { $metadata: _, CreationDate, LastModificationDate, ...updated } = await scheduler.getSchedule(named);
  assert.deepEqual(updated, {
    Arn: ScheduleArn,
    ...named,
    ActionAfterCompletion: "NONE",
    FlexibleTimeWindow: { Mode: "OFF" },
    ScheduleExpression: "rate(1 day)",
    ScheduleExpressionTimezone: "UTC",
    State: "DISABLED",
    Target: { ...Target, RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 } },
  });
  assert.deepEqual(CreationDate, made.CreationDate);
  assert.ok(LastModificationDate! >= CreationDate!);
  const { Schedules } = await scheduler.listSchedules({ GroupName: "nightly", State: "DISABLED" });
  assert.deepEqual(
    Schedules?.map(({ Name, Target: target }) => [Name, target]),
    [["report", { Arn: Target.Arn }]],
  );
  await scheduler.deleteSchedule(named);
  await assert.rejects(scheduler.getSchedule(named), ResourceNotFoundException);
  await scheduler.deleteScheduleGroup({ Name: "nightly" });
  const { ScheduleGroups = [] } = await scheduler.listScheduleGroups({ NamePrefix: "nightly" });
  assert.ok(ScheduleGroups.every(({ State }) => State === "DELETING"));
});

test("every operation has been called by the SDK", async () => {
  await allCalled(cloud, "scheduler");
});
