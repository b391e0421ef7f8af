import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { decodeKey, encodeKey, type KeyPart } from "./key.ts";

const part = fc.oneof(
  fc.string({ unit: "grapheme-composite" }),
  fc.string({ unit: fc.constantFrom("\u0000", "\u0001", "\u0002", "\u0003", "a") }),
  fc.double({ noNaN: true }),
  fc.integer(),
);
const key = fc.array(part, { maxLength: 4 });

function compareParts(a: KeyPart, b: KeyPart): number {
  if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
  if (typeof a === "string") return Buffer.compare(Buffer.from(a), Buffer.from(b as string));
  return a - (b as number) || 0;
}

function compareKeys(a: readonly KeyPart[], b: readonly KeyPart[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const order = Math.sign(compareParts(a[i]!, b[i]!));
    if (order) return order;
  }
  return Math.sign(a.length - b.length);
}

test("a key decodes to what it was", () => {
  fc.assert(
    fc.property(key, (parts) => {
      const normal = parts.map((p) => (p === 0 ? 0 : p));
      assert.deepEqual(decodeKey(encodeKey(parts)), normal);
    }),
  );
});

test("the bytes of encoded keys sort as their tuples", () => {
  fc.assert(
    fc.property(key, key, (a, b) => {
      const bytes = Math.sign(Buffer.compare(Buffer.from(encodeKey(a)), Buffer.from(encodeKey(b))));
      assert.equal(bytes, compareKeys(a, b));
    }),
    { numRuns: 2000 },
  );
});

test("NaN is no key", () => {
  assert.throws(() => encodeKey([Number.NaN]), /NaN/);
});
