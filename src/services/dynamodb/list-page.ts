import { type Page, page } from "../../aws/page.ts";
import type { Key } from "../../core/key.ts";
import { invalid } from "./errors.ts";

/**
 * One page of a list of the control plane.
 * @param keyOf what items are sorted by; unique
 * @param input the whole input: a token serves no other
 * @param options.hex tokens are hex digits
 */
export function listPage<T>(
  all: Iterable<T>,
  { NextToken: token, ...query }: { readonly NextToken?: string },
  size: number,
  keyOf: (item: T) => Key,
  { hex = false } = {},
): Page<T> {
  return page(all, keyOf, { size, token, query, hex, refuse: () => invalid("Invalid NextToken") });
}
