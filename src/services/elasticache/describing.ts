import { page } from "../../aws/page.ts";
import { invalidMarker, invalidParameterValue } from "./errors.ts";

const PAGE_SIZE = 100;
const LEAST = 20;

/** What every Describe operation is asked. */
interface Asked {
  readonly MaxRecords?: number | undefined;
  readonly Marker?: string | undefined;
}

/** A page of what is at hand. @param query what else was asked: a marker serves no other */
export function pageBy<T>(
  items: Iterable<T>,
  keyOf: (item: T) => string,
  { MaxRecords: size = PAGE_SIZE, Marker: token, ...rest }: Asked,
  operation: string,
): { items: T[]; Marker?: string } {
  if (size < LEAST || size > PAGE_SIZE)
    throw invalidParameterValue(
      `Invalid value ${size} for MaxRecords. Must be between ${LEAST} and ${PAGE_SIZE}`,
    );
  const { items: found, nextToken } = page(items, (item) => [keyOf(item)], {
    size,
    token,
    query: [operation, rest],
    refuse: invalidMarker,
  });
  return { items: found, ...(nextToken !== undefined && { Marker: nextToken }) };
}
