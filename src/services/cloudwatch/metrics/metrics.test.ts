import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  type CloudWatchClient,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  type MetricDataQuery,
  type MetricDatum,
  PutMetricDataCommand,
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

const put = (Namespace: string, ...MetricData: MetricDatum[]) =>
  client.send(new PutMetricDataCommand({ Namespace, MetricData }));

const MINUTE_MS = 60_000;

test("Values of one minute come back as count, sum, average, minimum and maximum.", async () => {
  const minuteMs = await nextMinute(cloud);
  for (const Value of [1, 2, 6]) await put("shop", { MetricName: "orders", Value, Unit: "Count" });
  const { Label, Datapoints } = await client.send(
    new GetMetricStatisticsCommand({
      Namespace: "shop",
      MetricName: "orders",
      StartTime: new Date(minuteMs),
      EndTime: new Date(minuteMs + MINUTE_MS),
      Period: 60,
      Statistics: ["SampleCount", "Sum", "Average", "Minimum", "Maximum"],
    }),
  );
  assert.equal(Label, "orders");
  assert.deepEqual(Datapoints, [
    {
      Timestamp: new Date(minuteMs),
      SampleCount: 3,
      Sum: 9,
      Average: 3,
      Minimum: 1,
      Maximum: 6,
      Unit: "Count",
    },
  ]);
});

test("Values with counts and statistic sets are added up; units stay apart.", async () => {
  const minuteMs = await nextMinute(cloud);
  await put("sets", { MetricName: "m", Values: [1, 2], Counts: [10, 5], Unit: "Bytes" });
  await put("sets", {
    MetricName: "m",
    StatisticValues: { SampleCount: 5, Sum: 50, Minimum: 8, Maximum: 12 },
    Unit: "Bytes",
  });
  await put("sets", { MetricName: "m", Value: 7, Unit: "Seconds" });
  const ask = async (Unit?: "Bytes" | "Percent") => {
    const { Datapoints } = await client.send(
      new GetMetricStatisticsCommand({
        Namespace: "sets",
        MetricName: "m",
        StartTime: new Date(minuteMs),
        EndTime: new Date(minuteMs + MINUTE_MS),
        Period: 60,
        Statistics: ["SampleCount", "Sum", "Maximum"],
        ...(Unit && { Unit }),
      }),
    );
    return Datapoints!.map(({ Timestamp: _, ...rest }) => rest).sort((a, b) => a.Sum! - b.Sum!);
  };
  assert.deepEqual(await ask(), [
    { SampleCount: 1, Sum: 7, Maximum: 7, Unit: "Seconds" },
    { SampleCount: 20, Sum: 70, Maximum: 12, Unit: "Bytes" },
  ]);
  assert.equal((await ask("Bytes")).length, 1);
  assert.deepEqual(await ask("Percent"), []);
  // LocalStack's recording test_get_metric_data_different_units_no_unit_in_query: the first by name, and a message.
  const { MetricDataResults } = await client.send(
    new GetMetricDataCommand({
      StartTime: new Date(minuteMs),
      EndTime: new Date(minuteMs + MINUTE_MS),
      MetricDataQueries: [
        { Id: "m", MetricStat: { Metric: { Namespace: "sets", MetricName: "m" }, Period: 60, Stat: "Sum" } },
      ],
    }),
  );
  assert.deepEqual(MetricDataResults![0]!.Values, [70]);
  assert.deepEqual(MetricDataResults![0]!.Messages, [
    { Code: "MultipleUnits", Value: "Multiple units returned: '[Bytes, Seconds]'" },
  ]);
});

test("What is asked for more than once is told apart by its statistic and its period.", async () => {
  const minuteMs = await nextMinute(cloud);
  await put("labels", { MetricName: "m", Value: 1 });
  // LocalStack's recording test_label_generation, a row each.
  for (const [asked, labels] of [
    [
      ["Sum 60", "Minimum 30"],
      ["m Sum 60", "m Minimum 30"],
    ],
    [
      ["Sum 60", "Minimum 60"],
      ["m Sum", "m Minimum"],
    ],
    [
      ["Sum 60", "Sum 30"],
      ["m 60", "m 30"],
    ],
    [
      ["Sum 60", "Sum 60"],
      ["m", "m"],
    ],
  ] as const) {
    const { MetricDataResults } = await client.send(
      new GetMetricDataCommand({
        StartTime: new Date(minuteMs),
        EndTime: new Date(minuteMs + MINUTE_MS),
        MetricDataQueries: asked.map((text, at) => {
          const [Stat, period] = text.split(" ") as [string, string];
          const Metric = { Namespace: "labels", MetricName: "m" };
          return { Id: `q${at}`, MetricStat: { Metric, Stat, Period: Number(period) } };
        }),
      }),
    );
    assert.deepEqual(
      MetricDataResults!.map(({ Label }) => Label),
      labels,
    );
  }
});

test("Percentiles need the values: a statistic set hides them.", async () => {
  const minuteMs = await nextMinute(cloud);
  await put("percentiles", { MetricName: "m", Values: Array.from({ length: 100 }, (_, i) => i + 1) });
  await put("percentiles", {
    MetricName: "hidden",
    StatisticValues: { SampleCount: 2, Sum: 3, Minimum: 1, Maximum: 2 },
  });
  const ask = async (MetricName: string) => {
    const { Datapoints } = await client.send(
      new GetMetricStatisticsCommand({
        Namespace: "percentiles",
        MetricName,
        StartTime: new Date(minuteMs),
        EndTime: new Date(minuteMs + MINUTE_MS),
        Period: 60,
        ExtendedStatistics: ["p50", "p99", "tm90", "TC(10:20)", "IQM"],
      }),
    );
    return Datapoints![0]!.ExtendedStatistics;
  };
  assert.deepEqual(await ask("m"), { p50: 50, p99: 99, tm90: 45.5, "TC(10:20)": 11, IQM: 50 });
  assert.deepEqual(await ask("hidden"), {});
});

test("High-resolution data can be read by the second, for three hours.", async () => {
  const minuteMs = await nextMinute(cloud);
  for (const [second, Value] of [
    [0, 1],
    [9, 2],
    [10, 4],
  ] as const)
    await put("fine", {
      MetricName: "m",
      Value,
      Timestamp: new Date(minuteMs + second * 1000),
      StorageResolution: 1,
    });
  const ask = async (Period: number) => {
    const { MetricDataResults } = await client.send(
      new GetMetricDataCommand({
        StartTime: new Date(minuteMs),
        EndTime: new Date(minuteMs + MINUTE_MS),
        ScanBy: "TimestampAscending",
        MetricDataQueries: [
          {
            Id: "m1",
            MetricStat: { Metric: { Namespace: "fine", MetricName: "m" }, Period, Stat: "Sum" },
          },
        ],
      }),
    );
    return MetricDataResults![0]!.Values;
  };
  assert.deepEqual(await ask(10), [3, 4]);
  assert.deepEqual(await ask(60), [7]);
  await cloud.clock.advance("PT4H");
  await put("fine", { MetricName: "other", Value: 1 });
  assert.deepEqual(await ask(10), []);
  assert.deepEqual(await ask(60), [7]);
});

test("After fifteen days the minutes are five-minute steps.", async () => {
  const minuteMs = await nextMinute(cloud);
  const startMs = minuteMs - (minuteMs % 3_600_000) + 3_600_000;
  await put("old", { MetricName: "m", Value: 1, Timestamp: new Date(startMs + MINUTE_MS) });
  await put("old", { MetricName: "m", Value: 2, Timestamp: new Date(startMs + 3 * MINUTE_MS) });
  const ask = async (Period: number) => {
    const { Datapoints } = await client.send(
      new GetMetricStatisticsCommand({
        Namespace: "old",
        MetricName: "m",
        StartTime: new Date(startMs),
        EndTime: new Date(startMs + 10 * MINUTE_MS),
        Period,
        Statistics: ["Sum"],
      }),
    );
    return Datapoints!.map(({ Sum }) => Sum);
  };
  assert.deepEqual(await ask(60), [1, 2]);
  await cloud.clock.advance("P16D");
  await put("old", { MetricName: "other", Value: 1 });
  assert.deepEqual(await ask(60), []);
  assert.deepEqual(await ask(300), [3]);
});

test("What PutMetricData refuses, it refuses in AWS's words.", async () => {
  const invalid = "InvalidParameterValueException";
  const combination = "InvalidParameterCombinationException";
  const missing = "MissingRequiredParameterException";
  const nowMs = cloud.clock.now();
  const at = (ms: number) => ({ MetricName: "m", Value: 1, Timestamp: new Date(nowMs + ms) });
  const DAY_MS = 86_400_000;

  await rejects(put("AWS/Lambda", { MetricName: "m", Value: 1 }), invalid, /^The value AWS\/Lambda for/);
  await rejects(put("a"), missing, "The parameter MetricData is required.");
  await rejects(put("a", { MetricName: "m" }), missing, "At least one of the parameters must be specified.");
  await rejects(
    put("a", { MetricName: "m", Value: 1, Values: [1] }),
    combination,
    "The parameters MetricData.member.1.Value and MetricData.member.1.Values are mutually exclusive and you have specified both.",
  );
  await rejects(
    put("a", { MetricName: "m", Values: [1, 2], Counts: [1] }),
    invalid,
    "The parameters MetricData.member.1.Values and MetricData.member.1.Counts must be of the same size.",
  );
  await rejects(
    put("a", { MetricName: "m", Value: Number.NaN }),
    invalid,
    "The value NaN for parameter MetricData.member.1.Value is invalid.",
  );
  await put("a", { MetricName: "m", Value: 2 ** 360 });
  await rejects(put("a", { MetricName: "m", Value: 2 ** 361 }), invalid, /is invalid\.$/);
  await put("a", at(-14 * DAY_MS), at(2 * 3_600_000));
  await rejects(
    put("a", at(-14 * DAY_MS - 1000), at(0), at(-15 * DAY_MS)),
    invalid,
    "The parameter MetricData.member.1.Timestamp must specify a time within the past two weeks.\nThe parameter MetricData.member.3.Timestamp must specify a time within the past two weeks.",
  );
  await rejects(put("a", at(2 * 3_600_000 + 1000)), invalid, /no more than two hours in the future\.$/);
  const values = (length: number) => ({ MetricName: "m", Values: Array.from({ length }, (_, i) => i) });
  await put("a", values(150));
  await rejects(
    put("a", values(151)),
    invalid,
    "The collection MetricData.member.1.Values must not have a size greater than 150.",
  );
  await put("a", ...Array.from({ length: 1000 }, () => ({ MetricName: "m", Value: 1 })));
  await rejects(
    put("a", ...Array.from({ length: 1001 }, () => ({ MetricName: "m", Value: 1 }))),
    invalid,
    "The collection MetricData must not have a size greater than 1000.",
  );
});

test("GetMetricStatistics gives no more than 1,440 datapoints.", async () => {
  const startMs = cloud.clock.now();
  const ask = (minutes: number) =>
    client.send(
      new GetMetricStatisticsCommand({
        Namespace: "a",
        MetricName: "m",
        StartTime: new Date(startMs - minutes * MINUTE_MS),
        EndTime: new Date(startMs),
        Period: 60,
        Statistics: ["Sum"],
      }),
    );
  await ask(1440);
  await rejects(
    ask(0),
    "InvalidParameterValueException",
    "The parameter StartTime must be less than the parameter EndTime.",
  );
  await rejects(
    ask(-1),
    "InvalidParameterCombinationException",
    "The parameter StartTime must be less than the parameter EndTime.",
  );
  await rejects(
    ask(1441),
    "InvalidParameterCombinationException",
    "You have requested up to 1441 datapoints, which exceeds the limit of 1440. You may reduce the datapoints requested by increasing Period, or decreasing the time range.",
  );
});

test("ListMetrics filters by name and dimensions, in pages of 500, and forgets what is silent for two weeks.", async () => {
  const account = newAccount();
  const other = cloudwatchClient(cloud, account);
  const list = (filter: object) => other.send(new ListMetricsCommand(filter));
  const data = Array.from({ length: 501 }, (_, i) => ({
    MetricName: i === 0 ? "special" : "m",
    Dimensions: [
      { Name: "Host", Value: `h${i}` },
      { Name: "Zone", Value: "a" },
    ],
    Value: 1,
  }));
  await other.send(new PutMetricDataCommand({ Namespace: "fleet", MetricData: data }));
  const first = await list({ Namespace: "fleet" });
  assert.equal(first.Metrics!.length, 500);
  const second = await list({ Namespace: "fleet", NextToken: first.NextToken });
  assert.equal(second.Metrics!.length, 1);
  assert.equal(second.NextToken, undefined);
  assert.deepEqual((await list({ MetricName: "special" })).Metrics, [
    {
      Namespace: "fleet",
      MetricName: "special",
      Dimensions: [
        { Name: "Host", Value: "h0" },
        { Name: "Zone", Value: "a" },
      ],
    },
  ]);
  assert.equal((await list({ Dimensions: [{ Name: "Host", Value: "h7" }] })).Metrics!.length, 1);
  assert.equal((await list({ Dimensions: [{ Name: "Zone" }], RecentlyActive: "PT3H" })).Metrics!.length, 500);
  await cloud.clock.advance("PT4H");
  assert.equal((await list({ RecentlyActive: "PT3H" })).Metrics!.length, 0);
  await cloud.clock.advance("P14D");
  assert.equal((await list({ Namespace: "fleet" })).Metrics!.length, 0);
  await rejects(list({ NextToken: "%%%" }), "InvalidParameterValueException", /NextToken is invalid/);
});

test("GetMetricData computes with metrics, and gives pages.", async () => {
  const startMs = await nextMinute(cloud);
  const points = [
    [4, 1],
    [6, 0],
    [10, 5],
  ] as const;
  for (const [i, [calls, errors]] of points.entries()) {
    const Timestamp = new Date(startMs + i * MINUTE_MS);
    await put("math", { MetricName: "calls", Value: calls, Timestamp });
    if (errors > 0) await put("math", { MetricName: "errors", Value: errors, Timestamp });
  }
  const stat = (Id: string, MetricName: string): MetricDataQuery => ({
    Id,
    MetricStat: { Metric: { Namespace: "math", MetricName }, Period: 60, Stat: "Sum" },
    ReturnData: false,
  });
  const compute = async (Expression: string, more: object = {}, Label?: string) =>
    await client.send(
      new GetMetricDataCommand({
        StartTime: new Date(startMs),
        EndTime: new Date(startMs + 4 * MINUTE_MS),
        ScanBy: "TimestampAscending",
        MetricDataQueries: [
          stat("calls", "calls"),
          stat("errors", "errors"),
          { Id: "e1", Expression, ...(Label && { Label }) },
        ],
        ...more,
      }),
    );
  const values = async (expression: string) =>
    (await compute(expression)).MetricDataResults!.map(({ Values }) => Values);

  assert.deepEqual(await values("100 * errors / calls"), [[25, 50]]);
  assert.deepEqual(await values("100 * FILL(errors, 0) / calls"), [[25, 0, 50]]);
  assert.deepEqual(await values("FILL(errors, REPEAT)"), [[1, 1, 5, 5]]);
  assert.deepEqual(await values("FILL(errors, LINEAR)"), [[1, 3, 5, 5]]);
  assert.deepEqual(await values("SUM(METRICS())"), [[5, 6, 15]]);
  assert.deepEqual(await values("MAX([calls, errors])"), [[4, 6, 10]]);
  assert.deepEqual(await values('METRICS("err")'), [[1, 5]]);
  assert.deepEqual(await values("RUNNING_SUM(calls)"), [[4, 10, 20]]);
  assert.deepEqual(await values("DIFF(calls)"), [[2, 4]]);
  assert.deepEqual(await values("RATE(calls)"), [[2 / 60, 4 / 60]]);
  assert.deepEqual(await values("IF(calls > 5, calls, 0)"), [[0, 6, 10]]);
  assert.deepEqual(await values("IF(calls > 5 AND errors >= 5, calls)"), [[10]]);
  assert.deepEqual(await values("CEIL(calls / 4) - FLOOR(-calls / 4)"), [[2, 4, 6]]);
  assert.deepEqual(await values("calls * 0 + AVG(calls) ^ 2"), [
    Array.from({ length: 3 }, () => (20 / 3) ** 2),
  ]);
  assert.deepEqual(await values("calls / 0"), [[]]);
  assert.deepEqual(await values("PERIOD(calls) + calls * 0"), [[60, 60, 60]]);
  assert.deepEqual(await values("SEARCH('{math} MetricName=\"calls\"', 'Sum', 60)"), [[4, 6, 10]]);
  assert.deepEqual(await values("SORT(METRICS(), AVG, DESC, 1)"), [[4, 6, 10]]);

  const labelled = await compute("100 * errors / calls", {}, "rate, at most ${MAX} (${LABEL})");
  assert.equal(labelled.MetricDataResults![0]!.Label, "rate, at most 50 (e1)");

  const first = await compute("calls + 0", { MaxDatapoints: 2 });
  assert.deepEqual(first.MetricDataResults![0]!.Values, [4, 6]);
  assert.equal(first.MetricDataResults![0]!.StatusCode, "PartialData");
  const second = await compute("calls + 0", { MaxDatapoints: 2, NextToken: first.NextToken });
  assert.deepEqual(second.MetricDataResults![0]!.Values, [10]);
  assert.equal(second.MetricDataResults![0]!.StatusCode, "Complete");
  assert.equal(second.NextToken, undefined);
  const descending = await compute("calls + 0", { ScanBy: undefined });
  assert.deepEqual(descending.MetricDataResults![0]!.Values, [10, 6, 4]);

  await rejects(
    compute("calls +"),
    "ValidationException",
    "Error in expression 'e1': Unexpected end of expression",
  );
  await rejects(
    compute("nothing * 2"),
    "ValidationException",
    "Error in expression 'e1': Unrecognized identifier 'nothing'",
  );
  await rejects(compute("AVG(calls)"), "ValidationException", /must come to a time series$/);
  await rejects(compute("BLAH(calls)"), "ValidationException", /Unrecognized function 'BLAH'$/);
  await rejects(compute("calls", { NextToken: "x" }), "InvalidNextToken", /./);
});

test("A Metrics Insights query takes metrics together, by group, in order, and only so many.", async () => {
  const minuteMs = await nextMinute(cloud);
  const of = (name: string, stage = "live") => [
    { Name: "Function", Value: name },
    { Name: "Stage", Value: stage },
  ];
  await put(
    "Shop/Live",
    { MetricName: "errors", Value: 1, Dimensions: of("a") },
    { MetricName: "errors", Value: 4, Dimensions: of("a", "test") },
    { MetricName: "errors", Value: 7, Dimensions: of("b") },
    { MetricName: "errors", Value: 3, Dimensions: of("c") },
    { MetricName: "errors", Value: 100 },
    { MetricName: "calls", Value: 100, Dimensions: of("a") },
  );
  const asked = async (Expression: string) => {
    const { MetricDataResults = [] } = await client.send(
      new GetMetricDataCommand({
        StartTime: new Date(minuteMs),
        EndTime: new Date(minuteMs + MINUTE_MS),
        MetricDataQueries: [{ Id: "q", Expression, Period: 60 }],
      }),
    );
    return MetricDataResults.map(({ Label, Values }) => [Label, ...(Values ?? [])]);
  };
  const schema = 'FROM SCHEMA("Shop/Live", Function, Stage)';
  assert.deepEqual(await asked('SELECT SUM(errors) FROM "Shop/Live"'), [["q", 115]]);
  assert.deepEqual(await asked(`select max(errors) ${schema}`), [["q", 7]]);
  assert.deepEqual(await asked(`SELECT SUM(errors) ${schema} GROUP BY Function`), [
    ["a", 5],
    ["b", 7],
    ["c", 3],
  ]);
  assert.deepEqual(
    await asked(`SELECT AVG(errors) ${schema} GROUP BY Function ORDER BY SUM() DESC LIMIT 2`),
    [
      ["b", 7],
      ["a", 2.5],
    ],
  );
  assert.deepEqual(
    await asked(
      `SELECT COUNT(errors) ${schema} WHERE Stage != 'test' AND "Function" = 'a' GROUP BY Function, Stage`,
    ),
    [["a live", 1]],
  );
  assert.deepEqual(await asked("SELECT SUM(errors) FROM Nowhere"), []);
  await rejects(asked("SELECT MEDIAN(errors) FROM Nowhere"), "ValidationException", /MEDIAN/);
});
