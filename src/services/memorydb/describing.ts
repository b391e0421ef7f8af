import { page } from "../../aws/page.ts";
import type { Key } from "../../core/key.ts";
import { invalidParameterValue } from "./errors.ts";

const PAGE_SIZE = 100;

/** A page of what is described. */
export function pageBy<T>(
  all: Iterable<T>,
  keyOf: (item: T) => Key,
  input: { readonly MaxResults?: number; readonly NextToken?: string },
  operation: string,
): { readonly items: T[]; readonly NextToken?: string } {
  const { MaxResults: size = PAGE_SIZE, NextToken: token, ...query } = input;
  if (size < 1) throw invalidParameterValue("MaxResults must be at least 1.");
  const { items, nextToken } = page(all, keyOf, {
    size,
    token,
    query: { operation, ...query },
    refuse: () => invalidParameterValue("The NextToken is invalid."),
  });
  return { items, ...(nextToken !== undefined && { NextToken: nextToken }) };
}
