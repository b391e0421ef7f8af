import { page } from "../../aws/page.ts";
import { validationError } from "./errors.ts";

const PAGE_SIZE = 400;

/** What every Describe operation is asked. */
export interface Asked {
  readonly PageSize?: number | undefined;
  readonly Marker?: string | undefined;
}

/** A page of what is at hand. @param query what else was asked: a marker serves no other */
export function pageBy<T>(
  items: Iterable<T>,
  keyOf: (item: T) => string,
  { PageSize: size = PAGE_SIZE, Marker: token, ...rest }: Asked,
  query: unknown,
): { readonly items: T[]; readonly NextMarker?: string } {
  const { items: found, nextToken } = page(items, (item) => [keyOf(item)], {
    size,
    token,
    query: [query, rest],
    // Inferred.
    refuse: () => validationError("Marker is not valid"),
  });
  return { items: found, ...(nextToken !== undefined && { NextMarker: nextToken }) };
}
