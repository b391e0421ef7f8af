import { setOwn } from "../core/own.ts";
import { markLarge, type Unhurried } from "../core/unhurried.ts";
import { asBuffer, utf8 } from "./bytes.ts";
import { serializationException } from "./errors.ts";
import { MAX_DEPTH } from "./limits.ts";

/** So many items are read before others have their turn. */
const PAUSE_ITEMS = 512;
/** What takes more than this is marked as large. */
const LARGE_BYTES = 64 * 1024;
/** What is said in one byte; undefined is null here. */
const SIMPLE: ReadonlyMap<number, boolean | null> = new Map([
  [0xf4, false],
  [0xf5, true],
  [0xf6, null],
  [0xf7, null],
]);
/** Ends what has not said how much it holds. */
const BREAK = Symbol();

/**
 * Reads a body of CBOR (RFC 8949) as `parseCbor` does, with pauses. What holds much is marked as large.
 * @param small reads a single item that is no container: a number, a simple value, a tagged one
 */
export function* parseLargeCbor(body: Uint8Array, small: (item: Uint8Array) => unknown): Unhurried<unknown> {
  if (body.length === 0) return {};
  const reader = new LargeCbor(asBuffer(body), small);
  const value = yield* reader.item(0);
  if (value === BREAK || !reader.isAtEnd) throw serializationException("");
  return value;
}

class LargeCbor {
  readonly #bytes: Buffer;
  readonly #small: (item: Uint8Array) => unknown;
  #at = 0;
  #sincePause = 0;

  constructor(bytes: Buffer, small: (item: Uint8Array) => unknown) {
    this.#bytes = bytes;
    this.#small = small;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  *item(depth: number): Unhurried<unknown> {
    if (depth > MAX_DEPTH) throw serializationException("");
    if (++this.#sincePause >= PAUSE_ITEMS) {
      this.#sincePause = 0;
      yield;
    }
    const start = this.#at;
    const first = this.#byteAt(start);
    if (first === 0xff) {
      this.#at++;
      return BREAK;
    }
    switch (first >> 5) {
      case 2:
        return new Uint8Array(this.#string());
      case 3:
        return utf8(this.#string());
      case 4:
        return this.#marked(start, yield* this.#list(depth));
      case 5:
        return this.#marked(start, yield* this.#map(depth));
      default:
        if (first < 24 || SIMPLE.has(first)) {
          this.#at++;
          return first < 24 ? first : SIMPLE.get(first);
        }
        return this.#small(this.#bytes.subarray(start, this.#skipSmall()));
    }
  }

  #marked<T extends object>(start: number, value: T): T {
    return this.#at - start > LARGE_BYTES ? markLarge(value) : value;
  }

  *#list(depth: number): Unhurried<unknown[]> {
    const count = this.#count();
    const list: unknown[] = [];
    for (let index = 0; index < count; index++) {
      const value = yield* this.item(depth + 1);
      if (value === BREAK) {
        if (count === Number.POSITIVE_INFINITY) break;
        throw serializationException("");
      }
      list.push(value);
    }
    return list;
  }

  *#map(depth: number): Unhurried<Record<string, unknown>> {
    const count = this.#count();
    const map: Record<string, unknown> = {};
    for (let index = 0; index < count; index++) {
      const key = yield* this.item(depth + 1);
      if (key === BREAK && count === Number.POSITIVE_INFINITY) break;
      if (typeof key !== "string") throw serializationException("");
      const value = yield* this.item(depth + 1);
      if (value === BREAK) throw serializationException("");
      setOwn(map, key, value);
    }
    return map;
  }

  /** Bytes or a text, also one in pieces. */
  #string(): Uint8Array {
    const first = this.#byteAt(this.#at);
    if ((first & 31) !== 31) return this.#piece();
    this.#at++;
    const pieces: Uint8Array[] = [];
    for (let next = this.#byteAt(this.#at); next !== 0xff; next = this.#byteAt(this.#at)) {
      if (next >> 5 !== first >> 5 || (next & 31) === 31) throw serializationException("");
      pieces.push(this.#piece());
    }
    this.#at++;
    return Buffer.concat(pieces);
  }

  #piece(): Uint8Array {
    const length = this.#argument();
    const end = this.#at + length;
    if (end > this.#bytes.length) throw serializationException("");
    const piece = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return piece;
  }

  /** How many items a container says that it has: any number of an open one. */
  #count(): number {
    if ((this.#byteAt(this.#at) & 31) === 31) {
      this.#at++;
      return Number.POSITIVE_INFINITY;
    }
    return this.#argument();
  }

  #argument(): number {
    const info = this.#byteAt(this.#at++) & 31;
    if (info < 24) return info;
    if (info > 27) throw serializationException("");
    let argument = 0;
    for (let size = 2 ** (info - 24); size > 0; size--) argument = argument * 256 + this.#byteAt(this.#at++);
    return argument;
  }

  /** @returns where a number, a simple value or a tagged one ends */
  #skipSmall(): number {
    for (let tags = 0; ; tags++) {
      if (tags > MAX_DEPTH) throw serializationException("");
      const major = this.#byteAt(this.#at) >> 5;
      if (major === 2 || major === 3) {
        this.#string();
        return this.#at;
      }
      // Nobody tags a list or a map in what AWS takes.
      if (major === 4 || major === 5) throw serializationException("");
      this.#argument();
      if (major !== 6) return this.#at;
    }
  }

  #byteAt(at: number): number {
    const byte = this.#bytes[at];
    if (byte === undefined) throw serializationException("");
    return byte;
  }
}
