import type { AwsError } from "../../core/aws-error.ts";
import type { Key } from "../../core/key.ts";
import type { Collection, Range } from "../../core/storage.ts";

export interface Paging<V> {
  readonly token: string | undefined;
  readonly size: number;
  readonly prefix?: Key;
  readonly reverse?: boolean;
  keep?(value: V): boolean;
  /** The error for a token that is none. */
  refuse(): AwsError;
}

/** One page of what is kept of a collection, and the token of the next: the last key that was given. */
export function pageOf<V>(
  collection: Pick<Collection<V>, "entries">,
  paging: Paging<V>,
): { values: V[]; nextToken?: string } {
  const { token, size, prefix, reverse = false, keep = () => true } = paging;
  const from = token === undefined ? undefined : readToken(token, paging.refuse);
  const range: Range = {
    ...(prefix && { prefix }),
    reverse,
    ...(from && (reverse ? { before: from } : { after: from })),
  };
  const values: V[] = [];
  let last: Key | undefined;
  for (const { key, value } of collection.entries(range)) {
    if (!keep(value)) continue;
    if (values.length === size) return { values, nextToken: makeToken(last!) };
    values.push(value);
    last = key;
  }
  return { values };
}

export const makeToken = (content: unknown): string =>
  Buffer.from(JSON.stringify(content)).toString("base64");

/** @throws what `refuse` makes, when the token is none of ours */
export function readToken(token: string, refuse: () => AwsError): Key {
  try {
    const key: unknown = JSON.parse(Buffer.from(token, "base64").toString());
    if (Array.isArray(key)) return key as Key;
  } catch {
    // Refused below.
  }
  throw refuse();
}
