import { existsSync } from "node:fs";
import { join } from "node:path";
import { files } from "../../core/file-promises.ts";
import type { ServiceHost } from "../../core/service.ts";
import { currentObjects, otherVersions, type Segment } from "./object.ts";
import { partRecords } from "./upload.ts";

/** Records that are looked at before others have their turn. */
const A_SLICE = 1000;

/** Names of all bodies that lie there; what comes later is none of the sweep's. */
export async function bodiesThere(host: ServiceHost): Promise<Set<string>> {
  const names = new Set<string>();
  const all = join(host.blobs.folder, "s3");
  if (!existsSync(all)) return names;
  for (const folder of await files().readdir(all))
    for (const name of await files().readdir(join(all, folder))) names.add(`s3/${folder}/${name}`);
  return names;
}

/**
 * Removes bodies that no object and no part has: a process that was killed leaves those that it had not come to name, or
 * to remove.
 * @returns how many there were
 */
export async function sweep(there: Set<string>, host: ServiceHost): Promise<number> {
  if (there.size === 0) return 0;
  let looked = 0;
  const { generation } = host.store("", "");
  for (const { account, region } of host.scopes()) {
    const store = host.store(account, region);
    for (const collection of [currentObjects, otherVersions, partRecords] as const) {
      const records = store.collection<{ readonly body?: readonly Segment[] }>(collection as never).values();
      for (const { body = [] } of records) {
        for (const { blob } of body) there.delete(blob);
        looked++;
        if (looked % A_SLICE > 0) continue;
        await new Promise((resolve) => setImmediate(resolve));
        // After a reset or load nothing here is true any more.
        if (host.store("", "").generation !== generation) return 0;
      }
    }
  }
  for (const blob of there) await files().rm(host.blobs.path(blob), { force: true });
  return there.size;
}
