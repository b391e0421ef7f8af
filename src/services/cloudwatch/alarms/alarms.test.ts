import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  type CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  DescribeAlarmsForMetricCommand,
  DisableAlarmActionsCommand,
  EnableAlarmActionsCommand,
  ListTagsForResourceCommand,
  PutCompositeAlarmCommand,
  type PutCompositeAlarmCommandInput,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
  PutMetricDataCommand,
  SetAlarmStateCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-cloudwatch";
import { newAccount, testCloud } from "../../../../test/cloud.ts";
import type { Cloud } from "../../../index.ts";
import { cloudwatchClient, nextMinute, rejects } from "../fixture.test.ts";

let cloud: Cloud;
let client: CloudWatchClient;
before(async () => {
  cloud = await testCloud({ services: ["cloudwatch"], clockRate: 0 });
  client = cloudwatchClient(cloud);
});
after(() => cloud[Symbol.asyncDispose]());

const BASE = {
  Namespace: "shop",
  Statistic: "Sum",
  Period: 60,
  EvaluationPeriods: 1,
  Threshold: 5,
  ComparisonOperator: "GreaterThanThreshold",
} as const;

const putAlarm = (AlarmName: string, more: Partial<PutMetricAlarmCommandInput> = {}) =>
  client.send(new PutMetricAlarmCommand({ AlarmName, MetricName: AlarmName, ...BASE, ...more }));
const putComposite = (
  AlarmName: string,
  AlarmRule: string,
  more: Partial<PutCompositeAlarmCommandInput> = {},
) => client.send(new PutCompositeAlarmCommand({ AlarmName, AlarmRule, ...more }));
const putValue = (MetricName: string, Value: number) =>
  client.send(new PutMetricDataCommand({ Namespace: "shop", MetricData: [{ MetricName, Value }] }));
const alarm = async (name: string) => {
  const { MetricAlarms, CompositeAlarms } = await client.send(
    new DescribeAlarmsCommand({ AlarmNames: [name], AlarmTypes: ["MetricAlarm", "CompositeAlarm"] }),
  );
  return [...MetricAlarms!, ...CompositeAlarms!][0]!;
};
const stateOf = async (name: string) => (await alarm(name)).StateValue;
const setState = (AlarmName: string, StateValue: "OK" | "ALARM" | "INSUFFICIENT_DATA") =>
  client.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: "by hand" }));

test("An alarm begins without data, alarms as soon as its datapoint breaches, and is OK when one does not.", async () => {
  const heard: unknown[] = [];
  const stop = cloud.bus.subscribe("cloudwatch.alarm", (event) => heard.push(event));
  const minuteMs = await nextMinute(cloud);
  await putAlarm("simple", { TreatMissingData: "notBreaching" });
  const made = await alarm("simple");
  assert.equal(made.StateValue, "INSUFFICIENT_DATA");
  assert.equal(made.StateReason, "Unchecked: Initial alarm creation");

  await putValue("simple", 3);
  assert.equal(await stateOf("simple"), "OK");
  await putValue("simple", 7);
  const alarmed = await alarm("simple");
  assert.equal(alarmed.StateValue, "ALARM");
  const date = new Date(minuteMs).toISOString();
  const day = `${date.slice(8, 10)}/${date.slice(5, 7)}/${date.slice(2, 4)} ${date.slice(11, 19)}`;
  assert.equal(
    alarmed.StateReason,
    `Threshold Crossed: 1 out of the last 1 datapoints [10.0 (${day})] was greater than the threshold (5.0) (minimum 1 datapoint for OK -> ALARM transition).`,
  );
  const detail = JSON.parse(alarmed.StateReasonData!) as Record<string, unknown>;
  assert.equal(detail["version"], "1.0");
  assert.deepEqual(detail["recentDatapoints"], [10]);
  // Doubles, as recorded: LocalStack's test_breaching_alarm_actions.
  assert.match(alarmed.StateReasonData!, /"recentDatapoints":\[10\.0\],"threshold":5\.0,/);
  assert.match(alarmed.StateReasonData!, /"sampleCount":\d+\.0,"value":10\.0/);

  await cloud.clock.advance("PT1M");
  assert.equal(await stateOf("simple"), "ALARM", "the minute has ended as it was");
  await putValue("simple", 1);
  assert.equal(await stateOf("simple"), "ALARM", "the minute may yet breach");
  await cloud.clock.advance("PT1M");
  assert.equal(await stateOf("simple"), "OK");
  await cloud.clock.advance("PT10M");
  assert.equal(await stateOf("simple"), "OK", "missing data does not breach");
  stop();
  assert.deepEqual(
    heard.map((event) => (event as { state: string }).state),
    ["OK", "ALARM", "OK"],
  );
  assert.equal((heard[1] as { alarmArn: string }).alarmArn, made.AlarmArn);
});

test("When the data ends, an alarm goes to INSUFFICIENT_DATA, unless missing data is treated otherwise.", async () => {
  await nextMinute(cloud);
  for (const treatment of ["missing", "ignore", "breaching", "notBreaching"]) {
    await putAlarm(`ends-${treatment}`, { TreatMissingData: treatment });
    await putValue(`ends-${treatment}`, 9);
    assert.equal(await stateOf(`ends-${treatment}`), "ALARM");
  }
  await cloud.clock.advance("PT10M");
  assert.equal(await stateOf("ends-missing"), "INSUFFICIENT_DATA");
  assert.equal((await alarm("ends-missing")).StateReason, "Insufficient Data: 1 datapoint was unknown.");
  assert.equal(await stateOf("ends-ignore"), "ALARM");
  assert.equal(await stateOf("ends-breaching"), "ALARM");
  assert.equal(await stateOf("ends-notBreaching"), "OK");
  assert.equal(
    (await alarm("ends-notBreaching")).StateReason,
    "Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [NonBreaching].",
  );
  for (const one of ["ends-missing", "ends-notBreaching"]) {
    const { recentDatapoints, evaluatedDatapoints } = JSON.parse(
      (await alarm(one)).StateReasonData!,
    ) as Record<string, Record<string, string>[]>;
    assert.deepEqual(recentDatapoints, []);
    assert.deepEqual(evaluatedDatapoints!.map(Object.keys), [["timestamp"]], "the period that has none");
    assert.match(evaluatedDatapoints![0]!["timestamp"]!, /:00\.000\+0000$/);
  }
});

test("An alarm that treats missing data as breaching alarms without any.", async () => {
  await putAlarm("heartbeat", { TreatMissingData: "breaching", ComparisonOperator: "LessThanThreshold" });
  await cloud.clock.advance("PT1S");
  assert.equal(await stateOf("heartbeat"), "ALARM");
});

test("M out of N datapoints must breach.", async () => {
  await nextMinute(cloud);
  await putAlarm("m-of-n", { EvaluationPeriods: 3, DatapointsToAlarm: 2, TreatMissingData: "notBreaching" });
  for (const [value, state] of [
    [9, "OK"],
    [1, "OK"],
    [9, "ALARM"],
    [1, "OK"],
  ] as const) {
    await putValue("m-of-n", value);
    await cloud.clock.advance("PT1M");
    assert.equal(await stateOf("m-of-n"), state);
  }
});

test("A minute that is too low is only known to be so when it ends.", async () => {
  await nextMinute(cloud);
  await putAlarm("low", { ComparisonOperator: "LessThanThreshold", TreatMissingData: "ignore" });
  await putValue("low", 1);
  assert.equal(await stateOf("low"), "INSUFFICIENT_DATA");
  await putValue("low", 10);
  assert.equal(await stateOf("low"), "OK");
  await cloud.clock.advance("PT1M");
  await putValue("low", 1);
  assert.equal(await stateOf("low"), "OK");
  await cloud.clock.advance("PT1M");
  assert.equal(await stateOf("low"), "ALARM");
});

test("An alarm of ten seconds watches high-resolution data.", async () => {
  await nextMinute(cloud);
  await putAlarm("fast", { Period: 10 });
  const put = (Value: number) =>
    client.send(
      new PutMetricDataCommand({
        Namespace: "shop",
        MetricData: [{ MetricName: "fast", Value, StorageResolution: 1 }],
      }),
    );
  await put(9);
  assert.equal(await stateOf("fast"), "ALARM");
  await cloud.clock.advance("PT10S");
  await put(1);
  await cloud.clock.advance("PT10S");
  assert.equal(await stateOf("fast"), "OK");
});

test("An alarm on an expression computes it from its metrics.", async () => {
  await nextMinute(cloud);
  const stat = (Id: string, MetricName: string) => ({
    Id,
    MetricStat: { Metric: { Namespace: "shop", MetricName }, Period: 60, Stat: "Sum" },
    ReturnData: false,
  });
  const { Namespace: _, Statistic: __, Period: ___, ...rest } = BASE;
  const put = (Expression: string, more: object = {}) =>
    client.send(
      new PutMetricAlarmCommand({
        AlarmName: "rate",
        ...rest,
        Threshold: 10,
        Metrics: [stat("calls", "rate-calls"), stat("errors", "rate-errors"), { Id: "rate", Expression }],
        ...more,
      }),
    );
  await rejects(put("errors /"), "ValidationException", /^Invalid metrics list/);
  await rejects(
    put("errors", { Metrics: [stat("calls", "m")] }),
    "ValidationException",
    "Exactly one element of the metrics list should return data.",
  );
  // A list that holds nothing is not "set".
  await put("errors", { Dimensions: [], Metrics: [{ ...stat("calls", "m"), ReturnData: true }] });
  await rejects(
    put("errors", { Period: 60 }),
    "ValidationException",
    "Period must not be set when the Metrics parameter is used",
  );
  await put("100 * FILL(errors, 0) / calls");
  await putValue("rate-calls", 20);
  assert.equal(await stateOf("rate"), "OK");
  await putValue("rate-errors", 3);
  assert.equal(await stateOf("rate"), "ALARM");
  assert.equal(((await alarm("rate")) as { Metrics?: unknown[] }).Metrics!.length, 3);
});

test("What PutMetricAlarm refuses, it refuses in AWS's words.", async () => {
  const refuses = (more: Partial<PutMetricAlarmCommandInput>, message: string | RegExp) =>
    rejects(putAlarm("refused", more), "ValidationException", message);
  await refuses({ MetricName: undefined }, "MetricName must not be null");
  await refuses({ Period: undefined }, "Period must not be null");
  await refuses({ Period: 15 }, "Period must be 10, 20, 30 or a multiple of 60");
  await refuses(
    { EvaluationPeriods: 2, DatapointsToAlarm: 3 },
    "DatapointsToAlarm must be less than or equal to EvaluationPeriods",
  );
  await refuses({ ExtendedStatistic: "p99" }, /^Exactly one of Statistic/);
  await refuses({ Statistic: undefined, ExtendedStatistic: "p101" }, /p101/);
  await refuses({ TreatMissingData: "never" }, /never/);
  await refuses({ AlarmActions: ["topic"] }, "Invalid arn syntax: topic");
  await putAlarm("day", { EvaluationPeriods: 1440 });
  await refuses({ EvaluationPeriods: 1441 }, /^Metrics cannot be checked across more than a day/);
  await putAlarm("week", { Period: 3600, EvaluationPeriods: 168 });
  await refuses(
    { Period: 3600, EvaluationPeriods: 169 },
    /^Metrics cannot be checked across more than 7 days/,
  );
});

test("A composite alarm follows its children.", async () => {
  await putAlarm("child-a");
  await putAlarm("child-b");
  await rejects(
    putComposite("parent", "ALARM(child-a) AND ALARM(nobody)"),
    "ValidationException",
    "Could not save the composite alarm as alarms [nobody] in the alarm rule do not exist",
  );
  await rejects(putComposite("parent", "ALARM(child-a"), "ValidationException", /^Error in AlarmRule/);
  await putComposite("parent", 'ALARM("child-a") AND NOT OK(child-b)');
  const made = await alarm("parent");
  assert.equal(made.StateValue, "OK");
  assert.equal(made.StateReason, `${made.AlarmArn} was created and its alarm rule evaluates to OK`);
  await putComposite("grandparent", "ALARM(parent)");

  await setState("child-a", "ALARM");
  const alarmed = await alarm("parent");
  assert.equal(alarmed.StateValue, "ALARM");
  assert.match(
    alarmed.StateReason!,
    /^arn:aws:cloudwatch:us-east-1:\d{12}:alarm:child-a transitioned to ALARM at \w+ \d\d \w+, \d{4} [\d:]{8} UTC$/,
  );
  assert.equal(await stateOf("grandparent"), "ALARM");
  await setState("child-b", "OK");
  assert.equal(await stateOf("parent"), "OK");
  assert.equal(await stateOf("grandparent"), "OK");

  const children = await client.send(new DescribeAlarmsCommand({ ChildrenOfAlarmName: "parent" }));
  assert.deepEqual(
    children.MetricAlarms!.map(({ AlarmName }) => AlarmName),
    ["child-a", "child-b"],
  );
  const parents = await client.send(new DescribeAlarmsCommand({ ParentsOfAlarmName: "parent" }));
  assert.deepEqual(
    parents.CompositeAlarms!.map(({ AlarmName }) => AlarmName),
    ["grandparent"],
  );
  await rejects(
    client.send(new DeleteAlarmsCommand({ AlarmNames: ["child-a"] })),
    "ValidationException",
    "Cannot delete child-a as there are composite alarm(s) depending on it.",
  );
});

test("Composite alarms in a circle come to rest.", async () => {
  await putComposite("circle-a", "TRUE");
  await putComposite("circle-b", "NOT ALARM(circle-a)");
  await putComposite("circle-a", "ALARM(circle-b)");
  assert.ok(["OK", "ALARM"].includes((await stateOf("circle-a"))!));
});

test("A state set by hand stays for a minute, then the metric decides again.", async () => {
  await nextMinute(cloud);
  await putAlarm("hand");
  await setState("hand", "ALARM");
  await cloud.clock.advance("PT59S");
  assert.equal(await stateOf("hand"), "ALARM");
  assert.equal((await alarm("hand")).StateReason, "by hand");
  await cloud.clock.advance("PT61S");
  assert.equal(await stateOf("hand"), "INSUFFICIENT_DATA");
  await rejects(setState("nobody", "OK"), "ResourceNotFound", /.*/);
});

test("History tells of what was made, changed and deleted, and of each state.", async () => {
  const account = newAccount();
  const other = cloudwatchClient(cloud, account);
  const put = () => other.send(new PutMetricAlarmCommand({ AlarmName: "h", MetricName: "h", ...BASE }));
  await put();
  await put();
  await other.send(new SetAlarmStateCommand({ AlarmName: "h", StateValue: "OK", StateReason: "fine" }));
  await other.send(new DeleteAlarmsCommand({ AlarmNames: ["h", "nobody"] }));
  const history = async (more: object = {}) =>
    await other.send(
      new DescribeAlarmHistoryCommand({ AlarmName: "h", ScanBy: "TimestampAscending", ...more }),
    );
  const { AlarmHistoryItems } = await history();
  assert.deepEqual(
    AlarmHistoryItems!.map(({ HistoryItemType, HistorySummary }) => [HistoryItemType, HistorySummary]),
    [
      ["ConfigurationUpdate", 'Alarm "h" created'],
      ["ConfigurationUpdate", 'Alarm "h" updated'],
      ["StateUpdate", "Alarm updated from INSUFFICIENT_DATA to OK"],
      ["ConfigurationUpdate", 'Alarm "h" deleted'],
    ],
  );
  assert.deepEqual(JSON.parse(AlarmHistoryItems![2]!.HistoryData!), {
    version: "1.0",
    oldState: { stateValue: "INSUFFICIENT_DATA", stateReason: "Unchecked: Initial alarm creation" },
    newState: { stateValue: "OK", stateReason: "fine" },
  });
  const newest = await history({ MaxRecords: 1, ScanBy: undefined });
  assert.equal(newest.AlarmHistoryItems![0]!.HistorySummary, 'Alarm "h" deleted');
  const next = await history({ MaxRecords: 1, ScanBy: undefined, NextToken: newest.NextToken });
  assert.equal(next.AlarmHistoryItems![0]!.HistoryItemType, "StateUpdate");
  assert.equal((await history({ HistoryItemType: "Action" })).AlarmHistoryItems!.length, 0);
});

test("Alarms are found by name, prefix, state, action and metric, in pages.", async () => {
  const account = newAccount();
  const other = cloudwatchClient(cloud, account);
  const topic = "arn:aws:sns:us-east-1:123456789012:ops";
  for (const name of ["x-1", "x-2", "y-1"])
    await other.send(
      new PutMetricAlarmCommand({
        AlarmName: name,
        MetricName: "m",
        ...BASE,
        ...(name === "x-2" && { AlarmActions: [topic] }),
      }),
    );
  const names = async (filter: object) =>
    (await other.send(new DescribeAlarmsCommand(filter))).MetricAlarms!.map(({ AlarmName }) => AlarmName);
  assert.deepEqual(await names({}), ["x-1", "x-2", "y-1"]);
  assert.deepEqual(await names({ AlarmNamePrefix: "x" }), ["x-1", "x-2"]);
  assert.deepEqual(await names({ AlarmNames: ["y-1", "z"] }), ["y-1"]);
  assert.deepEqual(await names({ ActionPrefix: "arn:aws:sns" }), ["x-2"]);
  assert.deepEqual(await names({ StateValue: "ALARM" }), []);
  const first = await other.send(new DescribeAlarmsCommand({ MaxRecords: 2 }));
  assert.deepEqual(await names({ MaxRecords: 2, NextToken: first.NextToken }), ["y-1"]);
  const forMetric = (more: object) =>
    other.send(new DescribeAlarmsForMetricCommand({ Namespace: "shop", MetricName: "m", ...more }));
  assert.equal((await forMetric({})).MetricAlarms!.length, 3);
  assert.equal((await forMetric({ Period: 300 })).MetricAlarms!.length, 0);
  assert.equal((await forMetric({ Dimensions: [{ Name: "a", Value: "b" }] })).MetricAlarms!.length, 0);

  const enabled = async () =>
    (await other.send(new DescribeAlarmsCommand({}))).MetricAlarms!.map((a) => a.ActionsEnabled);
  await other.send(new DisableAlarmActionsCommand({ AlarmNames: ["x-1", "nobody"] }));
  assert.deepEqual(await enabled(), [false, true, true]);
  await other.send(new EnableAlarmActionsCommand({ AlarmNames: ["x-1"] }));
  assert.deepEqual(await enabled(), [true, true, true]);
});

test("Alarms have tags.", async () => {
  await putAlarm("tagged", { Tags: [{ Key: "team", Value: "a" }] });
  await putAlarm("tagged", { Tags: [{ Key: "team", Value: "ignored at an update" }] });
  const ResourceARN = (await alarm("tagged")).AlarmArn!;
  await client.send(new TagResourceCommand({ ResourceARN, Tags: [{ Key: "stage", Value: "dev" }] }));
  const list = async () => (await client.send(new ListTagsForResourceCommand({ ResourceARN }))).Tags;
  assert.deepEqual(await list(), [
    { Key: "team", Value: "a" },
    { Key: "stage", Value: "dev" },
  ]);
  await client.send(new UntagResourceCommand({ ResourceARN, TagKeys: ["team"] }));
  assert.deepEqual(await list(), [{ Key: "stage", Value: "dev" }]);
  // Of an alarm that is gone there are none (LocalStack's recording test_tagging_composite_alarm); it takes none, either.
  await client.send(new DeleteAlarmsCommand({ AlarmNames: ["tagged"] }));
  assert.deepEqual(await list(), []);
  await rejects(
    client.send(new TagResourceCommand({ ResourceARN, Tags: [{ Key: "stage", Value: "dev" }] })),
    "ResourceNotFoundException",
    /does not exist/,
  );
});
