import { isRawJson } from "./raw-json.ts";

/** Strings longer than this are cut. */
const LONGEST_STRING = 1024;
const MOST_MEMBERS = 64;
const DEEPEST = 6;
/** Leaves and collections in one slice. */
const MOST_NODES = 2000;
/** Characters in one slice. */
const MOST_CHARACTERS = 32_768;
/** How much of a blob is kept to tell it from others. */
const HEAD_BYTES = 256;
const MOST_HEADS = 8;
/** What an object or a leaf costs beside its text, roughly. */
const NODE_BYTES = 24;
/** From here on a request is large enough that a few letters must not keep the whole of it in memory. */
const LARGE_REQUEST_BYTES = 16_384;

/** A bounded piece of an input, for records and for telling calls apart. It keeps nothing of the input alive. */
export interface Slice {
  readonly input: Readonly<Record<string, unknown>>;
  /** The first bytes of the blobs in it, as Latin-1, in their order. */
  readonly heads: readonly string[];
  /** Roughly what it takes in memory. */
  readonly sizeBytes: number;
}

/**
 * Cuts long strings and large collections, leaves streams out, and puts `(12 bytes)` in the place of blobs. A number that none of
 * JavaScript's holds is a text: who reads records as JSON has it exact.
 * @param blobs further ones that belong to the input (the body of a data plane's request)
 * @param requestBytes how large the request was that the input was read from
 */
export function sliceOf(
  input: Readonly<Record<string, unknown>>,
  blobs: readonly Uint8Array[] = [],
  requestBytes = 0,
): Slice {
  const knife = new Knife(requestBytes >= LARGE_REQUEST_BYTES);
  for (const blob of blobs) knife.keepHead(blob);
  const cut = knife.cut(input, 0) as Record<string, unknown>;
  return { input: cut, heads: knife.heads, sizeBytes: knife.sizeBytes };
}

/**
 * How large the slice of an input is that is all of the input, as JSON says it.
 * @returns as `Slice.sizeBytes`; undefined when something is cut, or is more than JSON
 */
export function sizeOfWhole(input: Readonly<Record<string, unknown>>): number | undefined {
  nodes = 0;
  characters = 0;
  return isWhole(input, 0) && nodes <= MOST_NODES && characters <= MOST_CHARACTERS
    ? nodes * NODE_BYTES + characters
    : undefined;
}

/** Does a slice's input come back from JSON as it is? */
export function isJson(value: unknown): boolean {
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value === "string" || typeof value === "boolean" || value === null) return true;
  if (typeof value !== "object") return false;
  if (Array.isArray(value)) return value.every(isJson);
  if (Object.getPrototypeOf(value) !== Object.prototype) return false;
  for (const name in value) {
    if (name === "__proto__" || name === "toJSON") return false;
    if (!isJson((value as Record<string, unknown>)[name])) return false;
  }
  return true;
}

let nodes = 0;
let characters = 0;

function isWhole(value: unknown, depth: number): boolean {
  nodes++;
  if (typeof value === "string") {
    characters += value.length;
    return value.length <= LONGEST_STRING;
  }
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value === "boolean" || value === null) return true;
  if (typeof value !== "object" || depth >= DEEPEST) return false;
  if (Array.isArray(value))
    return value.length <= MOST_MEMBERS && value.every((item) => isWhole(item, depth + 1));
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype || isRawJson(value)) return false;
  let members = 0;
  for (const name in value) {
    if (++members > MOST_MEMBERS || name === "__proto__" || name === "toJSON") return false;
    characters += name.length;
    if (!isWhole((value as Record<string, unknown>)[name], depth + 1)) return false;
  }
  return true;
}

class Knife {
  heads: string[] = NO_HEADS;
  #nodes = 0;
  #characters = 0;
  readonly #unlinks: boolean;

  /** @param unlinks copies also short strings: engines keep a cut string as a view of the whole */
  constructor(unlinks: boolean) {
    this.#unlinks = unlinks;
  }

  get sizeBytes(): number {
    return this.#nodes * NODE_BYTES + this.#characters;
  }

  cut(value: unknown, depth: number): unknown {
    this.#nodes++;
    if (typeof value === "string") return this.#text(value);
    if (typeof value !== "object" || value === null || value instanceof Date) return value;
    if (value instanceof Uint8Array) {
      this.keepHead(value);
      return `(${value.length} bytes)`;
    }
    if (depth >= DEEPEST || this.#isFull) return "…";
    if (Array.isArray(value)) return this.#list(value, depth);
    if (Symbol.asyncIterator in value) return "(stream)";
    return this.#members(value as Record<string, unknown>, depth);
  }

  keepHead(blob: Uint8Array): void {
    if (this.heads.length >= MOST_HEADS) return;
    if (this.heads === NO_HEADS) this.heads = [];
    const { buffer, byteOffset, length } = blob;
    const head = Buffer.from(buffer, byteOffset, Math.min(length, HEAD_BYTES)).toString("latin1");
    this.#characters += head.length;
    this.heads.push(head);
  }

  get #isFull(): boolean {
    return this.#nodes > MOST_NODES || this.#characters > MOST_CHARACTERS;
  }

  #text(text: string): string {
    if (text.length > LONGEST_STRING) {
      this.#characters += LONGEST_STRING;
      return `${copyOf(text.slice(0, LONGEST_STRING))}… (${text.length} characters)`;
    }
    this.#characters += text.length;
    return this.#unlinks ? copyOf(text) : text;
  }

  #list(list: readonly unknown[], depth: number): unknown[] {
    const kept: unknown[] = [];
    for (const item of list) {
      if (kept.length >= MOST_MEMBERS || this.#isFull) {
        kept.push(`… (${list.length} items)`);
        break;
      }
      kept.push(this.cut(item, depth + 1));
    }
    return kept;
  }

  #members(object: Record<string, unknown>, depth: number): Record<string, unknown> | string {
    const kept: Record<string, unknown> = {};
    let members = 0;
    for (const name in object) {
      // The name is looked at first: it costs next to nothing.
      if (name === "rawJSON" && isRawJson(object)) return this.#text(object.rawJSON);
      if (++members > MOST_MEMBERS || this.#isFull) break;
      this.#characters += name.length;
      const value = this.cut(object[name], depth + 1);
      // Set as usual, it would be what the object is made of.
      if (name === "__proto__") Object.defineProperty(kept, name, { value, enumerable: true });
      else kept[name] = value;
    }
    return kept;
  }
}

const NO_HEADS: string[] = [];

/** The same text in memory of its own. */
function copyOf(text: string): string {
  return Buffer.from(text, "utf16le").toString("utf16le");
}
