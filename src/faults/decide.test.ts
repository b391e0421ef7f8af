import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Random } from "../core/random.ts";
import { type Frequency, fires } from "./decide.ts";

/** What fires of `matches` matches, in order. */
function firing(
  rule: Partial<Frequency>,
  matches: number,
  draw: (match: number) => number = () => 0,
): boolean[] {
  let fired = 0;
  return Array.from({ length: matches }, (_, i) => {
    const turn = { match: i + 1, count: { fired, firedAtMs: [] }, nowMs: 0 };
    const does = fires({ percentage: 100, ...rule }, turn, () => draw(i + 1));
    if (does) fired++;
    return does;
  });
}

/** The same by crossing matches off a list, one criterion after the other. */
function naive(rule: Partial<Frequency>, matches: number, draw: (match: number) => number): boolean[] {
  let left = Array.from({ length: matches }, (_, i) => i + 1);
  left = left.slice(rule.skip ?? 0);
  if (rule.every) left = left.filter((_, i) => (i + 1) % rule.every! === 0);
  if (rule.sequence)
    left = left.slice(0, rule.sequence.length).filter((_, i) => rule.sequence![i] === "fail");
  left = left.filter((match) => draw(match) * 100 < (rule.percentage ?? 100));
  if (rule.times) left = left.slice(0, rule.times);
  return Array.from({ length: matches }, (_, i) => left.includes(i + 1));
}

const T = true;
const F = false;

test("a rule without conditions fires at every match", () => assert.deepEqual(firing({}, 3), [T, T, T]));

test("times: only the first so many", () => assert.deepEqual(firing({ times: 2 }, 4), [T, T, F, F]));

test("skip: the first so many pass", () => assert.deepEqual(firing({ skip: 2 }, 4), [F, F, T, T]));

test("every: only each n-th", () => assert.deepEqual(firing({ every: 3 }, 7), [F, F, T, F, F, T, F]));

test("skip, every and times together", () => {
  assert.deepEqual(firing({ skip: 1, every: 2, times: 2 }, 8), [F, F, T, F, T, F, F, F]);
});

test("a sequence is gone through once, then the rule passes for good", () => {
  assert.deepEqual(firing({ sequence: ["fail", "fail", "pass", "fail"] }, 6), [T, T, F, T, F, F]);
});

test("times count what fired, not what the dice let pass", () => {
  const draws = [0.9, 0.1, 0.9, 0.1, 0.1];
  assert.deepEqual(
    firing({ percentage: 50, times: 2 }, 5, (match) => draws[match - 1]!),
    [F, T, F, T, F],
  );
});

test("percentage 0 never fires, even at the smallest draw; 100 always, even at the largest", () => {
  assert.deepEqual(
    firing({ percentage: 0 }, 2, () => 0),
    [F, F],
  );
  assert.deepEqual(
    firing({ percentage: 100 }, 2, () => 1 - 2 ** -53),
    [T, T],
  );
});

test("the draw decides on both sides of the percentage", () => {
  assert.deepEqual(
    firing({ percentage: 25 }, 1, () => 0.2499),
    [T],
  );
  assert.deepEqual(
    firing({ percentage: 25 }, 1, () => 0.25),
    [F],
  );
});

test("any rule fires exactly where crossing off a list says", () => {
  const rules = fc.record(
    {
      skip: fc.nat({ max: 10 }),
      every: fc.integer({ min: 1, max: 6 }),
      times: fc.integer({ min: 1, max: 10 }),
      sequence: fc.array(fc.constantFrom("fail" as const, "pass" as const), { minLength: 1, maxLength: 12 }),
      percentage: fc.oneof(fc.constantFrom(0, 100), fc.double({ min: 0, max: 100, noNaN: true })),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(rules, fc.string(), fc.nat({ max: 60 }), (rule, seed, matches) => {
      const random = new Random(seed);
      const draw = (match: number) => random.draw("rule-1", match);
      assert.deepEqual(firing(rule, matches, draw), naive(rule, matches, draw));
    }),
  );
});

test("a percentage is met over many matches, whatever the seed", () => {
  for (const seed of ["a", "b", "c"]) {
    for (const percentage of [1, 10, 50, 90]) {
      const random = new Random(seed);
      const count = firing({ percentage }, 20_000, (match) => random.draw("rule-1", match)).filter(
        (does) => does,
      ).length;
      const sigma = Math.sqrt(20_000 * (percentage / 100) * (1 - percentage / 100));
      assert.ok(Math.abs(count - 200 * percentage) < 5 * sigma, `${count} of 20000 at ${percentage} %`);
    }
  }
});
