import type { KeptStorage } from "../src/core/kept-storage.ts";

/** What is wrong between collections and their indexes: entries without a value, values without their entries. Empty when all is well. */
export function inconsistencies(storage: KeptStorage): string[] {
  const wrong: string[] = [];
  for (const [table, definition] of storage.definitions) {
    const [service] = table.split("/") as [string];
    for (const index of Object.keys(definition.indexes ?? {})) {
      const keyOf = definition.indexes![index]!;
      for (const { account, region } of storage.scopes(service)) {
        const collection = storage.store(service, account, region).collection(definition);
        const expected = new Set<string>();
        for (const { key, value } of collection.entries()) {
          const indexKey = keyOf(value, key);
          if (indexKey) expected.add(JSON.stringify([indexKey, key]));
        }
        const found = new Set<string>();
        for (const { key, primary } of collection.by(index).keys()) found.add(JSON.stringify([key, primary]));
        for (const entry of expected) if (!found.has(entry)) wrong.push(`${table}#${index} lacks ${entry}`);
        for (const entry of found) if (!expected.has(entry)) wrong.push(`${table}#${index} has ${entry}`);
      }
    }
  }
  return wrong;
}
