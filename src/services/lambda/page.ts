import type { Key } from "../../core/key.ts";
import type { Collection } from "../../core/storage.ts";
import { invalidParameter } from "./errors.ts";

/** One page of a list, in key order. */
export interface Page<V> {
  readonly values: V[];
  /** Where the next page begins; undefined on the last one. */
  readonly NextMarker?: string;
}

/** Reads a page of a collection below a prefix. The marker is the last key of the page before, in Base64. */
export function readPage<V>(
  collection: Collection<V>,
  prefix: Key,
  request: { Marker?: string; MaxItems?: number },
  options: { largest?: number; where?: (value: V) => boolean } = {},
): Page<V> {
  const limit = Math.min(request.MaxItems ?? 50, options.largest ?? 50);
  const after = request.Marker ? readMarker(request.Marker) : undefined;
  const values: V[] = [];
  let last: Key | undefined;
  for (const { key, value } of collection.entries({ prefix, ...(after && { after }) })) {
    if (options.where && !options.where(value)) continue;
    if (values.length === limit)
      return { values, NextMarker: Buffer.from(JSON.stringify(last)).toString("base64url") };
    values.push(value);
    last = key;
  }
  return { values };
}

function readMarker(marker: string): Key {
  try {
    const key: unknown = JSON.parse(Buffer.from(marker, "base64url").toString());
    if (Array.isArray(key)) return key as Key;
  } catch {
    // No marker of ours.
  }
  throw invalidParameter("Invalid Marker");
}
