import type { Clock } from "../../core/clock.ts";
import type { Random } from "../../core/random.ts";
import type { Collection, Store } from "../../core/storage.ts";
import type { BucketRecord } from "./bucket.ts";
import { compareKeys } from "./key-order.ts";
import {
  currentObjects,
  type DeleteMarker,
  type ObjectRecord,
  otherVersions,
  type Segment,
  type Version,
} from "./object.ts";
import { makeId, NULL_VERSION, sequenceOf } from "./version-id.ts";

/** What a new version is made of; its id, sequence and time are given to it. */
export type NewObject = Omit<ObjectRecord, "versionId" | "sequence" | "modifiedAtMs" | "isDeleteMarker">;

/** What a write has done: the version that is there now, and bodies that are nobody's any more. */
export interface Written<V extends Version = Version> {
  readonly version: V;
  readonly freed: readonly Segment[];
}

/** Where a walk over the versions of a bucket begins. */
export interface VersionBound {
  /** From this key on. */
  readonly from?: string;
  /** Behind this key, or with `sequence` behind this version of it. */
  readonly after?: string;
  readonly sequence?: number;
}

/** The objects of one bucket with all their versions. Synchronous: whoever looks and then writes has not been overtaken. */
export class BucketObjects {
  readonly #id: string;
  readonly #current: Collection<ObjectRecord>;
  readonly #others: Collection<Version>;
  readonly #clock: Clock;
  readonly #random: Random;

  readonly #store: Store;

  constructor(bucketId: string, store: Store, clock: Clock, random: Random) {
    this.#id = bucketId;
    this.#store = store;
    this.#current = store.collection(currentObjects);
    this.#others = store.collection(otherVersions);
    this.#clock = clock;
    this.#random = random;
  }

  current(key: string): ObjectRecord | undefined {
    return this.#current.get([this.#id, key]);
  }

  /** The newest version, a delete marker too. */
  newest(key: string): Version | undefined {
    return this.current(key) ?? this.#first(key);
  }

  /** A version by its id; undefined when it is not there, `"none"` for what is no id. */
  version(key: string, versionId: string): Version | undefined | "none" {
    const current = this.current(key);
    if (current?.versionId === versionId) return current;
    if (versionId === NULL_VERSION) return this.#others.by("null").first({ prefix: [this.#id, key] });
    const sequence = sequenceOf(versionId);
    if (sequence === undefined) return "none";
    const found = this.#others.get([this.#id, key, -sequence]);
    return found?.versionId === versionId ? found : undefined;
  }

  /** Where a version that is gone was, for whoever lists on from it. */
  sequenceOf(versionId: string): number | undefined {
    return sequenceOf(versionId);
  }

  /** Puts a new version on top of a key's. */
  put(bucket: BucketRecord, object: NewObject): Written<ObjectRecord> {
    const before = this.current(object.key);
    const version = { ...object, ...this.#stamp(bucket, object.key, before) } as ObjectRecord;
    return this.#store.transaction(() => {
      const freed = this.#makeRoom(bucket, object.key, before);
      this.#current.put([this.#id, object.key], version);
      return { version, freed };
    });
  }

  /**
   * Puts a version that another bucket has had, as it was there: what came after it stays on top of it, and when it comes
   * again it takes its own place.
   */
  putReplica(given: Version): { readonly isNew: boolean; readonly freed: readonly Segment[] } {
    const version = this.#placed(given);
    const { key, sequence } = version;
    return this.#store.transaction(() => {
      const same = this.version(key, version.versionId);
      const current = this.current(key);
      const newest = current ?? this.#first(key);
      const isOnTop = !newest || newest.sequence <= sequence;
      if (isOnTop && current && current.sequence < sequence)
        this.#others.put([this.#id, key, -current.sequence], current);
      if (isOnTop && !version.isDeleteMarker) this.#current.put([this.#id, key], version);
      else {
        if (isOnTop) this.#current.delete([this.#id, key]);
        this.#others.put([this.#id, key, -sequence], version);
      }
      const freed = same && same !== "none" && !same.isDeleteMarker ? same.body : [];
      return { isNew: same === undefined, freed };
    });
  }

  /** Another version of the key may have come in the same moment: then it is not to be had under its own id. */
  #placed(version: Version): Version {
    const { key, sequence, versionId } = version;
    const current = this.current(key);
    const there = current?.sequence === sequence ? current : this.#others.get([this.#id, key, -sequence]);
    if (!there || there.versionId === versionId) return version;
    return this.#placed({
      ...version,
      sequence: sequence + 1,
      versionId: makeId(sequence + 1, this.#random),
    } as Version);
  }

  /** Changes a version that is there, without another coming of it. */
  replace(version: Version): void {
    const { key, sequence } = version;
    if (!version.isDeleteMarker && this.#current.has([this.#id, key])) {
      const current = this.current(key);
      if (current?.sequence === sequence) {
        this.#current.put([this.#id, key], version);
        return;
      }
    }
    this.#others.put([this.#id, key, -sequence], version);
  }

  /** A delete without a version id: the object goes, or a marker comes on top of it. */
  delete(
    bucket: BucketRecord,
    key: string,
    owner: string,
  ): Written<DeleteMarker> | { freed: readonly Segment[] } {
    const before = this.current(key);
    if (!bucket.versioning) {
      if (!before) return { freed: [] };
      this.#current.delete([this.#id, key]);
      return { freed: before.body };
    }
    const version: DeleteMarker = {
      key,
      owner,
      isDeleteMarker: true,
      ...this.#stamp(bucket, key, before),
    };
    const freed = this.#makeRoom(bucket, key, before);
    this.#current.delete([this.#id, key]);
    this.#others.put([this.#id, key, -version.sequence], version);
    return { version, freed };
  }

  /** Deletes a version for good; the one below it comes to light. */
  remove(version: Version): readonly Segment[] {
    const { key, sequence } = version;
    const current = this.current(key);
    if (current?.sequence === sequence) this.#current.delete([this.#id, key]);
    else this.#others.delete([this.#id, key, -sequence]);
    const below = this.current(key) ? undefined : this.#first(key);
    if (below && !below.isDeleteMarker) {
      this.#others.delete([this.#id, key, -below.sequence]);
      this.#current.put([this.#id, key], below);
    }
    return version.isDeleteMarker ? [] : version.body;
  }

  /** Current objects in the order of their keys. */
  *walk(bound: { from?: string; after?: string; limit?: number }): Iterable<ObjectRecord> {
    const { from, after, limit } = bound;
    yield* this.#current.values({
      prefix: [this.#id],
      ...(from !== undefined && { from: [this.#id, from] }),
      ...(after !== undefined && { after: [this.#id, after] }),
      ...(limit !== undefined && { limit }),
    });
  }

  /** All versions in the order of their keys, newest first. */
  *walkVersions(bound: VersionBound): Iterable<Version & { readonly isLatest: boolean }> {
    const { from, after, sequence } = bound;
    const currents = this.walk({
      ...(from !== undefined && { from }),
      ...(after !== undefined && { after }),
    });
    const others = this.#others.values({
      prefix: [this.#id],
      ...(from !== undefined && { from: [this.#id, from] }),
      // Behind a key are its own extensions; a version has none, and all versions of a key are behind the highest of them.
      ...(after !== undefined && {
        after: sequence === undefined ? [this.#id, after, Number.MAX_VALUE] : [this.#id, after, -sequence],
      }),
    });
    let latest: string | undefined = sequence === undefined ? undefined : after;
    for (const version of merge(currents, others)) {
      const isLatest = version.key !== latest;
      latest = version.key;
      yield { ...version, isLatest };
    }
  }

  /** Versions of one key, newest first. */
  *versionsOf(key: string): Iterable<Version> {
    const current = this.current(key);
    if (current) yield current;
    yield* this.#others.values({ prefix: [this.#id, key] });
  }

  /** What is in it: nothing, current objects only, or other versions, too. */
  content(): "empty" | "objects" | "versions" {
    const one = { prefix: [this.#id], limit: 1 };
    for (const _ of this.#others.keys(one)) return "versions";
    for (const _ of this.#current.keys(one)) return "objects";
    return "empty";
  }

  #first(key: string): Version | undefined {
    for (const version of this.#others.values({ prefix: [this.#id, key], limit: 1 })) return version;
    return undefined;
  }

  /** The identity of a new version: later than all that the key has, whatever the clock says. */
  #stamp(bucket: BucketRecord, key: string, before: ObjectRecord | undefined) {
    const now = this.#clock.now();
    const newest = before ?? (bucket.versioning ? this.#first(key) : undefined);
    const sequence = Math.max(now * 1024, (newest?.sequence ?? 0) + 1);
    return {
      sequence,
      modifiedAtMs: Math.floor(now / 1000) * 1000,
      versionId: bucket.versioning === "Enabled" ? makeId(sequence, this.#random) : NULL_VERSION,
    };
  }

  /** What was current becomes noncurrent, or is overwritten: there is one `null` version of a key at most. */
  #makeRoom(bucket: BucketRecord, key: string, before: ObjectRecord | undefined): readonly Segment[] {
    if (!bucket.versioning) return before?.body ?? [];
    const freed: Segment[] = [];
    if (bucket.versioning === "Suspended") {
      if (before?.versionId === NULL_VERSION) return before.body;
      const old = this.#others.by("null").first({ prefix: [this.#id, key] });
      if (old) {
        this.#others.delete([this.#id, key, -old.sequence]);
        if (!old.isDeleteMarker) freed.push(...old.body);
      }
    }
    if (before) this.#others.put([this.#id, key, -before.sequence], before);
    return freed;
  }
}

/** Two walks as one: by key, and of one key the current version first. */
function* merge(currents: Iterable<ObjectRecord>, others: Iterable<Version>): Iterable<Version> {
  const left = currents[Symbol.iterator]();
  const right = others[Symbol.iterator]();
  let a = left.next();
  let b = right.next();
  while (!a.done || !b.done) {
    if (!a.done && (b.done || compareKeys(a.value.key, b.value.key) <= 0)) {
      yield a.value;
      a = left.next();
    } else if (!b.done) {
      yield b.value;
      b = right.next();
    }
  }
}
