import { tagsOf } from "../property.ts";
import type { ResourceContext } from "../resource-type.ts";
import type { Values } from "../sam/value.ts";

/* What differs between the properties that a resource has and those that it shall have. */

type Properties = Readonly<Record<string, unknown>>;

/**
 * Brings a resource's tags, the stack's among them, to what its properties say. Those that go go first: a resource that has as many
 * as it may have has no room for another.
 */
export async function retag(
  before: Properties,
  properties: Properties,
  at: Pick<ResourceContext, "stackTags" | "stackTagsBefore">,
  service: {
    untag(keys: readonly string[]): Promise<unknown>;
    tag(tags: Record<string, string>): Promise<unknown>;
  },
): Promise<void> {
  const had = tagsOf(before as Values, at.stackTagsBefore);
  const wanted = tagsOf(properties as Values, at.stackTags);
  const removed = Object.keys(had).filter((key) => !Object.hasOwn(wanted, key));
  const added = Object.entries(wanted).filter(([key, value]) => had[key] !== value);
  if (removed.length > 0) await service.untag(removed);
  if (added.length > 0) await service.tag(Object.fromEntries(added));
}

/** Those of the properties that have changed, tags apart: what a modification is given. */
export function changesOf(before: Properties, after: Properties): Properties {
  const changed = Object.entries(after).filter(
    ([name, value]) => name !== "Tags" && !isSame(before[name], value),
  );
  return Object.fromEntries(changed);
}

/** How the settings of a name differ as texts: those that are there no more, and those that say something else. */
export function settingChanges(
  before: Properties,
  after: Properties,
  name: string,
): { removed: string[]; changed: [name: string, text: string][] } {
  const had = (before[name] ?? {}) as Properties;
  const wanted = (after[name] ?? {}) as Properties;
  return {
    removed: Object.keys(had).filter((key) => !Object.hasOwn(wanted, key)),
    changed: Object.entries(wanted)
      .map(([key, value]): [string, string] => [key, String(value)])
      .filter(([key, text]) => text !== String(had[key])),
  };
}

/** What stands in one list and not in the other, whatever it is. */
export function listChanges<T>(from: readonly T[], to: readonly T[]): { added: T[]; removed: T[] } {
  const before = new Set(from.map(canonical));
  const after = new Set(to.map(canonical));
  return {
    added: to.filter((item) => !before.has(canonical(item))),
    removed: from.filter((item) => !after.has(canonical(item))),
  };
}

/** A property that is a list; one that is not there is empty. */
export function listOf<T = string>(properties: Properties, name: string): T[] {
  const value = properties[name];
  return value === undefined || value === null ? [] : Array.isArray(value) ? value : [value as T];
}

/** A list whose order says nothing, in the order in which the properties have it. */
export function inOwnOrder<T>(properties: Properties, name: string, actual: readonly T[]): T[] {
  const own = listOf<T>(properties, name);
  return [...own.filter((item) => actual.includes(item)), ...actual.filter((item) => !own.includes(item))];
}

/** Do two values say the same? */
export function isSame(one: unknown, other: unknown): boolean {
  return canonical(one) === canonical(other);
}

function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_key, item) =>
      typeof item === "object" && item !== null && !Array.isArray(item)
        ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
        : item,
    ) ?? ""
  );
}
