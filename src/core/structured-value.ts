import { deserialize, serialize } from "node:v8";
import { readJson } from "./read-json.ts";

/**
 * Values as bytes. Most are what JSON can say, and blobs: those are JSON in which the blobs are missing, and the blobs behind it. All
 * others (dates, maps, members that are undefined) are as `v8.serialize` has them; it is not used for all, for each call of it makes
 * an object that each young collection has to ask about.
 */

/** What ours begins with; V8's begins with 0xff. */
const OURS = 1;
/** Behind it, how long the JSON is. */
const HEAD = 5;

/** Where a blob belongs, how long it is, and whether it is a `Buffer`. */
type Hole = readonly [path: readonly (string | number)[], bytes: number, isBuffer: boolean];

/** Stands for a value that JSON cannot say. */
const OTHER = Symbol("other");
/** Deeper, whatever walks through it might not come back. */
const DEEPEST = 100;

let blobs: Uint8Array[] = [];
let holes: Hole[] = [];
const path: (string | number)[] = [];

export function encodeStructured(value: unknown): Uint8Array {
  blobs = [];
  holes = [];
  path.length = 0;
  const rest = withoutBlobs(value);
  if (rest === OTHER) return serialize(value);
  const json = JSON.stringify(holes.length > 0 ? [rest, holes] : [rest]);
  const jsonBytes = Buffer.byteLength(json);
  const bytes = Buffer.allocUnsafe(blobs.reduce((sum, { length }) => sum + length, HEAD + jsonBytes));
  bytes[0] = OURS;
  bytes.writeUInt32LE(jsonBytes, 1);
  bytes.write(json, HEAD);
  let at = HEAD + jsonBytes;
  for (const blob of blobs) {
    bytes.set(blob, at);
    at += blob.length;
  }
  return bytes;
}

export function decodeStructured(stored: Uint8Array): unknown {
  if (stored[0] !== OURS) return deserialize(stored);
  const bytes = Buffer.from(stored.buffer, stored.byteOffset, stored.length);
  let at = HEAD + bytes.readUInt32LE(1);
  const whole = readJson(bytes.toString("utf8", HEAD, at)) as [unknown, Hole[]?];
  for (const [path, length, isBuffer] of whole[1] ?? []) {
    const blob = new Uint8Array(bytes.subarray(at, at + length));
    at += length;
    let place = whole as unknown as Record<string | number, unknown>;
    let last: string | number = 0;
    for (const part of path) {
      place = place[last] as typeof place;
      last = part;
    }
    place[last] = isBuffer ? Buffer.from(blob.buffer) : blob;
  }
  return whole[0];
}

/** The same value when there is no blob in it; `OTHER` when it has something that JSON cannot say. */
function withoutBlobs(value: unknown): unknown {
  if (typeof value === "string" || typeof value === "boolean" || value === null) return value;
  if (typeof value === "number") return Number.isFinite(value) && !Object.is(value, -0) ? value : OTHER;
  if (typeof value !== "object" || path.length > DEEPEST) return OTHER;
  const prototype = Object.getPrototypeOf(value) as unknown;
  if (prototype === Uint8Array.prototype || prototype === Buffer.prototype) {
    holes.push([[...path], (value as Uint8Array).length, prototype === Buffer.prototype]);
    blobs.push(value as Uint8Array);
    return null;
  }
  if (Array.isArray(value)) return prototype === Array.prototype ? listWithout(value) : OTHER;
  return prototype === Object.prototype ? membersWithout(value as Record<string, unknown>) : OTHER;
}

function listWithout(list: readonly unknown[]): unknown {
  let copy: unknown[] | undefined;
  for (let i = 0; i < list.length; i++) {
    path.push(i);
    const rest = withoutBlobs(list[i]);
    path.pop();
    if (rest === OTHER) return OTHER;
    if (rest !== list[i]) {
      copy ??= [...list];
      copy[i] = rest;
    }
  }
  return copy ?? list;
}

function membersWithout(members: Readonly<Record<string, unknown>>): unknown {
  let copy: Record<string, unknown> | undefined;
  for (const name in members) {
    if (name === "__proto__" || name === "toJSON") return OTHER;
    path.push(name);
    const rest = withoutBlobs(members[name]);
    path.pop();
    if (rest === OTHER) return OTHER;
    if (rest !== members[name]) {
      copy ??= { ...members };
      copy[name] = rest;
    }
  }
  return copy ?? members;
}
