import { begin, isOver, type Transition, whenOver } from "../../aws/lifecycle.ts";
import type { Handlers } from "../../core/service.ts";
import { defineCollection } from "../../core/storage.ts";
import type * as S3 from "../../models/generated/s3.ts";
import {
  invalidArgument,
  malformedXml,
  noSelect,
  notArchived,
  restoreInProgress,
  restoreTierNotAvailable,
} from "./errors.ts";
import { objectExpired, objectWritten } from "./events.ts";
import { restoreLifecycle } from "./lasting-states.ts";
import { ARCHIVES } from "./new-object.ts";
import type { OpenBucket, OpenBuckets } from "./open-buckets.ts";
import { markerless, versionFor } from "./version-for.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How long it takes at AWS until an object is there: https://docs.aws.amazon.com/AmazonS3/latest/userguide/restoring-objects-retrieval-options.html */
const TIERS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  GLACIER: { Expedited: 5 * MINUTE_MS, Standard: 5 * HOUR_MS, Bulk: 12 * HOUR_MS },
  DEEP_ARCHIVE: { Standard: 12 * HOUR_MS, Bulk: 48 * HOUR_MS },
};

/** A version on its way out of the archive. */
interface RestoreRecord {
  readonly transition?: Transition | undefined;
  readonly days: number;
}
export const restoreRecords = defineCollection<RestoreRecord>({ name: "restores" });

/** Objects in archives are brought back for some days: at once, or under `--timings real` when AWS would have them. */
export class Restores {
  readonly #open: OpenBuckets;
  readonly #stopped = new AbortController();

  constructor(open: OpenBuckets) {
    this.#open = open;
  }

  /** Takes up what an earlier process has begun. */
  start(): void {
    for (const bucket of this.#open.all())
      for (const { key, value } of bucket.store
        .collection(restoreRecords)
        .entries({ prefix: [bucket.record.id] }))
        this.#await(bucket, String(key[1]), String(key[2]), value);
  }

  stop(): void {
    this.#stopped.abort();
  }

  isUnderWay(bucket: OpenBucket, key: string, versionId: string): boolean {
    return bucket.store.collection(restoreRecords).has([bucket.record.id, key, versionId]);
  }

  begin(bucket: OpenBucket, key: string, versionId: string, restore: RestoreRecord): void {
    bucket.store.collection(restoreRecords).put([bucket.record.id, key, versionId], restore);
    this.#await(bucket, key, versionId, restore);
  }

  #await(bucket: OpenBucket, key: string, versionId: string, restore: RestoreRecord): void {
    const { host } = this.#open;
    const { transition } = restore;
    const end = () => bucket.store.transaction(() => this.#end(bucket, key, versionId, restore));
    if (transition === undefined || isOver(transition, host)) {
      end();
      return;
    }
    void whenOver(transition, host, this.#stopped.signal).then(() => {
      if (!this.#stopped.signal.aborted) end();
    });
  }

  #end(bucket: OpenBucket, key: string, versionId: string, { days }: RestoreRecord): void {
    const records = bucket.store.collection(restoreRecords);
    // It may have been reset, or deleted, meanwhile.
    if (!records.delete([bucket.record.id, key, versionId])) return;
    const version = this.#open.find(bucket.name)?.objects.version(key, versionId);
    if (!version || version === "none" || version.isDeleteMarker) return;
    const { restoringSinceMs: _, ...object } = version;
    bucket.objects.replace({ ...object, restoredUntilMs: expiryOf(this.#open.host.clock.now(), days) });
    objectExpired(this.#open, bucket, version, "ObjectRestore:Completed");
  }
}

/** Midnight (UTC) behind the last day. */
const expiryOf = (readyAtMs: number, days: number) => (Math.floor(readyAtMs / DAY_MS) + days + 1) * DAY_MS;

export const restoringObjects = (open: OpenBuckets, restores: Restores): Handlers<S3.Operations> => ({
  RestoreObject(input, ctx) {
    const bucket = open.of(input, ctx);
    const version = markerless(versionFor(bucket, input), "GET");
    const { RestoreRequest: request = {} } = input;
    if (request.Type === "SELECT" || request.SelectParameters) throw noSelect();
    if (!ARCHIVES.has(version.storageClass)) throw notArchived(version.storageClass);
    const { Days: days } = request;
    if (days === undefined) throw malformedXml();
    if (!Number.isInteger(days) || days < 1)
      throw invalidArgument("restoration days must be at least 1", "Days", days);
    const takesMs = durationOf(version.storageClass, request);
    if (restores.isUnderWay(bucket, version.key, version.versionId)) throw restoreInProgress();
    const now = ctx.clock.now();
    if ((version.restoredUntilMs ?? 0) > now) {
      // It is there already: it stays longer.
      bucket.objects.replace({ ...version, restoredUntilMs: expiryOf(now, days) });
      return {};
    }
    bucket.objects.replace({ ...version, restoringSinceMs: now });
    objectWritten(open, bucket, version, "ObjectRestore:Post", ctx);
    restores.begin(bucket, version.key, version.versionId, {
      transition: begin(
        { ...restoreLifecycle, stages: { "ongoing-request": { takesMs, jitter: 0 } } },
        "ongoing-request",
        `${bucket.arn}/${version.key}`,
        ctx,
        ctx,
      ),
      days,
    });
    return {};
  },

  SelectObjectContent(input, ctx) {
    markerless(versionFor(open.of(input, ctx), input), "GET");
    throw noSelect();
  },
});

/** @throws AwsError for a tier that the archive has not */
function durationOf(storageClass: string, request: S3.RestoreRequest): number {
  const tier = request.GlacierJobParameters?.Tier ?? request.Tier ?? "Standard";
  const takesMs = TIERS[storageClass]?.[tier];
  if (takesMs !== undefined) return takesMs;
  if (tier === "Expedited") throw restoreTierNotAvailable();
  throw malformedXml();
}
