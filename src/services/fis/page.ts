import { page } from "../../aws/page.ts";
import type { Key } from "../../core/key.ts";
import { invalidNextToken } from "./errors.ts";

const DEFAULT_PAGE = 100;

/**
 * One page of a list, and the token of the next.
 * @param keyOf what items are sorted by; unique
 * @param input the whole input: a token serves no other
 * @throws ValidationException for a token that no page gave
 */
export function pageOf<T>(
  all: Iterable<T>,
  keyOf: (item: T) => Key,
  input: { maxResults?: number; nextToken?: string },
): { page: T[]; nextToken?: string } {
  const { maxResults: size = DEFAULT_PAGE, nextToken: token, ...query } = input;
  const { items, nextToken } = page(all, keyOf, { size, token, query, refuse: invalidNextToken });
  return { page: items, ...(nextToken && { nextToken }) };
}
