import assert from "node:assert/strict";
import { test } from "node:test";
import { Rates } from "../../dashboard/src/fleet/rates.ts";

const looked = (counts: readonly number[]): readonly number[] => {
  const rates = new Rates();
  counts.forEach((count, look) => {
    rates.look(new Map([["front-1", count]]), look * 2000);
  });
  return rates.of("front-1");
};

test("a first look says nothing of how fast a count grows, the second does", () => {
  assert.deepEqual(looked([5]), []);
  assert.deepEqual(looked([5, 9]), [2]);
});

test("a count that is reported every five seconds grows as fast as it does, between its reports too", () => {
  // Ten a second: reported at 0, 5, 10, 15 and 20 s, looked at every two seconds.
  const rates = looked([0, 0, 0, 50, 50, 100, 100, 100, 150, 150, 200]);
  assert.deepEqual(rates.slice(4), [10, 10, 10, 10, 10, 10]);
});

test("a count that begins anew is no fall", () => {
  assert.deepEqual(looked([80, 84, 0, 6]), [2, 3]);
});

test("only the last minute is kept, and nothing of what is there no more", () => {
  const rates = new Rates();
  for (let look = 0; look < 40; look++) rates.look(new Map([["a", look]]), look * 2000);
  assert.equal(rates.of("a").length, 30);
  rates.look(new Map(), 80_000);
  assert.deepEqual(rates.of("a"), []);
});
