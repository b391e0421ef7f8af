import type { ResourceContext } from "../resource-type.ts";
import { retag } from "./changes.ts";
import { callsOf, found, gone, type Properties } from "./mapped.ts";

/* What resources of ElastiCache have in common: names, tags, and states that caches pass through. */

export const call = callsOf("elasticache");

const IN_WORK = /^(?:creating|modifying|snapshotting|rebooting)/;

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

/** How a kind of caches is asked for. */
interface CacheKind {
  /** `Cache cluster` */
  readonly name: string;
  readonly describe: string;
  readonly delete: string;
  /** The member of what is described that has the caches, and that of a cache that has its state. */
  readonly items: string;
  readonly state: string;
  /** The members of an input that say which cache it is, and how it is to be described. */
  keyOf(id: string): Properties;
}

/** Caches of a kind: how one is now, when it has settled, and how it goes. */
export function cachesOf(kind: CacheKind) {
  const described = async (id: string, at: ResourceContext): Promise<Properties | undefined> => {
    const output = await found(call(at, kind.describe, kind.keyOf(id)));
    return (output?.[kind.items] as Properties[] | undefined)?.[0];
  };
  const stateOf = async (id: string, at: ResourceContext) => (await described(id, at))?.[kind.state];
  const settled = (id: string, at: ResourceContext): Promise<void> =>
    at.until(async () => {
      const state = await stateOf(id, at);
      if (state === "create-failed") throw new Error(`${kind.name} ${id} could not be created.`);
      return state === "available";
    });
  const remove = async (id: string, at: ResourceContext): Promise<void> => {
    // What is still being made or changed cannot be deleted.
    await at.until(async () => !IN_WORK.test(String(await stateOf(id, at))));
    await gone(call(at, kind.delete, kind.keyOf(id)));
    await at.until(async () => (await described(id, at)) === undefined);
  };
  return { described, settled, remove };
}
