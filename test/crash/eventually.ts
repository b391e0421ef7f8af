import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";

/** What goes on in a squall by itself after its start has so long. */
const PATIENCE_MS = 20_000;

/** Asks again and again, until what is found is what is wanted. */
export async function eventually(
  what: string,
  ask: () => Promise<{ wanted: number; found: number }>,
): Promise<void> {
  for (const untilMs = Date.now() + PATIENCE_MS; ; ) {
    const { wanted, found } = await ask();
    if (wanted === found) return;
    assert.ok(Date.now() < untilMs, `${what}: ${found} instead of ${wanted}`);
  }
}

/** The files of a service's blobs in a data directory. */
export function blobsOf(dataDir: string, service: string): string[] {
  const folders = readdirSync(dataDir).filter((name) => name.startsWith("blobs"));
  return folders.flatMap((folder) => {
    const all = readdirSync(join(dataDir, folder), { recursive: true, withFileTypes: true });
    return all
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      .filter((path) => path.startsWith(join(dataDir, folder, service)));
  });
}
