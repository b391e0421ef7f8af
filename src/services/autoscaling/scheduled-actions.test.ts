import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newAccount, testCloud } from "../../../test/cloud.ts";
import { until } from "../../../test/until.ts";
import type { Cloud } from "../../index.ts";

let cloud: Cloud;
before(async () => {
  cloud = await testCloud({ listen: false });
});
after(() => cloud.stop());

type Answer = Record<string, unknown>;

async function scheduledGroup() {
  const account = newAccount();
  const call = <O = Answer>(service: string, operation: string, input: object = {}) =>
    cloud.call<O>(service, operation, input, { account });
  await call("ec2", "CreateLaunchTemplate", {
    LaunchTemplateName: "web",
    LaunchTemplateData: { ImageId: "ami-1" },
  });
  const scale = <O = Answer>(operation: string, input: object = {}) =>
    call<O>("autoscaling", operation, { AutoScalingGroupName: "web", ...input });
  await scale("CreateAutoScalingGroup", {
    LaunchTemplate: { LaunchTemplateName: "web" },
    MinSize: 0,
    MaxSize: 1,
    AvailabilityZones: ["us-east-1a"],
  });
  const group = async () => {
    const { AutoScalingGroups } = await call<{ AutoScalingGroups: Answer[] }>(
      "autoscaling",
      "DescribeAutoScalingGroups",
    );
    const { MinSize, MaxSize, DesiredCapacity } = AutoScalingGroups[0] ?? {};
    return [MinSize, MaxSize, DesiredCapacity];
  };
  const names = async () => {
    const { ScheduledUpdateGroupActions } = await scale<{ ScheduledUpdateGroupActions: Answer[] }>(
      "DescribeScheduledActions",
    );
    return ScheduledUpdateGroupActions.map(({ ScheduledActionName }) => ScheduledActionName);
  };
  return { scale, group, names };
}

test("an action is done once at its time, and then gone", async () => {
  const { scale, group, names } = await scheduledGroup();
  await scale("PutScheduledUpdateGroupAction", {
    ScheduledActionName: "once",
    StartTime: new Date(cloud.clock.now() + 60_000),
    MinSize: 2,
  });
  await cloud.clock.advance("PT59S");
  assert.deepEqual(await group(), [0, 1, 0]);
  await cloud.clock.advance("PT2S");
  assert.deepEqual(await group(), [2, 2, 2]);
  assert.deepEqual(await names(), []);
  const { Activities } = await until(
    () => scale<{ Activities: { Cause: string }[] }>("DescribeScalingActivities"),
    ({ Activities }) => Activities.length === 2,
  );
  assert.match(
    Activities[0]?.Cause ?? "",
    /a scheduled action update of AutoScalingGroup constraints to min: 2, max: 2, desired: 2 changing the desired capacity from 0 to 2\.$/,
  );
});

test("an action that recurs is done each time, on the days of a crontab", async () => {
  const { scale, group, names } = await scheduledGroup();
  const tomorrow = new Date(cloud.clock.now() + 86_400_000);
  await scale("PutScheduledUpdateGroupAction", {
    ScheduledActionName: "daily",
    Recurrence: `${tomorrow.getUTCMinutes()} ${tomorrow.getUTCHours()} * * ${tomorrow.getUTCDay()}`,
    DesiredCapacity: 1,
  });
  await cloud.clock.advance("PT25H");
  assert.deepEqual(await group(), [0, 1, 1]);
  await scale("SetDesiredCapacity", { DesiredCapacity: 0 });
  await cloud.clock.advance("P6D");
  assert.deepEqual(await group(), [0, 1, 0]);
  await cloud.clock.advance("P1D");
  assert.deepEqual(await group(), [0, 1, 1]);
  assert.deepEqual(await names(), ["daily"]);
  await scale("DeleteAutoScalingGroup", { ForceDelete: true });
  assert.deepEqual(await names(), []);
});

/** What is refused of PutScheduledUpdateGroupAction, and how. */
const REFUSED: Record<string, [input: object, message: RegExp]> = {
  "no time": [{ MinSize: 1 }, /either a start time or a recurrence/],
  "a recurrence that is none": [
    { MinSize: 1, Recurrence: "daily" },
    /Given recurrence string: daily is invalid/,
  ],
  "nothing to do": [{ Recurrence: "0 8 * * *" }, /At least one among min, max and desired/],
  "the past": [{ MinSize: 1, StartTime: new Date(0) }, /in the past/],
};

test("an action that cannot be is refused", async () => {
  const { scale } = await scheduledGroup();
  for (const [what, [input, message]] of Object.entries(REFUSED))
    await assert.rejects(
      scale("PutScheduledUpdateGroupAction", { ScheduledActionName: "a", ...input }),
      { code: "ValidationError", message },
      what,
    );
});
