import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { anyGlob, glob } from "./glob.ts";

test("without a wildcard only the same text matches", () => {
  assert.ok(glob("GetItem")("GetItem"));
  assert.ok(!glob("GetItem")("getitem"));
  assert.ok(!glob("GetItem")("BatchGetItem"));
});

test("a star is any characters, also none and also slashes; a question mark is one", () => {
  assert.ok(glob("Get*")("Get"));
  assert.ok(glob("*Item*")("BatchGetItems"));
  assert.ok(glob("arn:aws:s3:::*/a")("arn:aws:s3:::bucket/b/c/a"));
  assert.ok(glob("?etItem")("SetItem"));
  assert.ok(!glob("?etItem")("etItem"));
  assert.ok(!glob("*a*b")("aab?"));
});

test("a list is one of", () => {
  assert.ok(anyGlob(["Get*", "PutItem"])("PutItem"));
  assert.ok(!anyGlob(["Get*", "PutItem"])("UpdateItem"));
});

test("any pattern matches what the regular expression of it does", () => {
  const letters = fc.string({ unit: fc.constantFrom("a", "b", "*", "?"), maxLength: 8 });
  const texts = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 10 });
  fc.assert(
    fc.property(letters, texts, (pattern, text) => {
      const expected = new RegExp(`^${pattern.replaceAll("*", ".*").replaceAll("?", ".")}$`).test(text);
      assert.equal(glob(pattern)(text), expected);
    }),
    { numRuns: 1000 },
  );
});

test("no pattern is slow", () => {
  const startedAt = performance.now();
  assert.ok(!glob(`${"a*".repeat(500)}b`)("a".repeat(20_000)));
  assert.ok(performance.now() - startedAt < 2000);
});

test("patterns with an exclamation mark are exceptions from the others, or from everything", () => {
  const others = anyGlob(["!fis", "!s*"]);
  assert.ok(others("lambda"));
  assert.ok(!others("fis"));
  assert.ok(!others("sqs"));
  const reads = anyGlob(["Get*", "!GetItem"]);
  assert.ok(reads("GetRecords"));
  assert.ok(!reads("GetItem"));
  assert.ok(!reads("PutItem"));
  assert.ok(anyGlob("!fis")("sqs"));
});
