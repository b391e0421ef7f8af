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
  itemTooLarge,
  nestedTooDeep,
  numberNotNumeric,
} from "./errors.ts";
import { MOST_ITEM_BYTES } from "./limits.ts";
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

/** The attribute of that name, if the item has it: what objects inherit is none. */
export function attributeOf(item: Item, name: string): AttributeValue | undefined {
  return Object.hasOwn(item, name) ? item[name] : undefined;
}

/** The one type that a checked value has. */
export function typeOf(value: AttributeValue): AttributeType {
  for (const type in value) {
    if (value[type as AttributeType] !== undefined) return type as AttributeType;
  }
  throw emptyAttributeValue();
}

/** Something that has been checked, with its numbers in normal form. What came stays as it is: it is what calls are remembered by. */
export interface Admitted<T> {
  /** The very same when it has come so. */
  readonly normal: T;
  /** Bytes. */
  readonly size: number;
}

/** Checks a value as it came. Throws AWS's ValidationException. */
export function admit(value: AttributeValue): Admitted<AttributeValue> {
  const size = admitValue(value, 0);
  return { normal: normal as AttributeValue, size };
}

/** The normal form of what has been checked last: an object for each value would be made for nothing. */
let normal: unknown;

function admitValue(value: AttributeValue, level: number): number {
  let type: AttributeType | undefined;
  let size = 0;
  let isNormal = true;
  for (const candidate in value) {
    const part = value[candidate as AttributeType];
    if (part === undefined) continue;
    if (type !== undefined) throw ambiguousAttributeValue();
    type = candidate as AttributeType;
    if (!Object.hasOwn(ADMISSION, type)) throw emptyAttributeValue();
    normal = part;
    size = admitPart(type, part, level);
    isNormal = normal === part;
  }
  if (type === undefined) throw emptyAttributeValue();
  normal = isNormal ? value : { [type]: normal };
  return size;
}

type Part<Type extends AttributeType> = NonNullable<AttributeValue[Type]>;

/** Each type's check of its part of a value; it says how many bytes that has, and sets `normal` where it is another. */
const ADMISSION: {
  readonly [Type in AttributeType]: (part: Part<Type>, level: number) => number;
} = {
  S: (text) => Buffer.byteLength(text),
  N(text) {
    const number = admitNumber(text);
    normal = number;
    return numberSize(number);
  },
  B: (bytes) => bytes.length,
  BOOL: () => 1,
  NULL() {
    // Since 2026 AWS takes false, too, and keeps it as true.
    normal = true;
    return 1;
  },
  M(members, level) {
    if (level >= MOST_LEVELS) throw nestedTooDeep();
    return CONTAINER_BYTES + Object.keys(members).length + admitMembers(members, level + 1);
  },
  L(members, level) {
    if (level >= MOST_LEVELS) throw nestedTooDeep();
    let size = CONTAINER_BYTES;
    let copy: AttributeValue[] | undefined;
    for (let at = 0; at < members.length; at++) {
      const member = sure(members[at]);
      size += 1 + admitValue(member, level + 1);
      if (size > MOST_ITEM_BYTES) throw itemTooLarge();
      if (normal === member) continue;
      copy ??= [...members];
      copy[at] = normal as AttributeValue;
    }
    normal = copy ?? members;
    return size;
  },
  SS(strings) {
    if (strings.length > MOST_ITEM_BYTES) throw itemTooLarge();
    if (strings.length === 0) throw invalidParameter("An string set  may not be empty");
    if (new Set(strings).size < strings.length)
      throw invalidParameter(`Input collection [${strings.join(", ")}] contains duplicates.`);
    return strings.reduce((size, string) => size + Buffer.byteLength(string), 0);
  },
  NS(numbers) {
    if (numbers.length > MOST_ITEM_BYTES) throw itemTooLarge();
    if (numbers.length === 0) throw invalidParameter("An number set  may not be empty");
    const admitted = numbers.map(admitNumber);
    if (new Set(admitted).size < admitted.length) throw invalid("Input collection contains duplicates");
    if (admitted.some((number, at) => number !== numbers[at])) normal = admitted;
    return admitted.reduce((size, number) => size + numberSize(number), 0);
  },
  BS(binaries) {
    if (binaries.length > MOST_ITEM_BYTES) throw itemTooLarge();
    if (binaries.length === 0) throw invalidParameter("Binary sets should not be empty");
    const texts = binaries.map(base64);
    if (new Set(texts).size < texts.length)
      throw invalidParameter(`Input collection [${texts.join(", ")}]of type BS contains duplicates.`);
    return binaries.reduce((size, binary) => size + binary.length, 0);
  },
};

function admitPart<Type extends AttributeType>(type: Type, part: Part<Type>, level: number): number {
  return ADMISSION[type](part, level);
}

function admitNumber(text: string): string {
  if (text === "") throw numberNotNumeric(text);
  return normalNumber(text);
}

function admitMembers(members: Item, level: number): number {
  let size = 0;
  let copy: Item | undefined;
  for (const name in members) {
    if (name === "") throw emptyName();
    const value = sure(members[name]);
    size += Buffer.byteLength(name) + admitValue(value, level);
    // What is too large is not looked at to its end.
    if (size > MOST_ITEM_BYTES) throw itemTooLarge();
    if (normal === value) continue;
    copy ??= { ...members };
    setAttribute(copy, name, normal as AttributeValue);
  }
  normal = copy ?? members;
  return size;
}

/** Checks an item (or a key) as it came: names and values. */
export function admitItem(item: Item): Admitted<Item> {
  for (const name in item) {
    if (name.length > MOST_NAME_BYTES / 3 && Buffer.byteLength(name) > MOST_NAME_BYTES)
      throw invalidParameter("Attribute name is too large, must be less than 65536 bytes");
  }
  const size = admitMembers(item, 0);
  return { normal: normal as Item, size };
}

/** A request with its key checked, which is the very same when the key is in normal form. */
export function withAdmittedKey<T extends { readonly Key: Item }>(request: T): T {
  const { normal: Key } = admitItem(request.Key);
  return Key === request.Key ? request : { ...request, Key };
}

/** The size in bytes of a checked value. */
function valueSize(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.N !== undefined) return numberSize(value.N);
  if (value.B) return value.B.length;
  if (value.M) return CONTAINER_BYTES + Object.keys(value.M).length + itemSize(value.M);
  if (value.L) return value.L.reduce((size, member) => size + 1 + valueSize(member), CONTAINER_BYTES);
  if (value.SS) return value.SS.reduce((size, string) => size + Buffer.byteLength(string), 0);
  if (value.NS) return value.NS.reduce((size, number) => size + numberSize(number), 0);
  if (value.BS) return value.BS.reduce((size, binary) => size + binary.length, 0);
  return 1; // BOOL and NULL
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
  if (a.S !== undefined) return a.S === b.S;
  if (a.N !== undefined) return a.N === b.N;
  if (a.B) return b.B !== undefined && Buffer.compare(a.B, b.B) === 0;
  if (a.M) return b.M !== undefined && sameItems(a.M, b.M);
  if (a.L) return b.L !== undefined && sameLists(a.L, b.L);
  if (a.SS) return b.SS !== undefined && sameMembers(a.SS, b.SS);
  if (a.NS) return b.NS !== undefined && sameMembers(a.NS, b.NS);
  if (a.BS) return b.BS !== undefined && sameMembers(a.BS.map(base64), b.BS.map(base64));
  return a.BOOL === b.BOOL && a.NULL === b.NULL;
}

function sameItems(a: Item, b: Item): boolean {
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => {
      const [one, other] = [a[name], Object.hasOwn(b, name) ? b[name] : undefined];
      return one !== undefined && other !== undefined && equal(one, other);
    })
  );
}

function sameLists(a: readonly AttributeValue[], b: readonly AttributeValue[]): boolean {
  return (
    a.length === b.length &&
    a.every((member, at) => {
      const other = b[at];
      return other !== undefined && equal(member, other);
    })
  );
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
  return `{${typeOf(value)}:${describePart(value)}}`;
}

function describePart({ S, N, B, M, L, SS, NS, BS, BOOL, NULL }: AttributeValue): string {
  if (B) return base64(B);
  if (BS) return `[${BS.map(base64).join(", ")}]`;
  if (L) return `[${L.map(describeValue).join(", ")}]`;
  if (M) {
    const members = Object.entries(M).map(([name, member]) => `${name}=${describeValue(member)}`);
    return `{${members.join(", ")}}`;
  }
  const texts = SS ?? NS;
  return texts ? `[${texts.join(", ")}]` : String(S ?? N ?? BOOL ?? NULL);
}
