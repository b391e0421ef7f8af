/**
 * Attribute values: the one check of everything that comes in, sizes by AWS's rules, equality and order.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
import { sure } from "../../core/sure.ts";
import type { AttributeValue } from "../../models/generated/dynamodb.ts";
import {
  ambiguousAttributeValue,
  emptyAttributeValue,
  emptyName,
  invalid,
  invalidParameter,
  nestedTooDeep,
  numberNotNumeric,
} from "./errors.ts";
import { compareNumbers, normalNumber, numberSize } from "./number.ts";

export type { AttributeValue };
export type Item = Record<string, AttributeValue>;
export type AttributeType = "S" | "N" | "B" | "SS" | "NS" | "BS" | "M" | "L" | "NULL" | "BOOL";

const MOST_LEVELS = 32;
const MOST_NAME_BYTES = 65_535;
/** A list or map counts 3 bytes, and 1 for each member. */
const CONTAINER_BYTES = 3;

/** Sets an attribute of any name: `__proto__` is a name like others. */
export function setAttribute(item: Item, name: string, value: AttributeValue): void {
  if (name !== "__proto__") item[name] = value;
  else Object.defineProperty(item, name, { value, enumerable: true, writable: true, configurable: true });
}

/** The one type that a checked value has. */
export function typeOf(value: AttributeValue): AttributeType {
  for (const type in value) {
    if (value[type as AttributeType] !== undefined) return type as AttributeType;
  }
  throw emptyAttributeValue();
}

/**
 * Checks a value as it came, brings its numbers into normal form in place, and returns its size in bytes.
 * Throws AWS's ValidationException.
 */
export function admit(value: AttributeValue, level = 0): number {
  let type: AttributeType | undefined;
  let size = 0;
  for (const candidate in value) {
    if (value[candidate as AttributeType] === undefined) continue;
    if (type !== undefined) throw ambiguousAttributeValue();
    type = candidate as AttributeType;
    size = admitTyped(type, value, level);
  }
  if (type === undefined) throw emptyAttributeValue();
  return size;
}

function admitTyped(type: AttributeType, value: AttributeValue, level: number): number {
  switch (type) {
    case "S":
      return Buffer.byteLength(sure(value.S));
    case "N":
      value.N = admitNumber(sure(value.N));
      return numberSize(value.N);
    case "B":
      return sure(value.B).length;
    case "BOOL":
      return 1;
    case "NULL":
      // Since 2026 AWS takes false, too, and keeps it as true.
      value.NULL = true;
      return 1;
    case "M":
      if (level >= MOST_LEVELS) throw nestedTooDeep();
      return CONTAINER_BYTES + Object.keys(sure(value.M)).length + admitMembers(sure(value.M), level + 1);
    case "L": {
      if (level >= MOST_LEVELS) throw nestedTooDeep();
      let size = CONTAINER_BYTES;
      for (const member of sure(value.L)) size += 1 + admit(member, level + 1);
      return size;
    }
    case "SS":
    case "NS":
    case "BS":
      return admitSet(type, value);
    default:
      throw emptyAttributeValue();
  }
}

function admitNumber(text: string): string {
  if (text === "") throw numberNotNumeric(text);
  return normalNumber(text);
}

function admitMembers(members: Item, level: number): number {
  let size = 0;
  for (const name in members) {
    if (name === "") throw emptyName();
    size += Buffer.byteLength(name) + admit(sure(members[name]), level);
  }
  return size;
}

function admitSet(type: "SS" | "NS" | "BS", value: AttributeValue): number {
  if (type === "SS") {
    const strings = sure(value.SS);
    if (strings.length === 0) throw invalidParameter("An string set  may not be empty");
    if (new Set(strings).size < strings.length)
      throw invalidParameter(`Input collection [${strings.join(", ")}] contains duplicates.`);
    return strings.reduce((size, string) => size + Buffer.byteLength(string), 0);
  }
  if (type === "NS") {
    if (sure(value.NS).length === 0) throw invalidParameter("An number set  may not be empty");
    value.NS = sure(value.NS).map(admitNumber);
    if (new Set(value.NS).size < value.NS.length) throw invalid("Input collection contains duplicates");
    return value.NS.reduce((size, number) => size + numberSize(number), 0);
  }
  const binaries = sure(value.BS);
  if (binaries.length === 0) throw invalidParameter("Binary sets should not be empty");
  const texts = binaries.map(base64);
  if (new Set(texts).size < texts.length)
    throw invalidParameter(`Input collection [${texts.join(", ")}]of type BS contains duplicates.`);
  return binaries.reduce((size, binary) => size + binary.length, 0);
}

/** Checks an item (or a key) as it came and returns its size in bytes: names and values. */
export function admitItem(item: Item): number {
  for (const name in item) {
    if (name.length > MOST_NAME_BYTES / 3 && Buffer.byteLength(name) > MOST_NAME_BYTES)
      throw invalidParameter("Attribute name is too large, must be less than 65536 bytes");
  }
  return admitMembers(item, 0);
}

/** The size in bytes of a checked value. */
function valueSize(value: AttributeValue): number {
  const type = typeOf(value);
  switch (type) {
    case "S":
      return Buffer.byteLength(sure(value.S));
    case "N":
      return numberSize(sure(value.N));
    case "B":
      return sure(value.B).length;
    case "BOOL":
    case "NULL":
      return 1;
    case "M":
      return CONTAINER_BYTES + Object.keys(sure(value.M)).length + itemSize(sure(value.M));
    case "L":
      return sure(value.L).reduce((size, member) => size + 1 + valueSize(member), CONTAINER_BYTES);
    case "SS":
      return sure(value.SS).reduce((size, string) => size + Buffer.byteLength(string), 0);
    case "NS":
      return sure(value.NS).reduce((size, number) => size + numberSize(number), 0);
    case "BS":
      return sure(value.BS).reduce((size, binary) => size + binary.length, 0);
  }
}

/** The size in bytes of a checked item. */
export function itemSize(item: Item): number {
  let size = 0;
  for (const name in item) size += Buffer.byteLength(name) + valueSize(sure(item[name]));
  return size;
}

/** How many levels of lists and maps a checked value has; 0 for a scalar or a set. */
export function levelsOf(value: AttributeValue): number {
  if (value.M) return 1 + Math.max(0, ...Object.values(value.M).map(levelsOf));
  if (value.L) return 1 + Math.max(0, ...value.L.map(levelsOf));
  return 0;
}

export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

/** Deep equality; sets are equal whatever their order. */
export function equal(a: AttributeValue, b: AttributeValue): boolean {
  const type = typeOf(a);
  if (b[type] === undefined) return false;
  switch (type) {
    case "S":
    case "N":
    case "BOOL":
    case "NULL":
      return a[type] === b[type];
    case "B":
      return Buffer.compare(sure(a.B), sure(b.B)) === 0;
    case "SS":
      return sameMembers(sure(a.SS), sure(b.SS));
    case "NS":
      return sameMembers(sure(a.NS), sure(b.NS));
    case "BS":
      return sameMembers(sure(a.BS).map(base64), sure(b.BS).map(base64));
    case "L":
      return (
        sure(a.L).length === sure(b.L).length &&
        sure(a.L).every((member, at) => equal(member, sure(sure(b.L)[at])))
      );
    case "M": {
      const names = Object.keys(sure(a.M));
      return (
        names.length === Object.keys(sure(b.M)).length &&
        names.every(
          (name) => Object.hasOwn(sure(b.M), name) && equal(sure(sure(a.M)[name]), sure(sure(b.M)[name])),
        )
      );
    }
  }
}

function sameMembers(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  const members = new Set(a);
  return b.every((member) => members.has(member));
}

/** The order of two values of the same ordered type (S by UTF-8 bytes, N, B); undefined for anything else. */
export function compare(a: AttributeValue, b: AttributeValue): number | undefined {
  if (a.S !== undefined && b.S !== undefined)
    return a.S === b.S ? 0 : Buffer.compare(Buffer.from(a.S), Buffer.from(b.S));
  if (a.N !== undefined && b.N !== undefined) return compareNumbers(a.N, b.N);
  if (a.B !== undefined && b.B !== undefined) return Buffer.compare(a.B, b.B);
  return undefined;
}

/** As Java prints an AttributeValue, for AWS's messages: `{S:abc}`. */
export function describeValue(value: AttributeValue): string {
  const type = typeOf(value);
  return `{${type}:${describePart(type, value)}}`;
}

function describePart(type: AttributeType, value: AttributeValue): string {
  switch (type) {
    case "B":
      return base64(sure(value.B));
    case "BS":
      return `[${sure(value.BS).map(base64).join(", ")}]`;
    case "SS":
    case "NS":
      return `[${sure(value[type]).join(", ")}]`;
    case "L":
      return `[${sure(value.L).map(describeValue).join(", ")}]`;
    case "M":
      return `{${Object.entries(sure(value.M))
        .map(([name, member]) => `${name}=${describeValue(member)}`)
        .join(", ")}}`;
    default:
      return String(value[type]);
  }
}
