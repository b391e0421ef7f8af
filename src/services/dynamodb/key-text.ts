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
  let hash = 0x811c9dc5;
  for (const text of texts) {
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    hash = Math.imul(hash ^ 0xff, 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hex8(hash ^ (hash >>> 16));
}

export function hex8(value: number): string {
  return (value >>> 0).toString(16).padStart(8, "0");
}
