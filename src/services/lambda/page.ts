import { page, pageOf } from "../../aws/page.ts";
import type { Key } from "../../core/key.ts";
import type { Collection } from "../../core/storage.ts";
import { invalidParameter } from "./errors.ts";

/** One page of a list, in key order. */
export interface Page<V> {
  readonly values: V[];
  /** Where the next page begins; undefined on the last one. */
  readonly NextMarker?: string;
}

interface Request {
  readonly Marker?: string;
  readonly MaxItems?: number;
}

const LARGEST = 50;

/** Reads a page of a collection below a prefix. A marker serves the query that gave it. @throws InvalidParameterValueException */
export function readPage<V>(
  collection: Collection<V>,
  prefix: Key,
  request: Request,
  options: { largest?: number; where?: (value: V) => boolean } = {},
): Page<V> {
  const { items, nextToken } = pageOf(collection, {
    ...pageRequest(request, options.largest),
    prefix,
    ...(options.where && { keep: options.where }),
  });
  return { values: items, ...(nextToken !== undefined && { NextMarker: nextToken }) };
}

/** As `readPage`, of what is at hand. @param keyOf what the list is sorted by */
export function slicePage<V>(
  all: readonly V[],
  keyOf: (value: V) => Key,
  request: Request,
  descending = false,
): Page<V> {
  const { items, nextToken } = page(all, keyOf, { ...pageRequest(request), descending });
  return { values: items, ...(nextToken !== undefined && { NextMarker: nextToken }) };
}

function pageRequest({ Marker, MaxItems, ...query }: Request, largest = LARGEST) {
  return {
    size: Math.min(MaxItems ?? LARGEST, largest),
    token: Marker,
    query,
    refuse: () => invalidParameter("Invalid Marker"),
  };
}
