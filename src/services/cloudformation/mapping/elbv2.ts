import type { ResourceContext } from "../resource-type.ts";
import { retag } from "./changes.ts";
import { callsOf, found, type Properties } from "./mapped.ts";

/* What resources of Elastic Load Balancing have in common: they are asked for by ARN, in lists. */

export const call = callsOf("elbv2");

/** The first of a list in an output. */
export const firstIn = (output: Properties | undefined, items: string): Properties | undefined =>
  (output?.[items] as readonly Properties[] | undefined)?.[0];

/** What a resource is now; undefined when it is gone. */
export const describedBy = async (
  operation: string,
  input: Properties,
  items: string,
  at: ResourceContext,
): Promise<Properties | undefined> => firstIn(await found(call(at, operation, input)), items);

/** What a resource is now, with its tags. */
export async function tagged(
  arn: string,
  described: Properties | undefined,
  at: ResourceContext,
): Promise<Properties | undefined> {
  if (!described) return undefined;
  const tags = firstIn(await call(at, "DescribeTags", { ResourceArns: [arn] }), "TagDescriptions");
  return { ...described, Tags: tags?.["Tags"] };
}

/** As `retag`. */
export async function retagByArn(
  arn: string,
  before: Properties,
  properties: Properties,
  at: ResourceContext,
): Promise<void> {
  await retag(before, properties, at, {
    untag: (TagKeys) => call(at, "RemoveTags", { ResourceArns: [arn], TagKeys }),
    tag: (Tags) => call(at, "AddTags", { ResourceArns: [arn], Tags }),
  });
}

/** Sets attributes that a template gives. */
export async function setAttributes(
  operation: string,
  where: Properties,
  attributes: unknown,
  at: ResourceContext,
): Promise<void> {
  if (Array.isArray(attributes) && attributes.length > 0)
    await call(at, operation, { ...where, Attributes: attributes });
}
