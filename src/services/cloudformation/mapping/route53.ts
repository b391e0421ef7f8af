import { tagsOf } from "../property.ts";
import type { ResourceContext } from "../resource-type.ts";
import type { Values } from "../sam/value.ts";
import { retag } from "./changes.ts";
import { callsOf, type Properties } from "./mapped.ts";

/* What resources of Route 53 have in common: their tags stand in a property of their own name, and are operations of their own. */

export const call = callsOf("route53");

/** A kind of resource that has tags, as its service has it, and the property that has them. */
export interface Tagged {
  readonly ResourceType: "hostedzone" | "healthcheck";
  readonly property: string;
}

/** Gives a new resource its tags, the stack's among them. */
export async function tag(kind: Tagged, id: string, properties: Values, at: ResourceContext): Promise<void> {
  const AddTags = tagsOf(tagsIn(kind, properties), at.stackTags);
  if (Object.keys(AddTags).length > 0) await changeTags(kind, id, { AddTags }, at);
}

/** As `retag`. */
export async function retagById(
  kind: Tagged,
  id: string,
  [before, properties]: readonly [before: Values, properties: Values],
  at: ResourceContext,
): Promise<void> {
  await retag(tagsIn(kind, before), tagsIn(kind, properties), at, {
    untag: (RemoveTagKeys) => changeTags(kind, id, { RemoveTagKeys }, at),
    tag: (AddTags) => changeTags(kind, id, { AddTags }, at),
  });
}

/** The tags that a resource has, under the property's name. */
export async function tagsThere(
  { ResourceType, property }: Tagged,
  ResourceId: string,
  at: ResourceContext,
): Promise<Properties> {
  const { ResourceTagSet } = await call(at, "ListTagsForResource", { ResourceType, ResourceId });
  return { [property]: (ResourceTagSet as Properties)["Tags"] };
}

const tagsIn = ({ property }: Tagged, { [property]: Tags }: Values): Values =>
  Tags === undefined ? {} : { Tags };

const changeTags = ({ ResourceType }: Tagged, ResourceId: string, change: object, at: ResourceContext) =>
  call(at, "ChangeTagsForResource", { ResourceType, ResourceId, ...change });
