import { Tagging, type Tags } from "../../aws/tags.ts";
import { parseArn } from "../../core/arn.ts";
import type { Context, Handlers, Service } from "../../core/service.ts";
import type { CollectionDefinition } from "../../core/storage.ts";
import type * as APIGateway from "../../models/generated/apigateway.ts";
import * as kept from "./collections.ts";
import { arnNotFound, badRequest } from "./errors.ts";

interface Tagged {
  tags?: Record<string, string>;
}

/** The things that carry tags, by the place that their ARN names: `/restapis/{id}`, `/restapis/{id}/stages/{name}` … */
const PLACES: readonly [RegExp, CollectionDefinition<never>][] = [
  [/^\/restapis\/([^/]+)$/, kept.restApis],
  [/^\/restapis\/([^/]+)\/stages\/([^/]+)$/, kept.stages],
  [/^\/apikeys\/([^/]+)$/, kept.apiKeys],
  [/^\/usageplans\/([^/]+)$/, kept.usagePlans],
  [/^\/domainnames\/([^/]+)$/, kept.domainNames],
  [/^\/vpclinks\/([^/]+)$/, kept.vpcLinks],
  [/^\/clientcertificates\/([^/]+)$/, kept.clientCertificates],
].map(([place, definition]) => [place as RegExp, definition as unknown as CollectionDefinition<never>]);

function find(ctx: Context, resourceArn: string) {
  const arn = parseArn(resourceArn);
  if (arn?.service !== "apigateway") throw badRequest("Invalid ARN specified in the request");
  for (const [place, definition] of PLACES) {
    const match = place.exec(arn.resource);
    if (!match) continue;
    const key = match.slice(1);
    const collection = ctx.store.collection(definition as unknown as CollectionDefinition<Tagged>);
    const thing = collection.get(key);
    if (!thing) throw arnNotFound();
    return { thing, put: (tags: Record<string, string>) => collection.put(key, { ...thing, tags }) };
  }
  throw badRequest("Invalid ARN specified in the request");
}

export const tagging = new Tagging({
  errors: {
    tooMany: (most) => badRequest(`Tag limit exceeded: a resource can have ${most} tags`),
    invalid: badRequest,
  },
});

/** Handlers that look at the tags that they are given before they make anything. Both versions' members are read. */
export const checkingTags = (operations: Service["operations"]): Service["operations"] =>
  Object.fromEntries(
    Object.entries(operations).map(([name, handle]) => [
      name,
      handle &&
        ((input: { readonly tags?: Tags; readonly Tags?: Tags }, ctx: Context) => {
          tagging.read(input.tags ?? input.Tags);
          return handle(input, ctx);
        }),
    ]),
  );

export const tags: Handlers<APIGateway.Operations> = {
  TagResource({ resourceArn, tags: given }, ctx) {
    const { thing, put } = find(ctx, resourceArn);
    put(tagging.add(thing.tags ?? {}, given));
  },

  UntagResource({ resourceArn, tagKeys }, ctx) {
    const { thing, put } = find(ctx, resourceArn);
    put(tagging.remove(thing.tags ?? {}, tagKeys));
  },

  GetTags: ({ resourceArn }, ctx) => ({ tags: find(ctx, resourceArn).thing.tags ?? {} }),
};
