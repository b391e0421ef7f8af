import type * as S3 from "../../models/generated/s3.ts";
import { invalidArgument, invalidRequest, malformedXml } from "./errors.ts";
import { tagsIn } from "./filter-tags.ts";
import { CLASSES, checkOrder, DAY_MS } from "./lifecycle-order.ts";

/** What AWS refuses of a bucket's lifecycle rules. */

const LARGEST_OBJECT = 1_099_511_627_776_000;

/** @throws AwsError `MalformedXML`, `InvalidRequest`, `InvalidArgument` */
export function checkRule(rule: S3.LifecycleRule): void {
  const { Filter: filter, Prefix: prefix, Status: status, Expiration: expiration } = rule;
  if (status !== "Enabled" && status !== "Disabled") throw malformedXml();
  if ((filter === undefined) === (prefix === undefined)) throw malformedXml();
  if (rule.ID !== undefined && rule.ID.length > 255)
    throw invalidArgument("ID length should not exceed allowed limit of 255", "ID", rule.ID);
  if (filter) checkFilter(filter);
  const { AbortIncompleteMultipartUpload: abort, NoncurrentVersionExpiration: noncurrent } = rule;
  const acts = expiration ?? noncurrent ?? abort ?? rule.Transitions ?? rule.NoncurrentVersionTransitions;
  if (acts === undefined) throw invalidRequest("At least one action needs to be specified in a rule.");
  if (expiration) checkExpiration(expiration);
  if (expiration?.ExpiredObjectDeleteMarker !== undefined) checkIsOfAll("ExpiredObjectDeleteMarker", filter);
  if (abort) {
    checkPositive("DaysAfterInitiation", "AbortIncompleteMultipartUpload", abort.DaysAfterInitiation);
    checkIsOfAll("AbortIncompleteMultipartUpload", filter);
  }
  if (noncurrent) {
    const { NoncurrentDays: days, NewerNoncurrentVersions: newer } = noncurrent;
    checkPositive("NoncurrentDays", "NoncurrentVersionExpiration", days);
    if (newer !== undefined) checkPositive("NewerNoncurrentVersions", "NoncurrentVersionExpiration", newer);
  }
  for (const { Date: date, Days: days, StorageClass: to } of rule.Transitions ?? []) {
    if ((date === undefined) === (days === undefined)) throw malformedXml();
    checkTarget(to);
    if (date !== undefined) checkMidnight(date);
    else checkLeastDays("Days", "Transition", days, to);
  }
  for (const { NoncurrentDays: days, StorageClass: to } of rule.NoncurrentVersionTransitions ?? []) {
    checkTarget(to);
    checkLeastDays("NoncurrentDays", "NoncurrentVersionTransition", days, to);
  }
  checkOrder(rule);
}

function checkTarget(to: string | undefined): void {
  if (to === "STANDARD" || to === "REDUCED_REDUNDANCY")
    throw invalidArgument("Invalid target Storage class for Transition action", "StorageClass", to);
  if (to === undefined || !CLASSES.includes(to)) throw malformedXml();
}

/** Objects lie in the standard class for some time before they go to one for those that are seldom read. */
const LEAST_DAYS: Readonly<Record<string, number>> = { STANDARD_IA: 30, ONEZONE_IA: 30 };

function checkLeastDays(member: string, action: string, days: number | undefined, to: string | undefined) {
  if (days === undefined) throw malformedXml();
  if (days < 0) throw invalidArgument(`'${member}' in ${action} action must be nonnegative`, member, days);
  const least = LEAST_DAYS[to ?? ""] ?? 0;
  if (days >= least) return;
  throw invalidArgument(
    `'${member}' in ${action} action must be greater than or equal to ${least} for storageClass '${to}'`,
    member,
    days,
  );
}

function checkPositive(member: string, action: string, value: number | undefined): void {
  if (value === undefined) throw malformedXml();
  if (value < 1)
    throw invalidArgument(`'${member}' for ${action} action must be a positive integer`, member, value);
}

/** What has no tags and no size of its own is chosen by neither. */
function checkIsOfAll(action: string, filter: S3.LifecycleRuleFilter | undefined): void {
  const all: S3.LifecycleRuleAndOperator = filter?.And ?? filter ?? {};
  if (tagsIn(filter).length > 0) throw invalidRequest(`${action} cannot be specified with Tags.`);
  if (all.ObjectSizeGreaterThan !== undefined || all.ObjectSizeLessThan !== undefined)
    throw invalidRequest(`${action} cannot be specified with Object Size.`);
}

function checkExpiration(expiration: S3.LifecycleExpiration): void {
  const { Days: days, Date: date, ExpiredObjectDeleteMarker: marker } = expiration;
  if ([days, date, marker].filter((value) => value !== undefined).length !== 1) throw malformedXml();
  if (days !== undefined) checkPositive("Days", "Expiration", days);
  if (date !== undefined) checkMidnight(date);
}

function checkMidnight(date: Date): void {
  const time = new Date(date);
  if (time.getTime() % DAY_MS !== 0)
    throw invalidArgument("'Date' must be at midnight GMT", "Date", time.toISOString());
}

function checkFilter(filter: S3.LifecycleRuleFilter): void {
  if (Object.keys(filter).length > 1) throw malformedXml();
  const { And: and } = filter;
  checkSizes(and ?? filter);
  if (!and) return;
  const tags = and.Tags ?? [];
  const given = Object.keys(and).filter((name) => name !== "Tags").length + tags.length;
  if (given < 2) throw malformedXml();
  const keys = tags.map(({ Key }) => Key);
  if (new Set(keys).size < keys.length) throw invalidRequest("Duplicate Tag Keys are not allowed.");
}

function checkSizes({
  ObjectSizeGreaterThan: least,
  ObjectSizeLessThan: most,
}: S3.LifecycleRuleAndOperator): void {
  if (least !== undefined && (least < 0 || least > LARGEST_OBJECT))
    throw invalidRequest(`'ObjectSizeGreaterThan' should be between 0 and ${LARGEST_OBJECT}.`);
  if (most !== undefined && (most < 1 || most > LARGEST_OBJECT))
    throw invalidRequest(`'ObjectSizeLessThan' should be between 1 and ${LARGEST_OBJECT}.`);
  if (least !== undefined && most !== undefined && least >= most)
    throw invalidRequest("'ObjectSizeLessThan' has to be a value greater than 'ObjectSizeGreaterThan'.");
}
