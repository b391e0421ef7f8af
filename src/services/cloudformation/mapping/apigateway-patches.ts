import type { ResourceContext } from "../resource-type.ts";
import { isSame, listChanges, listOf, retag } from "./changes.ts";
import { callsOf, type Properties } from "./mapped.ts";

/* REST APIs are changed by patches: https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html */

interface Patch {
  readonly op: "add" | "remove" | "replace";
  readonly path: string;
  readonly value?: string;
}

export const call = callsOf("apigateway");

/** How a property is patched: as a whole, by its items, or by its keys. */
export type Patched = Readonly<Record<string, "whole" | "items" | "keys">>;

/** The patches that make what a resource has what it shall have. */
export function patchesOf(before: Properties, properties: Properties, patched: Patched, under = ""): Patch[] {
  return Object.entries(patched).flatMap(([property, kind]) => {
    const path = `${under}/${property.charAt(0).toLowerCase()}${property.slice(1)}`;
    const [had, wanted] = [before[property], properties[property]];
    if (isSame(had, wanted)) return [];
    if (kind === "whole") return [wholePatch(path, wanted)];
    if (kind === "items") {
      const { added, removed } = listChanges(listOf(before, property), listOf(properties, property));
      return [
        ...removed.map((value): Patch => ({ op: "remove", path, value })),
        ...added.map((value): Patch => ({ op: "add", path, value })),
      ];
    }
    return keyPatches(path, (had ?? {}) as Properties, (wanted ?? {}) as Properties);
  });
}

function wholePatch(path: string, value: unknown): Patch {
  if (value === undefined || value === null) return { op: "replace", path, value: "" };
  return { op: "replace", path, value: typeof value === "object" ? JSON.stringify(value) : String(value) };
}

function keyPatches(path: string, had: Properties, wanted: Properties): Patch[] {
  const at = (key: string) => `${path}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
  return [
    ...Object.keys(had)
      .filter((key) => !Object.hasOwn(wanted, key))
      .map((key): Patch => ({ op: "remove", path: at(key) })),
    ...Object.entries(wanted)
      .filter(([key, value]) => !isSame(had[key], value))
      .map(([key, value]): Patch => ({ op: "replace", path: at(key), value: String(value) })),
  ];
}

/** Patches something, unless nothing is to be changed. */
export async function patch(
  at: ResourceContext,
  operation: string,
  key: Properties,
  patches: readonly Patch[],
): Promise<void> {
  if (patches.length > 0) await call(at, operation, { ...key, patchOperations: patches });
}

/** The tags of what has an ARN in API Gateway. */
export function changeTags(
  path: string,
  before: Properties,
  properties: Properties,
  at: ResourceContext,
): Promise<void> {
  const resourceArn = `arn:${at.partition}:apigateway:${at.region}::${path}`;
  return retag(before, properties, at, {
    untag: (tagKeys) => call(at, "UntagResource", { resourceArn, tagKeys }),
    tag: (tags) => call(at, "TagResource", { resourceArn, tags }),
  });
}
