import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readJson } from "./read-json.ts";

/** Names of which V8 takes the second for the first. */
const MISTAKEN: readonly [name: string, other: string][] = [
  ["\\", '"'],
  ["e\\", "e\t"],
  ["a\\b", "a\bc"],
  ["C:\\", 'C:"'],
];

for (const [name, other] of MISTAKEN) {
  test(`${JSON.stringify(other)} is no ${JSON.stringify(name)}`, () => {
    const texts = [name, other].map((member) => JSON.stringify({ first: 0, [member]: 1 }));
    for (const text of texts) JSON.parse(text);
    for (const text of texts) assert.equal(JSON.stringify(readJson(text)), text);
  });
}

test("whatever is written is read as it is", () => {
  const name = fc.string({
    unit: fc.constantFrom("a", "~", "\\", '"', "\n", "\u0001", "b", ":", "0"),
    maxLength: 4,
  });
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: "medium" },
      name,
      fc.integer(),
      fc.constantFrom(null, true),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(fc.oneof(name, fc.constantFrom("__proto__", "~0", "toJSON")), tie("value"), {
        maxKeys: 4,
      }),
    ),
  }));
  fc.assert(
    fc.property(value, fc.constantFrom(undefined, 1), (value, space) => {
      const text = JSON.stringify(value, null, space);
      assert.equal(JSON.stringify(readJson(text), null, space), text);
    }),
    { numRuns: 2000 },
  );
});

test("a text may be as long as it likes", () => {
  const long = { "a\n": ["x".repeat(20_000_000), "\n".repeat(10_000_000)] };
  assert.ok(JSON.stringify(readJson(JSON.stringify(long))) === JSON.stringify(long));
});

test("the last of two equal names counts, however they are written", () => {
  assert.deepEqual(readJson(String.raw`{"\u0061":1,"a":2}`), { a: 2 });
  assert.deepEqual(readJson(String.raw`{"a":1,"\u0061":2}`), { a: 2 });
});

test("a reviver hears the names, and the sources of numbers", () => {
  const heard: unknown[] = [];
  readJson(String.raw`{"a\n":1.50,"b":["\n"]}`, (key, value, { source }) => {
    heard.push([key, source]);
    return value;
  });
  assert.deepEqual(heard, [
    ["a\n", "1.50"],
    ["0", String.raw`"\n"`],
    ["b", undefined],
    ["", undefined],
  ]);
});

test("what is no JSON is refused", () => {
  for (const text of [
    String.raw`{"a\n":1`,
    String.raw`{"a\x":1}`,
    String.raw`{"a\n":}`,
    '{"a\n":1}',
    String.raw`{"a\":1}`,
  ])
    assert.throws(() => readJson(text), SyntaxError);
});
