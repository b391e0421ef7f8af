import assert from "node:assert/strict";
import { test } from "node:test";
import { sliceOf } from "./slice.ts";

test("a slice has the input's small parts as they are", () => {
  const when = new Date(0);
  const input = { a: "x", n: 1, on: true, none: null, when, list: [1, { b: "y" }] };
  assert.deepEqual(sliceOf(input).input, input);
});

test("long texts and large collections are cut, and say how long they were", () => {
  const { input, sizeBytes } = sliceOf({ text: "x".repeat(5000), list: Array(100).fill("y") });
  assert.equal(input["text"], `${"x".repeat(1024)}… (5000 characters)`);
  const list = input["list"] as unknown[];
  assert.equal(list.length, 65);
  assert.equal(list[64], "… (100 items)");
  assert.ok(sizeBytes > 1024 && sizeBytes < 10_000);
});

test("blobs and streams are named, and blobs' first bytes kept apart", () => {
  const stream = (async function* () {})();
  const { input, heads } = sliceOf({ blob: Buffer.from("hello"), stream });
  assert.deepEqual(input, { blob: "(5 bytes)", stream: "(stream)" });
  assert.deepEqual(heads, ["hello"]);
  assert.equal(sliceOf({ blob: new Uint8Array(10_000) }).heads[0]!.length, 256);
});

test("no input has a slice without bounds", () => {
  const wide = Array.from({ length: 60 }, () =>
    Array.from({ length: 60 }, () => Array(60).fill("x".repeat(100))),
  );
  const { sizeBytes } = sliceOf({ wide });
  assert.ok(sizeBytes < 200_000, `${sizeBytes} bytes`);
  let deep: Record<string, unknown> = {};
  for (let i = 0; i < 100; i++) deep = { deep };
  assert.match(JSON.stringify(sliceOf(deep).input), /"…"/);
});

test("a member may be called as what objects are made of", () => {
  const { input } = sliceOf(JSON.parse('{"Item":{"__proto__":{"S":"a"}}}'));
  assert.equal(JSON.stringify(input), '{"Item":{"__proto__":{"S":"a"}}}');
  assert.equal(Object.getPrototypeOf(input["Item"]), Object.prototype);
});
