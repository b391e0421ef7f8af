import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { COMPARISONS } from "./comparisons.ts";
import { callIntrinsic, parseIntrinsic } from "./intrinsic.ts";
import type { Json } from "./json.ts";
import { follow, isReferencePath, parsePath, writePath } from "./json-path.ts";
import { readTimestamp } from "./timestamp.ts";

const json = fc.jsonValue() as fc.Arbitrary<Json>;
const world = { uuid: () => "00000000-0000-4000-8000-000000000000", random: () => 0.5 };
const intrinsic = (text: string, input: Json) =>
  callIntrinsic(parseIntrinsic(text)!, { input, context: () => null, variable: () => undefined }, world);

test("numbers and texts are compared as JavaScript does, and values of other types never are", () => {
  const orders: [string, (a: number | string, b: number | string) => boolean][] = [
    ["Equals", (a, b) => a === b],
    ["LessThan", (a, b) => a < b],
    ["LessThanEquals", (a, b) => a <= b],
    ["GreaterThan", (a, b) => a > b],
    ["GreaterThanEquals", (a, b) => a >= b],
  ];
  for (const [order, naive] of orders) {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), fc.double({ noNaN: true }), (a, b) => {
        // Zero has two signs in JavaScript, and one in JSON.
        assert.equal(COMPARISONS[`Numeric${order}`]!(a, b), naive(a, b));
        assert.equal(COMPARISONS[`String${order}`]!(String(a), String(b)), naive(String(a), String(b)));
        assert.equal(COMPARISONS[`Numeric${order}`]!(String(a), b), false);
        assert.equal(COMPARISONS[`String${order}`]!(a, String(b)), false);
      }),
    );
  }
});

test("timestamps are compared by their moments, whatever their offsets", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4e9 }), fc.integer({ min: -12, max: 12 }), (seconds, hours) => {
      const utc = new Date(seconds * 1000).toISOString();
      const sign = hours < 0 ? "-" : "+";
      const offset = `${sign}${String(Math.abs(hours)).padStart(2, "0")}:00`;
      const local = new Date((seconds + hours * 3600) * 1000).toISOString().replace("Z", offset);
      assert.equal(COMPARISONS["TimestampEquals"]!(utc, local), true);
      assert.equal(readTimestamp(local), seconds * 1000);
    }),
  );
  for (const text of [
    "2016-13-05T21:29:29Z",
    "2016-02-30T00:00:00Z",
    "2016-12-05T25:29:29Z",
    "2016-12-05T21:29:29",
    "2016-12-05",
  ])
    assert.equal(readTimestamp(text), undefined, text);
});

test("exactly one of the type questions is answered with yes", () => {
  fc.assert(
    fc.property(json, (value) => {
      const types = ["IsNull", "IsNumeric", "IsString", "IsBoolean"].filter((name) =>
        COMPARISONS[name]!(value, true),
      );
      assert.equal(types.length, value !== null && typeof value === "object" ? 0 : 1);
    }),
  );
});

test("wildcards match as a regular expression does, and may be escaped", () => {
  const part = fc.stringMatching(/^[ab*]{0,6}$/);
  fc.assert(
    fc.property(part, fc.stringMatching(/^[ab]{0,8}$/), (pattern, text) => {
      const regex = new RegExp(`^${pattern.replace(/\*/g, "[ab]*")}$`);
      assert.equal(COMPARISONS["StringMatches"]!(text, pattern), regex.test(text));
    }),
  );
  assert.equal(COMPARISONS["StringMatches"]!("a*b", "a\\*b"), true);
  assert.equal(COMPARISONS["StringMatches"]!("axb", "a\\*b"), false);
});

test("functions undo each other, and keep what they promise", () => {
  fc.assert(
    fc.property(fc.array(json, { maxLength: 20 }), fc.integer({ min: 1, max: 5 }), (items, size) => {
      const plain = JSON.parse(JSON.stringify(items)) as Json[];
      const chunks = intrinsic(`States.ArrayPartition($, ${size})`, plain) as Json[][];
      assert.deepEqual(chunks.flat(), plain);
      assert.ok(chunks.every((chunk, at) => chunk.length === size || at === chunks.length - 1));
      assert.equal(intrinsic("States.ArrayLength($)", plain), plain.length);
      assert.deepEqual(intrinsic("States.StringToJson(States.JsonToString($))", plain), plain);
      for (const item of plain)
        assert.equal(intrinsic("States.ArrayContains($.l, $.i)", { l: plain, i: item }), true);
      const unique = intrinsic("States.ArrayUnique($)", plain) as Json[];
      assert.deepEqual(intrinsic("States.ArrayUnique($)", unique), unique);
    }),
  );
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 100 }), (text) => {
      assert.equal(intrinsic("States.Base64Decode(States.Base64Encode($))", text), text);
      assert.equal(intrinsic("States.Format('{}', $)", text), text);
    }),
  );
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 1000 }), fc.integer(), (start, width, seed) => {
      const drawn = intrinsic(`States.MathRandom(${start}, ${start + width}, ${seed})`, null) as number;
      assert.ok(drawn >= start && drawn < start + width);
      assert.equal(intrinsic(`States.MathRandom(${start}, ${start + width}, ${seed})`, null), drawn);
    }),
  );
});

test("functions say what they were given wrong", () => {
  for (const text of [
    "States.ArrayRange(1, 9, 0)",
    "States.ArrayRange(1, 2000, 1)",
    "States.ArrayGetItem($, 9)",
    "States.StringToJson('{')",
    "States.Hash('a', 'SHA-3')",
    "States.Format('{}')",
    "States.JsonMerge($, $, false)",
  ])
    assert.throws(() => intrinsic(text, []), { error: "States.IntrinsicFailure" }, text);
  for (const text of [
    "States.Nothing()",
    "States.UUID(1)",
    "States.Format('\\a')",
    "States.Array(",
    "Format('a')",
  ])
    assert.equal(parseIntrinsic(text), undefined, text);
});

/** Paths, and what they find in one document. */
const DOCUMENT: Json = {
  a: { "b c": [1, 2, { d: "x" }], e: null },
  n: [{ v: 1, k: "p" }, { v: 2, k: "q" }, { v: 3 }],
};
const FOUND: readonly [string, Json][] = [
  ["$", DOCUMENT],
  ["$.a['b c'][0]", 1],
  ["$.a['b c'][-1].d", "x"],
  ["$.a.e", null],
  ["$.n[*].v", [1, 2, 3]],
  ["$.n[0:2].v", [1, 2]],
  ["$.n[0,2].v", [1, 3]],
  ["$.n[?(@.v > 1)].v", [2, 3]],
  ["$.n[?(@.v > 1 && @.k == 'q')].v", [2]],
  ["$.n[?(@.k)].k", ["p", "q"]],
  ["$.n[?(@.k =~ /[pq]/)].v", [1, 2]],
  ["$.n[?(!(@.v in [1, 2]))].v", [3]],
  ["$..d", ["x"]],
  ["$.n.length()", 3],
  ["$.missing[*].x", []],
];

test("paths find what Jayway's find", () => {
  for (const [path, value] of FOUND) assert.deepEqual(follow(parsePath(path), DOCUMENT), value, path);
  for (const path of ["$.a.x.y", "$.a.x", "$.n[9]"])
    assert.throws(() => follow(parsePath(path), DOCUMENT), path);
  for (const path of ["a", "$.", "$[", "$.a b", "$[?(@.a ==)]"]) assert.throws(() => parsePath(path), path);
});

test("what is written to a reference path is read there, and the rest stays", () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom("a", "b", "__proto__", "constructor"), { minLength: 1, maxLength: 4 }),
      json,
      (names, value) => {
        const path = parsePath(`$${names.map((name) => `['${name}']`).join("")}`);
        const before = { other: 1 };
        const after = writePath(path, before, value);
        assert.deepEqual(follow(path, after), value);
        assert.equal((after as { other: number }).other, 1);
        assert.deepEqual(before, { other: 1 });
      },
    ),
  );
  assert.equal(isReferencePath("$.a[*]"), false);
});
