import { existsSync } from "node:fs";
import { join } from "node:path";
import { files } from "../../core/file-promises.ts";
import type { Key } from "../../core/key.ts";
import type { ServiceHost } from "../../core/service.ts";
import type { Collection, Store } from "../../core/storage.ts";
import { bucketRecords } from "./bucket.ts";
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

/** A record, and a body of it that has not been found. */
interface Missing {
  readonly blob: string;
  /** Where it is, for people. */
  readonly place: string;
  /** Whether it is so still: bodies have come and gone meanwhile. */
  isStill(): Promise<boolean>;
}

/**
 * Removes bodies that no object and no part has: a process that was killed leaves those that it had not come to name, or
 * to remove. Says which objects and parts have none: their file was removed by somebody, or is not where the state was copied to.
 */
export async function sweep(there: Set<string>, host: ServiceHost): Promise<void> {
  const missing: Missing[] = [];
  if (!(await lookThrough(there, missing, host))) return;
  // A version or a part may have come, by a call, to where had been looked before from where had not been looked yet.
  if (there.size > 0 && !(await lookThrough(there, undefined, host))) return;
  for (const blob of there) await files().rm(host.blobs.path(blob), { force: true });
  await sayMissing(missing, host);
}

/** Takes out of `there` what somebody has. @returns whether all records were looked at: not after a reset or load */
async function lookThrough(
  there: Set<string>,
  missing: Missing[] | undefined,
  host: ServiceHost,
): Promise<boolean> {
  let looked = 0;
  const { generation } = host.store("", "");
  for (const { account, region } of host.scopes()) {
    const store = host.store(account, region);
    for (const collection of [currentObjects, otherVersions, partRecords] as const) {
      const records = store.collection<Embodied>(collection as never);
      for (const { key, value } of records.entries()) {
        for (const { blob } of value.body ?? [])
          if (!there.delete(blob)) missing?.push(missingBody(blob, key, store, records, host));
        looked++;
        if (looked % A_SLICE > 0) continue;
        await new Promise((resolve) => setImmediate(resolve));
        if (host.store("", "").generation !== generation) return false;
      }
    }
  }
  return true;
}

interface Embodied {
  readonly body?: readonly Segment[];
}

function missingBody(
  blob: string,
  key: Key,
  store: Store,
  records: Collection<Embodied>,
  { blobs }: ServiceHost,
): Missing {
  const [id, name] = key;
  return {
    blob,
    get place() {
      const bucket = Iterator.from(store.collection(bucketRecords).values()).find(
        (bucket) => bucket.id === id,
      );
      return bucket ? `s3://${bucket.name}/${name}` : `part ${name} of the upload ${id}`;
    },
    isStill: async () =>
      (await blobs.size(blob)) === undefined &&
      (records.get(key)?.body ?? []).some((segment) => segment.blob === blob),
  };
}

async function sayMissing(missing: readonly Missing[], host: ServiceHost): Promise<void> {
  let first: string | undefined;
  let count = 0;
  const { generation } = host.store("", "");
  for (const body of missing) {
    if (!(await body.isStill())) continue;
    first ??= body.place;
    count++;
  }
  if (first === undefined || host.store("", "").generation !== generation) return;
  host.log.warn(
    `s3: ${count} ${count === 1 ? "body is" : "bodies are"} not in ${join(host.blobs.folder, "s3")}, the first that of ${first}: who reads it gets an error. Bring the files back, or write the objects again.`,
  );
}
