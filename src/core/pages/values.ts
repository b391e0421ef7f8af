// biome-ignore-all lint/style/noNonNullAssertion: elements within the bounds beside them
import type { Stored } from "../table.ts";

/** A record is two bytes that say what its value is, what its slot does not have of its key, and the value. */
export const HEADER = 2;

/** Up to so many bytes of a value stand in the page; a larger one has a place of its own. */
const LARGEST_INLINE = 2048;

const ASCII = 0;
const UTF8 = 1;
const BYTES = 2;
/** Up to 8191, in the header. */
const SMALL = 3;
const FLOAT = 4;
/** The number of a value that has a place of its own. */
const LARGE = 5;
const KIND_SHIFT = 13;
const LENGTH_MASK = 0x1fff;

const float = new Float64Array(1);
const floatBytes = new Uint8Array(float.buffer);

interface Large {
  readonly kind: typeof ASCII | typeof UTF8 | typeof BYTES;
  readonly bytes: Buffer;
}

/** How a value is kept, and how many bytes of it in the page. */
export interface Coded {
  kind: number;
  size: number;
  /** What has a place of its own. It is made before anything is written: there may be no memory for it. */
  large: Large | undefined;
}

/** Used again: a value is written at once. */
const coded: Coded = { kind: 0, size: 0, large: undefined };

export function code(value: Stored): Coded {
  if (typeof value === "number") {
    const isSmall = value >= 0 && value <= LENGTH_MASK && Number.isInteger(value) && !Object.is(value, -0);
    return as(isSmall ? SMALL : FLOAT, isSmall ? 0 : 8);
  }
  if (value.length > LARGEST_INLINE) return as(LARGE, 4, largeOf(value));
  if (typeof value !== "string") return as(BYTES, value.length);
  const size = Buffer.byteLength(value);
  if (size > LARGEST_INLINE) return as(LARGE, 4, largeOf(value));
  return as(size === value.length ? ASCII : UTF8, size);
}

function as(kind: number, size: number, large?: Large): Coded {
  coded.kind = kind;
  coded.size = size;
  coded.large = large;
  return coded;
}

/** How many bytes of a record's value stand in its page. */
export function inlineSize(bytes: Buffer, start: number): number {
  const what = bytes.readUInt16LE(start);
  return what >> KIND_SHIFT === SMALL ? 0 : what & LENGTH_MASK;
}

/** The values of records, and the places of those that are too large for a page. */
export class Values {
  /** By number; what is free is `undefined`. */
  readonly #large: (Large | undefined)[];
  readonly #free: number[];

  constructor(large: readonly (Large | undefined)[] = [], free: readonly number[] = []) {
    this.#large = [...large];
    this.#free = [...free];
  }

  copy(): Values {
    return new Values(this.#large, this.#free);
  }

  /** @param start where the record begins; its value, at `place` */
  read(bytes: Buffer, start: number, place: number): Stored {
    const what = bytes.readUInt16LE(start);
    const kind = what >> KIND_SHIFT;
    const low = what & LENGTH_MASK;
    if (kind === SMALL) return low;
    if (kind === FLOAT) {
      floatBytes.set(bytes.subarray(place, place + 8));
      return float[0]!;
    }
    if (kind !== LARGE) return decoded(kind, bytes, place, place + low);
    const whole = this.#large[bytes.readUInt32LE(place)]!;
    return decoded(whole.kind, whole.bytes, 0, whole.bytes.length);
  }

  write(bytes: Buffer, start: number, place: number, coded: Coded, value: Stored): void {
    const { kind, size } = coded;
    if (kind === ASCII) bytes.write(value as string, place, size, "latin1");
    else if (kind === UTF8) bytes.write(value as string, place, size, "utf8");
    else if (kind === BYTES) bytes.set(value as Uint8Array, place);
    else if (kind === FLOAT) {
      float[0] = value as number;
      bytes.set(floatBytes, place);
    } else if (kind === LARGE) {
      bytes.writeUInt32LE(this.#keep(coded.large!), place);
      coded.large = undefined;
    }
    bytes.writeUInt16LE((kind << KIND_SHIFT) | (kind === SMALL ? (value as number) : size), start);
  }

  /** Before a record goes, or has another value. */
  letGo(bytes: Buffer, start: number, place: number): void {
    if (bytes.readUInt16LE(start) >> KIND_SHIFT !== LARGE) return;
    const number = bytes.readUInt32LE(place);
    this.#large[number] = undefined;
    this.#free.push(number);
  }

  #keep(large: Large): number {
    const number = this.#free.pop() ?? this.#large.length;
    this.#large[number] = large;
    return number;
  }
}

function largeOf(value: string | Uint8Array): Large {
  const size = typeof value === "string" ? Buffer.byteLength(value) : value.length;
  const bytes = Buffer.allocUnsafeSlow(size);
  if (typeof value !== "string") {
    bytes.set(value);
    return { kind: BYTES, bytes };
  }
  const kind = size === value.length ? ASCII : UTF8;
  bytes.write(value, kind === ASCII ? "latin1" : "utf8");
  return { kind, bytes };
}

function decoded(kind: number, bytes: Buffer, start: number, end: number): string | Uint8Array {
  if (kind === ASCII) return bytes.toString("latin1", start, end);
  return kind === UTF8 ? bytes.toString("utf8", start, end) : new Uint8Array(bytes.subarray(start, end));
}
