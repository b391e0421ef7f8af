import type { Json, JsonObject } from "../../../core/json.ts";

/** What states hand on. */
export type { Json, JsonObject };

export const isObject = (value: unknown): value is JsonObject =>
  value !== null && typeof value === "object" && !Array.isArray(value);

/** The value of a name that a user chose: what objects inherit is none of it. */
export const memberOf = (value: JsonObject, name: string): Json | undefined =>
  Object.hasOwn(value, name) ? value[name] : undefined;

/** Deep equality of JSON. */
export function equals(a: Json, b: Json): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, at) => isSame(item, b[at]));
  if (!isObject(a) || !isObject(b)) return false;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => isSame(memberOf(a, name), memberOf(b, name)))
  );
}

const isSame = (a: Json | undefined, b: Json | undefined): boolean =>
  a !== undefined && b !== undefined && equals(a, b);

/** The most bytes that an input, an output or a variable may have. */
export const MOST_BYTES = 262_144;

/** Is a text longer than what may go from state to state? Bytes are only counted where letters leave a doubt. */
export const isTooLong = (text: string): boolean =>
  text.length > MOST_BYTES || (text.length * 3 > MOST_BYTES && Buffer.byteLength(text) > MOST_BYTES);
