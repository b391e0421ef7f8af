import assert from "node:assert/strict";
import { test } from "node:test";
import { FailingStorage, FailingWrites } from "../../test/failing-writes.ts";
import { Clock } from "../core/clock.ts";
import { defineCollection } from "../core/storage.ts";
import { type DueHost, Dues, FirstDue, untilKept, whenKept } from "./due.ts";

const rows = defineCollection<number>({ name: "rows" });

function world() {
  const clock = new Clock({ rate: 0, startMs: 0 });
  const database = new FailingWrites();
  const storage = new FailingStorage(database);
  const store = storage.store("s", "123456789012", "us-east-1").collection(rows);
  const logged: string[] = [];
  const log = { error: (text: string) => logged.push(text) };
  return { clock, database, storage, store, logged, host: { clock, log, storage } as unknown as DueHost };
}

test("the first of all that is due is waited for, and then the next", async () => {
  const { clock, host } = world();
  const left = new Set([3000, 1000, 2000]);
  const seen: number[] = [];
  const first = new FirstDue(host, () => {
    seen.push(clock.now());
    left.delete(clock.now());
    for (const ms of left) first.expect(ms);
  });
  for (const ms of left) first.expect(ms);
  await clock.advance(2500);
  assert.deepEqual(seen, [1000, 2000]);
  first.stop();
  await clock.advance(2500);
  assert.deepEqual(seen, [1000, 2000]);
});

test("each key has one time: a later plan takes the place of the one before", async () => {
  const { clock, host } = world();
  const seen: string[] = [];
  const dues = new Dues(host);
  const plan = (key: string, ms: number) => dues.set(key, ms, () => seen.push(`${key} ${clock.now()}`));
  plan("a", 1000);
  plan("b", 2000);
  plan("a", 3000);
  plan("c", 1000);
  dues.clear("c");
  await clock.advance(2500);
  assert.deepEqual(seen, ["b 2000"]);
  await clock.advance(1000);
  assert.deepEqual(seen, ["b 2000", "a 3000"]);
});

test("what the store cannot keep is done again, a little later each time, whichever of its writes fails", async () => {
  const doers: Record<string, (host: DueHost, act: () => void) => void> = {
    FirstDue: (host, act) => new FirstDue(host, act).expect(1000),
    Dues: (host, act) => new Dues(host).set("a", 1000, act),
    untilKept: (host, act) => host.clock.setTimer(1000, () => untilKept(host, act)),
  };
  for (const [title, plan] of Object.entries(doers))
    for (const at of [1, 2]) {
      const { clock, database, store, host, storage, logged } = world();
      // The table is made before.
      store.put(["0"], 0);
      await storage.flushed();
      let times = 0;
      plan(host, () => {
        times++;
        store.put(["a"], clock.now());
        store.put(["b"], clock.now());
        // Two failures, one after the other.
        if (times === 2) database.failsAt = database.writes + 1;
      });
      database.failsAt = database.writes + at;
      await clock.advance(60_000);
      // It is one write: with the second none has failed.
      const atMs = at === 1 ? 4000 : 1000;
      assert.deepEqual([...store.values({ from: ["a"] })], [atMs, atMs], `${title}, write ${at}`);
      assert.equal(times, at === 1 ? 3 : 1, `${title}, write ${at}`);
      assert.equal(logged.length, times - 1);
    }
});

test("what is planned anew while it could not be kept is not done again as it was planned before", async () => {
  const { clock, database, store, host, storage } = world();
  store.put(["0"], 0);
  await storage.flushed();
  const dues = new Dues(host);
  const seen: string[] = [];
  dues.set("a", 1000, () => {
    seen.push(`old ${clock.now()}`);
    store.put(["a"], 1);
  });
  database.failsAt = database.writes + 1;
  clock.setTimer(1000, () => dues.set("a", 5000, () => seen.push(`new ${clock.now()}`)));
  await clock.advance(10_000);
  assert.deepEqual(seen, ["old 1000", "new 5000"]);
});

test("what follows from a write that could not be kept is not done", async () => {
  const { database, store, storage } = world();
  const seen: string[] = [];
  store.put(["a"], 1);
  whenKept(storage, () => seen.push("first"));
  await storage.flushed();
  store.put(["b"], 1);
  database.failsAt = database.writes + 1;
  whenKept(storage, () => seen.push("second"));
  await storage.flushed()?.catch(() => {});
  assert.deepEqual(seen, ["first"]);
});
