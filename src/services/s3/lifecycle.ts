import { tagsIn } from "./filter-tags.ts";
import type { ObjectRecord } from "./object.ts";
import type { OpenBucket } from "./open-buckets.ts";

const DAY_MS = 86_400_000;

/** A lifecycle rule as it is kept; dates are ISO texts. */
export interface LifecycleRule {
  readonly ID?: string;
  readonly Status?: string;
  readonly Prefix?: string;
  readonly Filter?: LifecycleFilter;
  readonly Expiration?: {
    readonly Days?: number;
    readonly Date?: string;
    readonly ExpiredObjectDeleteMarker?: boolean;
  };
  readonly NoncurrentVersionExpiration?: {
    readonly NoncurrentDays?: number;
    readonly NewerNoncurrentVersions?: number;
  };
  readonly AbortIncompleteMultipartUpload?: { readonly DaysAfterInitiation?: number };
  readonly Transitions?: readonly {
    readonly Days?: number;
    readonly Date?: string;
    readonly StorageClass?: string;
  }[];
  readonly NoncurrentVersionTransitions?: readonly {
    readonly NoncurrentDays?: number;
    readonly StorageClass?: string;
  }[];
}

interface Tag {
  readonly Key?: string;
  readonly Value?: string;
}

interface LifecycleFilter {
  readonly Prefix?: string;
  readonly Tag?: Tag;
  readonly ObjectSizeGreaterThan?: number;
  readonly ObjectSizeLessThan?: number;
  readonly And?: Omit<LifecycleFilter, "And" | "Tag"> & { readonly Tags?: readonly Tag[] };
}

export function rulesOf(bucket: OpenBucket): readonly LifecycleRule[] {
  const settings = bucket.record.settings["lifecycle"] as { Rules?: LifecycleRule[] } | undefined;
  return (settings?.Rules ?? []).filter(({ Status }) => Status === "Enabled");
}

export function appliesTo(
  { Prefix: prefix, Filter: filter = {} }: LifecycleRule,
  object: Pick<ObjectRecord, "key" | "size" | "tags">,
): boolean {
  const all = { ...filter, ...filter.And };
  const tags = tagsIn(filter);
  return (
    object.key.startsWith(prefix ?? all.Prefix ?? "") &&
    (all.ObjectSizeGreaterThan === undefined || object.size > all.ObjectSizeGreaterThan) &&
    (all.ObjectSizeLessThan === undefined || object.size < all.ObjectSizeLessThan) &&
    tags.every(({ Key = "", Value }) => object.tags?.[Key] === Value)
  );
}

/** The midnight (UTC) that ends the day on which something is so many days old. */
export const afterDays = (sinceMs: number, days: number) =>
  Math.ceil((sinceMs + days * DAY_MS) / DAY_MS) * DAY_MS;

/** When a rule has an object expire, in epoch milliseconds. */
export function expiresAt(
  { Expiration: expiration }: LifecycleRule,
  modifiedAtMs: number,
): number | undefined {
  if (expiration?.Date !== undefined) return new Date(expiration.Date).getTime();
  return expiration?.Days === undefined ? undefined : afterDays(modifiedAtMs, expiration.Days);
}

/** The header `x-amz-expiration`: when the first rule has the object go. */
export function expirationOf(bucket: OpenBucket, object: ObjectRecord): string | undefined {
  if (bucket.record.settings["lifecycle"] === undefined) return undefined;
  let first: { at: number; id: string } | undefined;
  for (const rule of rulesOf(bucket)) {
    if (!appliesTo(rule, object)) continue;
    const at = expiresAt(rule, object.modifiedAtMs);
    if (at !== undefined && (first === undefined || at < first.at)) first = { at, id: rule.ID ?? "" };
  }
  return (
    first && `expiry-date="${new Date(first.at).toUTCString()}", rule-id="${encodeURIComponent(first.id)}"`
  );
}
