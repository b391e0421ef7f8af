import { twice } from "../../core/twice.ts";
import type * as S3 from "../../models/generated/s3.ts";
import { invalidArgument, invalidRequest, malformedXml } from "./errors.ts";
import { tagsIn } from "./filter-tags.ts";
import type { OpenBucket, OpenBuckets } from "./open-buckets.ts";

const MOST_RULES = 1000;
const STATUSES: readonly (string | undefined)[] = ["Enabled", "Disabled"];

/**
 * What is put on a bucket to have its objects copied.
 * @throws AwsError `MalformedXML`, `InvalidRequest`, `InvalidArgument`
 */
export function replication(
  { Role: role, Rules: rules }: Partial<S3.ReplicationConfiguration>,
  bucket: OpenBucket,
  open: OpenBuckets,
): void {
  if (!rules?.length || rules.length > MOST_RULES || role === undefined) throw malformedXml();
  for (const rule of rules) checkShape(rule);
  // A rule without a filter is of the first version of the schema, and all others with it.
  const isFirst = rules.some(({ Filter }) => Filter === undefined);
  for (const rule of rules) checkVersion(rule, isFirst);
  const ids = rules.map(({ ID }) => ID).filter((id) => id !== undefined);
  if (new Set(ids).size < ids.length) throw invalidArgument("Rule Id must be unique", "ID", twice(ids));
  const priorities = rules.map(({ Priority }) => Priority).filter((priority) => priority !== undefined);
  if (new Set(priorities).size < priorities.length)
    throw invalidRequest(`Found duplicate priority ${twice(priorities)}.`);
  if (bucket.record.versioning !== "Enabled") {
    throw invalidRequest("Versioning must be 'Enabled' on the bucket to apply a replication configuration");
  }
  for (const { Destination: to } of rules) checkTarget(to?.Bucket ?? "", bucket, open);
}

function checkShape({
  Status,
  Filter,
  Prefix,
  Destination,
  DeleteMarkerReplication,
}: S3.ReplicationRule): void {
  if (!STATUSES.includes(Status) || !Destination?.Bucket) throw malformedXml();
  if ((Filter === undefined) === (Prefix === undefined)) throw malformedXml();
  if (Filter && Object.keys(Filter).length > 1) throw malformedXml();
  if (DeleteMarkerReplication && !STATUSES.includes(DeleteMarkerReplication.Status)) throw malformedXml();
}

/** What a rule says that its version of the schema has not, and what it leaves out. */
function checkVersion(rule: S3.ReplicationRule, isFirst: boolean): void {
  for (const member of ["Priority", "DeleteMarkerReplication"] as const)
    if ((rule[member] === undefined) !== isFirst)
      throw invalidRequest(
        `${member} ${isFirst ? "cannot be used" : "must be specified"} for this version of Cross Region Replication configuration schema. Please refer to S3 Developer Guide for more information.`,
      );
  if (tagsIn(rule.Filter).length > 0 && rule.DeleteMarkerReplication?.Status === "Enabled")
    throw invalidRequest(
      "Delete marker replication is not supported if any Tag filter is specified. Please refer to S3 Developer Guide for more information.",
    );
}

function checkTarget(arn: string, bucket: OpenBucket, open: OpenBuckets): void {
  if (!/^arn:[^:]*:s3:::[^:/]+$/.test(arn)) throw invalidArgument("Invalid bucket ARN", "Bucket", arn);
  if (arn === bucket.arn) throw invalidRequest("Destination bucket cannot be the same as the source bucket.");
  const target = open.find(arn.split(":").at(-1) ?? "");
  if (!target) throw invalidRequest("Destination bucket must exist.");
  if (target.record.versioning !== "Enabled")
    throw invalidRequest("Destination bucket must have versioning enabled.");
}
