/** What a template is made of once it has been read. */
export type Value = string | number | boolean | null | Value[] | Values;

/** A map of a template. */
export interface Values {
  [name: string]: Value;
}

/** Is this a map? */
export function isMap(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Is there something in it? An empty text, list or map, zero and `false` say as little as nothing. */
export function isFilled(value: Value | undefined): value is Exclude<Value, null> {
  if (Array.isArray(value)) return value.length > 0;
  if (isMap(value)) return Object.keys(value).length > 0;
  return Boolean(value);
}

/** What a map has of its own under a name; `null` is as good as nothing. */
export function own(map: Values | undefined, name: string): Exclude<Value, null> | undefined {
  if (map === undefined || !Object.hasOwn(map, name)) return undefined;
  return map[name] ?? undefined;
}

/** The map under a name, made when there is none. */
export function mapIn(map: Values, name: string): Values {
  const there = own(map, name);
  if (isMap(there)) return there;
  const made: Values = {};
  map[name] = made;
  return made;
}

/** A map without what is not given. */
export function given(values: Readonly<Record<string, Value | undefined>>): Values {
  const map: Values = {};
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && value !== null) map[name] = value;
  }
  return map;
}

/** A list of what may be one or many. */
export function many(value: Value | undefined): Value[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/** Are two values the same, in whatever order their maps are? */
export function isSame(one: Value | undefined, other: Value | undefined): boolean {
  if (one === other) return true;
  if (Array.isArray(one)) {
    return (
      Array.isArray(other) &&
      one.length === other.length &&
      one.every((item, index) => isSame(item, other[index]))
    );
  }
  if (!isMap(one) || !isMap(other)) return false;
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && isSame(one[name], other[name]))
  );
}

/** Is the same value in a list? */
export function includes(list: readonly Value[], value: Value): boolean {
  return list.some((item) => isSame(item, value));
}

/** A copy that shares nothing. */
export function copy<T extends Value | undefined>(value: T): T {
  return structuredClone(value);
}
