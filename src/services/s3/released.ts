import { currentObjects, otherVersions, type Segment, type Version } from "./object.ts";
import type { OpenBuckets } from "./open-buckets.ts";
import { restoreRecords } from "./restores.ts";
import { type PartRecord, partRecords, uploadRecords } from "./upload.ts";

/**
 * The buckets of an account are gone, whatever is in them and lies on them: their names, which are one namespace for all accounts, are
 * everybody's again. No operation of AWS does that; it is for what a test has made and no longer needs.
 * @returns how many there were
 */
export function releaseBuckets(open: OpenBuckets, account: string): number {
  const names = Array.from(open.records(account), ({ name }) => name);
  if (names.length === 0) return 0;
  const store = open.host.store(account, "global");
  const objects = store.collection(currentObjects);
  const others = store.collection(otherVersions);
  const parts = store.collection(partRecords);
  const bodies = [...bodiesOf(objects.values()), ...bodiesOf(others.values()), ...bodiesOf(parts.values())];
  const rest = [store.collection(uploadRecords), store.collection(restoreRecords)];
  for (const kept of [objects, others, parts, ...rest]) kept.clear();
  for (const name of names) {
    const bucket = open.find(name);
    if (bucket) open.delete(bucket);
  }
  open.bodies.free(bodies);
  return names.length;
}

function* bodiesOf(kept: Iterable<Version | PartRecord>): Iterable<Segment> {
  for (const one of kept) if ("body" in one) yield* one.body;
}
