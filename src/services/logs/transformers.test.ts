/** The examples of the User Guide's pages on log transformation, and what its tables say. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogs, type Processor } from "@aws-sdk/client-cloudwatch-logs";
import { clientOptions, newAccount, testCloud } from "../../../test/cloud.ts";
import { until } from "../../../test/until.ts";

const account = newAccount();
const cloud = await testCloud();
const logs = new CloudWatchLogs(clientOptions(cloud, account));
after(() => cloud.stop());

const json: Processor = { parseJSON: {} };
const nested = { outer_key: { inner_key: "inner_value" } };

type Case = readonly [what: string, processors: Processor[], message: unknown, made: unknown];

const CASES: readonly Case[] = [
  ["parseJSON at the root", [json], { outer_key: { inner_key: 1 } }, { outer_key: { inner_key: 1 } }],
  ["parseJSON under a destination", [{ parseJSON: { destination: "new_key" } }], nested, { new_key: nested }],
  [
    "parseJSON of a field",
    [json, { parseJSON: { source: "text", destination: "made" } }],
    { text: '{"a":1}' },
    { text: '{"a":1}', made: { a: 1 } },
  ],
  [
    "grok with dotted fields",
    [
      {
        grok: {
          match: "%{NUMBER:version} %{HOSTNAME:meta.hostname} %{NOTSPACE:status} %{QUOTEDSTRING:log_message}",
        },
      },
    ],
    '293750 server-01.internal-network.local OK "[Thread-000] token generated"',
    {
      version: "293750",
      meta: { hostname: "server-01.internal-network.local" },
      status: "OK",
      log_message: '"[Thread-000] token generated"',
    },
  ],
  [
    "grok of a whole Apache line",
    [{ grok: { match: "%{APACHE_ACCESS_LOG}" } }],
    '127.0.0.1 - - [03/Aug/2023:12:34:56 +0000] "GET /page.html HTTP/1.1" 200 1234',
    {
      client_ip: "127.0.0.1",
      ident: "-",
      auth: "-",
      timestamp: "03/Aug/2023:12:34:56 +0000",
      verb: "GET",
      request: "/page.html",
      http_version: "1.1",
      response_status_code: "200",
      response_size: "1234",
    },
  ],
  [
    "csv with its own names of columns",
    [{ csv: {} }],
    `'Akua Mansa',28,"New York, USA"`,
    { column_1: "'Akua Mansa'", column_2: "28", column_3: "New York, USA" },
  ],
  [
    "csv with names, another delimiter and quote",
    [{ csv: { delimiter: ":", quoteCharacter: "'", columns: ["name", "age", "location"] } }],
    "'Akua Mansa':28:'it''s: here'",
    { name: "Akua Mansa", age: "28", location: "it's: here" },
  ],
  [
    "parseKeyValue",
    [
      {
        parseKeyValue: {
          destination: "new_key",
          fieldDelimiter: "&",
          keyValueDelimiter: ":",
          nonMatchValue: "defaultValue",
          keyPrefix: "parsed_",
        },
      },
    ],
    "key1:value1&key2:value2&key3:value3&key4",
    {
      new_key: {
        parsed_key1: "value1",
        parsed_key2: "value2",
        parsed_key3: "value3",
        parsed_key4: "defaultValue",
      },
    },
  ],
  [
    "parseVPC",
    [{ parseVPC: {} }],
    "2 123456789010 eni-abc123de 192.0.2.0 192.0.2.24 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK",
    {
      version: 2,
      accountId: "123456789010",
      interfaceId: "eni-abc123de",
      srcAddr: "192.0.2.0",
      dstAddr: "192.0.2.24",
      srcPort: 20641,
      dstPort: 22,
      protocol: 6,
      packets: 20,
      bytes: 4249,
      start: 1418530010,
      end: 1418530070,
      action: "ACCEPT",
      logStatus: "OK",
    },
  ],
  [
    "addKeys, which overwrites only when told",
    [
      json,
      {
        addKeys: {
          entries: [
            { key: "outer_key.new_key", value: "new_value" },
            { key: "outer_key.inner_key", value: "no" },
            { key: "kept.deep", value: "made", overwriteIfExists: true },
          ],
        },
      },
    ],
    nested,
    { outer_key: { inner_key: "inner_value", new_key: "new_value" }, kept: { deep: "made" } },
  ],
  [
    "deleteKeys",
    [json, { deleteKeys: { withKeys: ["outer_key.inner_key", "none"] } }],
    nested,
    { outer_key: {} },
  ],
  [
    "moveKeys",
    [json, { moveKeys: { entries: [{ source: "outer_key1.inner_key1", target: "outer_key2" }] } }],
    { outer_key1: { inner_key1: "inner_value1" }, outer_key2: { inner_key2: "inner_value2" } },
    { outer_key1: {}, outer_key2: { inner_key2: "inner_value2", inner_key1: "inner_value1" } },
  ],
  [
    "renameKeys",
    [json, { renameKeys: { entries: [{ key: "outer_key", renameTo: "new_key" }] } }],
    nested,
    { new_key: { inner_key: "inner_value" } },
  ],
  [
    "copyValue",
    [json, { copyValue: { entries: [{ source: "outer_key.new_key", target: "new_key" }] } }],
    { outer_key: { new_key: "new_value" } },
    { outer_key: { new_key: "new_value" }, new_key: "new_value" },
  ],
  ...(
    [
      [{}, { a: ["val-a"], b: ["val-b1", "val-b2"] }],
      [
        { flatten: true, flattenedElement: "first" },
        { a: "val-a", b: "val-b1" },
      ],
      [
        { flatten: true, flattenedElement: "last" },
        { a: "val-a", b: "val-b2" },
      ],
    ] as const
  ).map(([options, made]): Case => {
    const outer_key = [
      { inner_key: "a", inner_value: "val-a" },
      { inner_key: "b", inner_value: "val-b1" },
      { inner_key: "b", inner_value: "val-b2" },
    ];
    const listToMap = { source: "outer_key", key: "inner_key", valueKey: "inner_value", ...options };
    return [
      `listToMap ${JSON.stringify(options)}`,
      [json, { listToMap }],
      { outer_key },
      { outer_key, ...made },
    ];
  }),
  ["lowerCaseString", [json, { lowerCaseString: { withKeys: ["k"] } }], { k: "VALUE" }, { k: "value" }],
  [
    "upperCaseString",
    [json, { upperCaseString: { withKeys: ["k", "n"] } }],
    { k: "a", n: 1 },
    { k: "A", n: 1 },
  ],
  [
    "trimString",
    [json, { trimString: { withKeys: ["k"] } }],
    { k: "   inner_value   " },
    { k: "inner_value" },
  ],
  [
    "splitString",
    [json, { splitString: { entries: [{ source: "k", delimiter: "_" }] } }],
    { k: "inner_value" },
    { k: ["inner", "value"] },
  ],
  [
    "substituteString, all matches, with groups",
    [
      json,
      {
        substituteString: {
          entries: [
            { source: "k", from: "[a-b]+", to: "[X]" },
            { source: "g", from: "(\\w+)@(\\w+)", to: "$2 at $1" },
          ],
        },
      },
    ],
    { k: "inner_key123_aab_b", g: "me@here, you@there" },
    { k: "inner_key123_[X]_[X]", g: "here at me, there at you" },
  ],
  [
    "typeConverter, which leaves what it cannot cast",
    [
      json,
      {
        typeConverter: {
          entries: [
            { key: "status", type: "integer" },
            { key: "share", type: "double" },
            { key: "on", type: "boolean" },
            { key: "count", type: "string" },
            { key: "name", type: "integer" },
          ],
        },
      },
    ],
    { name: "value", status: "200", share: "0.5", on: "TRUE", count: 3 },
    { name: "value", status: 200, share: 0.5, on: true, count: "3" },
  ],
  [
    "dateTimeConverter",
    [
      json,
      {
        dateTimeConverter: {
          source: "german_datetime",
          target: "target_1",
          locale: "de",
          matchPatterns: ["EEEE dd MMMM yyyy HH:mm:ss", "dd. MM. yyyy HH:mm:ss"],
          sourceTimezone: "Europe/Berlin",
          targetTimezone: "America/New_York",
          targetFormat: "yyyy-MM-dd HH:mm:ss z",
        },
      },
      { dateTimeConverter: { source: "epoch", target: "target_2", matchPatterns: ["epoch"] } },
      {
        dateTimeConverter: {
          source: "http",
          target: "target_3",
          matchPatterns: ["dd/MMM/yyyy:HH:mm:ss Z"],
          targetFormat: "EEE, d MMM yyyy hh:mm:ss.SSS a XXX",
          targetTimezone: "+05:30",
        },
      },
      { dateTimeConverter: { source: "no", target: "target_4", matchPatterns: ["yyyy-MM-dd"] } },
    ],
    {
      german_datetime: "29. 02. 2024 10:00:00",
      epoch: 1735689600,
      http: "31/Dec/2024:23:30:05 +0100",
      no: "2024-02-30",
    },
    {
      german_datetime: "29. 02. 2024 10:00:00",
      epoch: 1735689600,
      http: "31/Dec/2024:23:30:05 +0100",
      no: "2024-02-30",
      target_1: "2024-02-29 04:00:00 America/New_York",
      target_2: "2025-01-01T00:00:00.000Z",
      target_3: "Wed, 1 Jan 2025 04:00:05.000 AM +05:30",
    },
  ],
  ["a message that the parser does not understand stays", [json], "no JSON", "no JSON"],
];

for (const [what, transformerConfig, message, made] of CASES) {
  test(`TestTransformer: ${what}`, async () => {
    const text = typeof message === "string" ? message : JSON.stringify(message);
    const { transformedLogs } = await logs.testTransformer({
      transformerConfig,
      logEventMessages: ["", text].slice(1),
    });
    const [{ eventNumber, eventMessage, transformedEventMessage } = {}] = transformedLogs ?? [];
    assert.deepEqual([eventNumber, eventMessage], [1, text]);
    assert.deepEqual(
      typeof made === "string" ? transformedEventMessage : JSON.parse(transformedEventMessage!),
      made,
    );
  });
}

const REFUSED: readonly [what: string, processors: object[], message: RegExp][] = [
  [
    "a first processor that parses nothing",
    [{ trimString: { withKeys: ["a"] } }],
    /first processor must be a parser/,
  ],
  ["two types in one processor", [{ parseJSON: {}, csv: {} }], /exactly one type/],
  ["no type", [{}], /exactly one type/],
  ["a parser of AWS's logs in second place", [json, { parseVPC: {} }], /parseVPC must be the first/],
  ["a grok pattern that there is not", [{ grok: { match: "%{NOPE:a}" } }], /no pattern with the name NOPE/],
  [
    "a regular expression that is none",
    [json, { substituteString: { entries: [{ source: "a", from: "(", to: "b" }] } }],
    /Invalid regular expression/,
  ],
  [
    "a zone that there is not",
    [
      json,
      {
        dateTimeConverter: { source: "a", target: "b", matchPatterns: ["yyyy"], sourceTimezone: "Mars/Base" },
      },
    ],
    /Invalid timezone: Mars\/Base/,
  ],
  [
    "a date pattern that is none",
    [json, { dateTimeConverter: { source: "a", target: "b", matchPatterns: ["bbb"] } }],
    /Invalid date time pattern/,
  ],
  [
    "a processor that Squall does not have",
    [{ parseWAF: {} }],
    /Squall does not implement the processor parseWAF/,
  ],
  [
    "more than 20 processors",
    Array(21).fill(json),
    /'transformerConfig' failed to satisfy constraint: Member must have length less than or equal to 20/,
  ],
];

test("what is no transformer is refused, put or tested", async () => {
  await logs.createLogGroup({ logGroupName: "refusing" });
  for (const [what, processors, message] of REFUSED) {
    const transformerConfig = processors as Processor[];
    const refused = { name: "InvalidParameterException", message };
    await assert.rejects(logs.testTransformer({ transformerConfig, logEventMessages: ["a"] }), refused, what);
    await assert.rejects(
      logs.putTransformer({ logGroupIdentifier: "refusing", transformerConfig }),
      refused,
      what,
    );
  }
  await assert.rejects(logs.putTransformer({ logGroupIdentifier: "nobody", transformerConfig: [json] }), {
    name: "ResourceNotFoundException",
  });
  await logs.createLogGroup({ logGroupName: "rare", logGroupClass: "INFREQUENT_ACCESS" });
  await assert.rejects(logs.putTransformer({ logGroupIdentifier: "rare", transformerConfig: [json] }), {
    name: "InvalidParameterException",
    message: /only for log groups in the Standard log class/,
  });
});

test("a group's transformer is put, got, replaced and deleted, and goes with its group", async () => {
  const logGroupIdentifier = "kept";
  await logs.createLogGroup({ logGroupName: "kept" });
  assert.equal((await logs.getTransformer({ logGroupIdentifier })).transformerConfig, undefined);
  await logs.putTransformer({ logGroupIdentifier, transformerConfig: [json] });
  const first = await logs.getTransformer({ logGroupIdentifier });
  assert.equal(first.logGroupIdentifier, `arn:aws:logs:us-east-1:${account}:log-group:kept`);
  assert.deepEqual(first.transformerConfig, [json]);
  await cloud.clock.advance("1s");
  await logs.putTransformer({ logGroupIdentifier, transformerConfig: [{ csv: {} }] });
  const second = await logs.getTransformer({ logGroupIdentifier });
  assert.deepEqual(second.transformerConfig, [{ csv: {} }]);
  assert.equal(second.creationTime, first.creationTime);
  assert.ok(second.lastModifiedTime! > first.lastModifiedTime!);
  await logs.deleteTransformer({ logGroupIdentifier });
  assert.equal((await logs.getTransformer({ logGroupIdentifier })).transformerConfig, undefined);
  await logs.putTransformer({ logGroupIdentifier, transformerConfig: [json] });
  await logs.deleteLogGroup({ logGroupName: "kept" });
  await logs.createLogGroup({ logGroupName: "kept" });
  assert.equal((await logs.getTransformer({ logGroupIdentifier })).transformerConfig, undefined);
});

test("queries and filters see what was made of events while the transformer was there; readers see the originals", async () => {
  const logGroupName = "seen";
  const stream = { logGroupName, logStreamName: "s" };
  await logs.createLogGroup({ logGroupName });
  await logs.createLogStream(stream);
  for (const [filterName, applyOnTransformedLogs] of [
    ["made", true],
    ["original", false],
  ] as const) {
    await logs.putMetricFilter({
      logGroupName,
      filterName,
      filterPattern: '{ $.level = "ERROR" && $.from = "seen" }',
      applyOnTransformedLogs,
      metricTransformations: [{ metricName: filterName, metricNamespace: "Transformed", metricValue: "1" }],
    });
  }
  const put = (message: string) =>
    logs.putLogEvents({ ...stream, logEvents: [{ timestamp: cloud.clock.now(), message }] });
  await put("error;before");
  await cloud.clock.advance("1s");
  await logs.putTransformer({
    logGroupIdentifier: logGroupName,
    transformerConfig: [
      { csv: { delimiter: ";", columns: ["level", "text"] } },
      { upperCaseString: { withKeys: ["level"] } },
      { copyValue: { entries: [{ source: "@logGroupName", target: "from" }] } },
    ],
  });
  await put("error;during");
  await cloud.clock.advance("1s");
  await logs.deleteTransformer({ logGroupIdentifier: logGroupName });
  await put("error;after");

  const { events } = await logs.getLogEvents({ ...stream, startFromHead: true });
  assert.deepEqual(
    events?.map(({ message }) => message),
    ["error;before", "error;during", "error;after"],
  );

  const now = Math.floor(cloud.clock.now() / 1000);
  const { queryId } = await logs.startQuery({
    logGroupName,
    queryString: "fields @message, level, text, from | sort @timestamp asc",
    startTime: now - 600,
    endTime: now + 600,
  });
  const results = await until(async () => {
    const answer = await logs.getQueryResults({ queryId });
    return answer.status === "Complete" ? answer.results : undefined;
  });
  const rows = results.map((row) =>
    Object.fromEntries(row.filter(({ field }) => field !== "@ptr").map(({ field, value }) => [field, value])),
  );
  assert.deepEqual(rows, [
    { "@message": "error;before" },
    { "@message": "error;during", level: "ERROR", text: "during", from: "seen" },
    { "@message": "error;after" },
  ]);

  const cloudwatch = new CloudWatch(clientOptions(cloud, account));
  const metrics = await until(async () => {
    const { Metrics } = await cloudwatch.listMetrics({ Namespace: "Transformed" });
    return Metrics?.length ? Metrics : undefined;
  });
  assert.deepEqual(
    metrics.map(({ MetricName }) => MetricName),
    ["made"],
  );
});
