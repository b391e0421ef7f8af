import assert from "node:assert/strict";
import { test } from "node:test";
import { entropy } from "./entropy.ts";

test("no bytes are given twice, of any size, across the end of the stock", () => {
  const seen = new Set<string>();
  for (let n = 0; n < 2_000; n++) {
    const bytes = entropy(16 + (n % 300));
    assert.equal(bytes.length, 16 + (n % 300));
    seen.add(bytes.toString("hex", 0, 16));
  }
  assert.equal(seen.size, 2_000);
});

test("what was given does not change, and no bytes are nothing", () => {
  const first = entropy(32);
  const copy = Buffer.from(first);
  for (let n = 0; n < 1_000; n++) entropy(32);
  assert.deepEqual(first, copy);
  assert.equal(entropy(0).length, 0);
});
