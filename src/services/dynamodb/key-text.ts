import { sure } from "../../core/sure.ts";
import type { AttributeValue } from "./attribute-value.ts";
import { sortableNumber } from "./number.ts";

/** A key attribute's value as text that the store sorts as DynamoDB does: strings by UTF-8 bytes, numbers by value, binaries by bytes. */
export function keyText(value: AttributeValue): string {
  if (value.S !== undefined) return value.S;
  if (value.N !== undefined) return sortableNumber(value.N);
  const bytes = sure(value.B); // A key is of one of three types.
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
}

/** Where a partition key's items lie: 8 hexadecimal digits that spread evenly, so that scans come in no order that means anything. */
export function partitionHash(texts: readonly string[]): string {
  return hashFrom(texts, 0);
}

/** The same of those from a place on. */
export function hashFrom(texts: readonly string[], first: number): string {
  let hash = 0x811c9dc5;
  for (let at = first; at < texts.length; at++) {
    const text = sure(texts[at]);
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    hash = Math.imul(hash ^ 0xff, 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hex8(hash ^ (hash >>> 16));
}

/** `00` to `ff` */
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

export function hex8(value: number): string {
  return (
    sure(HEX[value >>> 24]) +
    sure(HEX[(value >>> 16) & 255]) +
    sure(HEX[(value >>> 8) & 255]) +
    sure(HEX[value & 255])
  );
}
