import { accessDenied, invalidArgument, invalidRequest } from "./errors.ts";
import type { ObjectLock, ObjectRecord } from "./object.ts";
import type { OpenBucket } from "./open-buckets.ts";

const DAY_MS = 86_400_000;

interface LockInput {
  readonly ObjectLockMode?: string;
  readonly ObjectLockRetainUntilDate?: Date;
  readonly ObjectLockLegalHoldStatus?: string;
}

interface LockConfiguration {
  readonly Rule?: {
    readonly DefaultRetention?: { readonly Mode?: string; readonly Days?: number; readonly Years?: number };
  };
}

export const bucketHasNoLock = () => invalidRequest("Bucket is missing Object Lock Configuration");

/**
 * The lock that a new object gets: as asked, else its bucket's default.
 * @throws AwsError `InvalidRequest`, `InvalidArgument`
 */
export function lockOfInput(input: LockInput, bucket: OpenBucket, now: number): ObjectLock | undefined {
  const { ObjectLockMode: mode, ObjectLockRetainUntilDate: until } = input;
  const { ObjectLockLegalHoldStatus: legalHold } = input;
  const asks = mode !== undefined || until !== undefined || legalHold !== undefined;
  if (!bucket.record.hasObjectLock) {
    if (asks) throw bucketHasNoLock();
    return undefined;
  }
  if ((mode === undefined) !== (until === undefined)) {
    throw invalidArgument(
      "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied",
      mode === undefined ? "x-amz-object-lock-mode" : "x-amz-object-lock-retain-until-date",
    );
  }
  if (mode !== undefined) checkMode(mode);
  if (legalHold !== undefined && legalHold !== "ON" && legalHold !== "OFF")
    throw invalidArgument(
      "Legal hold must be either of 'ON' or 'OFF'",
      "x-amz-object-lock-legal-hold",
      legalHold,
    );
  const untilMs = until === undefined ? undefined : new Date(until).getTime();
  if (untilMs !== undefined && untilMs <= now)
    throw invalidArgument(
      "The retain until date must be in the future!",
      "x-amz-object-lock-retain-until-date",
    );
  const retention =
    untilMs === undefined ? defaultRetention(bucket, now) : { mode: mode as "GOVERNANCE", untilMs };
  const lock = { ...retention, ...(legalHold && { legalHold: legalHold as "ON" }) };
  return Object.keys(lock).length > 0 ? lock : undefined;
}

export function checkMode(mode: string): void {
  if (mode !== "GOVERNANCE" && mode !== "COMPLIANCE")
    throw invalidArgument("Unknown wormMode directive.", "x-amz-object-lock-mode", mode);
}

function defaultRetention(bucket: OpenBucket, now: number): ObjectLock {
  const settings = bucket.record.settings["objectLock"] as LockConfiguration | undefined;
  const retention = settings?.Rule?.DefaultRetention;
  if (!retention?.Mode) return {};
  const untilMs =
    retention.Days !== undefined
      ? now + retention.Days * DAY_MS
      : new Date(now).setUTCFullYear(new Date(now).getUTCFullYear() + (retention.Years ?? 0));
  return { mode: retention.Mode as "GOVERNANCE", untilMs };
}

/**
 * May this version go, or its retention be cut?
 * @param bypasses the caller may override governance, and says so
 * @throws AwsError `AccessDenied`
 */
export function checkUnlocked({ lock }: ObjectRecord, bypasses: boolean, now: number): void {
  if (!lock) return;
  const isRetained = lock.untilMs !== undefined && lock.untilMs > now;
  const holds = lock.legalHold === "ON" || (isRetained && (lock.mode === "COMPLIANCE" || !bypasses));
  if (holds) throw accessDenied("Access Denied because object protected by object lock.");
}

/** @throws AwsError `InvalidArgument` where there is no lock to bypass */
export function checkBypass(bypass: boolean | undefined, bucket: OpenBucket): void {
  if (bypass === undefined || bucket.record.hasObjectLock) return;
  throw invalidArgument(
    "x-amz-bypass-governance-retention is only applicable to Object Lock enabled buckets.",
    "x-amz-bypass-governance-retention",
  );
}
