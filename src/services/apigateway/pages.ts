import { page as pageOfList } from "../../aws/page.ts";
import type { Key } from "../../core/key.ts";
import type { Collection } from "../../core/storage.ts";
import { badRequest } from "./errors.ts";

const MOST = 500;

interface PageInput {
  readonly position?: string;
  readonly limit?: number;
}

/**
 * One page of a list. A position is opaque text that a client hands back unread, with the same question.
 * @param keyOf what items are sorted by; unique
 * @param input the whole input. `limit` 1..500; AWS's default is 25
 */
export function page<T>(
  items: Iterable<T>,
  input: PageInput,
  keyOf: (item: T) => Key,
  byDefault = 25,
): { items: T[]; position?: string } {
  const { position, limit = byDefault, ...query } = input;
  if (limit > MOST) throw badRequest(`Invalid limit specified. Must be between 1 and ${MOST}`);
  // A limit below 1 is taken, as GetApiKeys is recorded to do; that it means none is inferred.
  const size = limit < 1 ? byDefault : limit;
  const refuse = () => badRequest("Invalid position token specified");
  const found = pageOfList(items, keyOf, { size, token: position, query, refuse });
  return { items: found.items, ...(found.nextToken && { position: found.nextToken }) };
}

/** One page of a collection's values, in key order. */
export function pageOf<V>(
  collection: Collection<V>,
  input: PageInput,
  { prefix }: { readonly prefix?: Key } = {},
): { items: V[]; position?: string } {
  const { items, position } = page(collection.entries(prefix && { prefix }), input, ({ key }) => key);
  return { items: items.map(({ value }) => value), ...(position && { position }) };
}
