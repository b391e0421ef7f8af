import assert from "node:assert/strict";
import { test } from "node:test";
import { formatTimestamp, parseTimestamp } from "./timestamp.ts";

const MOMENT = new Date("2014-04-29T18:30:38Z");

test("every format of AWS is read", () => {
  for (const text of [
    "2014-04-29T18:30:38Z",
    "2014-04-29T18:30:38.000Z",
    "2014-04-29T20:30:38+02:00",
    "2014-04-29T18:30:38",
    "Tue, 29 Apr 2014 18:30:38 GMT",
    "Tue, 29 Apr 2014 18:30:38.000 GMT",
    "1398796238",
    "1.398796238E9",
  ]) {
    assert.deepEqual(parseTimestamp(text), MOMENT, text);
  }
  assert.deepEqual(parseTimestamp("2014-04-29"), new Date("2014-04-29T00:00:00Z"));
  assert.deepEqual(parseTimestamp("1398796238.5"), new Date(MOMENT.getTime() + 500));
});

test("what is no time is none", () => {
  for (const text of ["", "soon", "2014-13-45T00:00:00Z", "1e400", "29/04/2014"]) {
    assert.equal(parseTimestamp(text), undefined, text);
  }
});

test("every format is written, with milliseconds only where they say something or are the custom", () => {
  const half = new Date(MOMENT.getTime() + 500);
  assert.equal(formatTimestamp(MOMENT, "iso8601"), "2014-04-29T18:30:38Z");
  assert.equal(formatTimestamp(half, "iso8601"), "2014-04-29T18:30:38.500Z");
  assert.equal(formatTimestamp(MOMENT, "iso8601", true), "2014-04-29T18:30:38.000Z");
  assert.equal(formatTimestamp(MOMENT, "rfc822"), "Tue, 29 Apr 2014 18:30:38 GMT");
  assert.equal(formatTimestamp(half, "unixTimestamp"), "1398796238.5");
});
