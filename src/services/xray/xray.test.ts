import assert from "node:assert/strict";
import { test } from "node:test";
import { testCloud } from "../../../test/cloud.ts";
import type { Cloud } from "../../index.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

// biome-ignore lint/suspicious/noExplicitAny: answers are looked at member by member
type Answer = any;

/** X-Ray of a cloud whose clock stands still, with segments that begin where it stands. */
async function bed() {
  const cloud = await testCloud({ listen: false, clockRate: 0 });
  const startMs = Math.floor(cloud.clock.now() / 1000) * 1000;
  const call = (operation: string, input: object = {}): Promise<Answer> =>
    cloud.call("xray", operation, input);
  const id = (n: number) => n.toString(16).padStart(16, "0");
  const traceId = (n: number, atMs = 0) =>
    `1-${Math.floor((startMs + atMs) / 1000).toString(16)}-${String(n).padStart(24, "0")}`;
  const at = (ms: number) => (startMs + ms) / 1000;
  const segment = (n: number, more: object = {}) => ({
    name: "api",
    id: id(n),
    trace_id: traceId(n),
    start_time: at(0),
    end_time: at(250),
    ...more,
  });
  const put = (...documents: readonly (object | string)[]): Promise<Answer> =>
    call("PutTraceSegments", {
      TraceSegmentDocuments: documents.map((one) => (typeof one === "string" ? one : JSON.stringify(one))),
    });
  const range = { StartTime: new Date(startMs - HOUR_MS), EndTime: new Date(startMs + HOUR_MS) };
  const find = async (FilterExpression?: string): Promise<string[]> => {
    const { TraceSummaries } = await call("GetTraceSummaries", { ...range, FilterExpression });
    return TraceSummaries.map(({ Id }: { Id: string }) => Id);
  };
  const dispose = () => cloud.stop();
  return {
    cloud: cloud as Cloud,
    startMs,
    call,
    id,
    traceId,
    at,
    segment,
    put,
    range,
    find,
    [Symbol.asyncDispose]: dispose,
  };
}

test("segments that are sent are a trace, in short and whole", async () => {
  await using xray = await bed();
  const { segment, at, id, traceId } = xray;
  const root = segment(1, {
    origin: "AWS::ApiGateway::Stage",
    http: { request: { method: "GET", url: "https://example.com/a" }, response: { status: 502 } },
    fault: true,
    user: "ada",
    annotations: { order: "o-1", size: 3, paid: true },
  });
  const child = segment(2, {
    name: "worker",
    trace_id: traceId(1),
    parent_id: id(1),
    start_time: at(100),
    end_time: at(300),
  });
  assert.deepEqual(await xray.put(root, child), { UnprocessedTraceSegments: [] });
  const { TraceSummaries, TracesProcessedCount } = await xray.call("GetTraceSummaries", xray.range);
  assert.equal(TracesProcessedCount, 1);
  const api = { Name: "api", Names: ["api"], AccountId: "000000000000", Type: "AWS::ApiGateway::Stage" };
  const worker = { Name: "worker", Names: ["worker"], AccountId: "000000000000" };
  assert.deepEqual(TraceSummaries, [
    {
      Id: traceId(1),
      StartTime: new Date(xray.startMs),
      Duration: 0.3,
      ResponseTime: 0.25,
      HasFault: true,
      HasError: false,
      HasThrottle: false,
      IsPartial: false,
      Http: { HttpURL: "https://example.com/a", HttpStatus: 502, HttpMethod: "GET" },
      Annotations: {
        order: [{ AnnotationValue: { StringValue: "o-1" }, ServiceIds: [api] }],
        size: [{ AnnotationValue: { NumberValue: 3 }, ServiceIds: [api] }],
        paid: [{ AnnotationValue: { BooleanValue: true }, ServiceIds: [api] }],
      },
      Users: [{ UserName: "ada", ServiceIds: [api] }],
      ServiceIds: [api, worker],
      ResourceARNs: [],
      InstanceIds: [],
      AvailabilityZones: [],
      EntryPoint: api,
      FaultRootCauses: [],
      ErrorRootCauses: [],
      ResponseTimeRootCauses: [],
      Revision: 2,
      MatchedEventTime: new Date(xray.startMs),
    },
  ]);
  const { Traces, UnprocessedTraceIds } = await xray.call("BatchGetTraces", {
    TraceIds: [traceId(1), traceId(9)],
  });
  assert.deepEqual(UnprocessedTraceIds, [traceId(9)]);
  assert.deepEqual(
    Traces[0].Segments.map(({ Document }: { Document: string }) => JSON.parse(Document)),
    [root, child],
  );
});

test("a segment in progress makes a trace partial until the whole one replaces it", async () => {
  await using xray = await bed();
  const { end_time: _, ...begun } = xray.segment(1);
  await xray.put({ ...begun, in_progress: true });
  assert.deepEqual(await xray.find("partial"), [xray.traceId(1)]);
  await xray.put(xray.segment(1));
  assert.deepEqual(await xray.find("partial"), []);
  assert.deepEqual(await xray.find("partial = false"), [xray.traceId(1)]);
});

test("subsegments that come apart lie in their segment, whichever comes first", async () => {
  await using xray = await bed();
  const { id, traceId, segment } = xray;
  const inner = segment(3, { trace_id: traceId(1), parent_id: id(2), type: "subsegment", name: "inner" });
  const outer = segment(2, { trace_id: traceId(1), parent_id: id(1), type: "subsegment", name: "outer" });
  await xray.put(inner, outer);
  await xray.put(segment(1));
  const { Traces } = await xray.call("BatchGetTraces", { TraceIds: [traceId(1)] });
  assert.equal(Traces[0].Segments.length, 1);
  assert.deepEqual(JSON.parse(Traces[0].Segments[0].Document), {
    ...segment(1),
    subsegments: [{ ...outer, subsegments: [inner] }],
  });
});

test("a call into a service that sends nothing has a segment that is inferred", async () => {
  await using xray = await bed();
  const { id, traceId, segment } = xray;
  const called = {
    ...segment(2),
    name: "DynamoDB",
    namespace: "aws",
    aws: { table_name: "orders" },
    throttle: true,
    error: true,
  };
  await xray.put(segment(1, { subsegments: [called] }));
  const { Traces } = await xray.call("BatchGetTraces", { TraceIds: [traceId(1)] });
  assert.equal(Traces[0].Segments.length, 2);
  const inferred = JSON.parse(Traces[0].Segments[1].Document);
  assert.partialDeepStrictEqual(inferred, {
    name: "orders",
    origin: "AWS::DynamoDB::Table",
    inferred: true,
    parent_id: id(2),
    throttle: true,
  });
  // The service's own segment takes its place.
  await xray.put(segment(3, { trace_id: traceId(1), parent_id: id(2), name: "orders" }));
  const { Traces: later } = await xray.call("BatchGetTraces", { TraceIds: [traceId(1)] });
  assert.deepEqual(
    later[0].Segments.map(({ Id }: { Id: string }) => Id),
    [id(1), id(3)],
  );
});

test("what is no segment is not processed, and the others are", async () => {
  await using xray = await bed();
  const { segment, traceId } = xray;
  const without = (member: string) => {
    const { [member]: _, ...rest } = segment(2) as Record<string, unknown>;
    return rest;
  };
  const refused: readonly (readonly [document: object | string, code: string])[] = [
    ["{", "ParseError"],
    ["3", "ParseError"],
    [without("id"), "MissingId"],
    [segment(2, { id: "x" }), "InvalidId"],
    [without("trace_id"), "MissingTraceId"],
    [segment(2, { trace_id: "1-2-3" }), "InvalidTraceId"],
    [segment(2, { trace_id: traceId(2, -31 * DAY_MS) }), "InvalidTraceId"],
    [without("name"), "MissingName"],
    [segment(2, { name: "n".repeat(201) }), "InvalidName"],
    [without("start_time"), "MissingStartTime"],
    [without("end_time"), "MissingEndTime"],
    [segment(2, { type: "subsegment" }), "MissingParentId"],
    [segment(2, { metadata: { a: "x".repeat(64_000) } }), "DocumentTooLarge"],
  ];
  const { UnprocessedTraceSegments } = await xray.put(segment(1), ...refused.map(([document]) => document));
  assert.deepEqual(
    UnprocessedTraceSegments.map(({ ErrorCode, Message }: Answer) => [ErrorCode, Message]),
    refused.map(([, code]) => [code, `Invalid segment. ErrorCode: ${code}`]),
  );
  assert.deepEqual(await xray.find(), [traceId(1)]);
  const both = JSON.stringify([segment(3), segment(4)]);
  assert.deepEqual(await xray.put(both), { UnprocessedTraceSegments: [] });
  assert.deepEqual(await xray.find(), [traceId(1), traceId(3), traceId(4)]);
});

/** Filters of two traces: the first has failed slowly at a table, the second is fine. */
const FILTERS: readonly (readonly [expression: string, found: readonly number[]])[] = [
  ["", [1, 2]],
  ["fault", [1]],
  ["!fault", [2]],
  ["ok", [2]],
  ["ok = false", [1]],
  ["responsetime > 1", [1]],
  ["responsetime <= 0.25 OR fault", [1, 2]],
  ["responsetime >= 0.25 AND ok", [2]],
  ["duration < 1", [2]],
  ['service("orders")', [1]],
  ['service("orders") { fault }', [1]],
  ['service("api") { fault }', []],
  ["service() { responsetime > 1 }", [1]],
  ['service(id(name: "orders", type: "AWS::DynamoDB::Table"))', [1]],
  ['service(id(name: "orders", type: "AWS::SQS::Queue"))', []],
  ['edge("api", "orders") { fault }', [1]],
  ['edge("orders", "api")', []],
  ['http.url CONTAINS "/b"', [2]],
  ['http.url BEGINSWITH "https://example.com/"', [1, 2]],
  ['http.url ENDSWITH "/a"', [1]],
  ["http.status = 200", [2]],
  ["http.status != 200", [1]],
  ['annotation.order = "o-1"', [1]],
  ['annotation[order] = "o-2"', [2]],
  ["annotation.size >= 3", [1]],
  ["annotation.paid = true", [1]],
  ["annotation.size", [1, 2]],
  ['user = "ada" and !(fault or error)', [2]],
  ['(fault OR ok) AND service("api")', [1, 2]],
];

test("filter expressions find the traces that they say", async () => {
  await using xray = await bed();
  const { segment, traceId, at } = xray;
  const http = (path: string, status: number) => ({
    request: { method: "GET", url: `https://example.com${path}` },
    response: { status },
  });
  await xray.put(
    segment(1, {
      end_time: at(2000),
      http: http("/a", 500),
      annotations: { order: "o-1", size: 3, paid: true },
      subsegments: [
        {
          ...segment(7),
          end_time: at(1500),
          name: "DynamoDB",
          namespace: "aws",
          fault: true,
          aws: { table_name: "orders" },
        },
      ],
    }),
    segment(2, { http: http("/b", 200), annotations: { order: "o-2", size: 2 }, user: "ada" }),
  );
  for (const [expression, found] of FILTERS)
    assert.deepEqual(
      await xray.find(expression),
      found.map((n) => traceId(n)),
      expression,
    );
});

test("an expression that is none is refused with where it goes wrong", async () => {
  await using xray = await bed();
  for (const [expression, why] of [
    ["speed > 1", 'unknown keyword "speed"'],
    ["responsetime >", "it ends too soon"],
    ['responsetime > "a"', "responsetime is a number"],
    ['service("a"', '")" is missing'],
    ["fault fault", 'unexpected "fault"'],
    ["fault ~ 1", 'unexpected "~"'],
  ] as const)
    await assert.rejects(xray.find(expression), {
      code: "InvalidRequestException",
      message: `Invalid filter expression: ${why}.`,
    });
});

test("summaries are of a time of at most six hours, by the trace's id or by its event", async () => {
  await using xray = await bed();
  const { traceId, at } = xray;
  await xray.put(xray.segment(1, { trace_id: traceId(1, -2 * HOUR_MS), start_time: at(0) }));
  assert.deepEqual(await xray.find(), []);
  const byEvent = await xray.call("GetTraceSummaries", { ...xray.range, TimeRangeType: "Event" });
  assert.equal(byEvent.TraceSummaries.length, 1);
  const { EndTime } = xray.range;
  const from = (ms: number) => new Date(EndTime.getTime() - ms);
  await xray.call("GetTraceSummaries", { StartTime: from(6 * HOUR_MS), EndTime });
  for (const StartTime of [from(6 * HOUR_MS + 1), from(-1)])
    await assert.rejects(xray.call("GetTraceSummaries", { StartTime, EndTime }), {
      code: "InvalidRequestException",
    });
});

test("a trace is kept for thirty days", async () => {
  await using xray = await bed();
  const ask = () => xray.call("BatchGetTraces", { TraceIds: [xray.traceId(1)] });
  await xray.put(xray.segment(1));
  await xray.cloud.clock.advance(30 * DAY_MS);
  assert.equal((await ask()).Traces.length, 1);
  await xray.cloud.clock.advance(1000);
  assert.deepEqual(await ask(), { Traces: [], UnprocessedTraceIds: [xray.traceId(1)] });
});

test("the service graph has who calls whom, how often and how it ends", async () => {
  await using xray = await bed();
  const { segment, id, traceId } = xray;
  for (const n of [1, 2]) {
    const failed = n === 2 && { fault: true };
    const called = {
      ...segment(n + 10),
      name: "DynamoDB",
      namespace: "aws",
      aws: { table_name: "orders" },
      ...failed,
    };
    await xray.put(segment(n, { ...failed, subsegments: [called] }));
  }
  await xray.put(
    segment(3, { parent_id: id(1), trace_id: traceId(1), name: "worker", throttle: true, error: true }),
  );
  const { Services } = await xray.call("GetServiceGraph", xray.range);
  const seen = Services.map(({ Name, Type, Root, State, Edges, SummaryStatistics }: Answer) => ({
    is: `${Name} ${Type ?? ""}`.trim(),
    ...(Root && { Root }),
    State,
    calls: Edges.map((edge: Answer) => [
      Services.find((one: Answer) => one.ReferenceId === edge.ReferenceId).Name,
      edge.SummaryStatistics.TotalCount,
    ]),
    ...(SummaryStatistics && {
      ok: SummaryStatistics.OkCount,
      throttles: SummaryStatistics.ErrorStatistics.ThrottleCount,
      faults: SummaryStatistics.FaultStatistics.TotalCount,
    }),
  }));
  assert.deepEqual(
    seen,
    [
      {
        is: "api",
        Root: true,
        State: "active",
        calls: [
          ["worker", 1],
          ["orders", 2],
        ],
        ok: 1,
        throttles: 0,
        faults: 1,
      },
      { is: "worker", State: "active", calls: [], ok: 0, throttles: 1, faults: 0 },
      { is: "orders AWS::DynamoDB::Table", State: "unknown", calls: [], ok: 1, throttles: 0, faults: 1 },
      { is: "api client", State: "active", calls: [["api", 2]] },
    ].map((one) => (one.is === "api client" ? { ...one, State: "unknown" } : one)),
  );
  await xray.call("CreateGroup", { GroupName: "broken", FilterExpression: "fault" });
  const { Services: broken } = await xray.call("GetServiceGraph", { ...xray.range, GroupName: "broken" });
  assert.equal(broken[0].SummaryStatistics.TotalCount, 1);
  const one = await xray.call("GetTraceGraph", { TraceIds: [traceId(2)] });
  assert.deepEqual(
    one.Services.map(({ Name }: Answer) => Name),
    ["api", "orders", "api"],
  );
});

test("statistics come in bins of a minute or five", async () => {
  await using xray = await bed();
  const minute = Math.ceil(xray.startMs / 300_000) * 300_000 - xray.startMs;
  for (const [n, ms] of [
    [1, 0],
    [2, 30_000],
    [3, 60_000],
  ] as const)
    await xray.put(
      xray.segment(n, { start_time: xray.at(minute + ms), end_time: xray.at(minute + ms + 500) }),
    );
  const binned = async (Period: number) => {
    const { TimeSeriesServiceStatistics: bins } = await xray.call("GetTimeSeriesServiceStatistics", {
      ...xray.range,
      Period,
    });
    return bins.map(({ ServiceSummaryStatistics: { TotalCount } }: Answer) => TotalCount);
  };
  assert.deepEqual(await binned(60), [2, 1]);
  assert.deepEqual(await binned(300), [3]);
  await assert.rejects(binned(61), { code: "InvalidRequestException" });
});

const RULE = {
  RuleName: "slow",
  ResourceARN: "*",
  Priority: 1,
  FixedRate: 0.5,
  ReservoirSize: 10,
  ServiceName: "api",
  ServiceType: "*",
  Host: "*",
  HTTPMethod: "*",
  URLPath: "/a*",
  Version: 1,
};

test("a sampling rule is made, changed and deleted; the default one is always there", async () => {
  await using xray = await bed();
  const { SamplingRuleRecord } = await xray.call("CreateSamplingRule", { SamplingRule: RULE });
  assert.equal(
    SamplingRuleRecord.SamplingRule.RuleARN,
    "arn:aws:xray:us-east-1:000000000000:sampling-rule/slow",
  );
  await assert.rejects(xray.call("CreateSamplingRule", { SamplingRule: RULE }), {
    code: "InvalidRequestException",
  });
  await xray.call("UpdateSamplingRule", { SamplingRuleUpdate: { RuleName: "slow", FixedRate: 1 } });
  const names = async () =>
    (await xray.call("GetSamplingRules")).SamplingRuleRecords.map(({ SamplingRule }: Answer) => [
      SamplingRule.RuleName,
      SamplingRule.FixedRate,
    ]);
  assert.deepEqual(await names(), [
    ["Default", 0.05],
    ["slow", 1],
  ]);
  await xray.call("UpdateSamplingRule", { SamplingRuleUpdate: { RuleName: "Default", FixedRate: 0.1 } });
  for (const [operation, input] of [
    ["UpdateSamplingRule", { SamplingRuleUpdate: { RuleName: "Default", Host: "a" } }],
    ["UpdateSamplingRule", { SamplingRuleUpdate: { RuleName: "slow", FixedRate: 1.1 } }],
    ["DeleteSamplingRule", { RuleName: "Default" }],
    ["DeleteSamplingRule", { RuleName: "none" }],
  ] as const)
    await assert.rejects(xray.call(operation, input), { code: "InvalidRequestException" });
  await xray.call("DeleteSamplingRule", { RuleName: "slow" });
  assert.deepEqual(await names(), [["Default", 0.1]]);
});

test("25 rules can be made, and no more", async () => {
  await using xray = await bed();
  for (let n = 0; n < 25; n++)
    await xray.call("CreateSamplingRule", { SamplingRule: { ...RULE, RuleName: `rule-${n}` } });
  await assert.rejects(xray.call("CreateSamplingRule", { SamplingRule: RULE }), {
    code: "RuleLimitExceededException",
  });
});

test("a reservoir is shared among those who have told of it lately", async () => {
  await using xray = await bed();
  await xray.call("CreateSamplingRule", { SamplingRule: RULE });
  const tell = (client: number) => ({
    RuleName: "slow",
    ClientID: String(client).padStart(24, "0"),
    Timestamp: new Date(xray.startMs),
    RequestCount: 10,
    SampledCount: 3,
  });
  const quota = async (client: number) => {
    const answer = await xray.call("GetSamplingTargets", { SamplingStatisticsDocuments: [tell(client)] });
    return answer.SamplingTargetDocuments[0].ReservoirQuota;
  };
  assert.deepEqual([await quota(1), await quota(2), await quota(3)], [10, 5, 3]);
  const summaries = await xray.call("GetSamplingStatisticSummaries");
  assert.partialDeepStrictEqual(summaries.SamplingStatisticSummaries, [
    { RuleName: "slow", RequestCount: 30, SampledCount: 9, BorrowCount: 0 },
  ]);
  await xray.cloud.clock.advance(31_000);
  assert.equal(await quota(1), 10);
  const unknown = await xray.call("GetSamplingTargets", {
    SamplingStatisticsDocuments: [{ ...tell(1), RuleName: "none" }],
  });
  assert.deepEqual(unknown.UnprocessedStatistics, [
    { RuleName: "none", ErrorCode: "400", Message: "Unknown rule" },
  ]);
});

test("a group is found by its name and by its ARN", async () => {
  await using xray = await bed();
  const { Group } = await xray.call("CreateGroup", { GroupName: "g", FilterExpression: "fault" });
  assert.match(Group.GroupARN, /^arn:aws:xray:us-east-1:000000000000:group\/g\/[A-Z2-7]{52}$/);
  assert.deepEqual(await xray.call("GetGroup", { GroupARN: Group.GroupARN }), { Group });
  await assert.rejects(xray.call("CreateGroup", { GroupName: "g" }), { code: "InvalidRequestException" });
  await assert.rejects(xray.call("UpdateGroup", { GroupName: "g", FilterExpression: "(" }), {
    code: "InvalidRequestException",
  });
  await assert.rejects(
    xray.call("CreateGroup", { GroupName: "h", InsightsConfiguration: { NotificationsEnabled: true } }),
    { code: "InvalidRequestException" },
  );
  await xray.call("DeleteGroup", { GroupName: "g" });
  await assert.rejects(xray.call("GetGroup", { GroupName: "g" }), { code: "InvalidRequestException" });
});

test("traces are not encrypted with a key of one's own until it is asked for", async () => {
  await using xray = await bed();
  assert.deepEqual(await xray.call("GetEncryptionConfig"), {
    EncryptionConfig: { Status: "ACTIVE", Type: "NONE" },
  });
  await assert.rejects(xray.call("PutEncryptionConfig", { Type: "KMS" }), {
    code: "InvalidRequestException",
  });
  await xray.call("PutEncryptionConfig", { Type: "KMS", KeyId: "alias/traces" });
  assert.deepEqual(await xray.call("GetEncryptionConfig"), {
    EncryptionConfig: {
      KeyId: "arn:aws:kms:us-east-1:000000000000:alias/traces",
      Status: "ACTIVE",
      Type: "KMS",
    },
  });
});
