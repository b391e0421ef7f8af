import assert from "node:assert/strict";
import { test } from "node:test";
import {
  CloudWatchClient,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
  SetAlarmStateCommand,
} from "@aws-sdk/client-cloudwatch";
import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { clientOptions } from "../../../test/cloud.ts";
import { until } from "../../../test/until.ts";
import { laboratory } from "./fixture.test.ts";

type Lab = Awaited<ReturnType<typeof laboratory>>;

/** An alarm on a metric of our own, and how its state is set. */
async function alarmIn({ cloud, account }: Lab) {
  const cloudwatch = new CloudWatchClient(clientOptions(cloud, account));
  await cloudwatch.send(
    new PutMetricAlarmCommand({
      AlarmName: "errors",
      Namespace: "App",
      MetricName: "Errors",
      Statistic: "Sum",
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: "GreaterThanOrEqualToThreshold",
    }),
  );
  const set = (StateValue: "OK" | "ALARM" | "INSUFFICIENT_DATA") =>
    cloudwatch.send(new SetAlarmStateCommand({ AlarmName: "errors", StateValue, StateReason: "Test" }));
  return { cloudwatch, set, arn: `arn:aws:cloudwatch:us-east-1:${account}:alarm:errors` };
}

const stopAt = (value: string) => [{ source: "aws:cloudwatch:alarm", value }];

const outage = {
  actionId: "aws:fis:inject-api-unavailable-error",
  parameters: { duration: "PT10M", service: "sqs", operations: "ListQueues", percentage: "100" },
};

const isDown = async ({ cloud, account }: Lab) => {
  const sqs = new SQSClient(clientOptions(cloud, account));
  return await sqs.send(new ListQueuesCommand({})).then(
    () => false,
    () => true,
  );
};

/** The state once an experiment has got so far; alarms are looked at behind StartExperiment's answer. */
async function settled(lab: Lab, id: string, status: string) {
  const { state } = await until(
    () => lab.get(id),
    (experiment) => experiment.state!.status === status,
  );
  return state!;
}

test("an alarm that goes off stops the experiment and its faults", async () => {
  await using lab = await laboratory();
  const { set, arn } = await alarmIn(lab);
  await set("OK");
  const id = await lab.start({ actions: { outage }, stopConditions: stopAt(arn) });
  assert.equal((await settled(lab, id, "running")).status, "running");
  assert.ok(await isDown(lab));
  await set("ALARM");
  const state = await settled(lab, id, "stopped");
  assert.deepEqual(state, { status: "stopped", reason: "Experiment halted by stop condition." });
  assert.ok(!(await isDown(lab)));
  assert.deepEqual(await lab.states(id), { experiment: "stopped", outage: "stopped" });
});

test("data that breaches the alarm's threshold stops the experiment", async () => {
  await using lab = await laboratory();
  const { cloudwatch, arn } = await alarmIn(lab);
  const id = await lab.start({ actions: { outage }, stopConditions: stopAt(arn) });
  assert.equal((await settled(lab, id, "running")).status, "running");
  const MetricData = [{ MetricName: "Errors", Value: 5, Unit: "Count" as const }];
  await cloudwatch.send(new PutMetricDataCommand({ Namespace: "App", MetricData }));
  await lab.cloud.clock.advance("PT3M");
  assert.equal((await settled(lab, id, "stopped")).reason, "Experiment halted by stop condition.");
});

test("an alarm that has gone off already keeps the experiment from acting", async () => {
  await using lab = await laboratory();
  const { set, arn } = await alarmIn(lab);
  await set("ALARM");
  const id = await lab.start({ actions: { outage }, stopConditions: stopAt(arn) });
  assert.equal((await settled(lab, id, "stopped")).reason, "Experiment halted by stop condition.");
  assert.deepEqual(await lab.states(id), { experiment: "stopped", outage: "cancelled" });
  assert.ok(!(await isDown(lab)));
});

test("a stop condition whose alarm is not there fails the experiment before it acts", async () => {
  await using lab = await laboratory();
  const arn = `arn:aws:cloudwatch:us-east-1:${lab.account}:alarm:nothing`;
  const id = await lab.start({ actions: { outage }, stopConditions: stopAt(arn) });
  assert.equal(
    (await settled(lab, id, "failed")).reason,
    `The alarm ${arn} of a stop condition does not exist.`,
  );
  assert.ok(!(await isDown(lab)));
});

test("an assertion on an alarm's state passes or fails with AWS's words", async () => {
  await using lab = await laboratory();
  const { set, arn } = await alarmIn(lab);
  const assertion = (alarmStates: string) => ({
    assert: { actionId: "aws:cloudwatch:assert-alarm-state", parameters: { alarmArns: arn, alarmStates } },
  });
  await set("OK");
  const passes = await lab.start({ actions: assertion("OK,INSUFFICIENT_DATA") });
  await settled(lab, passes, "completed");
  assert.deepEqual(await lab.states(passes), { experiment: "completed", assert: "completed" });
  await set("ALARM");
  const fails = await lab.start({ actions: assertion("OK") });
  const state = await settled(lab, fails, "failed");
  assert.equal(state.reason, `Assertion failed for the following alarms: ${arn}`);
});
