import assert from "node:assert/strict";
import { test } from "node:test";
import { sorted } from "./sorted.ts";
import { atOnce } from "./unhurried.ts";

for (const length of [0, 1, 2, 1023, 1024, 1025, 5000]) {
  test(`${length} items come out as the engine sorts them, equals in their order`, () => {
    const items = Array.from({ length }, (_, at) => ({ key: (at * 7919) % 97, at }));
    const compare = (a: { key: number }, b: { key: number }) => a.key - b.key;
    assert.deepEqual(atOnce(sorted(items, compare)), items.toSorted(compare));
  });
}

test("between two pauses no more is done than putting a thousand items in order", () => {
  const items = Array.from({ length: 20_000 }, (_, at) => at % 1013);
  let compared = 0;
  let most = 0;
  const work = sorted(items, (a, b) => {
    compared++;
    return a - b;
  });
  for (let done = false; !done; ) {
    compared = 0;
    ({ done = false } = work.next());
    most = Math.max(most, compared);
  }
  assert.ok(most < 12_000, `${most} comparisons`);
});
