import type { Key } from "../../core/key.ts";
import type { Collection, Range } from "../../core/storage.ts";
import { invalidParameter } from "./errors.ts";

const PAGE_SIZE = 100;

/** One page of a collection and the token of the next: the last key that was given, in base64. */
export function pageOf<V>(
  collection: Pick<Collection<V>, "entries">,
  token: string | undefined,
  options: { readonly prefix?: Key; readonly size?: number } = {},
): { values: V[]; nextToken?: string } {
  const size = options.size ?? PAGE_SIZE;
  const range: Range = { ...(options.prefix && { prefix: options.prefix }), limit: size + 1 };
  const entries = [...collection.entries(token ? { ...range, after: readToken(token) } : range)];
  const values = entries.slice(0, size).map(({ value }) => value);
  const last = entries[size - 1];
  if (entries.length <= size || !last) return { values };
  return { values, nextToken: Buffer.from(JSON.stringify(last.key)).toString("base64") };
}

function readToken(token: string): Key {
  try {
    const key: unknown = JSON.parse(Buffer.from(token, "base64").toString());
    if (Array.isArray(key)) return key as Key;
  } catch {
    // Refused below.
  }
  throw invalidParameter("NextToken");
}
