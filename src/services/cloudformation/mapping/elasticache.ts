import type { ResourceContext } from "../resource-type.ts";
import { retag } from "./changes.ts";
import { callsOf, type Properties } from "./mapped.ts";
import { type Kind, settling } from "./settling.ts";

/* What resources of ElastiCache have in common: names, tags, and states that caches pass through. */

export const call = callsOf("elasticache");

/** What operations on tags are given: an ARN. @param type as it stands there: `cluster` */
export const tagged = (type: string, id: string, { partition, region, account }: ResourceContext) => ({
  ResourceName: `arn:${partition}:elasticache:${region}:${account}:${type}:${id}`,
});

/** As `retag`. @param type as it stands in ARNs: `cluster` */
export async function retagCache(
  type: string,
  id: string,
  before: Properties,
  properties: Properties,
  at: ResourceContext,
): Promise<void> {
  const resource = tagged(type, id, at);
  await retag(before, properties, at, {
    untag: (TagKeys) => call(at, "RemoveTagsFromResource", { ...resource, TagKeys }),
    tag: (Tags) => call(at, "AddTagsToResource", { ...resource, Tags }),
  });
}

/** Caches of a kind: how one is now, when it has settled, and how it goes. */
export const cachesOf = (kind: Omit<Kind, "service" | "inWork" | "isMade" | "hasFailed">) =>
  settling({
    ...kind,
    service: "elasticache",
    inWork: /^(?:creating|modifying|snapshotting|rebooting)/,
    isMade: /^available$/,
    hasFailed: /^create-failed$/,
  });
