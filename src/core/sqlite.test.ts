import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fruits } from "./fruits.fixture.ts";
import { SqliteStorage } from "./sqlite.ts";
import { defineCollection } from "./storage.ts";

test("the writes of one turn are flushed together, and a file keeps them", async () => {
  const folder = mkdtempSync(join(tmpdir(), "squall-"));
  try {
    const file = join(folder, "state.db");
    const storage = new SqliteStorage(file);
    const numbers = storage.store("test", "1", "r").collection(defineCollection<number>({ name: "numbers" }));
    assert.equal(storage.flushed(), undefined);
    numbers.put(["one"], 1);
    numbers.put(["two"], 2);
    const flushed = storage.flushed();
    assert.ok(flushed);
    assert.equal(storage.flushed(), flushed);
    await flushed;
    assert.equal(storage.flushed(), undefined);
    storage.close();

    const again = new SqliteStorage(file);
    const read = again.store("test", "1", "r").collection(defineCollection<number>({ name: "numbers" }));
    assert.deepEqual([...read.values()], [1, 2]);
    assert.deepEqual(again.scopes("test"), [{ account: "1", region: "r" }]);
    assert.deepEqual(again.services(), ["test"]);
    again.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("reading makes nothing, not even an empty table", () => {
  const storage = new SqliteStorage();
  const basket = storage.store("test", "1", "r").collection(fruits);
  const tables = () => storage.db.prepare("SELECT count(*) AS n FROM sqlite_master").get()!["n"];
  const before = tables();
  assert.deepEqual(
    [basket.get(["a"]), basket.count(), [...basket.by("byWeight").keys()]],
    [undefined, 0, []],
  );
  assert.equal(basket.clear(), 0);
  assert.equal(basket.delete(["a"]), false);
  assert.equal(tables(), before);
  basket.put(["a"], { name: "apple", weight: 1 });
  assert.deepEqual([...basket.by("byWeight").values()], [{ name: "apple", weight: 1 }]);
  storage.close();
});

test("a full database refuses the write, keeps what was there, and goes on when there is room", async () => {
  const folder = mkdtempSync(join(tmpdir(), "squall-"));
  try {
    const storage = new SqliteStorage(join(folder, "state.db"));
    const notes = storage
      .store("test", "1", "r")
      .collection(defineCollection<string>({ name: "notes", codec: "text" }));
    notes.put(["before"], "here");
    await storage.flushed();
    const { page_count: pages } = storage.db.prepare("PRAGMA page_count").get() as { page_count: number };
    storage.db.exec(`PRAGMA max_page_count = ${pages + 4}`);
    const fill = () => {
      for (let i = 0; i < 1000; i++) notes.put([i], "x".repeat(1000));
    };
    assert.throws(() => storage.atomically(fill), /full/);
    assert.deepEqual([...notes.values()], ["here"]);
    await storage.flushed()?.catch(() => {});
    storage.db.exec("PRAGMA max_page_count = 100000");
    storage.atomically(fill);
    await storage.flushed();
    assert.equal(notes.count(), 1001);
    storage.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a reset or a load that fails on its way leaves everything as it was", async () => {
  const folder = mkdtempSync(join(tmpdir(), "squall-"));
  try {
    const storage = new SqliteStorage();
    const basket = storage.store("test", "1", "r").collection(fruits);
    basket.put(["a"], { name: "apple", weight: 1 });
    await storage.save(join(folder, "saved"));
    basket.put(["b"], { name: "pear", weight: 2 });
    const fail = () => {
      throw new Error("no");
    };
    assert.throws(() => storage.reset(undefined, fail), /no/);
    await assert.rejects(
      storage.load(join(folder, "saved"), (replace) => replace(fail)),
      /no/,
    );
    assert.deepEqual([...basket.keys()], [["a"], ["b"]]);
    await storage.load(join(folder, "saved"));
    assert.deepEqual([...basket.keys()], [["a"]]);
    storage.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a load that ends on its way has changed nothing, and what it left goes at the next start", async () => {
  const folder = mkdtempSync(join(tmpdir(), "squall-"));
  try {
    const file = join(folder, "squall.db");
    const storage = new SqliteStorage(file);
    const basket = storage.store("test", "1", "r").collection(fruits);
    for (let i = 0; i < 2000; i++) basket.put([i], { name: "saved", weight: 1 });
    await storage.save(join(folder, "saved"));
    basket.clear();
    basket.put(["a"], { name: "apple", weight: 1 });
    await storage.load(join(folder, "saved"), () => storage.close());

    const again = new SqliteStorage(file);
    const kept = again.store("test", "1", "r").collection(fruits);
    assert.deepEqual([...kept.keys()], [["a"]]);
    const tables = () =>
      again.db.prepare("SELECT name FROM sqlite_master WHERE name LIKE '%@%'").all().length;
    assert.ok(tables() > 0);
    await again.tidy();
    assert.equal(tables(), 0);
    await again.load(join(folder, "saved"));
    again.close();
    const loaded = new SqliteStorage(file);
    assert.equal(loaded.store("test", "1", "r").collection(fruits).count(), 2000);
    assert.deepEqual(loaded.services(), ["test"]);
    assert.deepEqual(loaded.scopes("test"), [{ account: "1", region: "r" }]);
    await loaded.save(join(folder, "saved-again"));
    loaded.close();
    const copy = new SqliteStorage(join(folder, "saved-again"));
    assert.equal(copy.store("test", "1", "r").collection(fruits).count(), 2000);
    copy.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
});
