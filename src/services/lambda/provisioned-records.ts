import type { Transition } from "../../aws/lifecycle.ts";
import { defineCollection, type Store } from "../../core/storage.ts";
import { aliases } from "./records.ts";

export interface ProvisionedConfigRecord {
  readonly qualifier: string;
  readonly requested: number;
  readonly lastModified: string;
  /** Why its environments could not be made: GetProvisionedConcurrencyConfig's `StatusReason`. */
  readonly failure?: string;
  /** How many its alias has still of the version that it pointed to before, until those of the next one are ready. */
  readonly standing?: number;
  readonly transition?: Transition | undefined;
}

/** By [function, version or alias]. */
export const provisionedConfigs = defineCollection<ProvisionedConfigRecord>({
  name: "provisioned-concurrency",
});

/** The configuration that keeps environments of a version ready: its own, or that of an alias that points to it. */
export function provisionedFor(
  store: Store,
  name: string,
  version: string,
): ProvisionedConfigRecord | undefined {
  const configs = store.collection(provisionedConfigs);
  if (configs.count({ prefix: [name] }) === 0) return undefined;
  const own = configs.get([name, version]);
  if (own) return own;
  for (const alias of store.collection(aliases).values({ prefix: [name] })) {
    const config = alias.functionVersion === version ? configs.get([name, alias.name]) : undefined;
    if (config) return config;
  }
  return undefined;
}
