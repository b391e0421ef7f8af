import assert from "node:assert/strict";
import { test } from "node:test";
import type * as Logs from "../../models/generated/logs.ts";
import { metricDatums } from "./metric-datums.ts";

const at = (message: string, timestamp = 1000) => ({ message, timestamp, ingestionTime: 0, sequence: 0 });
function datums(
  filterPattern: string,
  transformation: Partial<Logs.MetricTransformation>,
  ...messages: string[]
) {
  const metricTransformations = [
    { metricName: "M", metricNamespace: "N", metricValue: "1", ...transformation },
  ];
  return metricDatums(
    { filterName: "f", filterPattern, metricTransformations },
    messages.map((message) => at(message)),
  );
}
const values = (found: ReturnType<typeof datums>) =>
  found.flatMap((one) => one.datums.map(({ Value }) => Value));

test("Each matching event counts.", () => {
  assert.deepEqual(datums("ERROR", { unit: "Count" }, "ERROR a", "fine", "ERROR b"), [
    {
      namespace: "N",
      datums: [
        { MetricName: "M", Unit: "Count", Timestamp: new Date(1000), Value: 1 },
        { MetricName: "M", Unit: "Count", Timestamp: new Date(1000), Value: 1 },
      ],
    },
  ]);
});

test("The value is taken from the event.", () => {
  assert.deepEqual(
    values(datums("{ $.ms > 1 }", { metricValue: "$.ms" }, '{"ms":12.5}', '{"ms":0}')),
    [12.5],
  );
  assert.deepEqual(values(datums("[ip, bytes]", { metricValue: "$bytes" }, "1.2.3.4 99")), [99]);
  assert.deepEqual(values(datums("{ $.ms = * }", { metricValue: "$.ms" }, '{"ms":"text"}')), []);
});

test("Without a match, the default value is given once.", () => {
  assert.deepEqual(values(datums("ERROR", { defaultValue: 0 }, "fine", "fine")), [0]);
  assert.deepEqual(values(datums("ERROR", { defaultValue: 0 }, "ERROR")), [1]);
  assert.deepEqual(values(datums("ERROR", {}, "fine")), []);
});

test("Dimensions are taken from the event, and an event without them gives nothing.", () => {
  const dimensions = { Host: "$.host" };
  const [found] = datums(
    "{ $.level = ERROR }",
    { dimensions },
    '{"level":"ERROR","host":"a"}',
    '{"level":"ERROR"}',
  );
  assert.deepEqual(
    found?.datums.map(({ Dimensions }) => Dimensions),
    [[{ Name: "Host", Value: "a" }]],
  );
});
