export interface TargetFilter {
  readonly path: string;
  readonly values: readonly string[];
}

/**
 * Do a resource's attributes pass every filter? A path is made of PascalCase names with dots between them, also where
 * the service's own answer is in camelCase; lists are looked through, and one member that fits is enough.
 * https://docs.aws.amazon.com/fis/latest/userguide/targets.html#target-filters
 */
export function passesFilters(attributes: unknown, filters: readonly TargetFilter[]): boolean {
  return filters.every(({ path, values }) =>
    valuesAt(attributes, path.split(".")).some((value) => values.includes(String(value))),
  );
}

function valuesAt(value: unknown, path: readonly string[]): unknown[] {
  if (Array.isArray(value)) return value.flatMap((member) => valuesAt(member, path));
  const [name, ...rest] = path;
  if (name === undefined) return value === null || value === undefined ? [] : [value];
  if (typeof value !== "object" || value === null) return [];
  const members = value as Record<string, unknown>;
  const key = name in members ? name : name.charAt(0).toLowerCase() + name.slice(1);
  return key in members ? valuesAt(members[key], rest) : [];
}
