// biome-ignore-all lint/style/noNonNullAssertion: the tables have what the expressions beside them match, and a float has two words
/**
 * Tuple keys as text whose byte order is the tuples' order: numbers before strings, numbers by value, strings by
 * their UTF-8 bytes, a tuple before its extensions.
 *
 * Each part ends with U+0001. In a string, the characters up to U+0002 are written as U+0002 and a successor, which
 * keeps their order and keeps U+0001 a terminator. A number is written as the 16 hexadecimal digits of its IEEE 754
 * bits, turned so that they sort.
 */

export type KeyPart = string | number;
export type Key = readonly KeyPart[];

const END = "\u0001";
/** Sorts after every key that begins with the text before it. */
export const AFTER = "\uffff";
const LOW = /[\u0000-\u0002]/;
const LOWS = /[\u0000-\u0002]/g;
const RAISED: Record<string, string> = {
  "\u0000": "\u0002\u0003",
  "\u0001": "\u0002\u0004",
  "\u0002": "\u0002\u0005",
};
const LOWERED: Record<string, string> = { "\u0003": "\u0000", "\u0004": "\u0001", "\u0005": "\u0002" };

const NUMBER = "n";
const STRING = "s";

const float = new Float64Array(1);
const bits = new Uint32Array(float.buffer);

export function encodeKey(key: Key): string {
  let text = "";
  for (const part of key) text += encodePart(part);
  return text;
}

export function encodePart(part: KeyPart): string {
  if (typeof part === "string")
    return STRING + (LOW.test(part) ? part.replace(LOWS, (c) => RAISED[c]!) : part) + END;
  return NUMBER + encodeNumber(part) + END;
}

function encodeNumber(value: number): string {
  if (Number.isNaN(value)) throw new TypeError("A key cannot hold NaN.");
  float[0] = value === 0 ? 0 : value;
  let high = bits[1]!;
  let low = bits[0]!;
  if (high & 0x80000000) {
    high = ~high;
    low = ~low;
  } else {
    high ^= 0x80000000;
  }
  return (high >>> 0).toString(16).padStart(8, "0") + (low >>> 0).toString(16).padStart(8, "0");
}

export function decodeKey(text: string): KeyPart[] {
  const parts: KeyPart[] = [];
  let at = 0;
  while (at < text.length) {
    const end = text.indexOf(END, at);
    const body = text.slice(at + 1, end);
    parts.push(text[at] === NUMBER ? decodeNumber(body) : decodeString(body));
    at = end + 1;
  }
  return parts;
}

function decodeString(body: string): string {
  return body.includes("\u0002")
    ? body.replace(/\u0002([\u0003-\u0005])/g, (_, c: string) => LOWERED[c]!)
    : body;
}

function decodeNumber(body: string): number {
  let high = Number.parseInt(body.slice(0, 8), 16);
  let low = Number.parseInt(body.slice(8), 16);
  if (high & 0x80000000) {
    high ^= 0x80000000;
  } else {
    high = ~high;
    low = ~low;
  }
  bits[1] = high;
  bits[0] = low;
  return float[0]!;
}
