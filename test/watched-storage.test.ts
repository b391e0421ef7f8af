import assert from "node:assert/strict";
import { test } from "node:test";
import { defineCollection } from "../src/core/storage.ts";
import { newFolder } from "./new-folder.ts";
import { WatchedLogged, WatchedMemory, type WatchedStorage } from "./watched-storage.ts";

const rows = defineCollection<number>({ name: "rows" });

const OPENED: Readonly<Record<string, () => WatchedStorage>> = {
  "in memory": () => new WatchedMemory(),
  "with a log": () => new WatchedLogged(newFolder()),
};

type Work = (put: (n: number) => void, transaction: <T>(work: () => T) => T) => Promise<void>;

async function complaintsOf(storage: WatchedStorage, work: Work): Promise<string[]> {
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

for (const [engine, open] of Object.entries(OPENED)) {
  test(`${engine}: a handler that waits is told what it may leave half done`, async () => {
    const failed = async (put: (n: number) => void) => {
      put(1);
      throw new Error("late");
    };
    assert.deepEqual(await complaintsOf(open(), failed), ["A handler has failed, and written"]);
    const twice = async (put: (n: number) => void) => {
      put(1);
      await later();
      put(2);
    };
    assert.deepEqual(await complaintsOf(open(), twice), ["A handler has written in several commits"]);
    const bare = async (put: (n: number) => void) => {
      await later();
      put(1);
      put(2);
    };
    assert.deepEqual(await complaintsOf(open(), bare), [
      "A handler that waits has written several things outside of a transaction",
    ]);
  });

  test(`${engine}: a handler that waits and writes in one transaction, or one thing, is left alone`, async () => {
    assert.deepEqual(
      await complaintsOf(open(), async (put, transaction) => {
        await later();
        transaction(() => {
          put(1);
          put(2);
        });
      }),
      [],
    );
    assert.deepEqual(await complaintsOf(open(), async (put) => put(1)), []);
    assert.deepEqual(
      await complaintsOf(open(), async (put, transaction) => {
        transaction(() => {
          put(1);
          throw new Error("undone");
        });
      }),
      [],
    );
  });
}
