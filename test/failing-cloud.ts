import { LocalCloud } from "../src/cloud.ts";
import { loadEffects } from "../src/faults/registry.ts";
import type { ServiceSource } from "../src/gateway/services.ts";
import type { CloudOptions } from "../src/index.ts";
import { loadDeclarations } from "../src/service-folders.ts";
import { FailingStorage, type FailingWrites } from "./failing-writes.ts";

const effects = await loadEffects();
const declarations = await loadDeclarations();

/** A cloud in this process on a storage that fails when it is told to. */
export async function failingCloud(
  writes: FailingWrites,
  options: CloudOptions = {},
  further: readonly ServiceSource[] = [],
) {
  const storage = new FailingStorage(writes);
  const cloud = new LocalCloud({ listen: false, seed: "test", ...options }, effects, declarations, {
    further,
    openStorage: () => storage,
  });
  await cloud.start();
  return { cloud, storage, [Symbol.asyncDispose]: () => cloud.stop() };
}
