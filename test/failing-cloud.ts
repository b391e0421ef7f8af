import { LocalCloud } from "../src/cloud.ts";
import { SqliteStorage } from "../src/core/sqlite.ts";
import { loadEffects } from "../src/faults/registry.ts";
import type { ServiceSource } from "../src/gateway/services.ts";
import type { CloudOptions } from "../src/index.ts";
import { loadDeclarations } from "../src/service-folders.ts";
import type { FailingDatabase } from "./failing-database.ts";

const effects = await loadEffects();
const declarations = await loadDeclarations();

/** A cloud in this process on a database that fails when it is told to. */
export async function failingCloud(
  database: FailingDatabase,
  options: CloudOptions = {},
  further: readonly ServiceSource[] = [],
) {
  let storage: SqliteStorage | undefined;
  const cloud = new LocalCloud({ listen: false, seed: "test", ...options }, effects, declarations, {
    further,
    openStorage: (file) => {
      storage = new SqliteStorage(file, { open: database.open });
      return storage;
    },
  });
  await cloud.start();
  return { cloud, storage: storage!, [Symbol.asyncDispose]: () => cloud.stop() };
}
