import { makeArn } from "../../../core/arn.ts";
import type { ResourceContext } from "../resource-type.ts";
import { retag } from "./changes.ts";
import { callsOf, type Mapping, type Properties } from "./mapped.ts";

/* What resources of MemoryDB have in common: names in lower case, ARNs and tags. */

export const call = callsOf("memorydb");

/** @param type as it stands in ARNs: `subnetgroup` */
export const arnOf = (type: string, id: string, { region, account }: ResourceContext): string =>
  makeArn("memorydb", region, account, `${type}/${id}`);

/** The operations on tags of a mapped type. @param type as it stands in ARNs */
export const tagsOf = (type: string): NonNullable<Mapping["tags"]> => [
  "TagResource",
  "UntagResource",
  (id, _attributes, _properties, at) => ({ ResourceArn: arnOf(type, id, at) }),
];

/** As `retag`. */
export async function retagByArn(
  ResourceArn: string,
  before: Properties,
  properties: Properties,
  at: ResourceContext,
): Promise<void> {
  await retag(before, properties, at, {
    untag: (TagKeys) => call(at, "UntagResource", { ResourceArn, TagKeys }),
    tag: (Tags) => call(at, "TagResource", { ResourceArn, Tags }),
  });
}

/** Names are kept in lower case. */
export const nameIn = (properties: Properties, property: string): string =>
  String(properties[property]).toLowerCase();
