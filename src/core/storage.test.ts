import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { newFolder } from "../../test/new-folder.ts";
import { type Fruit, fruits } from "./fruits.fixture.ts";
import type { KeptStorage } from "./kept-storage.ts";
import { encodeKey, type Key } from "./key.ts";
import { LoggedStorage } from "./logged.ts";
import { MemoryStorage } from "./memory.ts";
import { defineCollection, type Range } from "./storage.ts";

const someKey = fc.array(
  fc.oneof(fc.constantFrom("a", "b", "\u0000", "ab"), fc.integer({ min: -2, max: 2 })),
  { minLength: 1, maxLength: 3 },
);
const someFruit = fc.record({
  name: fc.constantFrom("apple", "pear"),
  weight: fc.integer({ min: -3, max: 3 }),
  colour: fc.option(fc.constantFrom("red", "green"), { nil: undefined }),
});
const someRange: fc.Arbitrary<Range> = fc.record(
  {
    prefix: fc.array(fc.constantFrom("a", 1), { maxLength: 1 }),
    reverse: fc.boolean(),
    limit: fc.integer({ min: 1, max: 40 }),
  },
  { requiredKeys: [] },
);

const bytes = (key: Key) => Buffer.from(encodeKey(key));

type Open = () => KeptStorage;

const ENGINES: Readonly<Record<string, Open>> = {
  "in memory": () => new MemoryStorage(),
  "with a log": () => new LoggedStorage(newFolder()),
};

/** What holds whichever engine keeps it. */
function both(title: string, work: (open: Open) => void | Promise<void>): void {
  for (const [engine, open] of Object.entries(ENGINES)) test(`${engine}: ${title}`, () => work(open));
}

both("a collection is a sorted map, and an index is that map in another order", (open) => {
  const operation = fc.oneof(
    fc.record({ put: someKey, fruit: someFruit }),
    fc.record({ drop: someKey }),
    fc.record({ list: someRange }),
    fc.record({ weigh: someRange }),
  );
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 80 }), (operations) => {
      const storage = open();
      const collection = storage.store("test", "1", "r").collection(fruits);
      const other = storage.store("test", "1", "r2").collection(fruits);
      other.put(["a"], { name: "elsewhere", weight: 0 });
      const model = new Map<string, { key: Key; value: Fruit }>();
      const inRange = (range: Range, key: Key) =>
        bytes(key)
          .subarray(0, bytes(range.prefix ?? []).length)
          .equals(bytes(range.prefix ?? []));
      const cut = <T>(rows: T[], range: Range) =>
        (range.reverse ? rows.reverse() : rows).slice(0, range.limit);
      for (const op of operations) {
        if ("put" in op) {
          const value = JSON.parse(JSON.stringify(op.fruit));
          collection.put(op.put, value);
          model.set(encodeKey(op.put), { key: op.put, value });
        } else if ("drop" in op) {
          assert.equal(collection.delete(op.drop), model.delete(encodeKey(op.drop)));
        } else if ("list" in op) {
          const rows = [...model.values()].filter((row) => inRange(op.list, row.key));
          rows.sort((a, b) => Buffer.compare(bytes(a.key), bytes(b.key)));
          assert.deepEqual([...collection.entries(op.list)], cut(rows, op.list));
        } else {
          const rows = [...model.values()]
            .map(({ key, value }) => ({ key: [value.weight] as Key, primary: key, value }))
            .filter((row) => inRange(op.weigh, row.key));
          rows.sort((a, b) =>
            Buffer.compare(bytes([...a.key, ...a.primary]), bytes([...b.key, ...b.primary])),
          );
          assert.deepEqual([...collection.by("byWeight").entries(op.weigh)], cut(rows, op.weigh));
        }
      }
      assert.equal(collection.count(), model.size);
      const red = [...model.values()].filter((row) => row.value.colour === "red").length;
      assert.equal(collection.by("byColour").count({ prefix: ["red"] }), red);
      storage.close();
    }),
    { numRuns: 60 },
  );
});

both("more rows than a chunk are read in order, also while they are being deleted", (open) => {
  const storage = open();
  const numbers = storage.store("test", "1", "r").collection(defineCollection<number>({ name: "numbers" }));
  for (let i = 0; i < 3000; i++) numbers.put([i], i);
  assert.deepEqual(
    [...numbers.values()],
    Array.from({ length: 3000 }, (_, i) => i),
  );
  assert.deepEqual(
    [...numbers.values({ reverse: true, limit: 100 })],
    Array.from({ length: 100 }, (_, i) => 2999 - i),
  );
  assert.deepEqual([...numbers.values({ from: [10], before: [13] })], [10, 11, 12]);
  assert.deepEqual([...numbers.values({ after: [10], to: [13] })], [11, 12, 13]);
  for (const key of numbers.keys()) numbers.delete(key);
  assert.equal(numbers.count(), 0);
  storage.close();
});

both("a transaction that throws leaves nothing, and one inside another only its own part", (open) => {
  const storage = open();
  const store = storage.store("test", "1", "r");
  const numbers = store.collection(defineCollection<number>({ name: "numbers" }));
  numbers.put(["before"], 1);
  assert.throws(() =>
    store.transaction(() => {
      numbers.put(["lost"], 2);
      throw new Error("no");
    }),
  );
  store.transaction(() => {
    numbers.put(["kept"], 3);
    assert.throws(() =>
      store.transaction(() => {
        numbers.put(["lost too"], 4);
        throw new Error("no");
      }),
    );
  });
  assert.deepEqual([...numbers.keys()], [["before"], ["kept"]]);
  storage.close();
});

both(
  "a saved state replaces what is there, caches are told, and a stranger's file is refused",
  async (open) => {
    const folder = newFolder();
    const definition = defineCollection<Uint8Array>({ name: "bytes", codec: "structured" });
    const storage = open();
    storage
      .store("test", "1", "r")
      .collection(definition)
      .put(["x"], new Uint8Array([1, 2]));
    await storage.save(join(folder, "saved"));
    await assert.rejects(storage.save(join(folder, "saved")), /is there already/);

    const other = open();
    other
      .store("test", "1", "r")
      .collection(definition)
      .put(["y"], new Uint8Array([3]));
    await other.load(join(folder, "saved"));
    assert.equal(other.generation, 1);
    assert.deepEqual(
      [...other.store("test", "1", "r").collection(definition).values()],
      [Buffer.from([1, 2])].map((b) => new Uint8Array(b)),
    );
    await assert.rejects(other.load(join(folder, "nowhere")), /is not there/);
    other.reset();
    assert.equal(other.store("test", "1", "r").collection(definition).count(), 0);
    storage.close();
    other.close();
  },
);

both(
  "what is undone in the middle of a turn leaves what others wrote in it, however much that is",
  (open) => {
    for (const others of [0, 3, 500, 3000]) {
      const storage = open();
      const store = storage.store("test", "1", "r");
      const basket = store.collection(fruits);
      for (let i = 0; i < others; i++) basket.put([i], { name: "apple", weight: i });
      const { revision } = storage;
      assert.throws(() =>
        storage.atomically(() => {
          basket.put([0], { name: "pear", weight: -1 });
          basket.delete([1]);
          basket.clear({ from: [2] });
          basket.put(["new"], { name: "pear", weight: -2 });
          throw new Error("no");
        }),
      );
      assert.ok(storage.revision > revision);
      assert.equal(storage.generation, 0);
      assert.deepEqual(
        [...basket.values()].map(({ weight }) => weight),
        Array.from({ length: others }, (_, i) => i),
      );
      assert.deepEqual(
        [...basket.by("byWeight").values()].map(({ weight }) => weight),
        Array.from({ length: others }, (_, i) => i),
      );
      storage.close();
    }
  },
);

both("what has only been read costs no transaction", (open) => {
  const storage = open();
  const basket = storage.store("test", "1", "r").collection(fruits);
  storage.atomically(() => basket.get(["a"]));
  assert.throws(() => storage.atomically(() => assert.fail(String(basket.count()))));
  assert.equal(storage.flushed(), undefined);
  storage.close();
});

both("a collection that was first used in what has been undone can be used again", (open) => {
  const storage = open();
  const store = storage.store("test", "1", "r");
  store.collection(fruits).put(["a"], { name: "apple", weight: 1 });
  const late = defineCollection<number>({ name: "late", indexes: { self: (value) => [value] } });
  assert.throws(() =>
    store.transaction(() => {
      store.collection(late).put(["x"], 1);
      throw new Error("no");
    }),
  );
  assert.deepEqual([...store.collection(late).by("self").values()], []);
  store.collection(late).put(["y"], 2);
  assert.deepEqual([...store.collection(late).by("self").values()], [2]);
  storage.close();
});

both("a transaction cannot wait", (open) => {
  const storage = open();
  const store = storage.store("test", "1", "r");
  const basket = store.collection(fruits);
  assert.throws(
    () => store.transaction(async () => basket.put(["a"], { name: "apple", weight: 1 })),
    /must be synchronous/,
  );
  assert.equal(basket.count(), 0);
  storage.close();
});

both("what is looked at is one frozen value until something is written", (open) => {
  const storage = open();
  const store = storage.store("shop", "000000000000", "us-east-1");
  const kept = store.collection(fruits);
  assert.equal(kept.look(["a"]), undefined);
  kept.put(["a"], { name: "apple", weight: 1 });
  const apple = kept.look(["a"]);
  assert.deepEqual(apple, { name: "apple", weight: 1 });
  assert.equal(kept.look(["a"]), apple);
  assert.ok(Object.isFrozen(apple));
  // Written by another account's store: another key of the same table.
  storage
    .store("shop", "111111111111", "us-east-1")
    .collection(fruits)
    .put(["a"], { name: "plum", weight: 2 });
  assert.deepEqual(kept.look(["a"]), apple);
  kept.put(["a"], { name: "apple", weight: 3 });
  assert.equal(kept.look(["a"])?.weight, 3);
  kept.delete(["a"]);
  assert.equal(kept.look(["a"]), undefined);
  kept.put(["b"], { name: "pear", weight: 4 });
  assert.equal(kept.look(["b"])?.weight, 4);
  kept.clear();
  assert.equal(kept.look(["b"]), undefined);
  storage.close();
});

both("what is looked at is what there is after writes have been undone, and after a reset", (open) => {
  const storage = open();
  const store = storage.store("shop", "000000000000", "us-east-1");
  const kept = store.collection(fruits);
  kept.put(["a"], { name: "apple", weight: 1 });
  storage.commit();
  for (const before of [() => {}, () => kept.put(["z"], { name: "zucchini", weight: 9 })]) {
    before();
    assert.throws(() =>
      store.transaction(() => {
        kept.put(["a"], { name: "apple", weight: 2 });
        assert.equal(kept.look(["a"])?.weight, 2);
        throw new Error("no");
      }),
    );
    assert.equal(kept.look(["a"])?.weight, 1);
  }
  storage.reset();
  assert.equal(kept.look(["a"]), undefined);
  storage.close();
});

both("a value is added where there is none", (open) => {
  const storage = open();
  const store = storage.store("shop", "000000000000", "us-east-1");
  const kept = store.collection(defineCollection<number>({ name: "counts" }));
  const heard: unknown[] = [];
  storage.onPut("shop", "counts", (_place, _key, value) => heard.push(value));
  assert.equal(kept.add(["a"], 1), true);
  assert.equal(kept.add(["a"], 2), false);
  assert.equal(kept.get(["a"]), 1);
  assert.deepEqual(heard, [1]);
  assert.throws(() =>
    store.transaction(() => {
      assert.equal(kept.add(["b"], 3), true);
      throw new Error("no");
    }),
  );
  assert.equal(kept.get(["b"]), undefined);
  assert.equal(kept.get(["a"]), 1);
  assert.throws(() => store.collection(fruits).add(["a"], { name: "apple", weight: 1 }), /has indexes/);
  storage.close();
});
