import assert from "node:assert/strict";
import { test } from "node:test";
import { type Aggregate, merge, ofStatisticSet, ofValue, ofValues } from "./aggregate.ts";
import { parseStatistic } from "./statistic.ts";

const of = (text: string, aggregate: Aggregate) => parseStatistic(text)!(aggregate);
const TEN = ofValues([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], undefined);

test("Percentiles are values that occurred, by nearest rank.", () => {
  assert.equal(of("p50", TEN), 5);
  assert.equal(of("p90", TEN), 9);
  assert.equal(of("p99.9", TEN), 10);
  assert.equal(of("p0", TEN), 1);
  assert.equal(of("p100", TEN), 10);
});

test("Trimmed statistics take what lies between two percentiles, or two values.", () => {
  assert.equal(of("tm90", TEN), 5);
  assert.equal(of("TM(20%:80%)", TEN), 5);
  assert.equal(of("TM(:90%)", TEN), 5);
  assert.equal(of("TC(3:5)", TEN), 3);
  assert.equal(of("TS(3:5)", TEN), 12);
  assert.equal(of("WM(20%:80%)", TEN), 5.3);
  assert.equal(of("PR(:5)", TEN), 50);
  assert.equal(of("PR(3:4)", TEN), 20);
});

test("What is no statistic is told apart.", () => {
  for (const text of ["p101", "p", "pp90", "average", "TM()", "TM(:)", "TM(101%:)", "tm", "Sum "])
    assert.equal(parseStatistic(text), undefined, text);
});

test("Percentiles are not there for negative values, and for statistic sets that hide their values.", () => {
  assert.equal(of("p50", merge(TEN, ofValue(-1))), undefined);
  const hidden = ofStatisticSet({ SampleCount: 2, Sum: 3, Minimum: 1, Maximum: 2 });
  assert.equal(of("p50", merge(TEN, hidden)), undefined);
  assert.equal(of("Sum", merge(TEN, hidden)), 58);
  const plain = ofStatisticSet({ SampleCount: 4, Sum: 8, Minimum: 2, Maximum: 2 });
  assert.equal(of("p50", plain), 2);
});

test("A distribution stays small however many values come, and its percentiles stay near.", () => {
  let many = ofValue(1);
  for (let i = 2; i <= 2_000; i++) many = merge(many, ofValue(i + 0.5));
  assert.ok(many.distribution!.length <= 500);
  assert.equal(many.count, 2_000);
  const p90 = of("p90", many)!;
  assert.ok(Math.abs(p90 - 1_800) / 1_800 < 0.06, String(p90));
});
