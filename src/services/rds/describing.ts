import { page } from "../../aws/page.ts";
import type * as RDS from "../../models/generated/rds.ts";
import { invalidMarker, invalidParameterValue } from "./errors.ts";

const PAGE_SIZE = 100;
const LEAST = 20;

/** What every Describe operation is asked. */
interface Asked {
  readonly Filters?: RDS.FilterList | undefined;
  readonly MaxRecords?: number | undefined;
  readonly Marker?: string | undefined;
}

/** A page of what is at hand. @param query what else was asked: a marker serves no other */
export function pageBy<T>(
  items: Iterable<T>,
  keyOf: (item: T) => string,
  { MaxRecords: size = PAGE_SIZE, Marker: token, ...rest }: Asked,
  query: unknown,
): { items: T[]; Marker?: string } {
  if (size < LEAST || size > PAGE_SIZE)
    throw invalidParameterValue(
      `Invalid value ${size} for MaxRecords. Must be between ${LEAST} and ${PAGE_SIZE}`,
    );
  const { items: found, nextToken } = page(items, (item) => [keyOf(item)], {
    size,
    token,
    query: [query, rest],
    refuse: invalidMarker,
  });
  return { items: found, ...(nextToken !== undefined && { Marker: nextToken }) };
}

/** What passes all filters. @param readers what each filter looks at */
export function passes<R>(
  filters: RDS.FilterList | undefined,
  readers: Readonly<Record<string, (record: R) => readonly (string | undefined)[]>>,
): (record: R) => boolean {
  const tests = (filters ?? []).map(({ Name, Values }) => {
    const read = Object.hasOwn(readers, Name) ? readers[Name] : undefined;
    if (!read) throw invalidParameterValue(`Unrecognized filter name: ${Name}`);
    return (record: R) => read(record).some((value) => value !== undefined && Values.includes(value));
  });
  return (record) => tests.every((holds) => holds(record));
}
