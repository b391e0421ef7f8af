import type { Collection, Range } from "../../core/storage.ts";
import { badRequest } from "./errors.ts";

const MOST = 500;

/**
 * One page of a list. A position is the place of the next item, as text that a client hands back unread.
 * @param limit 1..500; AWS's default is 25
 */
export function page<T>(
  items: readonly T[],
  request: { position?: string; limit?: number },
  byDefault = 25,
): { items: T[]; position?: string } {
  const limit = request.limit ?? byDefault;
  if (limit < 1 || limit > MOST) throw badRequest(`Invalid limit specified. Must be between 1 and ${MOST}`);
  const start = request.position
    ? Number.parseInt(Buffer.from(request.position, "base64url").toString(), 10)
    : 0;
  if (!Number.isInteger(start) || start < 0) throw badRequest("Invalid position token specified");
  const end = start + limit;
  const more = end < items.length;
  return {
    items: items.slice(start, end),
    ...(more && { position: Buffer.from(String(end)).toString("base64url") }),
  };
}

/** One page of a collection's values, in key order. */
export function pageOf<V>(
  collection: Collection<V>,
  request: { position?: string; limit?: number },
  range?: Range,
): { items: V[]; position?: string } {
  return page([...collection.values(range)], request);
}
