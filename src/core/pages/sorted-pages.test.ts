import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { until } from "../../../test/until.ts";
import type { Stored } from "../table.ts";
import { blockOf, bytesOfPages, SMALLEST_PAGE } from "./blocks.ts";
import { KeyBytes } from "./key-bytes.ts";
import { Page, search } from "./page.ts";
import { SortedPages } from "./sorted-pages.ts";

const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** What `SortedPages` is: a map that is sorted whenever somebody looks. */
class Model {
  readonly rows: Map<string, Stored>;

  constructor(rows: Iterable<readonly [string, Stored]> = []) {
    this.rows = new Map(rows);
  }

  stretch(low: string, high: string): (readonly [string, Stored])[] {
    return [...this.rows]
      .filter(([key]) => byBytes(key, low) >= 0 && byBytes(key, high) < 0)
      .sort(([a], [b]) => byBytes(a, b));
  }
}

/** Eight hexadecimal digits that spread evenly. */
const hashOf = (n: number) => hex(Math.imul(n, 0x9e3779b1) >>> 0);
const hex = (n: number) => n.toString(16).padStart(8, "0");

const someKey = fc.oneof(
  fc
    .integer({ min: 0, max: 5000 })
    .map((n) => `s000000000000\u0001seu-west-1\u0001sorders\u0001s${hashOf(n)}`),
  fc.string({ unit: fc.constantFrom("a", "b", "\u0001", "é", "\u{1f34e}", "\uffff"), maxLength: 6 }),
  fc
    .integer({ min: 0, max: 5000 })
    .map((n) => `s000000000000\u0001seu-west-1\u0001sorders\u0001n${String(n).padStart(8, "0")}`),
  fc.integer({ min: 0, max: 30 }).map((n) => "long".repeat(n * 40)),
);
const someValue: fc.Arbitrary<Stored> = fc.oneof(
  fc.string({ unit: "binary", maxLength: 20 }).filter((text) => text.isWellFormed()),
  fc.integer({ min: 0, max: 3000 }).map((n) => "x".repeat(n)),
  fc.integer({ min: 600, max: 1100 }).map((n) => "é".repeat(n)),
  fc.integer({ min: 0, max: 3000 }).map((n) => new Uint8Array(n).fill(n)),
  fc.double({ noNaN: true }),
  fc.integer({ min: -10, max: 10_000 }),
);

/** What a run's keys end with. */
const ORDERS = {
  "one after another": (n: number) => String(n).padStart(5, "0"),
  hashed: hashOf,
  /** Each is a twentieth nearer to the first place that there may be. */
  crowded: (n: number) => hex(Math.floor(2 ** 32 / 1.05 ** n)) + n,
};

const operation = fc.oneof(
  { weight: 12, arbitrary: fc.record({ put: someKey, value: someValue }) },
  { weight: 4, arbitrary: fc.record({ add: someKey, value: someValue }) },
  { weight: 5, arbitrary: fc.record({ drop: someKey }) },
  {
    weight: 3,
    arbitrary: fc.record({
      low: someKey,
      high: someKey,
      reverse: fc.boolean(),
      most: fc.integer({ min: 1, max: 50 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ clearFrom: someKey, to: someKey }) },
  {
    weight: 1,
    arbitrary: fc.record({
      run: someKey,
      order: fc.constantFrom("one after another", "hashed", "crowded"),
      rows: fc.integer({ min: 1, max: 400 }),
      size: fc.integer({ min: 0, max: 300 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ swap: fc.boolean() }) },
);

setFlagsFromString("--expose-gc");
const gc = runInNewContext("gc") as () => void;
const heldMb = () => {
  gc();
  return process.memoryUsage().arrayBuffers / 1e6;
};

// The first test: what others have left is still being collected when they have ended.
test("what has been cleared, or put aside, takes no memory", async () => {
  const before = heldMb();
  let pages: SortedPages | undefined;
  for (const how of ["cleared", "put aside"]) {
    pages = new SortedPages();
    for (let n = 0; n < 20_000; n++) pages.put(String(n), "x".repeat(1000));
    assert.ok(heldMb() - before > 18);
    const low = how === "cleared" ? "" : "19";
    pages.clear({ low, high: "a" });
    if (how === "put aside") pages = undefined;
    // What has been collected is given back a little later, but for the chunk that has the last page.
    await until(() => heldMb() - before < 10 && bytesOfPages() < 1e5);
  }
});

test("what only a fork had is free when nobody has the fork", async () => {
  const pages = new SortedPages();
  for (let round = 0; round < 5; round++) {
    let fork: SortedPages | undefined = pages.fork();
    for (let n = 0; n < 20_000; n++) pages.put(String(n), String(round).repeat(1000));
    assert.equal(fork.get("7"), round === 0 ? undefined : String(round - 1).repeat(1000));
    fork = undefined;
    await until(() => {
      gc();
      return bytesOfPages() < 25e6;
    });
  }
});

test("it is a sorted map, and so is a fork of it", () => {
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 120 }), (operations) => {
      let [pages, model] = [new SortedPages(), new Model()];
      const forks: [SortedPages, Model][] = [];
      for (const op of operations) {
        if ("put" in op) {
          assert.deepEqual(pages.put(op.put, op.value, true), model.rows.get(op.put));
          model.rows.set(op.put, op.value);
        } else if ("add" in op) {
          assert.equal(pages.add(op.add, op.value), !model.rows.has(op.add));
          if (!model.rows.has(op.add)) model.rows.set(op.add, op.value);
        } else if ("drop" in op) {
          const had = model.rows.get(op.drop);
          assert.equal(
            pages.delete(op.drop, (value) => assert.deepEqual(value, had)),
            model.rows.delete(op.drop),
          );
        } else if ("low" in op) {
          const rows = model.stretch(op.low, op.high);
          assert.equal(pages.count(op), rows.length);
          if (op.reverse) rows.reverse();
          assert.deepEqual(
            pages.read(op, { keys: true, values: true }, op.reverse, op.most, Number.POSITIVE_INFINITY).rows,
            rows.slice(0, op.most),
          );
          const { rows: values } = pages.read(op, { keys: false, values: true }, op.reverse, op.most, 500);
          assert.deepEqual(
            values.map(([, value]) => value),
            rows.slice(0, values.length).map(([, value]) => value),
          );
        } else if ("clearFrom" in op) {
          const rows = model.stretch(op.clearFrom, op.to);
          const gone: unknown[] = [];
          const stretch = { low: op.clearFrom, high: op.to };
          assert.equal(
            pages.clear(stretch, (key, value) => gone.push([key, value])),
            rows.length,
          );
          assert.deepEqual(gone, rows);
          for (const [key] of rows) model.rows.delete(key);
        } else if ("run" in op) {
          for (let n = 0; n < op.rows; n++) {
            const key = op.run + ORDERS[op.order](n);
            pages.put(key, "v".repeat(op.size));
            model.rows.set(key, "v".repeat(op.size));
          }
        } else {
          if (forks.length < 4) forks.push([pages.fork(), new Model(model.rows)]);
          // Either may be the one that is written to.
          if (op.swap) {
            const other = forks.shift()!;
            forks.push([pages, model]);
            [pages, model] = other;
          }
        }
        assert.equal(pages.size, model.rows.size);
      }
      for (const [fork, { rows }] of [...forks, [pages, model] as const]) {
        assert.deepEqual(
          [...fork.rows()],
          [...rows].sort(([a], [b]) => byBytes(a, b)),
        );
        for (const [key, value] of rows) assert.deepEqual(fork.get(key), value);
      }
    }),
    { numRuns: 300 },
  );
});

test("a value of the same length in a row's place is not a fork's", () => {
  for (const rows of [1, 5000]) {
    const pages = new SortedPages();
    for (let n = 0; n < rows; n++) pages.put(hashOf(n), "before");
    const fork = pages.fork();
    for (let n = 0; n < rows; n += 2) pages.put(hashOf(n), "behind");
    for (let n = 1; n < rows; n += 2) fork.put(hashOf(n), "beside");
    for (let n = 0; n < rows; n++) {
      assert.equal(pages.get(hashOf(n)), n % 2 === 0 ? "behind" : "before");
      assert.equal(fork.get(hashOf(n)), n % 2 === 0 ? "before" : "beside");
    }
  }
});

test("however keys crowd, finding one takes no more looks than halving twice would", () => {
  const many = 1000;
  for (const keyAt of [
    hashOf,
    ORDERS.crowded,
    (n: number) => hex(n),
    (n: number) => (n === 0 ? "00000000" : `ffff${hex(n)}`),
    (n: number) => (n === 0 ? "ffffffff" : `0000${hex(n)}`),
    (n: number) => `abcd${hex(n)}`,
    (n: number) => (n === 0 ? "00000000" : n === 1 ? "ffffffff" : `7fff${hex(n)}`),
  ]) {
    const keys = Array.from({ length: many }, (_, n) => keyAt(n)).sort();
    const page = new Page(blockOf(SMALLEST_PAGE));
    const sought = new KeyBytes();
    for (const [at, key] of keys.entries()) page.add(at, sought.set(key), 0);
    let looks = 0;
    const heads = new Set(keys.map((_, at) => page.top - page.prefix - 8 * at - 4));
    page.bytes = new Proxy(page.bytes, {
      get(bytes, place) {
        if (heads.has(Number(place))) looks++;
        return Reflect.get(bytes, place, bytes);
      },
    });
    for (const [at, key] of keys.entries()) {
      looks = 0;
      assert.equal(search(page, sought.set(key)), at);
      assert.ok(looks <= 2 * Math.log2(many) + 2, `${looks} looks for ${key}`);
      looks = 0;
      assert.equal(search(page, sought.set(`${key}+`)), ~(at + 1));
      assert.ok(looks <= 2 * Math.log2(many) + 2, `${looks} looks behind ${key}`);
    }
  }
});

test("keys may be as long as pages", () => {
  const key = fc
    .record({
      letter: fc.constantFrom("a", "b", "c"),
      length: fc.constantFrom(0, 3, 20_000, 30_000, 45_000, 59_000, 65_000),
      n: fc.integer({ min: 0, max: 200 }),
    })
    .map(({ letter, length, n }) => letter.repeat(length) + n);
  const value = fc.integer({ min: 0, max: 2048 }).map((n) => "v".repeat(n));
  const puts = fc.array(fc.record({ key, value, isGone: fc.boolean() }), { minLength: 200, maxLength: 400 });
  fc.assert(
    fc.property(puts, (operations) => {
      const pages = new SortedPages();
      const model = new Map<string, Stored>();
      for (const { key, value, isGone } of operations) {
        pages.put(key, value);
        model.set(key, value);
        if (isGone) assert.equal(pages.delete(key), model.delete(key));
      }
      assert.ok([...model].every(([key, value]) => pages.get(key) === value));
      assert.deepEqual(
        Array.from(pages.rows(), ([key]) => key),
        [...model.keys()].sort(),
      );
    }),
    { numRuns: 10 },
  );
});

test("trees of a page each take little memory when they have been emptied at once, or row by row", () => {
  const before = bytesOfPages();
  const trees = Array.from({ length: 100 }, () => new SortedPages());
  for (const atOnce of [true, false])
    for (const pages of trees) {
      for (let n = 0; n < 300; n++) pages.put(hashOf(n), "v".repeat(150));
      if (atOnce) pages.clear({ low: "", high: "g" });
      else for (let n = 0; n < 300; n++) pages.delete(hashOf(n));
      assert.equal(pages.size, 0);
      assert.ok(bytesOfPages() - before < trees.length * 4000);
    }
  for (const pages of trees) pages.release();
});

test("what the keys of a page begin with is kept once, in whichever order they come", () => {
  for (const order of [ORDERS["one after another"], hashOf]) {
    const before = bytesOfPages();
    const pages = new SortedPages();
    for (let n = 0; n < 20_000; n++) pages.put(`${"k".repeat(200)}${order(n)}`, n % 10);
    // A record has ten bytes beside what is its key's own.
    assert.ok((bytesOfPages() - before) / pages.size < 50);
    pages.release();
  }
});

test("what begins as nothing else does finds room before many that begin alike", () => {
  const pages = new SortedPages();
  const rows = new Map<string, string>();
  const put = (key: string) => {
    const value = key.slice(-8).repeat(200);
    pages.put(key, value);
    rows.set(key, value);
  };
  const alike = "o".repeat(1000);
  for (let n = 0; n < 4000; n++) put(alike + hashOf(n));
  for (let n = 0; n < 400; n++) put(`a${hashOf(n)}`);
  for (const [key, value] of rows) assert.equal(pages.get(key), value);
  assert.deepEqual(
    Array.from(pages.rows(), ([key]) => key),
    [...rows.keys()].sort(),
  );
});

test("a page that has been emptied takes a value of any size, whatever its keys began with", () => {
  const key = (n: number) => `s000000000000\u0001seu-west-1\u0001sorders\u0001n${n}`;
  for (let many = 2; many < 40; many++)
    for (let size = 0; size <= 300; size++) {
      const pages = new SortedPages();
      const keys = Array.from({ length: many }, (_, n) => key(n + 10));
      for (const key of keys) pages.put(key, "a".repeat(many % 9));
      // When much of it is gone, it is packed anew: its keys have a beginning in common then.
      for (const key of keys) pages.delete(key);
      const value = "x".repeat(size);
      pages.put(key(5), value);
      assert.equal(pages.get(key(5)), value);
      pages.put(key(6), "b");
      assert.equal(pages.get(key(5)), value);
      assert.equal(pages.get(key(6)), "b");
    }
});
