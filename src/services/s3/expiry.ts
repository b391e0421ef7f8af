import { FirstDue } from "../../aws/due.ts";
import { AwsError } from "../../core/aws-error.ts";
import { objectExpired } from "./events.ts";
import { afterDays, appliesTo, expiresAt, type LifecycleRule, rulesOf } from "./lifecycle.ts";
import { checkUnlocked } from "./lock.ts";
import type { DeleteMarker, ObjectRecord, Version } from "./object.ts";
import type { OpenBucket, OpenBuckets } from "./open-buckets.ts";
import { BucketUploads } from "./uploads.ts";

const DAY_MS = 86_400_000;

/** What lifecycle rules do by themselves, each midnight (UTC) of the clock. https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html */
export class Expiry {
  readonly #open: OpenBuckets;
  readonly #due: FirstDue;

  constructor(open: OpenBuckets) {
    this.#open = open;
    this.#due = new FirstDue(open.host, () => {
      if (this.#run()) this.arm();
    });
  }

  start(): void {
    for (const bucket of this.#open.all())
      if (bucket.record.settings["lifecycle"] !== undefined) {
        this.arm();
        return;
      }
  }

  stop(): void {
    this.#due.stop();
  }

  /** There are rules: the next midnight counts. */
  arm(): void {
    this.#due.expect((Math.floor(this.#open.host.clock.now() / DAY_MS) + 1) * DAY_MS);
  }

  /** @returns whether there are any rules left */
  #run(): boolean {
    let hasRules = false;
    for (const bucket of [...this.#open.all()]) {
      const rules = rulesOf(bucket);
      if (bucket.record.settings["lifecycle"] !== undefined) hasRules = true;
      if (rules.length > 0) this.#expire(bucket, rules);
    }
    return hasRules;
  }

  #expire(bucket: OpenBucket, rules: readonly LifecycleRule[]): void {
    let newer: Version | undefined;
    let noncurrent = 0;
    for (const { isLatest, ...version } of bucket.objects.walkVersions({ from: "" })) {
      if (isLatest) {
        noncurrent = 0;
        newer = undefined;
      } else {
        noncurrent++;
      }
      const age = { noncurrent, sinceMs: newer?.modifiedAtMs ?? version.modifiedAtMs };
      for (const rule of rules) if (this.#apply(bucket, rule, version, isLatest, age)) break;
      newer = version;
    }
    for (const rule of rules) this.#abortUploads(bucket, rule);
  }

  /** @returns whether the version is gone, or hidden */
  #apply(
    bucket: OpenBucket,
    rule: LifecycleRule,
    version: Version,
    isLatest: boolean,
    age: { noncurrent: number; sinceMs: number },
  ): boolean {
    const now = this.#open.host.clock.now();
    if (!appliesTo(rule, version.isDeleteMarker ? { key: version.key, size: 0 } : version)) return false;
    if (isLatest) {
      if (version.isDeleteMarker) return this.#removeLoneMarker(bucket, rule, version, now);
      if (isDue(expiresAt(rule, version.modifiedAtMs), now)) return this.#expireCurrent(bucket, version);
      this.#move(bucket, version, rule.Transitions ?? [], version.modifiedAtMs, now);
      return false;
    }
    const { NoncurrentDays: days, NewerNoncurrentVersions: kept = 0 } =
      rule.NoncurrentVersionExpiration ?? {};
    if (days !== undefined && age.noncurrent > kept && isDue(afterDays(age.sinceMs, days), now))
      return this.#remove(bucket, version);
    const transitions = (rule.NoncurrentVersionTransitions ?? []).map(
      ({ NoncurrentDays: Days, StorageClass }) => ({ Days, StorageClass }),
    );
    if (!version.isDeleteMarker) this.#move(bucket, version, transitions, age.sinceMs, now);
    return false;
  }

  #expireCurrent(bucket: OpenBucket, version: ObjectRecord): boolean {
    const { freed } = bucket.store.transaction(() => {
      const done = bucket.objects.delete(bucket.record, version.key, bucket.record.account);
      const isMarked = "version" in done;
      objectExpired(
        this.#open,
        bucket,
        isMarked ? done.version : version,
        isMarked ? "LifecycleExpiration:DeleteMarkerCreated" : "LifecycleExpiration:Delete",
      );
      return done;
    });
    this.#open.bodies.free(freed);
    return true;
  }

  #remove(bucket: OpenBucket, version: Version): boolean {
    try {
      if (!version.isDeleteMarker) checkUnlocked(version, false, this.#open.host.clock.now());
    } catch (error) {
      // What is locked stays.
      if (error instanceof AwsError) return false;
      throw error;
    }
    const freed = bucket.store.transaction(() => {
      objectExpired(this.#open, bucket, version, "LifecycleExpiration:Delete");
      return bucket.objects.remove(version);
    });
    this.#open.bodies.free(freed);
    return true;
  }

  /** A delete marker that hides nothing any more. */
  #removeLoneMarker(bucket: OpenBucket, rule: LifecycleRule, marker: DeleteMarker, now: number): boolean {
    const { ExpiredObjectDeleteMarker: asks } = rule.Expiration ?? {};
    if (!asks && !isDue(expiresAt(rule, marker.modifiedAtMs), now)) return false;
    const [, another] = [...bucket.objects.versionsOf(marker.key)];
    return another ? false : this.#remove(bucket, marker);
  }

  #move(
    bucket: OpenBucket,
    version: ObjectRecord,
    transitions: NonNullable<LifecycleRule["Transitions"]>,
    sinceMs: number,
    now: number,
  ): void {
    const due = transitions
      .map(({ Days, Date: date, StorageClass }) => ({
        at: date === undefined ? afterDays(sinceMs, Days ?? 0) : new Date(date).getTime(),
        to: StorageClass ?? "",
      }))
      .filter(({ at }) => at <= now)
      .sort((a, b) => a.at - b.at)
      .at(-1);
    if (!due || due.to === version.storageClass) return;
    bucket.store.transaction(() => {
      bucket.objects.replace({ ...version, storageClass: due.to });
      objectExpired(this.#open, bucket, version, "LifecycleTransition");
    });
  }

  #abortUploads(bucket: OpenBucket, rule: LifecycleRule): void {
    const { DaysAfterInitiation: days } = rule.AbortIncompleteMultipartUpload ?? {};
    if (days === undefined) return;
    const uploads = new BucketUploads(bucket);
    for (const upload of [...uploads.walk({ from: "" })]) {
      if (!appliesTo(rule, { key: upload.plan.key, size: 0 })) continue;
      if (isDue(afterDays(upload.initiatedAtMs, days), this.#open.host.clock.now()))
        this.#open.bodies.free(uploads.end(upload));
    }
  }
}

const isDue = (at: number | undefined, now: number) => at !== undefined && at <= now;
