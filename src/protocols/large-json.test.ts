import assert from "node:assert/strict";
import { test } from "node:test";
import { atOnce, isLarge } from "../core/unhurried.ts";
import { parseLargeJson } from "./large-json.ts";

const parsed = (text: string) => atOnce(parseLargeJson(Buffer.from(text)));
const KB = 1024;

/** Documents that take several pieces, each in another way. */
const DOCUMENTS: Readonly<Record<string, string>> = {
  "a list of numbers": JSON.stringify(Array.from({ length: 100_000 }, (_, at) => at)),
  "lists in lists": JSON.stringify(Array(3000).fill([[1, [2, [3, []]]], "x".repeat(20), {}])),
  "objects in objects": JSON.stringify(
    Object.fromEntries(Array.from({ length: 8000 }, (_, at) => [`k${at}`, { a: { b: [at] } }])),
  ),
  "keys that are numbers": JSON.stringify(
    Object.fromEntries(Array.from({ length: 8000 }, (_, at) => [String(9000 - at), { 7: [{ 1: at }] }])),
  ),
  "keys with escapes": `{${Array.from({ length: 8000 }, (_, at) => `"\\u0041\\"${at}": [ {"\\\\": "${"é".repeat(10)}" } ]`).join(" , ")}}`,
  "a key that comes twice": `{"a":[${"1,".repeat(50_000)}1],"b":{"a":1,"a":[${"2,".repeat(50_000)}2]},"a":{"x":[${"3,".repeat(50_000)}3]}}`,
  "a long text of escapes": JSON.stringify({
    a: ['\\"\n😀é'.repeat(300 * KB), 1],
    b: "\\".repeat(1500 * KB),
  }),
  "a long text of unicode escapes": `{"a":"${"\\ud83d\\ude00".repeat(200 * KB)}","b":[1]}`,
  "long texts among many values": JSON.stringify({
    a: Array(4).fill(["x".repeat(1100 * KB), Array(10_000).fill({ N: "1" })]),
  }),
  blanks: `{ "a" :${" ".repeat(200 * KB)}[ 1 ,\n${"\t".repeat(100 * KB)} 2 ] , "b" : { } }   `,
  "a scalar": '"text"',
  null: "null",
};

for (const [name, text] of Object.entries(DOCUMENTS)) {
  test(`${name}: what is parsed in pieces is what the engine parses`, () => {
    assert.deepEqual(parsed(text), JSON.parse(text));
  });
}

test("__proto__ is a key like others, in every piece", () => {
  const text = `{"__proto__":{"a":[${"1,".repeat(50_000)}1]},"x":1,"__proto__":{"polluted":[${"1,".repeat(50_000)}1]}}`;
  const document = parsed(text) as object;
  assert.deepEqual(Object.keys(document), ["__proto__", "x"]);
  assert.equal(Object.getPrototypeOf(document), Object.prototype);
  assert.equal(({} as Record<string, unknown>)["polluted"], undefined);
});

test("what takes several pieces is marked as large, and nothing else", () => {
  const document = parsed(JSON.stringify({ many: Array(100_000).fill({ N: 1 }), few: [1], text: "x" })) as {
    many: object[];
    few: object;
  };
  assert.ok(isLarge(document) && isLarge(document.many));
  assert.ok(!isLarge(document.few) && !document.many.some(isLarge));
});

const MANY = "1,".repeat(50_000);
for (const text of [
  `[${MANY}`,
  `[${MANY}]`,
  `[${MANY}1}`,
  `[${MANY}1]]`,
  `[${MANY}1],[1]`,
  `[${MANY}1] x`,
  `{"a":[${MANY}1],}`,
  `{"a":[${MANY}1] "b":1}`,
  `[${MANY},1]`,
  `["${"x".repeat(2_000_000)}`,
  `["${"x".repeat(2_000_000)}\n"]`,
  `["${"x".repeat(2_000_000)}\\q"]`,
  "[".repeat(300_000),
  `{${MANY}"a":1}`,
]) {
  test(`${text.slice(0, 8)}…${text.slice(-12)} is no JSON`, () => {
    assert.throws(() => JSON.parse(text));
    assert.throws(() => parsed(text), { code: "SerializationException" });
  });
}
