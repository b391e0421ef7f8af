import assert from "node:assert/strict";
import { test } from "node:test";
import { compilePattern, eventToMatch, PatternError } from "./pattern.ts";

const matches = (pattern: object, value: unknown) =>
  compilePattern(JSON.stringify(pattern)).matches(eventToMatch(value));

test("values match exactly, by any of a list, at any depth", () => {
  assert.ok(matches({ a: { b: ["x", 1, null] } }, { a: { b: 1 } }));
  assert.ok(matches({ a: { b: ["x", 1, null] } }, { a: { b: null } }));
  assert.ok(!matches({ a: { b: ["x"] } }, { a: { b: "y" } }));
  assert.ok(!matches({ a: ["x"] }, {}));
  assert.ok(matches({ tags: ["x"] }, { tags: ["w", "x"] }));
  assert.ok(!matches({ a: ["1"] }, { a: 1 }));
});

test("all members must match, and $or needs one", () => {
  assert.ok(!matches({ a: [1], b: [2] }, { a: 1, b: 3 }));
  assert.ok(matches({ a: [1], $or: [{ b: [2] }, { c: [3] }] }, { a: 1, c: 3 }));
  assert.ok(!matches({ $or: [{ b: [2] }, { c: [3] }] }, { a: 1 }));
});

test("operators compare text, numbers and presence", () => {
  assert.ok(matches({ a: [{ prefix: "ab" }] }, { a: "abc" }));
  assert.ok(matches({ a: [{ suffix: "bc" }] }, { a: "abc" }));
  assert.ok(matches({ a: [{ prefix: { "equals-ignore-case": "AB" } }] }, { a: "abc" }));
  assert.ok(matches({ a: [{ "equals-ignore-case": "ABC" }] }, { a: "abc" }));
  assert.ok(matches({ a: [{ wildcard: "a*c.txt" }] }, { a: "a/b/c.txt" }));
  assert.ok(!matches({ a: [{ wildcard: "a*c.txt" }] }, { a: "a/b/cxtxt" }));
  assert.ok(matches({ a: [{ numeric: [">", 0, "<=", 5] }] }, { a: 5 }));
  assert.ok(!matches({ a: [{ numeric: [">", 0, "<=", 5] }] }, { a: 0 }));
  assert.ok(matches({ a: [{ exists: true }] }, { a: 0 }));
  assert.ok(matches({ a: [{ exists: false }] }, { b: 0 }));
  // Only leaves exist.
  assert.ok(matches({ a: [{ exists: false }] }, { a: { S: "text" } }));
  assert.ok(!matches({ a: [{ exists: true }] }, { a: { S: "text" } }));
  assert.ok(!matches({ a: { S: [{ exists: false }] } }, { a: { S: "text" } }));
  assert.ok(matches({ a: [{ "anything-but": ["x", "y"] }] }, { a: "z" }));
  assert.ok(!matches({ a: [{ "anything-but": ["x", "y"] }] }, { a: "x" }));
  assert.ok(!matches({ a: [{ "anything-but": { prefix: "x" } }] }, { a: "xa" }));
  assert.ok(matches({ a: [{ cidr: "10.0.0.0/8" }] }, { a: "10.1.2.3" }));
  assert.ok(!matches({ a: [{ cidr: "10.0.0.0/8" }] }, { a: "11.1.2.3" }));
});

test("what is no pattern is refused", () => {
  for (const text of [
    "",
    "[]",
    "1",
    '{"a":1}',
    '{"a":[]}',
    '{"a":[{"wat":1}]}',
    '{"a":[{"numeric":[">"]}]}',
  ]) {
    assert.throws(() => compilePattern(text), PatternError, text);
  }
});

test("a name with dots is a path, in patterns and in events", () => {
  assert.ok(matches({ detail: { "order.state": ["paid"] } }, { detail: { order: { state: "paid" } } }));
  assert.ok(matches({ detail: { order: { state: ["paid"] } } }, { detail: { "order.state": "paid" } }));
  assert.ok(!matches({ order: { state: ["paid"] } }, { "order.state": { state: "paid" } }));
  assert.ok(matches({ "a.b": [1], "a.c": [2] }, { a: { b: 1, c: 2 } }));
});

test("of a name that is there twice the last one counts", () => {
  const { matches: match } = compilePattern('{"a": ["x"], "a": ["y"]}');
  assert.ok(match({ a: "y" }));
  assert.ok(!match({ a: "x" }));
});

test("what a nested pattern asks of a list's items, one item must have", () => {
  const pattern = { lines: { sku: ["a"], count: [{ numeric: [">", 1] }] } };
  assert.ok(
    matches(pattern, {
      lines: [
        { sku: "b", count: 9 },
        { sku: "a", count: 2 },
      ],
    }),
  );
  assert.ok(
    !matches(pattern, {
      lines: [
        { sku: "b", count: 9 },
        { sku: "a", count: 1 },
      ],
    }),
  );
});

test("a wildcard on a long text takes no longer than its length", () => {
  const { matches: match } = compilePattern('{"a": [{"wildcard": "*a*b*c*d*e*"}]}');
  assert.ok(!match({ a: "abcd".repeat(100_000) }));
});
