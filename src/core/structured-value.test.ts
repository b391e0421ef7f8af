import assert from "node:assert/strict";
import { test } from "node:test";
import { deserialize, serialize } from "node:v8";
import fc from "fast-check";
import { decodeStructured, encodeStructured } from "./structured-value.ts";

const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: "medium", maxDepth: 6 },
    fc.string({ unit: "binary" }),
    fc.constantFrom("", "\ud800", "ümläut \u{1f4a5}", null, undefined, -0, Number.NaN, 12n, true),
    fc.constantFrom(new Date(5), new Map([[1, 2]]), new Set(["a"]), Object.create(null)),
    fc.double(),
    fc.integer(),
    fc.uint8Array({ maxLength: 20 }),
    fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
    fc.array(tie("any"), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom("data", "at", "1", "toJSON", "x y"), tie("any"), { maxKeys: 4 }),
  ),
})).any;

test("a value comes back as it would from V8", () => {
  fc.assert(
    fc.property(value, (value) => {
      const bytes = encodeStructured(value);
      // As it comes out of a page, it is a view of something larger, or none.
      const kept = Buffer.concat([Buffer.alloc(3), bytes, Buffer.alloc(2)]).subarray(3, 3 + bytes.length);
      assert.deepEqual(decodeStructured(kept), deserialize(serialize(value)));
      assert.deepEqual(decodeStructured(new Uint8Array(bytes)), deserialize(serialize(value)));
    }),
    { numRuns: 500 },
  );
});

test("what V8 has written is read, too", () => {
  const value = { data: new Uint8Array([1, 2]), at: new Date(0) };
  assert.deepEqual(decodeStructured(serialize(value)), value);
  assert.deepEqual(decodeStructured(serialize({ data: new Uint8Array([1, 2]) })), {
    data: new Uint8Array([1, 2]),
  });
});

test("a value keeps nothing of the bytes that it was read from", () => {
  const bytes = encodeStructured({ data: new Uint8Array([1, 2, 3]), name: "a" });
  const value = decodeStructured(bytes) as { data: Uint8Array };
  bytes.fill(0);
  assert.deepEqual([...value.data], [1, 2, 3]);
  assert.equal(value.data.buffer.byteLength, 3);
});

test("a value that is deep comes back, and so does one that meets itself", () => {
  let deep: unknown = "end";
  for (let i = 0; i < 500; i++) deep = [deep];
  let found = decodeStructured(encodeStructured(deep));
  for (let i = 0; i < 500; i++) found = (found as unknown[])[0];
  assert.equal(found, "end");
  const ring: { self?: unknown } = {};
  ring.self = ring;
  const back = decodeStructured(encodeStructured(ring)) as typeof ring;
  assert.equal(back.self, back);
});
