/**
 * An empty record for names that users choose. It has no prototype: `constructor` is not in it, and `__proto__` is a name like
 * others.
 */
export function named<T>(entries: Iterable<readonly [string, T]> = []): Record<string, T> {
  const record = Object.create(null) as Record<string, T>;
  for (const [name, value] of entries) record[name] = value;
  return record;
}
