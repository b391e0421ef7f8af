import { invalidInput } from "./errors.ts";

const MOST = 100;

/** How many a page has, as text on the wire. More than there may be is as many as there may be. @throws InvalidInput */
export function pageSize(given: string | undefined, most = MOST, otherwise = MOST): number {
  if (given === undefined) return otherwise;
  const size = Number(given);
  // The text is inferred.
  if (!/^\d+$/.test(given) || size < 1) throw invalidInput(`Invalid value for MaxItems: ${given}`);
  return Math.min(size, most);
}

/** A page and what comes behind it. */
export interface Stretch<T> {
  readonly items: readonly T[];
  /** The first that did not fit. */
  readonly next: T | undefined;
}

/** As many as a page has: what is said of the next page is its first item, not a token. */
export function stretchOf<T>(all: Iterable<T>, size: number): Stretch<T> {
  const items: T[] = [];
  for (const item of all) {
    if (items.length === size) return { items, next: item };
    items.push(item);
  }
  return { items, next: undefined };
}
