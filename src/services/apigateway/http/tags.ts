import { parseArn } from "../../../core/arn.ts";
import type { Context, Handlers } from "../../../core/service.ts";
import type { CollectionDefinition } from "../../../core/storage.ts";
import type * as V2 from "../../../models/generated/apigatewayv2.ts";
import { domainNames } from "../collections.ts";
import { tagging } from "../tags.ts";
import { httpApis, stages, vpcLinks } from "./collections.ts";
import { badRequest, notFound } from "./errors.ts";

type Tagged = Record<string, unknown>;

/** What carries tags, by the place in its ARN; domain names keep theirs as version 1 does. */
const PLACES: readonly [place: RegExp, definition: unknown, member: "Tags" | "tags"][] = [
  [/^\/apis\/([^/]+)$/, httpApis, "Tags"],
  [/^\/apis\/([^/]+)\/stages\/([^/]+)$/, stages, "Tags"],
  [/^\/vpclinks\/([^/]+)$/, vpcLinks, "Tags"],
  [/^\/domainnames\/([^/]+)$/, domainNames, "tags"],
];

function find(ctx: Context, resourceArn: string) {
  const arn = parseArn(resourceArn);
  if (arn?.service !== "apigateway") throw badRequest("Invalid ARN specified in the request");
  for (const [place, definition, member] of PLACES) {
    const match = place.exec(arn.resource);
    if (!match) continue;
    const key = match.slice(1);
    const collection = ctx.store.collection(definition as CollectionDefinition<Tagged>);
    const thing = collection.get(key);
    if (!thing) throw notFound("Resource", resourceArn);
    return {
      tags: (thing[member] ?? {}) as Record<string, string>,
      put: (tags: Record<string, string>) => collection.put(key, { ...thing, [member]: tags }),
    };
  }
  throw badRequest("Invalid ARN specified in the request");
}

export const tags: Handlers<V2.Operations> = {
  GetTags: ({ ResourceArn }, ctx) => ({ Tags: find(ctx, ResourceArn).tags }),

  TagResource({ ResourceArn, Tags }, ctx) {
    const { tags: before, put } = find(ctx, ResourceArn);
    put(tagging.add(before, Tags));
    return {};
  },

  UntagResource({ ResourceArn, TagKeys }, ctx) {
    const { tags: before, put } = find(ctx, ResourceArn);
    put(tagging.remove(before, TagKeys));
  },
};
