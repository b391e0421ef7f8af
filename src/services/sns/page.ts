import { type Page, pageOf } from "../../aws/page.ts";
import type { Key } from "../../core/key.ts";
import type { Collection } from "../../core/storage.ts";
import { invalidParameter } from "./errors.ts";

const PAGE_SIZE = 100;

/** One page of a collection, as every list of SNS gives it: a hundred at a time. */
export const pageIn = <V>(
  collection: Collection<V>,
  token: string | undefined,
  { prefix, size = PAGE_SIZE }: { readonly prefix?: Key; readonly size?: number } = {},
): Page<V> =>
  pageOf(collection, {
    token,
    size,
    ...(prefix && { prefix, query: prefix }),
    refuse: () => invalidParameter("NextToken"),
  });
