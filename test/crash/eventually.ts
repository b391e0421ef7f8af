import { readdirSync } from "node:fs";
import { join } from "node:path";
import { until } from "../until.ts";

/** Asks again and again, until what is found is what is wanted; what it is of stands in the error when it never is. */
export async function eventually(
  what: string,
  ask: () => Promise<{ wanted: number; found: number }>,
): Promise<void> {
  await until(
    async () => ({ what, ...(await ask()) }),
    ({ wanted, found }) => wanted === found,
  );
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
