import assert from "node:assert/strict";
import { test } from "node:test";
import { BoundedMap } from "./bounded-map.ts";

test("a bounded map keeps the newest half for sure, and what is asked for", () => {
  const map = new BoundedMap<number>(10);
  map.set("kept", 0);
  for (let i = 1; i <= 100; i++) {
    map.set(String(i), i);
    assert.equal(map.get("kept"), 0);
    for (let newest = i; newest > Math.max(0, i - 4); newest--) assert.equal(map.get(String(newest)), newest);
  }
  assert.equal(map.get("1"), undefined);
  const left = Array.from({ length: 101 }, (_, i) => map.get(String(i))).filter(
    (value) => value !== undefined,
  );
  assert.ok(left.length <= 10);
});

test("a value that is set again is the new one", () => {
  const map = new BoundedMap<number>(4);
  map.set("a", 1);
  map.set("a", 2);
  for (const name of ["b", "c"]) map.set(name, 0);
  assert.equal(map.get("a"), 2);
});
