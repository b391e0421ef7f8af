import { type Page, page } from "../../aws/page.ts";
import type { Key } from "../../core/key.ts";
import { invalidParameter } from "./errors.ts";

/** How a list of Logs is asked for: the size goes by two names. */
export interface PageInput {
  readonly nextToken?: string;
  readonly limit?: number;
  readonly maxResults?: number;
}

/**
 * One page of a list and the token of the next.
 * @param keyOf what items are sorted by; unique
 * @param input the whole input: a token serves no other
 */
export function pageOf<V>(
  all: Iterable<V>,
  input: PageInput,
  byDefault: number,
  keyOf: (item: V) => Key,
  descending = false,
): Page<V> {
  const { nextToken: token, limit, maxResults, ...query } = input;
  const size = limit ?? maxResults ?? byDefault;
  return page(all, keyOf, { size, token, query, refuse: invalidNextToken, descending });
}

export const invalidNextToken = () => invalidParameter("The specified nextToken is invalid.");
