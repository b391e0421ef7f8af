import { noSuchKey, notModified, preconditionFailed, unknownCondition } from "./errors.ts";
import type { ObjectRecord } from "./object.ts";

export interface ReadConditions {
  readonly IfMatch?: string;
  readonly IfNoneMatch?: string;
  readonly IfModifiedSince?: Date | string;
  readonly IfUnmodifiedSince?: Date | string;
}

/**
 * The conditions of a read, in HTTP's order: https://www.rfc-editor.org/rfc/rfc9110#section-13.2.2
 * @throws AwsError `PreconditionFailed`, `NotModified`
 */
export function checkReadConditions(object: ObjectRecord, conditions: ReadConditions, now: number): void {
  const failed = failedCondition(object, conditions, now);
  if (failed === "If-Match" || failed === "If-Unmodified-Since") throw preconditionFailed(failed);
  if (failed !== undefined) {
    throw notModified({
      etag: `"${object.etag}"`,
      "last-modified": new Date(object.modifiedAtMs).toUTCString(),
    });
  }
}

/**
 * The same of a copy's source, where all that does not hold is a failure.
 * @throws AwsError `PreconditionFailed`
 */
export function checkSourceConditions(object: ObjectRecord, conditions: ReadConditions, now: number): void {
  const failed = failedCondition(object, conditions, now);
  if (failed !== undefined) throw preconditionFailed(`x-amz-copy-source-${failed}`);
}

function failedCondition(
  { etag, modifiedAtMs }: ObjectRecord,
  conditions: ReadConditions,
  now: number,
): string | undefined {
  const { IfMatch: match, IfNoneMatch: noneMatch } = conditions;
  const modifiedSince = time(conditions.IfModifiedSince);
  const unmodifiedSince = time(conditions.IfUnmodifiedSince);
  if (match !== undefined) {
    if (!matches(match, etag)) return "If-Match";
  } else if (unmodifiedSince !== undefined && modifiedAtMs > unmodifiedSince) {
    return "If-Unmodified-Since";
  }
  if (noneMatch !== undefined) {
    if (matches(noneMatch, etag)) return "If-None-Match";
  } else if (modifiedSince !== undefined && modifiedSince <= now && modifiedAtMs <= modifiedSince) {
    return "If-Modified-Since";
  }
  return undefined;
}

/** In whole seconds, as HTTP has dates. */
const time = (date: Date | string | undefined) =>
  date === undefined ? undefined : Math.floor(new Date(date).getTime() / 1000) * 1000;

/** A list of ETags, with or without quotes, or `*`. */
const matches = (condition: string, etag: string) =>
  condition.trim() === "*" || condition.split(",").some((one) => unquoted(one) === etag);

export const unquoted = (etag: string) => etag.trim().replace(/^W\//, "").replace(/^"|"$/g, "");

export interface WriteConditions {
  readonly IfMatch?: string;
  readonly IfNoneMatch?: string;
}

/**
 * The conditions of a write, against what is there. https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 * @throws AwsError `PreconditionFailed`, `NoSuchKey`, `NotImplemented` for a form that AWS does not take
 */
export function checkWriteConditions(
  key: string,
  current: ObjectRecord | undefined,
  { IfMatch: match, IfNoneMatch: noneMatch }: WriteConditions,
): void {
  if (match !== undefined && noneMatch !== undefined) {
    throw unknownCondition(
      "If-Match,If-None-Match",
      "Multiple conditional request headers present in the request",
    );
  }
  if (noneMatch !== undefined && noneMatch !== "*") throw unaccepted("If-None-Match");
  if (match === "*") throw unaccepted("If-Match");
  if (noneMatch !== undefined && current) throw preconditionFailed("If-None-Match");
  if (match !== undefined) {
    if (!current) throw noSuchKey(key);
    if (unquoted(match) !== current.etag) throw preconditionFailed("If-Match");
  }
}

const unaccepted = (header: string) =>
  unknownCondition(header, `We don't accept the provided value of ${header} header for this API`);
