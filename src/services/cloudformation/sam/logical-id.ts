import { createHash } from "node:crypto";
import { pythonJson } from "./python-json.ts";
import { isFilled, type Value } from "./value.ts";

/** How much of a hash a logical id ends with. */
const HASH_LENGTH = 10;

/** A logical id that changes with what it stands for: a prefix and a hash, and the prefix alone when there is nothing to hash. */
export function hashedId(prefix: string, value?: Value): string {
  return `${prefix}${isFilled(value) ? hashOf(value, HASH_LENGTH) : ""}`;
}

/** The beginning of the SHA-1 of a text as it is, of anything else as JSON with its keys in order. */
export function hashOf(value: Value, length: number): string {
  const text = typeof value === "string" ? value : pythonJson(value);
  return createHash("sha1").update(text).digest("hex").slice(0, length);
}

/** Letters and digits only, in any script? A suffix of that kind stands in a logical id as it is. */
export function isAlphanumeric(text: string): boolean {
  return /^[\p{L}\p{N}]+$/u.test(text);
}
