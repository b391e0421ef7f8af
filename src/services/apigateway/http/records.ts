import { page as pageOf } from "../../../aws/page.ts";
import type { Context } from "../../../core/service.ts";
import type { CollectionDefinition } from "../../../core/storage.ts";
import { type HttpApi, httpApis } from "./collections.ts";
import { apiNotFound, badRequest, notFound } from "./errors.ts";

/** @throws NotFoundException */
export function findApi(ctx: Context, apiId: string): HttpApi {
  const api = ctx.store.collection(httpApis).get([apiId]);
  if (!api) throw apiNotFound(apiId);
  return api;
}

/** Something below an API. @throws NotFoundException for the API, then for the thing */
export function find<V>(
  ctx: Context,
  collection: CollectionDefinition<V>,
  type: string,
  ...key: [apiId: string, ...string[]]
): V {
  findApi(ctx, key[0]);
  const value = ctx.store.collection(collection).get(key);
  if (value === undefined) throw notFound(type, key.at(-1) ?? key[0]);
  return value;
}

/** A thing with the members that a change names; the rest stays. */
export function changed<T extends object>(before: T, changes: object): T {
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  return { ...before, ...Object.fromEntries(given) };
}

/** Without members that are undefined: what an input leaves out is not kept. */
export const given = <T extends object>(input: T): T => changed({} as T, input);

/**
 * One page, as version 2 has it: `MaxResults` is a text.
 * @param keyOf what items are sorted by; unique
 * @param input the whole input: a token serves no other
 */
export function page<T>(
  all: Iterable<T>,
  input: { readonly MaxResults?: string; readonly NextToken?: string },
  keyOf: (item: T) => string | undefined,
): { Items: T[]; NextToken?: string } {
  const { MaxResults, NextToken, ...query } = input;
  const size = MaxResults === undefined ? 100 : Number(MaxResults);
  if (!Number.isInteger(size) || size < 1) throw badRequest("Invalid MaxResults specified");
  const refuse = () => badRequest("Invalid NextToken specified");
  const { items, nextToken } = pageOf(all, (item) => [keyOf(item) ?? ""], {
    size,
    token: NextToken,
    query,
    refuse,
  });
  return { Items: items, ...(nextToken && { NextToken: nextToken }) };
}

/** All things below an API (or below something of it). */
export const list = <V>(ctx: Context, collection: CollectionDefinition<V>, ...prefix: string[]): V[] => [
  ...ctx.store.collection(collection).values({ prefix }),
];
