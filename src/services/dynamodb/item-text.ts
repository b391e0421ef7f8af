/**
 * An item as the store keeps it: `<size>j<JSON>` or, when it holds binaries, `<size>b<JSON with base64>`.
 * The size (bytes, by AWS's rules) in front saves measuring at every read; plain JSON saves a walk through the item.
 */

import { readJson } from "../../core/read-json.ts";
import { type AttributeValue, base64, type Item, itemSize, setAttribute } from "./attribute-value.ts";
import { markOf } from "./item-json.ts";

export function itemText(item: Item, size = itemSize(item)): string {
  return holdsBinary(item) ? `${size}b${JSON.stringify(wire(item))}` : `${size}j${JSON.stringify(item)}`;
}

/** The size of a kept item in bytes. */
export function textSize(text: string): number {
  return Number.parseInt(text, 10);
}

export function itemOf(text: string): Item {
  const start = markOf(text);
  const item = readJson(text.slice(start + 1)) as Item;
  if (text.charCodeAt(start) === 98) revive(item);
  return item;
}

/** Is a kept item to be walked through when it is read? */
export function textHoldsBinary(text: string): boolean {
  return text.charCodeAt(markOf(text)) === 98;
}

/** As DynamoDB JSON: binaries are base64. */
export function jsonOf(item: Item): string {
  return JSON.stringify(holdsBinary(item) ? wire(item) : item);
}

/** An item from DynamoDB JSON. */
export function itemFromJson(json: object): Item {
  const item = json as Item;
  revive(item);
  return item;
}

function holdsBinary(members: Item): boolean {
  for (const name in members) {
    const value = members[name];
    if (value && isBinary(value)) return true;
  }
  return false;
}

function isBinary(value: AttributeValue): boolean {
  if (value.M) return holdsBinary(value.M);
  if (value.L) return value.L.some(isBinary);
  return value.B !== undefined || value.BS !== undefined;
}

function wire(members: Item): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(members))
    setAttribute(result as Item, name, wireValue(value) as AttributeValue);
  return result;
}

function wireValue(value: AttributeValue): unknown {
  if (value.B) return { B: base64(value.B) };
  if (value.BS) return { BS: value.BS.map(base64) };
  if (value.M) return { M: wire(value.M) };
  if (value.L) return { L: value.L.map(wireValue) };
  return value;
}

/** base64 → bytes, in place. */
function revive(members: Item): void {
  for (const value of Object.values(members)) reviveValue(value);
}

function reviveValue(value: AttributeValue): void {
  if (value.B !== undefined) value.B = Buffer.from(value.B as unknown as string, "base64");
  else if (value.BS) value.BS = value.BS.map((text) => Buffer.from(text as unknown as string, "base64"));
  else if (value.M) revive(value.M);
  else if (value.L) for (const member of value.L) reviveValue(member);
}
