import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { CloudWatch, type PutMetricAlarmCommandInput } from "@aws-sdk/client-cloudwatch";
import { clientOptions, newAccount, testCloud } from "../../../../test/cloud.ts";
import type { Cloud } from "../../../index.ts";

const account = newAccount();
const MINUTE_MS = 60_000;
let cloud: Cloud;
let cloudwatch: CloudWatch;
before(async () => {
  cloud = await testCloud({ services: ["cloudwatch"], clockRate: 0 });
  cloudwatch = new CloudWatch(clientOptions(cloud, account));
});
after(() => cloud[Symbol.asyncDispose]());

const Dimensions = [{ Name: "DimensionName", Value: "DimensionValue" }];

/** As recorded by LocalStack's test_anomaly_detector_lifecycle, September 2025, with the account of this test. */
test("a detector is put, described in its members and deleted, as recorded", async () => {
  const SingleMetricAnomalyDetector = {
    AccountId: account,
    Namespace: "MyNamespace",
    MetricName: "MyMetric",
    Dimensions,
    Stat: "Sum",
  };
  await cloudwatch.putAnomalyDetector({ SingleMetricAnomalyDetector });
  const { AnomalyDetectors } = await cloudwatch.describeAnomalyDetectors({ Namespace: "MyNamespace" });
  const { AccountId: _, ...own } = SingleMetricAnomalyDetector;
  assert.deepEqual(AnomalyDetectors, [
    {
      ...own,
      Configuration: { ExcludedTimeRanges: [] },
      SingleMetricAnomalyDetector,
      StateValue: "PENDING_TRAINING",
    },
  ]);
  await cloudwatch.deleteAnomalyDetector({ SingleMetricAnomalyDetector });
  assert.deepEqual(
    (await cloudwatch.describeAnomalyDetectors({ Namespace: "MyNamespace" })).AnomalyDetectors,
    [],
  );
  await assert.rejects(cloudwatch.deleteAnomalyDetector({ SingleMetricAnomalyDetector }), {
    name: "ResourceNotFoundException",
  });
});

test("detectors are the same by either way to name them, are listed by kind and metric, in pages", async () => {
  for (const MetricName of ["a", "b", "c"])
    await cloudwatch.putAnomalyDetector({ Namespace: "Paged", MetricName, Stat: "Average" });
  await cloudwatch.putAnomalyDetector({
    SingleMetricAnomalyDetector: { Namespace: "Paged", MetricName: "a", Stat: "Average" },
    Configuration: { ExcludedTimeRanges: [], MetricTimezone: "UTC" },
  });
  const MetricDataQueries = [
    {
      Id: "m",
      MetricStat: { Metric: { Namespace: "Paged", MetricName: "a" }, Period: 60, Stat: "Sum" },
      ReturnData: false,
    },
    { Id: "e", Expression: "m * 2" },
  ];
  await cloudwatch.putAnomalyDetector({ MetricMathAnomalyDetector: { MetricDataQueries } });
  const names: (string | undefined)[] = [];
  let NextToken: string | undefined;
  do {
    const page = await cloudwatch.describeAnomalyDetectors({ Namespace: "Paged", MaxResults: 2, NextToken });
    assert.ok(page.AnomalyDetectors!.length <= 2);
    names.push(...page.AnomalyDetectors!.map(({ SingleMetricAnomalyDetector: one }) => one?.MetricName));
    ({ NextToken } = page);
  } while (NextToken);
  assert.deepEqual(names.sort(), ["a", "b", "c"]);
  const [a] = (await cloudwatch.describeAnomalyDetectors({ Namespace: "Paged", MetricName: "a" }))
    .AnomalyDetectors!;
  assert.equal(a?.Configuration?.MetricTimezone, "UTC");
  const math = await cloudwatch.describeAnomalyDetectors({ AnomalyDetectorTypes: ["METRIC_MATH"] });
  assert.deepEqual(
    math.AnomalyDetectors!.map(({ MetricMathAnomalyDetector: one }) =>
      one?.MetricDataQueries?.map(({ Id }) => Id),
    ),
    [["m", "e"]],
  );
});

test("what names no detector, or two, is refused", async () => {
  const one = { Namespace: "N", MetricName: "m", Stat: "Sum" };
  const cases: [input: object, name: string][] = [
    [{}, "MissingRequiredParameterException"],
    [{ Namespace: "N", MetricName: "m" }, "MissingRequiredParameterException"],
    [{ ...one, SingleMetricAnomalyDetector: one }, "InvalidParameterCombinationException"],
    [{ MetricMathAnomalyDetector: { MetricDataQueries: [] } }, "InvalidParameterValueException"],
    [
      {
        ...one,
        Configuration: { ExcludedTimeRanges: [{ StartTime: new Date(2000), EndTime: new Date(1000) }] },
      },
      "InvalidParameterValueException",
    ],
  ];
  for (const [input, name] of cases) await assert.rejects(cloudwatch.putAnomalyDetector(input), { name });
});

/** Values of the last minutes, the newest last, and where the next one belongs. */
async function put(MetricName: string, values: readonly number[]): Promise<number> {
  const nowMs = Math.floor(cloud.clock.now() / MINUTE_MS) * MINUTE_MS;
  await cloudwatch.putMetricData({
    Namespace: "Band",
    MetricData: values.map((Value, at) => ({
      MetricName,
      Value,
      Timestamp: new Date(nowMs - (values.length - at) * MINUTE_MS),
    })),
  });
  return nowMs;
}

const metricQuery = (MetricName: string) => ({
  Id: "m1",
  MetricStat: { Metric: { Namespace: "Band", MetricName }, Period: 60, Stat: "Average" },
});

async function bandAt(MetricName: string, nowMs: number, Expression: string) {
  const { MetricDataResults } = await cloudwatch.getMetricData({
    StartTime: new Date(nowMs - MINUTE_MS),
    EndTime: new Date(nowMs),
    MetricDataQueries: [
      { ...metricQuery(MetricName), ReturnData: false },
      { Id: "band", Expression },
    ],
  });
  return MetricDataResults!.map(({ Id, Values }) => [Id, Values]);
}

test("the band is the mean of what was before, and as many deviations as are asked for, two by default", async () => {
  // Mean 10, deviation 2.
  const nowMs = await put("steady", [8, 12, 8, 12, 10]);
  const by = (deviations: number) => [
    ["band", [10 + 2 * deviations]],
    ["band", [10 - 2 * deviations]],
  ];
  assert.deepEqual(await bandAt("steady", nowMs, "ANOMALY_DETECTION_BAND(m1)"), by(2));
  assert.deepEqual(await bandAt("steady", nowMs, "ANOMALY_DETECTION_BAND(m1, 3)"), by(3));
  assert.deepEqual(await bandAt("nothing", nowMs, "ANOMALY_DETECTION_BAND(m1)"), [
    ["band", []],
    ["band", []],
  ]);
  await assert.rejects(bandAt("steady", nowMs, "ANOMALY_DETECTION_BAND(m1, 0)"), {
    name: "ValidationException",
  });
});

test("a detector's excluded stretches of time are not learnt from", async () => {
  const nowMs = await put("excluding", [8, 12, 500, 8, 12, 10]);
  const StartTime = new Date(nowMs - 4 * MINUTE_MS);
  await cloudwatch.putAnomalyDetector({
    Namespace: "Band",
    MetricName: "excluding",
    Stat: "Average",
    Configuration: { ExcludedTimeRanges: [{ StartTime, EndTime: new Date(StartTime.getTime() + 1000) }] },
  });
  const { AnomalyDetectors } = await cloudwatch.describeAnomalyDetectors({
    Namespace: "Band",
    MetricName: "excluding",
  });
  assert.deepEqual(AnomalyDetectors?.[0]?.Configuration?.ExcludedTimeRanges?.[0]?.StartTime, StartTime);
  assert.deepEqual(await bandAt("excluding", nowMs, "ANOMALY_DETECTION_BAND(m1)"), [
    ["band", [14]],
    ["band", [6]],
  ]);
});

const bandAlarm = (name: string, operator: string, more: object = {}): PutMetricAlarmCommandInput => ({
  AlarmName: name,
  ComparisonOperator: operator as "GreaterThanUpperThreshold",
  EvaluationPeriods: 1,
  ThresholdMetricId: "band",
  Metrics: [metricQuery(name), { Id: "band", Expression: "ANOMALY_DETECTION_BAND(m1, 2)" }],
  ...more,
});

const ALARMS: readonly [operator: string, value: number, state: string, reason: RegExp][] = [
  [
    "GreaterThanUpperThreshold",
    30,
    "ALARM",
    /^Thresholds Crossed: 1 out of the last 1 datapoints \[30\.0 \(.*\)\] was greater than the upper thresholds \[14\.0\] \(minimum 1 datapoint for OK -> ALARM transition\)\.$/,
  ],
  ["GreaterThanUpperThreshold", 1, "OK", /was not greater than the upper thresholds \[14\.0\]/],
  ["LessThanLowerThreshold", 1, "ALARM", /was less than the lower thresholds \[6\.0\]/],
  [
    "LessThanLowerOrGreaterThanUpperThreshold",
    30,
    "ALARM",
    /was less than the lower thresholds \[6\.0\] or greater than the upper thresholds \[14\.0\]/,
  ],
  ["LessThanLowerOrGreaterThanUpperThreshold", 11, "OK", /was not less than/],
];

for (const [operator, value, state, reason] of ALARMS) {
  test(`an alarm on a band: ${operator} of ${value} is ${state}`, async () => {
    const name = `${operator}-${value}`;
    await put(name, [8, 12, 8, 12]);
    await cloudwatch.putMetricAlarm(bandAlarm(name, operator));
    await cloudwatch.putMetricData({ Namespace: "Band", MetricData: [{ MetricName: name, Value: value }] });
    await cloud.clock.advance("61s");
    const { MetricAlarms } = await cloudwatch.describeAlarms({ AlarmNames: [name] });
    const [alarm] = MetricAlarms!;
    assert.equal(alarm?.StateValue, state, alarm?.StateReason);
    assert.match(alarm!.StateReason!, reason);
    const data = JSON.parse(alarm!.StateReasonData!) as Record<string, unknown>;
    assert.deepEqual([data["recentLowerThresholds"], data["recentUpperThresholds"]], [[6], [14]]);
    assert.equal(alarm?.ThresholdMetricId, "band");
    assert.equal(alarm?.Threshold, undefined);
    const { AnomalyDetectors } = await cloudwatch.describeAnomalyDetectors({
      Namespace: "Band",
      MetricName: name,
    });
    assert.equal(AnomalyDetectors?.[0]?.StateValue, "TRAINED");
  });
}

test("an alarm on a band without a band, or with a threshold as well, is refused", async () => {
  const operator = "GreaterThanUpperThreshold";
  const cases: [input: PutMetricAlarmCommandInput, message: RegExp][] = [
    [bandAlarm("no", operator, { ThresholdMetricId: undefined }), /ThresholdMetricId must not be null/],
    [bandAlarm("no", operator, { ThresholdMetricId: "m1" }), /with the expression ANOMALY_DETECTION_BAND/],
    [bandAlarm("no", operator, { Threshold: 1 }), /Threshold must not be set/],
    [bandAlarm("no", "GreaterThanThreshold"), /cannot be used with ThresholdMetricId/],
  ];
  for (const [input, message] of cases)
    await assert.rejects(cloudwatch.putMetricAlarm(input), { name: "ValidationException", message });
});
