import assert from "node:assert/strict";
import { LocalCloud } from "../src/cloud.ts";
import { loadEffects } from "../src/faults/registry.ts";
import type { Cloud, CloudOptions } from "../src/index.ts";
import { loadDeclarations } from "../src/service-folders.ts";
import { type WatchedStorage, watchedStorage } from "./watched-storage.ts";

/** A cloud for one test that fails it, when it stops, if any handler that waits may have left something half done. */
export async function watchedCloud(options: CloudOptions, dashboard?: string): Promise<Cloud> {
  const watched: WatchedStorage[] = [];
  const cloud = new LocalCloud(
    { port: 0, seed: "test", ...options },
    await loadEffects(),
    await loadDeclarations(),
    {
      dashboard,
      openStorage: (file, options) => {
        const storage = watchedStorage(file, options);
        watched.push(storage);
        return storage;
      },
    },
  );
  try {
    await cloud.start();
  } catch (error) {
    await cloud.stop();
    throw error;
  }
  const stop = cloud.stop.bind(cloud);
  cloud.stop = async () => {
    await stop();
    assert.deepEqual(
      watched.flatMap(({ complaints }) => complaints),
      [],
    );
  };
  return cloud;
}
