import type { Handlers } from "../../core/service.ts";
import type * as S3 from "../../models/generated/s3.ts";
import { accessDenied, invalidArgument, invalidBucketState, malformedXml, notConfigured } from "./errors.ts";
import { objectChanged } from "./events.ts";
import { bucketHasNoLock, checkBypass, checkMode } from "./lock.ts";
import type { ObjectRecord } from "./object.ts";
import type { OpenBucket, OpenBuckets } from "./open-buckets.ts";
import { markerless, versionFor } from "./version-for.ts";

const noLock = () =>
  notConfigured(
    "NoSuchObjectLockConfiguration",
    "The specified object does not have a ObjectLock configuration",
  );

export const objectLocks = (open: OpenBuckets): Handlers<S3.Operations> => ({
  PutObjectLockConfiguration(input, ctx) {
    const bucket = open.of(input, ctx);
    const { ObjectLockConfiguration: configuration } = input;
    if (configuration?.ObjectLockEnabled !== "Enabled") throw malformedXml();
    if (bucket.record.versioning !== "Enabled") {
      throw invalidBucketState(
        "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration",
      );
    }
    const retention = configuration.Rule?.DefaultRetention;
    if (configuration.Rule) checkDefault(retention);
    bucket.update({ ...bucket.record, hasObjectLock: true });
    bucket.set("objectLock", configuration);
    return {};
  },

  GetObjectLockConfiguration(input, ctx) {
    const bucket = open.of(input, ctx);
    const configuration = bucket.record.settings["objectLock"];
    if (!configuration) {
      throw notConfigured(
        "ObjectLockConfigurationNotFoundError",
        "Object Lock configuration does not exist for this bucket",
        bucket.name,
      );
    }
    return { ObjectLockConfiguration: configuration as S3.ObjectLockConfiguration };
  },

  PutObjectRetention(input, ctx) {
    const bucket = open.of(input, ctx);
    const object = lockable(bucket, input, "PUT");
    checkBypass(input.BypassGovernanceRetention, bucket);
    const { Mode: mode, RetainUntilDate: until } = input.Retention ?? {};
    if ((mode === undefined) !== (until === undefined) || input.Retention === undefined) throw malformedXml();
    if (mode !== undefined && mode !== "GOVERNANCE" && mode !== "COMPLIANCE") throw malformedXml();
    const untilMs = until && new Date(until).getTime();
    const now = ctx.clock.now();
    if (untilMs !== undefined && untilMs <= now) {
      throw invalidArgument("The retain until date must be in the future!", "RetainUntilDate");
    }
    checkMayChange(object, { mode, untilMs }, input.BypassGovernanceRetention === true, now);
    const { mode: _mode, untilMs: _until, ...hold } = object.lock ?? {};
    const lock = { ...hold, ...(mode && untilMs && { mode: mode as "GOVERNANCE" | "COMPLIANCE", untilMs }) };
    objectChanged(open, bucket, { ...object, lock });
    return {};
  },

  GetObjectRetention(input, ctx) {
    const { lock } = lockable(open.of(input, ctx), input, "GET");
    if (!lock?.mode || lock.untilMs === undefined) throw noLock();
    return { Retention: { Mode: lock.mode, RetainUntilDate: new Date(lock.untilMs) } };
  },

  PutObjectLegalHold(input, ctx) {
    const bucket = open.of(input, ctx);
    const object = lockable(bucket, input, "PUT");
    const { Status: legalHold } = input.LegalHold ?? {};
    if (legalHold !== "ON" && legalHold !== "OFF") throw malformedXml();
    const lock = { ...object.lock, legalHold: legalHold as "ON" | "OFF" };
    objectChanged(open, bucket, { ...object, lock });
    return {};
  },

  GetObjectLegalHold(input, ctx) {
    const { lock } = lockable(open.of(input, ctx), input, "GET");
    if (!lock?.legalHold) throw noLock();
    return { LegalHold: { Status: lock.legalHold } };
  },
});

interface LockInput {
  readonly Key: string;
  readonly VersionId?: string;
}

function lockable(bucket: OpenBucket, input: LockInput, method: "GET" | "PUT"): ObjectRecord {
  const object = markerless(versionFor(bucket, input), method);
  if (!bucket.record.hasObjectLock) throw bucketHasNoLock();
  return object;
}

function checkDefault(retention: S3.DefaultRetention | undefined): void {
  const { Mode: mode, Days: days, Years: years } = retention ?? {};
  if (mode === undefined || (days === undefined) === (years === undefined)) throw malformedXml();
  checkMode(mode);
  if ((days ?? years ?? 0) < 1)
    throw invalidArgument(
      "Default retention period must be a positive integer value.",
      days === undefined ? "Years" : "Days",
    );
}

/** Retention is only ever made longer; governance may be overridden by who says so, compliance by nobody. */
function checkMayChange(
  { lock }: ObjectRecord,
  next: { mode: string | undefined; untilMs: number | undefined },
  bypasses: boolean,
  now: number,
): void {
  if (!lock?.mode || lock.untilMs === undefined || lock.untilMs <= now) return;
  const isLonger = next.untilMs !== undefined && next.untilMs >= lock.untilMs;
  const isAsStrict = next.mode === lock.mode || next.mode === "COMPLIANCE";
  if (isLonger && isAsStrict) return;
  if (lock.mode === "COMPLIANCE" || !bypasses)
    throw accessDenied("Access Denied because object protected by object lock.");
}
