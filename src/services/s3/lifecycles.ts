import type { Handlers } from "../../core/service.ts";
import type * as S3 from "../../models/generated/s3.ts";
import { invalidArgument, invalidRequest, malformedXml, notConfigured } from "./errors.ts";
import type { Expiry } from "./expiry.ts";
import type { OpenBuckets } from "./open-buckets.ts";

const DEFAULT_MINIMUM = "all_storage_classes_128K";
const MINIMA = new Set([DEFAULT_MINIMUM, "varies_by_storage_class"]);
const DAY_MS = 86_400_000;

export const lifecycles = (open: OpenBuckets, expiry: Expiry): Handlers<S3.Operations> => ({
  PutBucketLifecycleConfiguration(input, ctx) {
    const bucket = open.of(input, ctx);
    const minimum = input.TransitionDefaultMinimumObjectSize ?? DEFAULT_MINIMUM;
    if (!MINIMA.has(minimum))
      throw invalidRequest(`Invalid TransitionDefaultMinimumObjectSize found: ${minimum}`);
    const rules = input.LifecycleConfiguration?.Rules;
    if (!rules?.length) throw malformedXml();
    for (const rule of rules) checkRule(rule);
    const ids = rules.map(({ ID }) => ID).filter((id) => id !== undefined);
    if (new Set(ids).size < ids.length)
      throw invalidArgument(
        "Rule ID must be unique. Found same ID for more than one rule",
        "ID",
        duplicate(ids),
      );
    bucket.set("lifecycle", {
      Rules: rules.map((rule) => ({ ...rule, ID: rule.ID || ctx.random.uuid() })),
      TransitionDefaultMinimumObjectSize: minimum,
    });
    expiry.arm();
    return { TransitionDefaultMinimumObjectSize: minimum as "all_storage_classes_128K" };
  },

  GetBucketLifecycleConfiguration(input, ctx) {
    const bucket = open.of(input, ctx);
    const settings = bucket.record.settings["lifecycle"];
    if (settings === undefined) {
      throw notConfigured(
        "NoSuchLifecycleConfiguration",
        "The lifecycle configuration does not exist",
        bucket.name,
      );
    }
    return settings as S3.GetBucketLifecycleConfigurationOutput;
  },

  DeleteBucketLifecycle(input, ctx) {
    open.of(input, ctx).set("lifecycle", undefined);
  },
});

const duplicate = (ids: readonly string[]) => ids.find((id, at) => ids.indexOf(id) !== at) ?? "";

/** @throws AwsError `MalformedXML`, `InvalidRequest`, `InvalidArgument` */
function checkRule(rule: S3.LifecycleRule): void {
  const { Filter: filter, Prefix: prefix, Status: status, Expiration: expiration } = rule;
  if (status !== "Enabled" && status !== "Disabled") throw malformedXml();
  if ((filter === undefined) === (prefix === undefined)) throw malformedXml();
  if (rule.ID !== undefined && rule.ID.length > 255)
    throw invalidArgument("ID length should not exceed allowed limit of 255", "ID", rule.ID);
  if (filter) checkFilter(filter);
  const acts =
    expiration ??
    rule.NoncurrentVersionExpiration ??
    rule.AbortIncompleteMultipartUpload ??
    rule.Transitions ??
    rule.NoncurrentVersionTransitions;
  if (acts === undefined) throw invalidRequest("At least one action needs to be specified in a rule.");
  if (expiration) checkExpiration(expiration);
  if (rule.AbortIncompleteMultipartUpload && (filter?.Tag || filter?.And?.Tags?.length))
    throw invalidRequest("AbortIncompleteMultipartUpload cannot be specified with Tags.");
  const noncurrent = rule.NoncurrentVersionExpiration;
  if (noncurrent && noncurrent.NoncurrentDays === undefined) throw malformedXml();
  for (const { Date: date, Days: days, StorageClass: to } of rule.Transitions ?? []) {
    if (to === undefined || (date === undefined) === (days === undefined)) throw malformedXml();
    if (date !== undefined) checkMidnight(date);
    checkLeastDays("Days", "Transition", days, to);
  }
  for (const { NoncurrentDays: days, StorageClass: to } of rule.NoncurrentVersionTransitions ?? [])
    checkLeastDays("NoncurrentDays", "NoncurrentVersionTransition", days, to);
}

/** Objects lie in the standard class for some time before they go to one for those that are seldom read. */
const LEAST_DAYS: Readonly<Record<string, number>> = { STANDARD_IA: 30, ONEZONE_IA: 30 };

function checkLeastDays(member: string, action: string, days: number | undefined, to: string | undefined) {
  const least = LEAST_DAYS[to ?? ""] ?? 0;
  if (days === undefined || days >= least) return;
  throw invalidArgument(
    `'${member}' in ${action} action must be greater than or equal to ${least} for storageClass '${to}'`,
    member,
    days,
  );
}

function checkExpiration(expiration: S3.LifecycleExpiration): void {
  const { Days: days, Date: date, ExpiredObjectDeleteMarker: marker } = expiration;
  if ([days, date, marker].filter((value) => value !== undefined).length !== 1) throw malformedXml();
  if (days !== undefined && days < 1)
    throw invalidArgument("'Days' for Expiration action must be a positive integer", "Days", days);
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
  if (!and) return;
  const tags = and.Tags ?? [];
  const given = Object.keys(and).filter((name) => name !== "Tags").length + tags.length;
  if (given < 2) throw malformedXml();
  const keys = tags.map(({ Key }) => Key);
  if (new Set(keys).size < keys.length) throw invalidRequest("Duplicate Tag Keys are not allowed.");
}
