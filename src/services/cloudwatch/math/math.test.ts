import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Metric } from "../metrics/metric.ts";
import { evaluate } from "./evaluate.ts";
import type { MathScope } from "./functions.ts";
import { searchFor } from "./search.ts";
import type { Series, Value } from "./series.ts";
import { MathError, parseExpression } from "./syntax.ts";

const MINUTE_MS = 60_000;
const series = (label: string, values: readonly (number | undefined)[]): Series => ({
  label,
  periodSeconds: 60,
  points: values.flatMap((value, i) => (value === undefined ? [] : [[i * MINUTE_MS, value] as const])),
});
const KNOWN: Record<string, Series> = {
  a: series("a", [1, 2, 3]),
  b: series("b", [10, undefined, 30]),
  none: series("none", []),
};
const scope: MathScope = {
  startMs: 0,
  endMs: 3 * MINUTE_MS,
  metrics: () => Object.values(KNOWN),
  band: () => [],
  search: () => [],
};
const lookUp = (id: string): Value | undefined =>
  KNOWN[id] ? { kind: "series", series: KNOWN[id] } : undefined;
const compute = (text: string) => evaluate(parseExpression(text), lookUp, scope);
const points = (text: string) => {
  const value = compute(text);
  assert.equal(value.kind, "series");
  return (value as { series: Series }).series.points.map(([, v]) => v);
};
const number = (text: string) => (compute(text) as { value: number }).value;

test("Operators bind as in arithmetic.", () => {
  assert.equal(number("1 + 2 * 3 ^ 2"), 19);
  assert.equal(number("(1 + 2) * 3"), 9);
  assert.equal(number("-2 + 5"), 3);
  assert.equal(number("10 - 4 - 3"), 3);
  assert.equal(number("1 + 1 == 2 && 3 > 4 || 1"), 1);
  assert.equal(number("1.5e1"), 15);
});

test("Two series meet where both have a value.", () => {
  assert.deepEqual(points("a + b"), [11, 33]);
  assert.deepEqual(points("b / a"), [10, 10]);
  assert.deepEqual(points("2 - a"), [1, 0, -1]);
  assert.deepEqual(points("a > 1"), [0, 1, 1]);
});

test("FILL closes gaps with a number, the last value, a line or another series.", () => {
  assert.deepEqual(points("FILL(b, 0)"), [10, 0, 30]);
  assert.deepEqual(points("FILL(b, REPEAT)"), [10, 10, 30]);
  assert.deepEqual(points("FILL(b, LINEAR)"), [10, 20, 30]);
  assert.deepEqual(points("FILL(b, a)"), [10, 2, 30]);
  assert.deepEqual(points("FILL(none, 7)"), [7, 7, 7]);
  assert.deepEqual(points("FILL(none, REPEAT)"), []);
});

test("FILL refuses a time range of more periods than a request may read.", () => {
  const long = { ...scope, endMs: 100_800 * MINUTE_MS };
  const fill = parseExpression("FILL(a, 0)");
  assert.equal(evaluate(fill, lookUp, long).kind, "series");
  assert.throws(() => evaluate(fill, lookUp, { ...long, endMs: long.endMs + MINUTE_MS }), MathError);
});

test("One series comes to a number, several come to one series.", () => {
  assert.equal(number("SUM(a)"), 6);
  assert.equal(number("AVG(b)"), 20);
  assert.equal(number("MAX(a) + MIN(a)"), 4);
  assert.equal(number("STDDEV(b)"), 10);
  assert.equal(number("LAST(a) - FIRST(a)"), 2);
  assert.equal(number("MAX(1, 5, 3)"), 5);
  assert.deepEqual(points("SUM([a, b])"), [11, 2, 33]);
  assert.deepEqual(points("AVG(METRICS())"), [5.5, 2, 16.5]);
  assert.equal(number("METRIC_COUNT(METRICS())"), 3);
  assert.equal(number("METRIC_COUNT(REMOVE_EMPTY(METRICS()))"), 2);
});

test("Whatever is written, it is computed or refused as an expression that is none.", () => {
  const words = fc.constantFrom(
    ..."a b none 1 2.5 + - * / ^ ( ) [ ] , == < && OR AND SUM FILL IF METRICS RATE REPEAT 'x' \"y\" SLICE SORT".split(
      " ",
    ),
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(words, { maxLength: 12 }).map((list) => list.join(" ")),
        fc.string(),
      ),
      (text) => {
        try {
          compute(text);
        } catch (error) {
          assert.ok(error instanceof MathError, `${text}: ${String(error)}`);
        }
      },
    ),
    { numRuns: 3000 },
  );
  assert.throws(() => compute("(".repeat(5000)), MathError);
});

test("A search finds metrics by schema, property, words and their combinations.", () => {
  const metric: Metric = {
    namespace: "AWS/Lambda",
    name: "ConcurrentExecutions",
    dimensions: [{ Name: "FunctionName", Value: "checkout-worker" }],
  };
  const finds = (expression: string) => searchFor(expression)(metric);
  assert.equal(finds('{AWS/Lambda,FunctionName} MetricName="ConcurrentExecutions"'), true);
  assert.equal(finds("{AWS/Lambda} concurrent"), false, "a schema names all dimensions");
  assert.equal(finds("{AWS/Lambda,FunctionName} worker"), true);
  assert.equal(finds('{AWS/Lambda,FunctionName} "worker"'), false, "quoted: the whole value");
  assert.equal(finds("concurrent checkout"), true);
  assert.equal(finds("concurrent NOT checkout"), false);
  assert.equal(finds("FunctionName=worker OR FunctionName=other"), true);
  assert.equal(finds("(other OR executions) AND Namespace=AWS/Lambda"), true);
  assert.equal(finds('{"AWS/Lambda",FunctionName}'), true);
});
