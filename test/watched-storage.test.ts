import assert from "node:assert/strict";
import { test } from "node:test";
import { defineCollection } from "../src/core/storage.ts";
import { WatchedStorage } from "./watched-storage.ts";

const rows = defineCollection<number>({ name: "rows" });

async function complaintsOf(
  work: (put: (n: number) => void, transaction: <T>(work: () => T) => T) => Promise<void>,
): Promise<string[]> {
  const storage = new WatchedStorage();
  const store = storage.store("s", "a", "r");
  const handler = () =>
    work(
      (n) => store.collection(rows).put([n], n),
      (inside) => store.transaction(inside),
    );
  await storage.atomically(handler).catch(() => {});
  await storage.flushed();
  storage.close();
  return storage.complaints.map((complaint) => complaint.split(":")[0]!);
}

const later = () => new Promise((resolve) => setImmediate(resolve));

test("A handler that waits is told what it may leave half done", async () => {
  const failed = async (put: (n: number) => void) => {
    put(1);
    throw new Error("late");
  };
  assert.deepEqual(await complaintsOf(failed), ["A handler has failed, and written"]);
  const twice = async (put: (n: number) => void) => {
    put(1);
    await later();
    put(2);
  };
  assert.deepEqual(await complaintsOf(twice), ["A handler has written in several commits"]);
  const bare = async (put: (n: number) => void) => {
    await later();
    put(1);
    put(2);
  };
  assert.deepEqual(await complaintsOf(bare), [
    "A handler that waits has written several things outside of a transaction",
  ]);
});

test("A handler that waits and writes in one transaction, or one thing, is left alone", async () => {
  assert.deepEqual(
    await complaintsOf(async (put, transaction) => {
      await later();
      transaction(() => {
        put(1);
        put(2);
      });
    }),
    [],
  );
  assert.deepEqual(await complaintsOf(async (put) => put(1)), []);
  assert.deepEqual(
    await complaintsOf(async (put, transaction) => {
      transaction(() => {
        put(1);
        throw new Error("undone");
      });
    }),
    [],
  );
});
