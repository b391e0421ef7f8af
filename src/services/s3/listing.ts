import { invalidArgument } from "./errors.ts";
import { behind, compareKeys } from "./key-order.ts";

const MOST_A_PAGE = 1000;

/** Where a walk goes on: from a key on, or behind it. */
export type Bound = { readonly from: string } | { readonly after: string } | Record<never, never>;

export interface ListQuery {
  readonly prefix: string;
  /** Empty: none. */
  readonly delimiter: string;
  /** Only what is behind this key. */
  readonly after?: string;
  /** What is below the common prefix that `after` lies in has been given with it. */
  readonly skipsPrefixOfAfter?: boolean;
  readonly most: number;
}

export type Listed<T> = { readonly item: T } | { readonly commonPrefix: string };

export interface Listing<T> {
  readonly entries: readonly Listed<T>[];
  readonly isTruncated: boolean;
}

/**
 * One page of a bucket, in the order of keys. A common prefix is one entry, and what is below it is never read: the walk
 * goes on behind it.
 * @param walk reads from a bound on; `limit` is what the page can take, and no more is read
 */
export function list<T extends { readonly key: string }>(
  walk: (bound: Bound, limit: number | undefined) => Iterable<T>,
  query: ListQuery,
): Listing<T> {
  const { prefix, delimiter, most } = query;
  const entries: Listed<T>[] = [];
  if (most === 0) return { entries, isTruncated: false };
  let bound = firstBound(query);
  // Behind a common prefix often comes another: one entry is read then, to see.
  let isProbe = false;
  while (bound !== undefined) {
    let last: string | undefined;
    let next: Bound | undefined;
    const limit = isProbe ? 1 : most - entries.length + 1;
    for (const item of walk(bound, limit)) {
      if (!item.key.startsWith(prefix)) return { entries, isTruncated: false };
      if (entries.length === most) return { entries, isTruncated: true };
      const commonPrefix = commonPrefixOf(item.key, prefix, delimiter);
      if (commonPrefix !== undefined) {
        entries.push({ commonPrefix });
        const following = behind(commonPrefix);
        if (following === undefined) return { entries, isTruncated: false };
        next = { from: following };
        isProbe = true;
        break;
      }
      entries.push({ item });
      last = item.key;
    }
    if (next === undefined && isProbe && last !== undefined) {
      isProbe = false;
      next = { after: last };
    }
    bound = next;
  }
  return { entries, isTruncated: false };
}

function firstBound({ prefix, delimiter, after, skipsPrefixOfAfter }: ListQuery): Bound | undefined {
  if (after === undefined || after === "" || compareKeys(after, prefix) < 0) return { from: prefix };
  if (skipsPrefixOfAfter && after.startsWith(prefix)) {
    const given = commonPrefixOf(after, prefix, delimiter);
    if (given !== undefined) {
      const following = behind(given);
      return following === undefined ? undefined : { from: following };
    }
  }
  return { after };
}

export function commonPrefixOf(key: string, prefix: string, delimiter: string): string | undefined {
  if (delimiter === "") return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}

/** The key, or the common prefix, of a page's last entry: where the next one goes on. */
export function lastOf<T extends { readonly key: string }>({ entries }: Listing<T>): string {
  const last = entries.at(-1);
  return last === undefined ? "" : "item" in last ? last.item.key : last.commonPrefix;
}

export const itemsOf = <T>(entries: readonly Listed<T>[]): T[] =>
  entries.flatMap((entry) => ("item" in entry ? [entry.item] : []));

export const prefixesOf = (entries: readonly Listed<unknown>[]): string[] =>
  entries.flatMap((entry) => ("commonPrefix" in entry ? [entry.commonPrefix] : []));

/** How keys are written in an answer: as they are, or (`encoding-type=url`) as forms have them. */
export type WriteKey = (key: string) => string;

/** @throws AwsError `InvalidArgument` */
export function keyWriter(encodingType: string | undefined): WriteKey {
  if (encodingType === undefined) return (key) => key;
  if (encodingType.toLowerCase() !== "url") {
    throw invalidArgument(
      "Invalid Encoding Method specified in Request",
      "encoding-type",
      encodingType === "" ? null : encodingType,
    );
  }
  return urlEncoded;
}

const UNESCAPED = /[!'()~]|%2F|%20/g;

/** As Java's URLEncoder has it, but for slashes. */
export function urlEncoded(key: string): string {
  return encodeURIComponent(key).replace(UNESCAPED, (text) => {
    if (text === "%2F") return "/";
    if (text === "%20") return "+";
    return `%${text.charCodeAt(0).toString(16).toUpperCase()}`;
  });
}

/** @throws AwsError `InvalidArgument` */
export function pageSize(asked: number | undefined, name: string): number {
  if (asked === undefined) return MOST_A_PAGE;
  if (!Number.isInteger(asked) || asked < 0 || asked > 2_147_483_647) {
    throw invalidArgument(`Argument ${name} must be an integer between 0 and 2147483647`, name, asked);
  }
  return Math.min(asked, MOST_A_PAGE);
}
