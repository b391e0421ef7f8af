import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { encodeMessage } from "../../core/event-message.ts";
import { framesOf } from "./frames.ts";
import { findValue, parsePath } from "./json-path.ts";

const SEED = 20_260_101;

const valueAt = (text: string, path: string) => {
  const json = Buffer.from(text);
  const span = findValue(json, parsePath(path)!);
  return span && json.toString("utf8", span.start, span.end);
};

test("a path leads to a value, wherever white space and escapes stand", () => {
  const text = ' { "a\\"b" : [ 1 , "x]}" , { "c" : null } ] , "ü": {"d e": true} } ';
  assert.equal(valueAt('{"a":[1,"x]}",{"c":null}]}', "a[2].c"), "null");
  assert.equal(valueAt('{"a":[1,"x]}",{"c":null}]}', "$.a[1]"), '"x]}"');
  assert.equal(valueAt(text, '["ü"]["d e"]'), "true");
  assert.equal(valueAt("[[1],[2,[3]]]", "[1][1]"), "[3]");
});

test("a path that leads nowhere, or through what is no JSON, finds nothing", () => {
  for (const text of [
    "",
    "{",
    '{"a"',
    '{"a":',
    "[1",
    "nonsense",
    '{"a":1}',
    '"a"',
    "[".repeat(5000),
    "{]",
    '{"b":[}',
  ]) {
    assert.equal(valueAt(text, "b[0]"), undefined, text.slice(0, 20));
  }
  for (const path of ["", "$", "a..b", "a[", "a[x]", "[-1]", "a b"])
    assert.equal(parsePath(path), undefined, path);
});

test("every value of any JSON is found by its path", () => {
  const paths = (value: unknown): (string | number)[][] => {
    if (typeof value !== "object" || value === null) return [];
    const entries: [string | number, unknown][] = Array.isArray(value)
      ? [...value.entries()]
      : Object.entries(value);
    return entries.flatMap(([step, member]) => [[step], ...paths(member).map((rest) => [step, ...rest])]);
  };
  const at = (value: unknown, path: readonly (string | number)[]) =>
    path.reduce<unknown>((inner, step) => (inner as Record<string | number, unknown>)[step], value);
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom(undefined, 2), (value, indent) => {
      const json = Buffer.from(JSON.stringify(value, undefined, indent));
      const parsed: unknown = JSON.parse(json.toString());
      for (const path of paths(parsed)) {
        const span = findValue(json, path);
        assert.ok(span, JSON.stringify(path));
        assert.deepEqual(JSON.parse(json.toString("utf8", span.start, span.end)), at(parsed, path));
      }
    }),
    { seed: SEED, numRuns: 500 },
  );
});

async function* pieces(bytes: Buffer, cuts: readonly number[]): AsyncGenerator<Buffer> {
  let from = 0;
  for (const cut of cuts.map((at) => at % (bytes.length + 1)).sort((a, b) => a - b)) {
    yield bytes.subarray(from, cut);
    from = cut;
  }
  yield bytes.subarray(from);
}

async function framed(bytes: Buffer, cuts: readonly number[]): Promise<Buffer[]> {
  const frames: Buffer[] = [];
  for await (const frame of framesOf(pieces(bytes, cuts))) frames.push(frame);
  return frames;
}

test("messages are found wherever pieces end, and what is none passes byte for byte", async () => {
  const cuts = fc.array(fc.nat(), { maxLength: 12 });
  const payloads = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(payloads, cuts, async (contents, at) => {
      const messages = contents.map((payload) =>
        Buffer.from(encodeMessage({ headers: { a: "b" }, payload })),
      );
      assert.deepEqual(await framed(Buffer.concat(messages), at), messages);
    }),
    { seed: SEED, numRuns: 300 },
  );
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), cuts, async (bytes, at) => {
      assert.deepEqual(Buffer.concat(await framed(Buffer.from(bytes), at)), Buffer.from(bytes));
    }),
    { seed: SEED, numRuns: 300 },
  );
});
