import type { Wanted } from "../../core/service.ts";
import { type AccessPointRecord, accessPointArn } from "./access-point.ts";
import { actionsOf } from "./actions.ts";
import { sourceOf } from "./copy-source.ts";
import type { OpenBucket, OpenBuckets } from "./open-buckets.ts";
import { tagsOfHeader } from "./tagging.ts";

interface Input {
  readonly Bucket?: string;
  readonly Key?: string;
  readonly VersionId?: string;
  readonly CopySource?: string;
  readonly Tagging?: unknown;
  readonly TaggingDirective?: string;
  readonly PartNumber?: number;
}
interface Caller {
  readonly account: string;
  readonly region: string;
}

/** What a request is on: a bucket, and the access point that it came by. */
interface Target {
  readonly name: string;
  readonly bucket: OpenBucket | undefined;
  readonly point: AccessPointRecord | undefined;
}

/**
 * What the caller of an operation must be allowed to do, action by action:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html. Whoever comes by an access point
 * must be allowed by both, the point and its bucket; whoever copies must be allowed to read what is copied.
 */
export function* permissionsOf(
  open: OpenBuckets,
  operation: string,
  input: Input,
  caller: Caller,
): Iterable<Wanted> {
  // Each of its objects is asked for by itself.
  if (operation === "DeleteObjects") return;
  const actions = actionsOf(operation, input as Readonly<Record<string, unknown>>);
  if (input.Bucket === undefined) {
    for (const action of actions.slice(0, 1)) yield { action, resources: ["*"], input: { ...input } };
    return;
  }
  const target = targetOf(open, input.Bucket, caller);
  for (const action of actions) yield* onTarget(target, action, input);
  if (input.CopySource !== undefined) yield* ofSource(open, target, input.CopySource, input, caller);
}

function* ofSource(
  open: OpenBuckets,
  target: Target,
  copySource: string,
  input: Input,
  caller: Caller,
): Iterable<Wanted> {
  const { bucket, key: Key, versionId } = sourceOf(copySource);
  const source = targetOf(open, bucket, caller);
  const isVersion = versionId !== undefined;
  const read = { Bucket: bucket, Key, ...(isVersion && { VersionId: versionId }) };
  yield* onTarget(source, isVersion ? "s3:GetObjectVersion" : "s3:GetObject", read);
  // A part has no tags; its upload has.
  const copiesTags = input.TaggingDirective !== "REPLACE" && input.PartNumber === undefined;
  if (!copiesTags || !existingTags(source, read)) return;
  yield* onTarget(source, isVersion ? "s3:GetObjectVersionTagging" : "s3:GetObjectTagging", read);
  yield* onTarget(target, "s3:PutObjectTagging", input);
}

function targetOf(open: OpenBuckets, text: string, caller: Caller): Target {
  const { name, point } = open.meant(text, caller);
  return { name, point, bucket: open.find(name) };
}

function* onTarget(target: Target, action: string, input: Input): Iterable<Wanted> {
  const { name, point, bucket } = target;
  const path = input.Key === undefined ? "" : `/${input.Key}`;
  const common = {
    action,
    input: { ...input },
    conditions: {
      ...(point && {
        "s3:DataAccessPointArn": [accessPointArn(point)],
        "s3:DataAccessPointAccount": [point.account],
        "s3:AccessPointNetworkOrigin": [point.vpcId === undefined ? "Internet" : "VPC"],
      }),
      ...tagConditions(target, input),
    },
  };
  if (point) yield { ...common, resources: [`${accessPointArn(point)}${path && `/object${path}`}`] };
  const owner = bucket && { owner: bucket.record.account };
  yield { ...common, ...owner, resources: [`${bucket?.arn ?? `arn:aws:s3:::${name}`}${path}`] };
}

/** Tags of the object that is there, and of the one that comes. */
function tagConditions(target: Target, input: Input): Record<string, string[]> {
  const values: Record<string, string[]> = {};
  for (const [key, value] of Object.entries(existingTags(target, input) ?? {}))
    values[`s3:ExistingObjectTag/${key}`] = [value];
  if (typeof input.Tagging !== "string") return values;
  const tags = Object.entries(tagsOfHeader(input.Tagging) ?? {});
  for (const [key, value] of tags) values[`s3:RequestObjectTag/${key}`] = [value];
  if (tags.length > 0) values["s3:RequestObjectTagKeys"] = tags.map(([key]) => key);
  return values;
}

function existingTags({ bucket }: Target, { Key: key, VersionId: version }: Input) {
  if (!bucket || key === undefined || key === "") return undefined;
  const kept = version === undefined ? bucket.objects.current(key) : bucket.objects.version(key, version);
  const tags = typeof kept === "object" && "tags" in kept ? kept.tags : undefined;
  return tags && Object.keys(tags).length > 0 ? tags : undefined;
}
