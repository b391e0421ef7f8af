import { page } from "./page.ts";

const PAGE_SIZE = 100;
const LEAST = 20;

/** What every Describe operation of RDS and ElastiCache is asked. */
export interface Asked {
  readonly MaxRecords?: number | undefined;
  readonly Marker?: string | undefined;
}

/** Pages of what is at hand, as RDS and ElastiCache give them. @param invalid the service's error */
export const pagesByMarker =
  (invalid: (message: string) => Error) =>
  /** @param query what else was asked: a marker serves no other */
  <T>(
    items: Iterable<T>,
    keyOf: (item: T) => string,
    { MaxRecords: size = PAGE_SIZE, Marker: token, ...rest }: Asked,
    query: unknown,
  ): { items: T[]; Marker?: string } => {
    if (size < LEAST || size > PAGE_SIZE)
      throw invalid(`Invalid value ${size} for MaxRecords. Must be between ${LEAST} and ${PAGE_SIZE}`);
    const { items: found, nextToken } = page(items, (item) => [keyOf(item)], {
      size,
      token,
      query: [query, rest],
      refuse: () => invalid("The marker is invalid."),
    });
    return { items: found, ...(nextToken !== undefined && { Marker: nextToken }) };
  };
