import { page } from "../../aws/page.ts";
import type { Key } from "../../core/key.ts";
import { validationError } from "./errors.ts";

const PAGE_SIZE = 100;

export interface PageInput {
  readonly Marker?: string;
  readonly MaxItems?: number;
}

/**
 * One page of a list, with IAM's IsTruncated and Marker.
 * @param keyOf what items are sorted by; unique
 * @param input the whole input: a marker serves no other
 * @throws AwsError `ValidationError` for a marker that is none
 */
export function pageOf<T>(
  all: Iterable<T>,
  input: PageInput,
  keyOf: (item: T) => string | Key,
  order: "ascending" | "descending" = "ascending",
): { items: T[]; page: { IsTruncated: boolean; Marker?: string } } {
  const { Marker, MaxItems = PAGE_SIZE, ...query } = input;
  const sorted = (item: T): Key => {
    const key = keyOf(item);
    return typeof key === "string" ? [key] : key;
  };
  const { items, nextToken } = page(all, sorted, {
    size: MaxItems,
    token: Marker,
    query,
    descending: order === "descending",
    refuse: () => validationError("Invalid Marker."),
  });
  return { items, page: { IsTruncated: nextToken !== undefined, ...(nextToken && { Marker: nextToken }) } };
}
