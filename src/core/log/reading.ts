import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { zlib } from "../zlib.ts";
import { checkFileHeader, FILE_HEADER } from "./file-header.ts";
import { BATCH_HEADER, BATCH_MARK } from "./records.ts";

const CHUNK_BYTES = 1024 * 1024;

/** How a file ends: all of its bytes are batches, the last one was not written to its end, or what stands there is none. */
export type Ending = "whole" | "torn" | "damaged";

/**
 * Reads a log or a snapshot, batch by batch: the records of each, which are good until the next one.
 * @throws Error that says what is wrong with it, when it is none
 */
export class Reading {
  readonly #descriptor: number;
  readonly #size: number;
  #buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  /** What of the buffer has been read from the file, and not given out. */
  #from = 0;
  #to = 0;
  /** Up to where the file is batches. */
  end = FILE_HEADER.length;
  ending: Ending = "whole";

  constructor(file: string) {
    // Opening a pipe waits for somebody to write to it.
    if (!statSync(file).isFile()) throw new Error("it is no file");
    this.#descriptor = openSync(file, "r");
    try {
      this.#size = fstatSync(this.#descriptor).size;
      checkFileHeader(this.#read(Math.min(this.#size, FILE_HEADER.length)) ?? Buffer.alloc(0));
    } catch (error) {
      this.close();
      throw error;
    }
  }

  get size(): number {
    return this.#size;
  }

  /** The next batch's records; undefined behind the last one: `ending` then says how it ends. */
  next(): Buffer | undefined {
    const left = this.#size - this.end;
    if (left === 0) return this.#ends("whole");
    const header = left < BATCH_HEADER ? undefined : this.#read(BATCH_HEADER);
    if (!header) return this.#ends("torn");
    if (!header.subarray(0, BATCH_MARK.length).equals(BATCH_MARK)) return this.#ends("damaged");
    const length = header.readUInt32LE(4);
    const sum = header.readUInt32LE(8);
    if (length > left - BATCH_HEADER) return this.#ends("torn");
    const records = this.#read(length);
    if (!records || zlib().crc32(records) !== sum) return this.#ends("damaged");
    this.end += BATCH_HEADER + length;
    return records;
  }

  /** Is there a whole batch behind where the file ends to be batches? Then it is not its end that is broken off. */
  hasMore(): boolean {
    const rest = Buffer.allocUnsafeSlow(this.#size - this.end);
    let read = 0;
    for (let more = 1; more > 0; read += more)
      more = readSync(this.#descriptor, rest, read, rest.length - read, this.end + read);
    for (let at = rest.indexOf(BATCH_MARK, 1); at >= 0; at = rest.indexOf(BATCH_MARK, at + 1)) {
      const start = at + BATCH_HEADER;
      if (start > read) return false;
      const end = start + rest.readUInt32LE(at + 4);
      if (end > start && end <= read && zlib().crc32(rest.subarray(start, end)) === rest.readUInt32LE(at + 8))
        return true;
    }
    return false;
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #ends(how: Ending): undefined {
    this.ending = how;
  }

  /** So many bytes more; undefined when there are fewer. */
  #read(length: number): Buffer | undefined {
    if (this.#to - this.#from < length) this.#fill(length);
    if (this.#to - this.#from < length) return undefined;
    const bytes = this.#buffer.subarray(this.#from, this.#from + length);
    this.#from += length;
    return bytes;
  }

  #fill(length: number): void {
    const had = this.#buffer.subarray(this.#from, this.#to);
    const buffer = length > this.#buffer.length ? Buffer.allocUnsafeSlow(length) : this.#buffer;
    had.copy(buffer);
    this.#buffer = buffer;
    this.#from = 0;
    this.#to = had.length;
    while (this.#to < buffer.length) {
      const read = readSync(this.#descriptor, buffer, this.#to, buffer.length - this.#to, null);
      if (read === 0) return;
      this.#to += read;
    }
  }
}
