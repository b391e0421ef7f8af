import { invalidNextToken } from "./errors.ts";

const DEFAULT_PAGE = 100;

/**
 * One page of a list, and the token of the next.
 * @param keyOf what a token remembers: the key of the last item of a page
 * @throws ValidationException for a token that no page gave
 */
export function pageOf<T>(
  all: readonly T[],
  keyOf: (item: T) => string,
  { maxResults = DEFAULT_PAGE, nextToken }: { maxResults?: number; nextToken?: string },
): { page: T[]; nextToken?: string } {
  let from = 0;
  if (nextToken !== undefined) {
    const key = Buffer.from(nextToken, "base64url").toString("utf8");
    from = all.findIndex((item) => keyOf(item) === key) + 1;
    if (from === 0) throw invalidNextToken();
  }
  const page = all.slice(from, from + maxResults);
  if (from + page.length >= all.length) return { page };
  return { page, nextToken: Buffer.from(keyOf(page.at(-1)!)).toString("base64url") };
}
