import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Heap } from "./heap.ts";

test("A heap gives its elements in order, also after some were dropped", () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.integer({ min: 1, max: 5 }), (numbers, divisor) => {
      const heap = new Heap<number>((a, b) => a < b);
      for (const number of numbers) heap.push(number);
      heap.retain((number) => number % divisor === 0);
      const kept = numbers.filter((number) => number % divisor === 0).sort((a, b) => a - b);
      assert.equal(heap.size, kept.length);
      assert.deepEqual(
        kept.map(() => heap.pop()),
        kept,
      );
      assert.equal(heap.pop(), undefined);
    }),
  );
});
