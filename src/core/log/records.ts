// biome-ignore-all lint/style/noNonNullAssertion: elements within the bounds beside them
import type { Stored } from "../table.ts";
import { zlib } from "../zlib.ts";

/*
 * Both kinds of file, a log and a snapshot, are a header (`file-header.ts`) and batches: what a batch holds is there as a whole, or not at all.
 *
 * | of a batch | bytes |
 * |---|---|
 * | `BATCH_MARK`, by which one is found behind what is damaged | 4 |
 * | how many bytes its records take | 4 |
 * | CRC-32 of them | 4 |
 * | records | |
 *
 * | of a record | bytes |
 * |---|---|
 * | kind, and whether key and value are ASCII | 1 |
 * | the number of its table, which a `NAME` before it has said | 2 |
 * | length of the key | 4 |
 * | length of the value | 4 |
 * | key, value | |
 *
 * All numbers are little-endian.
 */

export const BATCH_MARK = Buffer.from([0xb1, 0x53, 0x71, 0xc4]);
export const BATCH_HEADER = 12;
const RECORD_HEADER = 11;

/** What a record does. */
export const Kind = {
  /** A table's number has this name, which stands as the key. */
  name: 0,
  text: 1,
  bytes: 2,
  /** Eight bytes: IEEE 754. */
  number: 3,
  remove: 4,
  /** All from the key up to and without the value, which is one, too. */
  clear: 5,
  /** Nothing is left in the table. */
  empty: 6,
  /** A snapshot is whole; of a log, there is a next one. */
  end: 7,
} as const;

const KIND_MASK = 0x0f;
const ASCII_KEY = 0x10;
const ASCII_VALUE = 0x20;

/** A text of more characters is measured before it is written. */
const LONG = 4096;

/** So much room is kept for the next turn. */
const KEPT_BYTES = 1024 * 1024;

/** A batch that is being made. */
export class Batch {
  #bytes = Buffer.allocUnsafeSlow(16 * 1024);
  #end = BATCH_HEADER;

  /** Up to where it has been made: `back` takes it back to there. */
  get mark(): number {
    return this.#end;
  }

  get isEmpty(): boolean {
    return this.#end === BATCH_HEADER;
  }

  /** @param mark 0: to its beginning */
  back(mark: number): void {
    this.#end = Math.max(mark, BATCH_HEADER);
  }

  name(table: number, name: string): void {
    this.#record(Kind.name, table, name, "");
  }

  put(table: number, key: string, value: Stored): void {
    if (typeof value === "string") this.#record(Kind.text, table, key, value);
    else if (typeof value === "number") this.#number(table, key, value);
    else this.#record(Kind.bytes, table, key, value);
  }

  remove(table: number, key: string): void {
    this.#record(Kind.remove, table, key, "");
  }

  clear(table: number, low: string, high: string): void {
    this.#record(Kind.clear, table, low, high);
  }

  empty(table: number): void {
    this.#record(Kind.empty, table, "", "");
  }

  end(): void {
    this.#record(Kind.end, 0, "", "");
  }

  /** A record as it stands in a batch, but for its table's number. */
  copy(table: number, record: Uint8Array): void {
    const start = this.#end;
    this.#reserve(record.length);
    this.#bytes.set(record, start);
    this.#bytes.writeUInt16LE(table, start + 1);
    this.#end = start + record.length;
  }

  /** The whole of it, which is good until the next record. */
  sealed(): Uint8Array {
    const bytes = this.#bytes.subarray(0, this.#end);
    bytes.set(BATCH_MARK);
    bytes.writeUInt32LE(this.#end - BATCH_HEADER, 4);
    bytes.writeUInt32LE(zlib().crc32(bytes.subarray(BATCH_HEADER)), 8);
    return bytes;
  }

  clearAll(): void {
    this.#end = BATCH_HEADER;
    if (this.#bytes.length > KEPT_BYTES) this.#bytes = Buffer.allocUnsafeSlow(KEPT_BYTES);
  }

  #record(kind: number, table: number, key: string, value: string | Uint8Array): void {
    const start = this.#end;
    this.#reserve(RECORD_HEADER + key.length * 3 + roomFor(value));
    const bytes = this.#bytes;
    const keyStart = start + RECORD_HEADER;
    const keyLength = bytes.write(key, keyStart, "utf8");
    const valueStart = keyStart + keyLength;
    let valueLength = value.length;
    if (typeof value !== "string") bytes.set(value, valueStart);
    else if (valueLength > 0) valueLength = bytes.write(value, valueStart, "utf8");
    let what = kind;
    if (keyLength === key.length) what |= ASCII_KEY;
    if (valueLength === value.length) what |= ASCII_VALUE;
    this.#head(start, what, table, keyLength, valueLength);
  }

  #number(table: number, key: string, value: number): void {
    const start = this.#end;
    this.#reserve(RECORD_HEADER + key.length * 3 + 8);
    const keyLength = this.#bytes.write(key, start + RECORD_HEADER, "utf8");
    this.#bytes.writeDoubleLE(value, start + RECORD_HEADER + keyLength);
    this.#head(start, keyLength === key.length ? Kind.number | ASCII_KEY : Kind.number, table, keyLength, 8);
  }

  #head(start: number, what: number, table: number, keyLength: number, valueLength: number): void {
    const bytes = this.#bytes;
    bytes[start] = what;
    bytes.writeUInt16LE(table, start + 1);
    bytes.writeUInt32LE(keyLength, start + 3);
    bytes.writeUInt32LE(valueLength, start + 7);
    this.#end = start + RECORD_HEADER + keyLength + valueLength;
  }

  #reserve(more: number): void {
    const least = this.#end + more;
    if (least <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(least, this.#bytes.length * 2));
    this.#bytes.copy(larger, 0, 0, this.#end);
    this.#bytes = larger;
  }
}

/** At least what a value takes: what is short is not looked through for it. */
function roomFor(value: string | Uint8Array): number {
  if (typeof value !== "string") return value.length;
  return value.length > LONG ? Buffer.byteLength(value) : value.length * 3;
}

/** Goes from record to record of a batch. */
export class Cursor {
  readonly bytes: Buffer;
  start = 0;
  end: number;

  /** @param bytes the records, without the header of the batch */
  constructor(bytes: Buffer) {
    this.bytes = bytes;
    this.end = 0;
  }

  /** Goes to the next one; false when there is none. @throws RangeError when it does not end where the batch does */
  next(): boolean {
    const { bytes, end: start } = this;
    if (start === bytes.length) return false;
    this.start = start;
    this.end = start + RECORD_HEADER + bytes.readUInt32LE(start + 3) + bytes.readUInt32LE(start + 7);
    if (this.end > bytes.length) throw new RangeError("a record goes beyond its batch");
    return true;
  }

  get kind(): number {
    return this.bytes[this.start]! & KIND_MASK;
  }

  get table(): number {
    return this.bytes.readUInt16LE(this.start + 1);
  }

  get key(): string {
    const start = this.start + RECORD_HEADER;
    return this.#text(ASCII_KEY, start, start + this.bytes.readUInt32LE(this.start + 3));
  }

  /** The value of a `text`, and the key with which a `clear` ends. */
  get text(): string {
    return this.#text(ASCII_VALUE, this.#valueStart, this.end);
  }

  /** Of a `text`, `bytes` or `number`. */
  get value(): Stored {
    const { kind } = this;
    if (kind === Kind.text) return this.text;
    if (kind === Kind.number) return this.bytes.readDoubleLE(this.#valueStart);
    return new Uint8Array(this.bytes.subarray(this.#valueStart, this.end));
  }

  /** The key as bytes, which sort as keys do. */
  get keyBytes(): Buffer {
    const start = this.start + RECORD_HEADER;
    return this.bytes.subarray(start, start + this.bytes.readUInt32LE(this.start + 3));
  }

  get whole(): Buffer {
    return this.bytes.subarray(this.start, this.end);
  }

  get #valueStart(): number {
    return this.start + RECORD_HEADER + this.bytes.readUInt32LE(this.start + 3);
  }

  #text(ascii: number, start: number, end: number): string {
    return this.bytes.toString((this.bytes[this.start]! & ascii) !== 0 ? "latin1" : "utf8", start, end);
  }
}
