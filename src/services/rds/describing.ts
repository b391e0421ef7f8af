import { pagesByMarker } from "../../aws/marker-page.ts";
import type * as RDS from "../../models/generated/rds.ts";
import { invalidParameterValue } from "./errors.ts";

export const pageBy = pagesByMarker(invalidParameterValue);

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
