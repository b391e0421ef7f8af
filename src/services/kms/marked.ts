import { page } from "../../aws/page.ts";
import type { Key } from "../../core/key.ts";
import { invalidMarker } from "./errors.ts";

/** One page as KMS gives them: `Limit` and `Marker` in, `NextMarker` and `Truncated` out. */
export function marked<T>(
  all: Iterable<T>,
  keyOf: (item: T) => Key,
  input: { readonly Limit?: number; readonly Marker?: string },
  size: number,
): { items: T[]; NextMarker?: string; Truncated: boolean } {
  const { Limit = size, Marker: token, ...query } = input;
  const { items, nextToken } = page(all, keyOf, { size: Limit, token, query, refuse: () => invalidMarker() });
  return {
    items,
    ...(nextToken !== undefined && { NextMarker: nextToken }),
    Truncated: nextToken !== undefined,
  };
}
